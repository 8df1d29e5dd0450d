"""Mail that waits for somebody to decide about it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Bearing, Groups, Journal, Refers, Sorted, Table
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId, QuarantinedMailId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import QuarantineFilter
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState


class Quarantine:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._lists = sorted_by(QuarantinedMail, ("held_at",), lambda row: row.organization_id)
        self._by_age = Sorted[QuarantinedMailId, QuarantinedMail](
            lambda row: "all", lambda row: (row.held_at, row.id)
        )
        self._held = Groups[QuarantinedMailId, QuarantinedMail](lambda row: row.state)
        self._bearing = Bearing[QuarantinedMailId, QuarantinedMail](_marks)
        self._files = Bearing[QuarantinedMailId, QuarantinedMail](
            lambda row: [(row.organization_id, digest) for digest in row.digests]
        )
        known = Refers[QuarantinedMailId, QuarantinedMail](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(
            journal, *self._lists.values(), self._by_age, self._held, self._bearing, self._files, known
        )

    async def get(
        self, organization_id: OrganizationId, mail_id: QuarantinedMailId
    ) -> QuarantinedMail | None:
        found = self._rows.get(mail_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: QuarantineFilter, page: Page
    ) -> Slice[QuarantinedMail]:
        def keep(row: QuarantinedMail) -> bool:
            return wanted.state in (None, row.state) and wanted.sender in (None, row.sender)

        found = page_of(self._lists, organization_id, self._rows, page, keep)
        return Slice([evolve(row, command=None) for row in found.items], found.next)

    async def known(
        self, organization_id: OrganizationId, external_id: str | None, message_id: str | None
    ) -> Sequence[QuarantinedMail]:
        marks = (("external_id", external_id), ("message_id", message_id))
        found = {
            key
            for name, value in marks
            if value is not None
            for key in self._bearing.of((organization_id, name, value))
        }
        return [evolve(self._rows[key], command=None) for key in sorted(found)]

    async def from_senders(
        self, organization_id: OrganizationId, senders: Sequence[str]
    ) -> Sequence[QuarantinedMail]:
        found = {key for sender in senders for key in self._bearing.of((organization_id, "sender", sender))}
        return [self._rows[key] for key in sorted(found)]

    async def naming(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        return frozenset(
            digest for digest in digests if any(True for _ in self._files.of((organization_id, digest)))
        )

    async def held(self, most: int) -> int:
        return min(self._held.size(QuarantineState.HELD), most)

    async def before(self, moment: datetime, limit: int) -> Sequence[QuarantinedMail]:
        oldest = (self._rows[key] for key in self._by_age.ascending("all"))
        return [row for row in islice(oldest, limit) if row.held_at < moment]

    async def add(self, mail: QuarantinedMail) -> None:
        self._rows.add(mail.id, mail)

    async def replace(self, mail: QuarantinedMail) -> None:
        if await self.get(mail.organization_id, mail.id) is None:
            raise NotFound("quarantined mail", mail.id)
        self._rows.put(mail.id, mail)

    async def remove(self, organization_id: OrganizationId, mail_id: QuarantinedMailId) -> None:
        if await self.get(organization_id, mail_id) is not None:
            self._rows.drop(mail_id)


def _marks(row: QuarantinedMail) -> list[tuple[OrganizationId, str, str | None]]:
    """By what the mail is found beside its id."""
    return [
        (row.organization_id, "sender", row.sender),
        (row.organization_id, "external_id", row.external_id),
        (row.organization_id, "message_id", row.message_id),
    ]
