"""Suggestions.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.suggestions.suggestions import SuggestionState
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages
from helpdesk_http.client.streams import Stream


@frozen(kw_only=True)
class SourceView:
    """What a suggestion rests on."""

    kind: SourceKind
    """What `id` is the id of."""
    id: UUID
    title: str
    excerpt: str
    """How the passage begins."""


@frozen(kw_only=True)
class SuggestionView:
    """A suggested reply. Without sources nothing was found that answers, and `text` says so to the
    agent.
    """

    id: UUID
    ticket_id: UUID
    conversation_id: UUID | None
    """The customer's message that it answers."""
    text: str
    language: str | None
    sources: Sequence[SourceView]
    made_by: str
    """`embedded`, or the name of the model."""
    automatic: bool
    """The desk made it for a new ticket by itself."""
    state: SuggestionState
    """`used`: sent as it was, `edited`: sent with changes, `dismissed`: nobody wants it."""
    settled_at: datetime | None
    settled_by: UUID | None
    """The user; null where a program did it."""
    created_at: datetime


@frozen(kw_only=True)
class PointView:
    """A sentence of a summary."""

    conversation_id: UUID
    """The message that says it."""
    author: Literal["customer", "agent"]
    """Who said it."""
    text: str


@frozen(kw_only=True)
class SummaryView:
    """What customer and agents have said to each other; notes are left out."""

    text: str
    points: Sequence[PointView]
    """The sentences it consists of; none where a model wrote it."""
    made_by: str
    """`embedded`, or the name of the model."""
    messages: int
    """How many it is made of."""


@frozen(kw_only=True)
class SimilarView:
    """A solved ticket that is like another."""

    id: UUID
    number: int
    subject: str
    status: Status
    tags: Sequence[str]
    likeness: float | None
    """How alike they are in meaning, 0 to 1; null: only words were compared."""
    excerpt: str
    """What was asked there, without anything that tells who asked."""
    resolved_at: datetime | None


@frozen(kw_only=True)
class SimilarTickets:
    """The most alike first."""

    data: Sequence[SimilarView]


@frozen(kw_only=True)
class TagShareView:
    """A tag that the ticket does not bear yet."""

    tag: str
    share: float
    """Which part of the tickets that are alike have it, by how alike they are."""
    tickets: int


@frozen(kw_only=True)
class PriorityShareView:
    """The most usual priority."""

    priority: Priority
    share: float
    """Which part of the tickets that are alike have it, by how alike they are."""
    tickets: int


@frozen(kw_only=True)
class PropertiesView:
    """What a ticket may be given, going by solved tickets that are like it."""

    tags: Sequence[TagShareView]
    """The greatest share first; none below a quarter."""
    priority: PriorityShareView | None
    """Null where no ticket is like it."""
    based_on: int
    """How many tickets are like it."""


@frozen
class Suggestions:
    """Suggestions."""

    _calls: Calls

    def stream_reply(self, *, ticket_id: UUID, count: int | Unset = UNSET) -> Stream:
        """Write replies to a ticket's customer, as server-sent events.

        `suggestion.start` (`index`, `made_by`), `token` (`index`, `text`) and `suggestion.end`
        (`index`, `id`, `text`,
        `sources`) for each reply, then `done`: all are kept with the ticket. Where the model fails,
        a reply begins anew
        with `restarted` and is written without it. `error` (`message`) ends a stream of which
        nothing is kept; so does
        closing it. Where nothing is known that answers, the only reply says so and has no sources.
        """
        return self._calls.stream("/api/ai/stream-reply-suggestions", {})

    def list(
        self,
        ticket_id: UUID | str,
        *,
        state: SuggestionState | None = None,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[SuggestionView]:
        """List the replies that were suggested for a ticket, the newest first.

        state: Only those in this state.
        limit: How many at the most.
        """
        return self._calls.pages(
            SuggestionView,
            f"/api/v1/tickets/{segment(ticket_id)}/suggestions",
            {"state": state, "limit": limit, "sort": sort},
        )

    async def dismiss(
        self, suggestion_id: UUID | str, *, idempotency_key: str | None = None
    ) -> SuggestionView:
        """Say that nobody wants a suggestion. One that was sent stays what it is (409)."""
        answered: SuggestionView = await self._calls.answer(
            SuggestionView,
            "POST",
            f"/api/v1/suggestions/{segment(suggestion_id)}/dismiss",
            key=idempotency_key or True,
        )
        return answered

    async def summarize_ticket(self, ticket_id: UUID | str) -> SummaryView:
        """Read a ticket in short.

        Written by the model where one is configured and answers; else it is the sentences that say
        most, and the same
        ticket has the same ones.
        """
        answered: SummaryView = await self._calls.answer(
            SummaryView, "GET", f"/api/v1/tickets/{segment(ticket_id)}/summary"
        )
        return answered

    async def list_similar_tickets(
        self, ticket_id: UUID | str, *, limit: int | None = None
    ) -> SimilarTickets:
        """List solved tickets that are like this one.

        limit: How many at the most.
        """
        answered: SimilarTickets = await self._calls.answer(
            SimilarTickets, "GET", f"/api/v1/tickets/{segment(ticket_id)}/similar", query={"limit": limit}
        )
        return answered

    async def suggest_properties(self, ticket_id: UUID | str) -> PropertiesView:
        """Suggest tags and a priority for a ticket, as solved tickets that are like it have them."""
        answered: PropertiesView = await self._calls.answer(
            PropertiesView, "GET", f"/api/v1/tickets/{segment(ticket_id)}/suggested-properties"
        )
        return answered
