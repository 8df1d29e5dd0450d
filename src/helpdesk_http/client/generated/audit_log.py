"""Audit log.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated.shared import EventView
from helpdesk_http.client.pages import Pages


@frozen
class AuditLog:
    """Audit log."""

    _calls: Calls

    def list(
        self,
        *,
        actor_id: UUID | None = None,
        type: str | None = None,
        subject_id: UUID | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        limit: int | None = None,
        sort: Literal["-seq", "seq"] | None = None,
    ) -> Pages[EventView]:
        """List who changed how the desk works, and what cannot be taken back, the newest first.

        The daily traffic of tickets, messages and customers is left out; the event feed has it.

        actor_id: Who did it: a user, or an API key.
        subject_id: What it was done to.
        after: Only what was recorded later.
        before: Only what was recorded earlier.
        limit: How many at the most.
        """
        return self._calls.pages(
            EventView,
            "/api/v1/audit-log",
            {
                "actor_id": actor_id,
                "type": type,
                "subject_id": subject_id,
                "after": after,
                "before": before,
                "limit": limit,
                "sort": sort,
            },
        )
