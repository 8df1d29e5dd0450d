"""The inbox of webhook events, the accounts they name, and the senders whose mail opens no ticket."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select, text, update

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import machinery, people
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import BlockedSenderRow, IntegrationRow, WebhookEventRow
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.ids import BlockedSenderId, IntegrationId, OrganizationId, WebhookEventId
from helpdesk_core.integrations import Integration, IntegrationState, LastEvent
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.webhooks import RESTING, WebhookEvent

EVENTS = Kept(
    "webhook event",
    WebhookEventRow,
    machinery.WEBHOOK_EVENT,
    machinery.to_webhook_event,
    machinery.webhook_event_row,
)
INTEGRATIONS = Kept(
    "integration", IntegrationRow, people.INTEGRATION, people.to_integration, people.integration_row
)
BLOCKED = Kept(
    "blocked sender",
    BlockedSenderRow,
    people.BLOCKED_SENDER,
    people.to_blocked_sender,
    people.blocked_sender_row,
)


class InboxReads(Repository):
    _BY_EXTERNAL_ID = EVENTS.where(
        EVENTS.c.provider == bindparam("provider"), EVENTS.c.external_id == bindparam("external_id")
    )

    async def get(self, event_id: WebhookEventId) -> WebhookEvent | None:
        return await EVENTS.get(self._db, event_id)

    async def by_external_id(self, provider: str, external_id: str) -> WebhookEvent | None:
        params = {"provider": provider, "external_id": external_id}
        return await EVENTS.first(self._db, self._BY_EXTERNAL_ID, params)

    async def waiting(self, provider: str, account: str, limit: int) -> Sequence[WebhookEvent]:
        params = {"provider": provider, "account": account, LIMIT: limit}
        return await EVENTS.every(self._db, _WAITING, params)

    async def page(self, wanted: EventFilter, page: Page) -> Slice[WebhookEvent]:
        check_sort(page, "received_at")
        equal = {
            "organization_id": wanted.organization_id,
            "provider": wanted.provider,
            "state": None if wanted.state is None else wanted.state.value,
            "type": wanted.type,
        }
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _events(tuple(given), wanted.unowned, page.sort, page.after is not None)
        return cut(await EVENTS.every(self._db, prepared, {**given, **paging(page)}), page)


class Inbox(InboxReads):
    async def admit(self, event: WebhookEvent) -> bool:
        return await EVENTS.add_if_new(self._db, event) == 1

    async def replace(self, event: WebhookEvent) -> None:
        await EVENTS.replace(self._db, event)

    async def empty(self, before: datetime, limit: int) -> int:
        self._db.marks.seen.clear()
        params = {"before": before, "states": [state.value for state in RESTING], LIMIT: limit}
        return await self._db.execute(_EMPTY, params)


_WAITING = Prepared(
    EVENTS.select.where(
        EVENTS.c.provider == bindparam("provider"),
        EVENTS.c.account == bindparam("account"),
        text("state = 'unmatched'"),  # as the partial index says it
        text("length(raw) > 0"),
    )
    .order_by(EVENTS.c.received_at)
    .limit(bindparam(LIMIT))
)
_INDEX = {
    "organization_id": "ix_webhook_events_organization",
    "state": "ix_webhook_events_state",
    "provider": "ix_webhook_events_provider",
}


_FULL = (
    select(EVENTS.c.id)
    # As the partial index says it, word for word.
    .where(text("length(raw) > 0"), EVENTS.c.received_at < bindparam("before"))
    .where(Among(EVENTS.c.state, "states"))
    .order_by(EVENTS.c.received_at)
    .limit(bindparam(LIMIT))
    .with_hint(EVENTS.table, "INDEXED BY ix_webhook_events_bodies", "sqlite")
)
_EMPTY = Prepared(update(EVENTS.table).where(EVENTS.c.id.in_(_FULL)).values(raw=b""))


@lru_cache(64)
def _events(given: tuple[str, ...], unowned: bool, sort: str, after: bool) -> Prepared:
    c = EVENTS.c
    statement = select(*(c[name] for name in machinery.WEBHOOK_EVENT if name != "raw"))
    statement = statement.where(*(c[name] == bindparam(name) for name in given))
    narrowed = given
    if unowned:
        statement = statement.where(c.organization_id.is_(None))
        narrowed = ("organization_id", *given)
    index = next((name for by, name in _INDEX.items() if by in narrowed), "ix_webhook_events_received")
    statement = statement.with_hint(EVENTS.table, f"INDEXED BY {index}", "sqlite")
    return Prepared(ordered(statement, c.received_at, c.id, Page(sort=sort), after=after))


_of_account = EVENTS.table.alias("of_account").c
_newest = (
    select(_of_account.id)
    .where(
        _of_account.organization_id == INTEGRATIONS.c.organization_id,
        _of_account.provider == INTEGRATIONS.c.provider,
        _of_account.account == INTEGRATIONS.c.external_id,
        _of_account.account.is_not(None),
    )
    .order_by(_of_account.received_at.desc())
    .limit(1)
    .correlate(INTEGRATIONS.table)
    .scalar_subquery()
)
_HEARD = Prepared(
    select(INTEGRATIONS.c.id, EVENTS.c.type, EVENTS.c.received_at)
    .join_from(INTEGRATIONS.table, EVENTS.table, EVENTS.c.id == _newest)
    .where(INTEGRATIONS.c.organization_id == bindparam("organization_id"))
)


class IntegrationReads(Repository):
    _BY_ACCOUNT = INTEGRATIONS.where(
        INTEGRATIONS.c.provider == bindparam("provider"),
        INTEGRATIONS.c.external_id == bindparam("external_id"),
    )
    _OF = Prepared(
        INTEGRATIONS.select.where(INTEGRATIONS.c.organization_id == bindparam("organization_id")).order_by(
            INTEGRATIONS.c.provider, INTEGRATIONS.c.external_id
        )
    )

    _CONNECTED = Prepared(
        INTEGRATIONS.select.where(
            INTEGRATIONS.c.provider == bindparam("provider"),
            INTEGRATIONS.c.state == bindparam("state"),
        ).order_by(INTEGRATIONS.c.external_id)
    )

    async def by_account(self, provider: str, external_id: str) -> Integration | None:
        found = await self.known(provider, external_id)
        return found if found is not None and found.state is IntegrationState.CONNECTED else None

    async def known(self, provider: str, external_id: str) -> Integration | None:
        params = {"provider": provider, "external_id": external_id}
        return await INTEGRATIONS.first(self._db, self._BY_ACCOUNT, params)

    async def get(self, organization_id: OrganizationId, integration_id: IntegrationId) -> Integration | None:
        found = await INTEGRATIONS.get(self._db, integration_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def of(self, organization_id: OrganizationId) -> Sequence[Integration]:
        return await INTEGRATIONS.every(self._db, self._OF, {"organization_id": organization_id})

    async def heard(self, organization_id: OrganizationId) -> Mapping[IntegrationId, LastEvent]:
        rows = await self._db.rows(_HEARD, {"organization_id": organization_id})
        return {IntegrationId(id): LastEvent(type, received_at) for id, type, received_at in rows}

    async def connected(self, provider: str) -> Sequence[Integration]:
        params = {"provider": provider, "state": IntegrationState.CONNECTED.value}
        return await INTEGRATIONS.every(self._db, self._CONNECTED, params)


class Integrations(IntegrationReads):
    async def add(self, integration: Integration) -> None:
        taken = f"The {integration.provider} account {integration.external_id} is connected already."
        await INTEGRATIONS.add(self._db, integration, taken)

    async def replace(self, integration: Integration) -> None:
        await INTEGRATIONS.replace(self._db, integration)


class BlockedSenderReads(Repository):
    _OF = Prepared(
        BLOCKED.select.where(BLOCKED.c.organization_id == bindparam("organization_id")).order_by(
            BLOCKED.c.created_at, BLOCKED.c.id
        )
    )

    async def of(self, organization_id: OrganizationId) -> Sequence[BlockedSender]:
        return await BLOCKED.every(self._db, self._OF, {"organization_id": organization_id})

    async def get(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> BlockedSender | None:
        found = await BLOCKED.get(self._db, blocked_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None


class BlockedSenders(BlockedSenderReads):
    async def add(self, blocked: BlockedSender) -> None:
        await BLOCKED.add(self._db, blocked, f"The pattern {blocked.pattern} is blocked already.")

    async def remove(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> None:
        if await self.get(organization_id, blocked_id) is not None:
            await BLOCKED.remove(self._db, blocked_id)
