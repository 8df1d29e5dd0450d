"""What shops asked for about the data of people."""

from functools import lru_cache

from sqlalchemy import bindparam

from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import commerce as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import PrivacyRequestRow
from helpdesk_core.ids import OrganizationId, PrivacyRequestId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import PrivacyRequestFilter
from helpdesk_core.privacy_requests import PrivacyKind, PrivacyRequest

REQUESTS = Kept(
    "privacy request",
    PrivacyRequestRow,
    mapping.PRIVACY_REQUEST,
    mapping.to_privacy_request,
    mapping.privacy_request_row,
)


class PrivacyRequestReads(Repository):
    _BY_KEY = REQUESTS.where(
        REQUESTS.c.organization_id == bindparam("organization_id"),
        REQUESTS.c.provider == bindparam("provider"),
        REQUESTS.c.kind == bindparam("kind"),
        REQUESTS.c.request_key == bindparam("request_key"),
    )

    async def get(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId
    ) -> PrivacyRequest | None:
        found = await REQUESTS.get(self._db, request_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def known(
        self, organization_id: OrganizationId, provider: str, asked: PrivacyKind, request_key: str
    ) -> PrivacyRequest | None:
        params = {
            "organization_id": organization_id,
            "provider": provider,
            "kind": asked.value,
            "request_key": request_key,
        }
        return await REQUESTS.first(self._db, self._BY_KEY, params)

    async def page(
        self, organization_id: OrganizationId, wanted: PrivacyRequestFilter, page: Page
    ) -> Slice[PrivacyRequest]:
        check_sort(page, "created_at")
        equal = {
            "state": None if wanted.state is None else wanted.state.value,
            "kind": None if wanted.kind is None else wanted.kind.value,
        }
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _requests(tuple(given), page.sort, page.after is not None)
        params = {"organization_id": organization_id, **given, **paging(page)}
        return cut(await REQUESTS.every(self._db, prepared, params), page)


class PrivacyRequests(PrivacyRequestReads):
    async def add(self, request: PrivacyRequest) -> None:
        await REQUESTS.add(self._db, request, "This was asked for already.")

    async def replace(self, request: PrivacyRequest) -> None:
        await REQUESTS.replace(self._db, request)


@lru_cache(16)
def _requests(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    c = REQUESTS.c
    statement = REQUESTS.select.where(c.organization_id == bindparam("organization_id"))
    statement = statement.where(*(c[name] == bindparam(name) for name in given))
    statement = statement.with_hint(REQUESTS.table, "INDEXED BY ix_privacy_requests_created", "sqlite")
    return Prepared(ordered(statement, c.created_at, c.id, Page(sort=sort), after=after))
