"""Widgets' visitors."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from helpdesk_adapters.storage.memory.arrangements import Arrangements
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession


class WidgetSessions:
    def __init__(self, journal: Journal, widgets: Arrangements[Widget]) -> None:
        self._of_ticket = Groups[str, WidgetSession](lambda row: row.ticket_id)
        self._of_widget = Groups[str, WidgetSession](lambda row: row.widget_id)
        known = Refers[str, WidgetSession]("widget", lambda row: row.widget_id, widgets.rows)
        self._of_customer = Groups[str, WidgetSession](
            lambda row: None if row.customer_id is None else (row.organization_id, row.customer_id)
        )
        self._rows = Table(journal, self._of_ticket, self._of_widget, self._of_customer, known)
        self._widgets = widgets
        widgets.rows.before_drop.append(self._go_with)

    async def get(self, token_hash: str) -> WidgetSession | None:
        return self._rows.get(token_hash)

    async def with_widget(self, token_hash: str) -> tuple[WidgetSession, Widget] | None:
        session = self._rows.get(token_hash)
        if session is None:
            return None
        widget = await self._widgets.get(session.organization_id, session.widget_id)
        return None if widget is None else (session, widget)

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[WidgetSession]:
        rows = (self._rows[key] for key in self._of_ticket.of(ticket_id))
        ours = [row for row in rows if row.organization_id == organization_id]
        return sorted(ours, key=lambda row: row.last_used_at, reverse=True)

    async def add(self, session: WidgetSession) -> None:
        self._rows.add(session.token_hash, session)

    async def replace(self, session: WidgetSession) -> None:
        current = self._rows.get(session.token_hash)
        if current is None or current.organization_id != session.organization_id:
            raise NotFound("widget session", "of this token")
        self._rows.put(session.token_hash, session)

    async def remove_unused(self, since: datetime, limit: int) -> int:
        old = [key for key, row in self._rows.items() if row.last_used_at < since]
        for key in old[:limit]:
            self._rows.drop(key)
        return len(old[:limit])

    def of_customer(self, organization_id: OrganizationId, customer_id: CustomerId) -> list[WidgetSession]:
        return [self._rows[key] for key in self._of_customer.of((organization_id, customer_id))]

    def drop(self, session: WidgetSession) -> None:
        self._rows.drop(session.token_hash)

    def _go_with(self, widget: Widget) -> None:
        for key in self._of_widget.of(widget.id):
            self._rows.drop(key)


class Submissions:
    def __init__(self, journal: Journal) -> None:
        self._rows = Table[tuple[OrganizationId, str], Submission](journal)

    async def get(self, organization_id: OrganizationId, fingerprint: str) -> Submission | None:
        return self._rows.get((organization_id, fingerprint))

    async def put(self, submission: Submission) -> None:
        self._rows.put((submission.organization_id, submission.fingerprint), submission)

    async def forget(self, before: datetime, limit: int) -> int:
        old = (key for key, row in self._rows.items() if row.accepted_at < before)
        forgotten = list(islice(old, limit))
        for key in forgotten:
            self._rows.drop(key)
        return len(forgotten)
