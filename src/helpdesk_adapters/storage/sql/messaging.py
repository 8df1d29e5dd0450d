"""Conversations at providers, and what is known of single messages there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, tuple_

from helpdesk_adapters.storage.sql.dialects import checked
from helpdesk_adapters.storage.sql.kept import LIMIT, Repository
from helpdesk_adapters.storage.sql.mapping import messaging as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CorrespondenceRow, ProviderMessageRow, table
from helpdesk_core.afterwords import ProviderMessage
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.tickets import Channel

CORRESPONDENCES = table(CorrespondenceRow)
_MESSAGES = table(ProviderMessageRow)
_c, _m = CORRESPONDENCES.c, _MESSAGES.c
_CORRESPONDENCE = select(*(_c[name] for name in mapping.CORRESPONDENCE))
_OURS = _c.organization_id == bindparam("organization_id")
_THIS = (
    _OURS,
    _c.channel == bindparam("channel"),
    _c.account == bindparam("account"),
    _c.thread == bindparam("thread"),
)
_BY_NAME = (_c.thread, _c.channel, _c.account)
_THIS_MESSAGE = (
    _m.organization_id == bindparam("organization_id"),
    _m.channel == bindparam("channel"),
    _m.account == bindparam("account"),
    _m.external_id == bindparam("external_id"),
)


class CorrespondenceReads(Repository):
    _GET = Prepared(_CORRESPONDENCE.where(*_THIS))
    _OF_TICKET = Prepared(
        _CORRESPONDENCE.where(checked(_OURS), _c.ticket_id == bindparam("ticket")).order_by(*_BY_NAME)
    )
    _OF_CUSTOMER = Prepared(
        _CORRESPONDENCE.where(checked(_OURS), _c.customer_id == bindparam("customer")).order_by(*_BY_NAME)
    )

    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, thread: str
    ) -> Correspondence | None:
        params = {
            "organization_id": organization_id,
            "channel": channel.value,
            "account": account,
            "thread": thread,
        }
        rows = await self._db.rows(self._GET, params)
        return mapping.to_correspondence(rows[0]) if rows else None

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[Correspondence]:
        params = {"organization_id": organization_id, "ticket": ticket_id}
        return [mapping.to_correspondence(row) for row in await self._db.rows(self._OF_TICKET, params)]

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[Correspondence]:
        params = {"organization_id": organization_id, "customer": customer_id}
        return [mapping.to_correspondence(row) for row in await self._db.rows(self._OF_CUSTOMER, params)]


class Correspondences(CorrespondenceReads):
    _PUT = Prepared(
        inserting(CORRESPONDENCES),
        " ON CONFLICT (organization_id, channel, account, thread) DO UPDATE SET"
        " customer_id = excluded.customer_id, ticket_id = excluded.ticket_id, body = excluded.body",
    )
    _REMOVE = Prepared(delete(CORRESPONDENCES).where(*_THIS))

    async def put(self, correspondence: Correspondence) -> None:
        await self._db.execute(self._PUT, mapping.correspondence_row(correspondence))

    async def remove(self, correspondence: Correspondence) -> None:
        await self._db.execute(self._REMOVE, mapping.correspondence_row(correspondence))


class ProviderMessageReads(Repository):
    _GET = Prepared(select(*(_m[name] for name in mapping.PROVIDER_MESSAGE)).where(*_THIS_MESSAGE))

    async def get(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> ProviderMessage | None:
        rows = await self._db.rows(self._GET, _place(organization_id, channel, account, external_id))
        return mapping.to_provider_message(rows[0]) if rows else None


class ProviderMessages(ProviderMessageReads):
    _PUT = Prepared(
        inserting(_MESSAGES),
        " ON CONFLICT (organization_id, channel, account, external_id) DO UPDATE SET"
        " conversation_id = excluded.conversation_id, told_at = excluded.told_at, body = excluded.body",
    )
    _REMOVE = Prepared(delete(_MESSAGES).where(*_THIS_MESSAGE))
    _KEY = (_m.organization_id, _m.channel, _m.account, _m.external_id)
    _OLD = select(*_KEY).where(_m.told_at < bindparam("before")).order_by(_m.told_at).limit(bindparam(LIMIT))
    _FORGET = Prepared(delete(_MESSAGES).where(tuple_(*_KEY).in_(_OLD)))

    async def put(self, message: ProviderMessage) -> None:
        await self._db.execute(self._PUT, mapping.provider_message_row(message))

    async def remove(
        self, organization_id: OrganizationId, channel: Channel, account: str, external_id: str
    ) -> None:
        await self._db.execute(self._REMOVE, _place(organization_id, channel, account, external_id))

    async def forget(self, before: datetime, limit: int) -> int:
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})


def _place(
    organization_id: OrganizationId, channel: Channel, account: str, external_id: str
) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "channel": channel.value,
        "account": account,
        "external_id": external_id,
    }
