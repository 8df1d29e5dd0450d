"""The inbox of webhook events, the event log, and what the store remembers of itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Table, Unique
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.event_log import DomainEvent, is_audited
from helpdesk_core.ids import OrganizationId, WebhookEventId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import AuditFilter, EventFilter, LogSlice
from helpdesk_core.webhooks import RESTING, EventState, WebhookEvent


class Inbox:
    def __init__(self, journal: Journal) -> None:
        self._by_name = Unique[WebhookEventId, WebhookEvent](
            lambda row: ((row.provider, row.external_id),),
            lambda name: AlreadyTaken(f"The {name[0]} event {name[1]} is known already."),
        )
        self._all = sorted_by(WebhookEvent, ("received_at",), lambda row: "all")
        self._lists = sorted_by(WebhookEvent, ("received_at",), lambda row: row.organization_id or "nobody")
        self._waiting = Groups[WebhookEventId, WebhookEvent](
            lambda row: (row.provider, row.account) if row.state is EventState.UNMATCHED else None
        )
        self._heard = sorted_by(
            WebhookEvent,
            ("received_at",),
            lambda row: None if row.account is None else (row.organization_id, row.provider, row.account),
        )
        heard = self._heard.values()
        self._rows = Table(
            journal, self._by_name, self._waiting, *heard, *self._all.values(), *self._lists.values()
        )

    async def get(self, event_id: WebhookEventId) -> WebhookEvent | None:
        return self._rows.get(event_id)

    async def by_external_id(self, provider: str, external_id: str) -> WebhookEvent | None:
        event_id = self._by_name.holder((provider, external_id))
        return None if event_id is None else self._rows.get(event_id)

    async def page(self, wanted: EventFilter, page: Page) -> Slice[WebhookEvent]:
        def keep(event: WebhookEvent) -> bool:
            return (
                (wanted.provider is None or event.provider == wanted.provider)
                and (wanted.state is None or event.state is wanted.state)
                and (wanted.type is None or event.type == wanted.type)
            )

        owner = "nobody" if wanted.unowned else wanted.organization_id
        lists, group = (self._all, "all") if owner is None else (self._lists, owner)
        found = page_of(lists, group, self._rows, page, keep)
        return Slice([evolve(event, raw=b"") for event in found.items], found.next)

    async def waiting(self, provider: str, account: str, limit: int) -> Sequence[WebhookEvent]:
        rows = (self._rows[key] for key in self._waiting.of((provider, account)))
        found = [row for row in rows if row.state is EventState.UNMATCHED and row.raw]
        return sorted(found, key=lambda row: row.received_at)[:limit]

    def newest_of(self, organization_id: OrganizationId, provider: str, account: str) -> WebhookEvent | None:
        """The event of this account that was received last."""
        newest = self._heard["received_at"].descending((organization_id, provider, account), None)
        return next((self._rows[key] for key in newest), None)

    async def admit(self, event: WebhookEvent) -> bool:
        if self._by_name.holder((event.provider, event.external_id)) is not None:
            return False
        self._rows.add(event.id, event)
        return True

    async def replace(self, event: WebhookEvent) -> None:
        if self._rows.get(event.id) is None:
            raise NotFound("webhook event", event.id)
        self._rows.put(event.id, event)

    async def empty(self, before: datetime, limit: int) -> int:
        old = [row for row in self._rows if row.raw and row.state in RESTING and row.received_at < before]
        for event in old[:limit]:
            self._rows.put(event.id, evolve(event, raw=b""))
        return len(old[:limit])


class Facts:
    def __init__(self, journal: Journal) -> None:
        self._rows = Table[str, str](journal)

    async def get(self, name: str) -> str | None:
        return self._rows.get(name)

    async def put(self, name: str, value: str) -> None:
        self._rows.put(name, value)


class Log:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.last = Table[OrganizationId, int](journal)
        self._about = sorted_by(
            DomainEvent, ("recorded_at",), lambda row: (row.organization_id, row.subject_id)
        )
        self._audited = sorted_by(
            DomainEvent, ("seq",), lambda row: row.organization_id if is_audited(row) else None
        )
        self._chains = Groups[tuple[OrganizationId, int], DomainEvent](
            lambda row: None if row.origin is None else (row.organization_id, row.origin)
        )
        self._rows = Table[tuple[OrganizationId, int], DomainEvent](
            journal, *self._about.values(), *self._audited.values(), self._chains
        )

    async def since(self, organization_id: OrganizationId, seq: int, limit: int) -> LogSlice:
        last = self.last.get(organization_id) or 0
        behind = range(max(seq, 0) + 1, last + 1)[:limit]
        return LogSlice(tuple(self._rows[organization_id, at] for at in behind), last)

    async def acted(self, organization_id: OrganizationId, origin: str) -> frozenset[UUID]:
        found = (self._rows[key] for key in self._chains.of((organization_id, origin)))
        return frozenset(event.actor.id for event in found if event.actor.id is not None)

    async def about(
        self, organization_id: OrganizationId, subject_id: UUID, page: Page
    ) -> Slice[DomainEvent]:
        return page_of(self._about, (organization_id, subject_id), self._rows, page)

    async def page(
        self, organization_id: OrganizationId, wanted: AuditFilter, page: Page
    ) -> Slice[DomainEvent]:
        def keep(event: DomainEvent) -> bool:
            return (
                wanted.actor_id in (None, event.actor.id)
                and wanted.type in (None, event.type)
                and wanted.subject_id in (None, event.subject_id)
                and (wanted.after is None or event.recorded_at > wanted.after)
                and (wanted.before is None or event.recorded_at < wanted.before)
            )

        return page_of(self._audited, organization_id, self._rows, page, keep)

    async def append(self, *events: DomainEvent) -> None:
        for event in events:
            seq = (self.last.get(event.organization_id) or 0) + 1
            self.last.put(event.organization_id, seq)
            self._rows.put((event.organization_id, seq), evolve(event, seq=seq))
            self._journal.logs.add(event.organization_id)
