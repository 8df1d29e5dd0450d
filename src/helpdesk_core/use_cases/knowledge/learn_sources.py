"""Articles and solved tickets are learned: what they say now becomes what is known of them.

Everything here reads a source as it stands and makes its passages the same, so it does not matter who comes first, the
follower of the log or a sync, nor how often.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from helpdesk_core.articles import Article
from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.delivery_reports import is_report
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ArticleId, JobId, NewId, OrganizationId, TicketId
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.knowledge.cutting import Cut, Said, SolvedTicket, cut_article, cut_ticket, passages_of
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.paging import MAX_LIMIT, Page
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import DONE, Ticket

Material = Article | SolvedTicket
"""What a source says, before it is cut."""
PEOPLE = frozenset({AuthorType.CUSTOMER, AuthorType.USER})
"""Authors whose names are somebody's; a program may be called after what it sells."""
LATER: Final = timedelta(seconds=30)
MESSAGES_READ = MAX_LIMIT
"""Of one ticket: the first ones."""


def cut(material: Material) -> Cut:
    """The source in pieces. Total."""
    return cut_article(material) if isinstance(material, Article) else cut_ticket(material)


async def material_of(
    organization_id: OrganizationId, source: SourceKind, source_id: UUID, view: View
) -> Material | None:
    """What there is to learn of a source as it stands; None where there is nothing, or no such source."""
    if source is SourceKind.ARTICLE:
        return await view.articles.get(organization_id, ArticleId(source_id))
    ticket = await view.tickets.get(organization_id, TicketId(source_id))
    return None if ticket is None else await solved_ticket(ticket, view)


async def solved_ticket(ticket: Ticket, view: View) -> SolvedTicket | None:
    """What there is to learn of a ticket: of one that is done, whose customer is welcome, and that somebody answered.

    A message that was redacted or erased is not learned from, nor is what machines and colleagues said.
    """
    if ticket.status not in DONE or ticket.merged_into_id is not None or ticket.message_count < 2:
        return None
    organization_id = ticket.organization_id
    customer = await view.customers.get(organization_id, ticket.customer_id)
    if customer is None or customer.blocked:
        return None
    page = Page(limit=MESSAGES_READ, sort="created_at")
    messages = (await view.conversations.of_ticket(organization_id, ticket.id, page)).items
    users = await view.users.of(organization_id)
    told = [message for message in messages if _teaches(message)]
    if not any(message.kind is Kind.REPLY for message in told):
        return None
    authors = (message.author.name for message in messages if message.author.type in PEOPLE)
    names = (customer.name, *(user.name for user in users), *authors)
    return SolvedTicket(
        id=ticket.id,
        subject=ticket.subject,
        messages=tuple(_said(message) for message in told),
        names=frozenset(name.strip() for name in names if name.strip()),
        language=ticket.language or next((one.language for one in told if one.language), None),
        updated_at=told[-1].created_at,
    )


async def learn_step(
    organization_id: OrganizationId,
    source: SourceKind,
    source_ids: Sequence[UUID],
    work: Work,
    new_id: NewId,
    prepared: Mapping[UUID, tuple[Material, Cut]] | None = None,
) -> int:
    """The step: these sources are known as they stand, or not any more; how many have new passages.

    prepared: what was cut beforehand, of which no more is taken than what still holds.
    """
    known = await work.passages.digests(organization_id, source, source_ids)
    gone: list[UUID] = []
    learned = 0
    for source_id in source_ids:
        material = await material_of(organization_id, source, source_id, work)
        before, ready = (prepared or {}).get(source_id, (None, None))
        pieces = None if material is None else ready if ready and material == before else cut(material)
        if pieces is None or not pieces.pieces:
            gone += [source_id] if source_id in known else []
        elif pieces.digest != known.get(source_id):
            passages = passages_of(pieces, organization_id, new_id)
            await work.passages.put(organization_id, source, source_id, passages)
            learned += 1
    if gone:
        await work.passages.remove(organization_id, source, gone)
    return learned


async def forget_tickets_step(
    organization_id: OrganizationId, ticket_ids: Iterable[TicketId], work: Work
) -> None:
    """The step: nothing is known of these tickets any more, and what was suggested on them is gone."""
    ids = list(ticket_ids)
    await work.passages.remove(organization_id, SourceKind.TICKET, ids)
    await work.suggestions.forget(organization_id, ids)


async def order_embedding_step(organization_id: OrganizationId, work: Work, occasion: Occasion) -> None:
    """The step: passages without a vector are to get one, by a job that is in line already, or by one more.

    One that is at work goes on until none is left; only in case that it has just looked for the last time, another one
    looks after it a little later.
    """
    fact = f"embedding:{organization_id}"
    last = await work.facts.get(fact)
    job = None if last is None else await work.jobs.get(JobId(UUID(last)))
    if job is not None and job.state in (JobState.QUEUED, JobState.FAILED):
        return
    at_work = job is not None and job.state is JobState.RUNNING
    run_at = occasion.at + LATER if at_work else occasion.at
    job = occasion.job(organization_id, JobKind.EMBED_PASSAGES, {}, run_at)
    await work.jobs.add(job)
    await work.facts.put(fact, str(job.id))


def _teaches(message: Conversation) -> bool:
    return (
        message.redacted_at is None
        and message.kind in (Kind.INBOUND, Kind.REPLY)
        and message.author.type is not AuthorType.SYSTEM
        and not is_report(message)
    )


def _said(message: Conversation) -> Said:
    text = message.content_text if message.new_text is None else message.new_text
    return Said(text, message.kind is Kind.REPLY, message.created_at)
