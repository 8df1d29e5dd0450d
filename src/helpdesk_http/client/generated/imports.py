"""Imports.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.imports.progress import ImportState
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages
from helpdesk_http.fields import camel


@camel
@frozen(kw_only=True)
class Ordered:
    """The import that runs now: of one account there is one at a time."""

    success: bool
    import_id: UUID
    status: ImportState


@frozen(kw_only=True)
class Progress:
    """Progress."""

    done: int
    """Looked at: made, changed, passed over or failed."""
    total: int | None
    """How many there are, where the source says so."""
    created: int
    updated: int
    skipped: int
    """Unchanged, or nothing to keep."""
    failed: int


@camel
@frozen(kw_only=True)
class ProblemView:
    """One thing that could not be brought, or only in part."""

    kind: str
    external_id: str
    """Its id at the source."""
    message: str


@camel
@frozen(kw_only=True)
class ImportStatus:
    """How far an import has come."""

    import_id: UUID
    status: ImportState
    progress: Mapping[str, Progress]
    errors: Sequence[ProblemView]
    """The first 100."""
    problems: int
    """How many there were in all."""
    detail: str | None
    """What it waits for, or what has to be mended."""
    started_at: datetime | None
    finished_at: datetime | None


@frozen(kw_only=True)
class ImportView:
    """ImportView."""

    id: UUID
    source: str
    account: str
    status: ImportState
    progress: Mapping[str, Progress]
    problems: int
    detail: str | None
    dry: bool
    """It only looks what would come."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@frozen(kw_only=True)
class Problems:
    """Problems."""

    data: Sequence[ProblemView]


@frozen(kw_only=True)
class Usual:
    """What a word means where nothing is set for it."""

    statuses: Mapping[str, Status]
    priorities: Mapping[str, Priority]


@frozen(kw_only=True)
class ImportMappingView:
    """How the words of a source become ours."""

    source: Literal["zendesk", "freshdesk", "files"]
    statuses: Mapping[str, Status]
    """Ours by theirs, whatever the case; up to 500 words."""
    priorities: Mapping[str, Priority]
    """Ours by theirs."""
    fields: Mapping[str, str]
    """Keys of custom fields here, by the fields' ids there."""
    usual: Usual
    """Of words that are not set."""


@camel
@frozen(kw_only=True)
class FreshdeskConnected:
    """FreshdeskConnected."""

    success: bool
    domain: str
    message: str


@frozen
class Imports:
    """Imports."""

    _calls: Calls

    async def import_from_zendesk(
        self,
        *,
        subdomain: str,
        access_token: str | None | Unset = UNSET,
        since: datetime | None | Unset = UNSET,
        entities: Sequence[Literal["tickets", "customers", "articles"]] | None | Unset = UNSET,
    ) -> Ordered:
        """Import everything of a Zendesk account: its tickets with all that was said, people, macros
        and articles.

        Nothing is sent by it. Run again, it brings what has changed since; where one runs already,
        its id comes back.

        subdomain: The part before `.zendesk.com`.
        access_token: Connects the account with it; left out, the connected account's is used.
        """
        answered: Ordered = await self._calls.answer(
            Ordered,
            "POST",
            "/api/zendesk/import",
            body={"subdomain": subdomain, "accessToken": access_token, "since": since, "entities": entities},
        )
        return answered

    async def import_from_freshdesk(
        self,
        *,
        domain: str,
        api_key: str | None | Unset = UNSET,
        since: datetime | None | Unset = UNSET,
        entities: Sequence[Literal["tickets", "customers", "articles"]] | None | Unset = UNSET,
    ) -> Ordered:
        """Import everything of a Freshdesk account, as from Zendesk.

        domain: The whole domain.
        api_key: Connects the account with it; left out, the connected account's is used.
        """
        answered: Ordered = await self._calls.answer(
            Ordered,
            "POST",
            "/api/freshdesk/import",
            body={"domain": domain, "apiKey": api_key, "since": since, "entities": entities},
        )
        return answered

    async def read_zendesk(self, import_id: UUID | str) -> ImportStatus:
        """Follow an import from Zendesk."""
        answered: ImportStatus = await self._calls.answer(
            ImportStatus, "GET", f"/api/zendesk/import/{segment(import_id)}"
        )
        return answered

    async def read_freshdesk(self, import_id: UUID | str) -> ImportStatus:
        """Follow an import from Freshdesk."""
        answered: ImportStatus = await self._calls.answer(
            ImportStatus, "GET", f"/api/freshdesk/import/{segment(import_id)}"
        )
        return answered

    def list(
        self, *, limit: int | None = None, sort: Literal["created_at", "-created_at"] | None = None
    ) -> Pages[ImportView]:
        """List imports, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(ImportView, "/api/v1/imports", {"limit": limit, "sort": sort})

    async def read(self, import_id: UUID | str) -> ImportView:
        """Read an import."""
        answered: ImportView = await self._calls.answer(
            ImportView, "GET", f"/api/v1/imports/{segment(import_id)}"
        )
        return answered

    async def list_problems(self, import_id: UUID | str) -> Problems:
        """List what could not be brought: up to a thousand things."""
        answered: Problems = await self._calls.answer(
            Problems, "GET", f"/api/v1/imports/{segment(import_id)}/problems"
        )
        return answered

    async def pause(self, import_id: UUID | str, *, idempotency_key: str | None = None) -> ImportView:
        """Stop an import behind the page that it is at. Ordering it again goes on from there; 409
        where it is over.
        """
        answered: ImportView = await self._calls.answer(
            ImportView, "POST", f"/api/v1/imports/{segment(import_id)}/pause", key=idempotency_key or True
        )
        return answered

    async def read_mapping(self, source: Literal["zendesk", "freshdesk", "files"]) -> ImportMappingView:
        """Read what the words of a source mean here.

        A status without a meaning is brought as open, a priority as normal; a dry run tells which
        ones there are. A field
        that is not named keeps the key that it has there.
        """
        answered: ImportMappingView = await self._calls.answer(
            ImportMappingView, "GET", f"/api/v1/import-mappings/{segment(source)}"
        )
        return answered

    async def set_mapping(
        self,
        source: Literal["zendesk", "freshdesk", "files"],
        *,
        statuses: Mapping[str, Status],
        priorities: Mapping[str, Priority],
        fields: Mapping[str, str],
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> ImportMappingView:
        """Set what the words of a source mean here. Imports that are ordered from then on go by it.

        statuses: Ours by theirs, whatever the case; up to 500 words.
        priorities: Ours by theirs.
        fields: Keys of custom fields here, by the fields' ids there.
        """
        answered: ImportMappingView = await self._calls.answer(
            ImportMappingView,
            "PUT",
            f"/api/v1/import-mappings/{segment(source)}",
            body={"statuses": statuses, "priorities": priorities, "fields": fields},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def connect_freshdesk(self, *, domain: str, api_key: str) -> FreshdeskConnected:
        """Try an API key of Freshdesk, and connect the account with it.

        400 says what is wrong: `invalid_value` for what is no domain of Freshdesk's,
        `unknown_domain` where nobody is
        there, `invalid_credentials` for a wrong key, `access_denied` for one without rights or a
        suspended account. 503
        means that Freshdesk did not answer; try again later.

        domain: The whole domain.
        api_key: Of an admin; it is kept sealed, and never shown.
        """
        answered: FreshdeskConnected = await self._calls.answer(
            FreshdeskConnected, "POST", "/api/freshdesk/connect", body={"domain": domain, "apiKey": api_key}
        )
        return answered
