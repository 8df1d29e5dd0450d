"""What is told about tickets beside them: a summary, others that are like them, properties they may have, and gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.ids import TicketId
from helpdesk_core.suggestions.gaps import Gap
from helpdesk_core.suggestions.properties import Alike
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.users import Scope
from helpdesk_http.fields import About, Number
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller

Share = Annotated[
    float, About(doc="Which part of the tickets that are alike have it, by how alike they are.", example=0.75)
]


@frozen
class PointView:
    """A sentence of a summary."""

    conversation_id: Annotated[UUID, About(doc="The message that says it.")]
    author: Annotated[Literal["customer", "agent"], About(doc="Who said it.")]
    text: str


@frozen
class SummaryView:
    """What customer and agents have said to each other; notes are left out."""

    text: str
    points: Annotated[
        Sequence[PointView], About(doc="The sentences it consists of; none where a model wrote it.")
    ]
    made_by: Annotated[str, About(doc="`embedded`, or the name of the model.", example="embedded")]
    messages: Annotated[int, About(doc="How many it is made of.")]


@frozen(kw_only=True)
class SimilarQuery:
    limit: Annotated[int, Number(min=1, max=25, doc="How many at the most.")] = 5


@frozen(kw_only=True)
class SimilarView:
    """A solved ticket that is like another."""

    id: UUID
    number: int
    subject: str
    status: Status
    tags: Sequence[str]
    likeness: Annotated[
        float | None, About(doc="How alike they are in meaning, 0 to 1; null: only words were compared.")
    ]
    excerpt: Annotated[str, About(doc="What was asked there, without anything that tells who asked.")]
    resolved_at: datetime | None


@frozen
class SimilarTickets:
    """The most alike first."""

    data: Sequence[SimilarView]


@frozen
class TagShareView:
    """A tag that the ticket does not bear yet."""

    tag: str
    share: Share
    tickets: int


@frozen
class PriorityShareView:
    """The most usual priority."""

    priority: Priority
    share: Share
    tickets: int


@frozen
class PropertiesView:
    """What a ticket may be given, going by solved tickets that are like it."""

    tags: Annotated[Sequence[TagShareView], About(doc="The greatest share first; none below a quarter.")]
    priority: Annotated[PriorityShareView | None, About(doc="Null where no ticket is like it.")]
    based_on: Annotated[int, About(doc="How many tickets are like it.")]


@frozen(kw_only=True)
class GapQuery:
    limit: Annotated[int, Number(min=1, max=50, doc="How many at the most.")] = 20


@frozen(kw_only=True)
class GapView:
    """A question to which nothing is written down."""

    question: Annotated[str, About(doc="As it was asked last, in short.")]
    count: Annotated[int, About(doc="How many messages ask for it.")]
    ticket_ids: Annotated[Sequence[UUID], About(doc="Where, the newest first: ten at the most.")]
    first_asked_at: datetime
    last_asked_at: datetime


@frozen
class KnowledgeGaps:
    """Those that were asked most often first."""

    data: Sequence[GapView]


async def summarize_ticket(desk: Container, who: Caller, ticket_id: UUID) -> SummaryView:
    """Read a ticket in short.

    Written by the model where one is configured and answers; else it is the sentences that say most, and the same
    ticket has the same ones.
    """
    summary = await desk.summarize_ticket()(who.organization_id, TicketId(ticket_id))
    points = [PointView(one.message_id, one.who, one.text) for one in summary.points]
    return SummaryView(summary.text, points, summary.made_by, summary.messages)


async def list_similar_tickets(
    desk: Container, who: Caller, ticket_id: UUID, query: SimilarQuery
) -> SimilarTickets:
    """List solved tickets that are like this one."""
    found = await desk.find_similar()(who.organization_id, TicketId(ticket_id), query.limit)
    return SimilarTickets([*map(_similar, found)])


async def suggest_properties(desk: Container, who: Caller, ticket_id: UUID) -> PropertiesView:
    """Suggest tags and a priority for a ticket, as solved tickets that are like it have them."""
    found = await desk.find_similar().properties(who.organization_id, TicketId(ticket_id))
    usual = found.priority
    return PropertiesView(
        [TagShareView(one.tag, one.share, one.tickets) for one in found.tags],
        None if usual is None else PriorityShareView(usual.priority, usual.share, usual.tickets),
        found.based_on,
    )


async def list_knowledge_gaps(desk: Container, who: Caller, query: GapQuery) -> KnowledgeGaps:
    """List questions that no article and no solved ticket answers, those that are alike together.

    They come from suggestions that found nothing. What finds something by now is left out, and so is what was
    dismissed (`POST /api/v1/suggestions/{suggestion_id}/dismiss`); of all that is left the newest 300 are looked at.
    """
    gaps = await desk.find_gaps()(who.organization_id, query.limit)
    return KnowledgeGaps([*map(_gap, gaps)])


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/tickets/{ticket_id}/summary",
        summarize_ticket,
        tag="Suggestions",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "GET /api/v1/tickets/{ticket_id}/similar",
        list_similar_tickets,
        tag="Suggestions",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "GET /api/v1/tickets/{ticket_id}/suggested-properties",
        suggest_properties,
        tag="Suggestions",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation("GET /api/v1/knowledge/gaps", list_knowledge_gaps, tag="Knowledge", auth=key(Scope.READ)),
)


def _similar(one: Alike) -> SimilarView:
    ticket = one.ticket
    likeness = None if one.likeness is None else round(min(1.0, max(0.0, one.likeness)), 4)
    return SimilarView(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        tags=ticket.tags,
        likeness=likeness,
        excerpt=one.excerpt,
        resolved_at=ticket.resolved_at,
    )


def _gap(gap: Gap) -> GapView:
    times = [one.asked_at for one in gap.questions]
    return GapView(
        question=gap.shown,
        count=len(gap.questions),
        ticket_ids=[*dict.fromkeys(one.ticket_id for one in gap.questions)][:10],
        first_asked_at=min(times),
        last_asked_at=max(times),
    )
