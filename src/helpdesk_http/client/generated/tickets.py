"""Tickets.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import TicketView
from helpdesk_http.client.pages import Page, Pages


@frozen(kw_only=True)
class NewTicketCustomer:
    """Whose ticket it is: a known customer's id, or an address by which they are known or become
    known.
    """

    id: UUID | None | Unset = UNSET
    email: str | None | Unset = UNSET
    phone: str | None | Unset = UNSET
    """International form."""
    name: str | Unset = UNSET


@frozen(kw_only=True)
class FieldError:
    """What is wrong at `path`; the path of the whole value is empty."""

    path: str
    message: str


@frozen(kw_only=True)
class ProblemDetails:
    """What went wrong (RFC 9457)."""

    type: str | Unset = UNSET
    """Always about:blank: `code` tells problems apart."""
    title: str
    """The name of the status."""
    status: int
    """The HTTP status."""
    detail: str
    """What happened this time, for whoever must mend it."""
    error: str
    """One short sentence, the same for every problem of this code."""
    code: str
    """Stable and in snake_case, for programs."""
    errors: Sequence[FieldError] | Unset = UNSET
    """Every value that was not accepted."""
    request_id: str | None | Unset = UNSET
    """With a 5xx: what finds it in the log."""


@frozen(kw_only=True)
class BulkResult:
    """What became of one of the tickets; `error` where nothing did."""

    id: UUID
    status: int
    """The status that a request for this ticket alone would have."""
    error: ProblemDetails | None


@frozen(kw_only=True)
class BulkResults:
    """One result for each ticket, in the order of `ids`."""

    results: Sequence[BulkResult]


@frozen(kw_only=True)
class TicketPatch:
    """What is to be different; what is left out stays."""

    subject: str | Unset = UNSET
    """One line."""
    status: Status | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee_id: UUID | None | Unset = UNSET
    team_id: UUID | None | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET
    """Labels without blanks or commas."""
    custom_fields: Mapping[str, Any] | Unset = UNSET
    """Any members, 65,536 characters of JSON; null removes one."""
    metadata: Mapping[str, Any] | Unset = UNSET
    """Any members, 65,536 characters of JSON; null removes one."""
    language: str | None | Unset = UNSET
    """ISO 639-1."""
    snoozed_until: datetime | None | Unset = UNSET


@frozen(kw_only=True)
class FollowerView:
    """Somebody who wants to hear of a ticket. `id` is what takes them away again."""

    id: UUID
    user_id: UUID | None
    email: str
    name: str


@frozen(kw_only=True)
class ActorView:
    """Who did something."""

    type: Literal["user", "api_key", "customer", "system"]
    id: UUID | None
    name: str


@frozen(kw_only=True)
class HistoryView:
    """One thing that happened to the ticket."""

    id: UUID
    seq: int
    """Its place in the organization's event log."""
    type: str
    actor: ActorView
    at: datetime
    data: Mapping[str, Any]


@frozen(kw_only=True)
class TypingView:
    """Whether the visitor is writing."""

    customer_is_typing: bool


