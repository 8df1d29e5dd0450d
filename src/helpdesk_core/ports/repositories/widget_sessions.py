"""Visitors of widgets, and what they have just sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession


class WidgetSessionReads(Protocol):
    async def get(self, token_hash: str) -> WidgetSession | None:
        """Whatever its organization; for recognising a visitor."""
        ...

    async def with_widget(self, token_hash: str) -> tuple[WidgetSession, Widget] | None:
        """As `get`, and the widget that it is a session of."""
        ...

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[WidgetSession]:
        """The sessions whose next message joins this ticket, the last used first."""
        ...


class WidgetSessions(WidgetSessionReads, Protocol):
    async def add(self, session: WidgetSession) -> None: ...

    async def replace(self, session: WidgetSession) -> None: ...

    async def remove_unused(self, since: datetime, limit: int) -> int:
        """Removes up to `limit` sessions last used before a time; how many there were."""
        ...


class SubmissionReads(Protocol):
    async def get(self, organization_id: OrganizationId, fingerprint: str) -> Submission | None: ...


class Submissions(SubmissionReads, Protocol):
    async def put(self, submission: Submission) -> None:
        """In place of an older one of the same fingerprint."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes up to `limit` that were accepted before a time; how many there were."""
        ...
