"""Blocked senders and connected outside accounts."""

from collections.abc import Mapping, Sequence

from helpdesk_adapters.storage.memory.events import Inbox
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import BlockedSenderId, IntegrationId, OrganizationId
from helpdesk_core.integrations import Integration, IntegrationState, LastEvent


class BlockedSenders:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_pattern = Unique[BlockedSenderId, BlockedSender](
            lambda row: ((row.organization_id, row.pattern),),
            lambda name: AlreadyTaken(f"The pattern {name[1]} is blocked already."),
        )
        self._of = Groups[BlockedSenderId, BlockedSender](lambda row: row.organization_id)
        known = Refers[BlockedSenderId, BlockedSender](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._by_pattern, self._of, known)

    async def of(self, organization_id: OrganizationId) -> Sequence[BlockedSender]:
        rows = (self._rows[blocked_id] for blocked_id in self._of.of(organization_id))
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    async def get(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> BlockedSender | None:
        blocked = self._rows.get(blocked_id)
        return blocked if blocked is not None and blocked.organization_id == organization_id else None

    async def add(self, blocked: BlockedSender) -> None:
        self._rows.add(blocked.id, blocked)

    async def remove(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> None:
        if await self.get(organization_id, blocked_id) is not None:
            self._rows.drop(blocked_id)


class Integrations:
    def __init__(self, journal: Journal, organizations: Organizations, inbox: Inbox) -> None:
        self._inbox = inbox
        self._by_account = Unique[IntegrationId, Integration](
            lambda row: ((row.provider, row.external_id),),
            lambda name: AlreadyTaken(f"The {name[0]} account {name[1]} is connected already."),
        )
        self._of = Groups[IntegrationId, Integration](lambda row: row.organization_id)
        known = Refers[IntegrationId, Integration](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._by_account, self._of, known)

    async def by_account(self, provider: str, external_id: str) -> Integration | None:
        found = await self.known(provider, external_id)
        return found if found is not None and found.state is IntegrationState.CONNECTED else None

    async def known(self, provider: str, external_id: str) -> Integration | None:
        holder = self._by_account.holder((provider, external_id))
        return None if holder is None else self._rows[holder]

    async def get(self, organization_id: OrganizationId, integration_id: IntegrationId) -> Integration | None:
        integration = self._rows.get(integration_id)
        return (
            integration
            if integration is not None and integration.organization_id == organization_id
            else None
        )

    async def of(self, organization_id: OrganizationId) -> Sequence[Integration]:
        rows = (self._rows[integration_id] for integration_id in self._of.of(organization_id))
        return sorted(rows, key=lambda row: (row.provider, row.external_id))

    async def connected(self, provider: str) -> Sequence[Integration]:
        wanted = (provider, IntegrationState.CONNECTED)
        rows = (row for row in self._rows if (row.provider, row.state) == wanted)
        return sorted(rows, key=lambda row: row.external_id)

    async def heard(self, organization_id: OrganizationId) -> Mapping[IntegrationId, LastEvent]:
        newest = (
            (one.id, self._inbox.newest_of(organization_id, one.provider, one.external_id))
            for one in await self.of(organization_id)
        )
        return {id: LastEvent(event.type, event.received_at) for id, event in newest if event is not None}

    async def add(self, integration: Integration) -> None:
        self._rows.add(integration.id, integration)

    async def replace(self, integration: Integration) -> None:
        if await self.get(integration.organization_id, integration.id) is None:
            raise NotFound("integration", integration.id)
        self._rows.put(integration.id, integration)