@frozen
class Tickets:
    """Tickets."""

    _calls: Calls

    def list(
        self,
        *,
        status: Sequence[Status] | Status | None = None,
        priority: Sequence[Priority] | Priority | None = None,
        channel: Sequence[Channel] | Channel | None = None,
        assignee_id: str | None = None,
        team_id: UUID | None = None,
        customer_id: UUID | None = None,
        tag: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        updated_after: datetime | None = None,
        snoozed: bool | None = None,
        sla_breached: bool | None = None,
        q: str | None = None,
        include: Sequence[Literal["customer", "conversations"]]
        | Literal["customer", "conversations"]
        | None = None,
        limit: int | None = None,
        sort: Literal[
            "-created_at",
            "created_at",
            "-updated_at",
            "updated_at",
            "-last_message_at",
            "last_message_at",
            "-number",
            "number",
        ]
        | None = None,
    ) -> Pages[TicketView]:
        """List tickets, the newest first.

        assignee_id: A user's id, or `none`: nobody's.
        snoozed: Only tickets that are snoozed, or only those that are not.
        q: Words that must all occur; the last may be a beginning.
        limit: How many at the most.
        """
        return self._calls.pages(
            TicketView,
            "/api/v1/tickets",
            {
                "status": status,
                "priority": priority,
                "channel": channel,
                "assignee_id": assignee_id,
                "team_id": team_id,
                "customer_id": customer_id,
                "tag": tag,
                "created_after": created_after,
                "created_before": created_before,
                "updated_after": updated_after,
                "snoozed": snoozed,
                "sla_breached": sla_breached,
                "q": q,
                "include": include,
                "limit": limit,
                "sort": sort,
            },
        )

    async def create(
        self,
        *,
        subject: str,
        message: str,
        customer: NewTicketCustomer | Mapping[str, Any],
        priority: Priority | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> TicketView:
        """Open a ticket.

        subject: One line.
        message: Plain text; blank lines part paragraphs.
        tags: Labels without blanks or commas.
        custom_fields: Any members, 65,536 characters of JSON; null removes one.
        metadata: Any members, 65,536 characters of JSON; null removes one.
        """
        answered: TicketView = await self._calls.answer(
            TicketView,
            "POST",
            "/api/v1/tickets",
            body={
                "subject": subject,
                "message": message,
                "customer": customer,
                "priority": priority,
                "tags": tags,
                "custom_fields": custom_fields,
                "metadata": metadata,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(
        self,
        ticket_id: UUID | str,
        *,
        include: Sequence[Literal["customer", "conversations"]]
        | Literal["customer", "conversations"]
        | None = None,
    ) -> TicketView:
        """Read a ticket.

        A ticket that was merged answers 308 with the address of the one that it was merged into,
        and itself as the body.
        """
        answered: TicketView = await self._calls.answer(
            TicketView, "GET", f"/api/v1/tickets/{segment(ticket_id)}", 308, query={"include": include}
        )
        return answered

    async def change(
        self,
        ticket_id: UUID | str,
        *,
        subject: str | Unset = UNSET,
        status: Status | Unset = UNSET,
        priority: Priority | Unset = UNSET,
        assignee_id: UUID | None | Unset = UNSET,
        team_id: UUID | None | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        language: str | None | Unset = UNSET,
        snoozed_until: datetime | None | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> TicketView:
        """Change a ticket.

        subject: One line.
        tags: Labels without blanks or commas.
        custom_fields: Any members, 65,536 characters of JSON; null removes one.
        metadata: Any members, 65,536 characters of JSON; null removes one.
        language: ISO 639-1.
        """
        answered: TicketView = await self._calls.answer(
            TicketView,
            "PATCH",
            f"/api/v1/tickets/{segment(ticket_id)}",
            body={
                "subject": subject,
                "status": status,
                "priority": priority,
                "assignee_id": assignee_id,
                "team_id": team_id,
                "tags": tags,
                "custom_fields": custom_fields,
                "metadata": metadata,
                "language": language,
                "snoozed_until": snoozed_until,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, ticket_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Delete a ticket with its messages, and tickets that were merged into it."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/tickets/{segment(ticket_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def change_tickets(
        self,
        *,
        ids: Sequence[UUID],
        change: TicketPatch | None | Unset | Mapping[str, Any] = UNSET,
        delete: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> BulkResults:
        """Change, or delete, up to a hundred tickets at once.

        Each ticket is changed wholly or not at all, and all that happens takes effect together. The
        answer is 200 also
        where some or all tickets refuse.
        """
        answered: BulkResults = await self._calls.answer(
            BulkResults,
            "POST",
            "/api/v1/tickets/bulk",
            body={"ids": ids, "change": change, "delete": delete},
            key=idempotency_key or True,
        )
        return answered

    async def merge(
        self, ticket_id: UUID | str, *, into_id: UUID, idempotency_key: str | None = None
    ) -> TicketView:
        """Merge a ticket into another one, which is the answer.

        The other one takes over its messages and followers. The old id goes on leading there, and
        can be unmerged.
        """
        answered: TicketView = await self._calls.answer(
            TicketView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/merge",
            body={"into_id": into_id},
            key=idempotency_key or True,
        )
        return answered

    async def unmerge(self, ticket_id: UUID | str, *, idempotency_key: str | None = None) -> TicketView:
        """Let a merged ticket live again, by its old id, with the messages that were written on it.

        What was said after the merge stays where it is. Mail no longer merges the two.
        """
        answered: TicketView = await self._calls.answer(
            TicketView, "POST", f"/api/v1/tickets/{segment(ticket_id)}/unmerge", key=idempotency_key or True
        )
        return answered

    async def split(
        self,
        ticket_id: UUID | str,
        *,
        conversation_ids: Sequence[UUID],
        subject: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> TicketView:
        """Open a ticket with messages of this one, which are no longer here then.

        subject: By default that of the ticket.
        """
        answered: TicketView = await self._calls.answer(
            TicketView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/split",
            body={"conversation_ids": conversation_ids, "subject": subject},
            key=idempotency_key or True,
        )
        return answered

    async def snooze(
        self, ticket_id: UUID | str, *, until: datetime, idempotency_key: str | None = None
    ) -> TicketView:
        """Put a ticket off until a time; a message of the customer brings it back at once.

        until: Later than now.
        """
        answered: TicketView = await self._calls.answer(
            TicketView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/snooze",
            body={"until": until},
            key=idempotency_key or True,
        )
        return answered

    async def unsnooze(self, ticket_id: UUID | str, *, idempotency_key: str | None = None) -> TicketView:
        """Bring a ticket back that was put off."""
        answered: TicketView = await self._calls.answer(
            TicketView, "POST", f"/api/v1/tickets/{segment(ticket_id)}/unsnooze", key=idempotency_key or True
        )
        return answered

    async def list_followers(self, ticket_id: UUID | str) -> Page[FollowerView]:
        """List those who want to hear of a ticket, all on one page."""
        answered: Page[FollowerView] = await self._calls.answer(
            Page[FollowerView], "GET", f"/api/v1/tickets/{segment(ticket_id)}/followers"
        )
        return answered

    async def add_follower(
        self,
        ticket_id: UUID | str,
        *,
        user_id: UUID | None | Unset = UNSET,
        email: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> FollowerView:
        """Follow a ticket. The address of a user means the user; one who follows already goes on doing
        so.
        """
        answered: FollowerView = await self._calls.answer(
            FollowerView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/followers",
            body={"user_id": user_id, "email": email},
            key=idempotency_key or True,
        )
        return answered

    async def remove_follower(
        self,
        ticket_id: UUID | str,
        follower_id: UUID | str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Stop following a ticket."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/tickets/{segment(ticket_id)}/followers/{segment(follower_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    def list_history(
        self,
        ticket_id: UUID | str,
        *,
        limit: int | None = None,
        sort: Literal["-recorded_at", "recorded_at"] | None = None,
    ) -> Pages[HistoryView]:
        """List what happened to a ticket, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            HistoryView, f"/api/v1/tickets/{segment(ticket_id)}/history", {"limit": limit, "sort": sort}
        )

    async def type_on(
        self, ticket_id: UUID | str, *, typing: bool, idempotency_key: str | None = None
    ) -> TypingView:
        """Say that an agent begins or stops to write on a ticket; the answer says whether the visitor
        does.

        It holds for some seconds, and reaches those who listen to the same process.
        """
        answered: TypingView = await self._calls.answer(
            TypingView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/typing",
            body={"typing": typing},
            key=idempotency_key or True,
        )
        return answered
