"""Conversations at providers, and what is known of single messages there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.afterwords import ProviderMessage
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.tickets import Channel


class CorrespondenceReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, thread: str
    ) -> Correspondence | None: ...

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[Correspondence]:
        """Those that went on last in this very ticket, by thread."""
        ...

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[Correspondence]:
        """By thread."""
        ...


class Correspondences(CorrespondenceReads, Protocol):
    async def put(self, correspondence: Correspondence) -> None:
        """Keeps it, in the place of the one of its account and thread."""
        ...

    async def remove(self, correspondence: Correspondence) -> None: ...


class ProviderMessageReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> ProviderMessage | None: ...


class ProviderMessages(ProviderMessageReads, Protocol):
    async def put(self, message: ProviderMessage) -> None:
        """Keeps it, in the place of the one of its account and id."""
        ...

    async def remove(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> None: ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes up to `limit` that were last told of before a time, of whatever organization; how many there were."""
        ...
