"""Conversations at providers, and what is known of single messages there."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table
from helpdesk_core.afterwords import ProviderMessage
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.tickets import Channel

_Key = tuple[OrganizationId, Channel, str, str]


class Correspondences:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._of_ticket = Groups[_Key, Correspondence](lambda row: row.ticket_id)
        self._of_customer = Groups[_Key, Correspondence](lambda row: row.customer_id)
        known = Refers[_Key, Correspondence](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._of_ticket, self._of_customer, known)

    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, thread: str
    ) -> Correspondence | None:
        return self._rows.get((organization_id, channel, account, thread))

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[Correspondence]:
        return self._ours(organization_id, self._of_ticket.of(ticket_id))

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[Correspondence]:
        return self._ours(organization_id, self._of_customer.of(customer_id))

    async def put(self, correspondence: Correspondence) -> None:
        self._rows.put(_key(correspondence), correspondence)

    async def remove(self, correspondence: Correspondence) -> None:
        if self._rows.get(_key(correspondence)) is not None:
            self._rows.drop(_key(correspondence))

    def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId | None
    ) -> None:
        """To another customer, or nobody is known by them any more."""
        for one in self._ours(organization_id, self._of_customer.of(source)):
            if target is None:
                self._rows.drop(_key(one))
            else:
                self._rows.put(_key(one), evolve(one, customer_id=target))

    def _ours(self, organization_id: OrganizationId, keys: Sequence[_Key]) -> Sequence[Correspondence]:
        rows = (self._rows[key] for key in keys if key[0] == organization_id)
        return sorted(rows, key=lambda row: (row.thread, row.channel.value, row.account))


class ProviderMessages:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        known = Refers[_Key, ProviderMessage](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, known)

    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> ProviderMessage | None:
        return self._rows.get((organization_id, channel, account, external_id))

    async def put(self, message: ProviderMessage) -> None:
        key = (message.organization_id, message.channel, message.account, message.external_id)
        self._rows.put(key, message)

    async def remove(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> None:
        place = (organization_id, channel, account, external_id)
        if self._rows.get(place) is not None:
            self._rows.drop(place)

    async def forget(self, before: datetime, limit: int) -> int:
        old = sorted((row.told_at, key) for key, row in self._rows.items() if row.told_at < before)[:limit]
        for _, key in old:
            self._rows.drop(key)
        return len(old)


def _key(correspondence: Correspondence) -> _Key:
    return (
        correspondence.organization_id,
        correspondence.channel,
        correspondence.account,
        correspondence.thread,
    )
