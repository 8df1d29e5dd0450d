"""What is known keeps up with what happens: the follower of the log that learns, and forgets."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from attrs import frozen

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ArticleId, CustomerId, NewId, OrganizationId, TicketId
from helpdesk_core.jobs import JobKind
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.paging import MAX_LIMIT, Page
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.models import Embedder
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import DONE
from helpdesk_core.use_cases.automation.gather_facts import ticket_named_by
from helpdesk_core.use_cases.knowledge.learn_sources import learn_step, order_embedding_step
from helpdesk_core.use_cases.knowledge.order_sync import order_sync_step
from helpdesk_core.users import DESK

OF_TICKETS = frozenset(
    {
        *(f"ticket.{what}" for what in ("created", "updated", "deleted", "merged", "unmerged", "split")),
        "conversation.created",
        "conversation.updated",
    }
)
OF_ARTICLES = frozenset({"article.created", "article.updated", "article.deleted"})
OF_CUSTOMERS = frozenset({"customer.updated", "customer.merged", "customer.blocked", "customer.unblocked"})
"""After which a customer may have a name that must not stand in what is known, or is no longer welcome."""

LARGE = 100_000
"""Characters of an article that takes more than some hundredths of a second to cut."""


@frozen
class FollowSources:
    """A follower of the log that keeps passages the same as what they are cut out of.

    It reads things as they stand, not as events tell them, so it does not matter how late it is. What an import
    brings is left to the sync that its end orders, but for what is known already.
    """

    clock: Clock
    new_id: NewId
    embedder: Embedder | None
    """Without one, passages get no vectors."""

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        organization_id = events[0].organization_id
        occasion = Occasion(self.clock(), self.new_id, DESK)
        articles = _named((event.subject_id, event) for event in events if event.type in OF_ARTICLES)
        tickets = _named((ticket_named_by(event), event) for event in events if event.type in OF_TICKETS)
        for event in events:
            if event.type in OF_CUSTOMERS:
                theirs = await _newest_of(organization_id, CustomerId(event.subject_id), work)
                tickets = {**dict.fromkeys(theirs, False), **tickets}
        learned = 0
        for source, touched in ((SourceKind.ARTICLE, articles), (SourceKind.TICKET, tickets)):
            ids = await _worthwhile(organization_id, source, touched, work)
            if source is SourceKind.ARTICLE:
                ids = await _without_large(organization_id, ids, work, occasion)
            learned += await learn_step(organization_id, source, ids, work, self.new_id) if ids else 0
        if learned and self.embedder is not None:
            await order_embedding_step(organization_id, work, occasion)
        if any(event.type == "import.completed" and not event.data.get("dry") for event in events):
            await order_sync_step(organization_id, work, occasion, again=True)


def _named(events: Iterable[tuple[UUID | None, DomainEvent]]) -> dict[UUID, bool]:
    """What the events name, and whether any of them is news, not history."""
    named: dict[UUID, bool] = {}
    for subject_id, event in events:
        if subject_id is not None:
            named[subject_id] = named.get(subject_id, False) or not event.quiet
    return named


async def _newest_of(organization_id: OrganizationId, customer_id: CustomerId, work: Work) -> Sequence[UUID]:
    page = Page(limit=MAX_LIMIT, sort="-created_at")
    return [ticket.id for ticket in (await work.belongings.tickets(organization_id, customer_id, page)).items]


async def _worthwhile(
    organization_id: OrganizationId, source: SourceKind, touched: Mapping[UUID, bool], work: Work
) -> Sequence[UUID]:
    """Those that are known, and those of which there is news and that may teach something now."""
    if not touched:
        return ()
    known = await work.passages.digests(organization_id, source, list(touched))
    return [
        source_id
        for source_id, is_news in touched.items()
        if source_id in known or (is_news and await _may_teach(organization_id, source, source_id, work))
    ]


async def _without_large(
    organization_id: OrganizationId, ids: Sequence[UUID], work: Work, occasion: Occasion
) -> Sequence[UUID]:
    """Articles that are cut right here; of the others each becomes a job, since a unit of work holds up others."""
    small: list[UUID] = []
    for article_id in ids:
        article = await work.articles.get(organization_id, ArticleId(article_id))
        if article is None or len(article.body.html) <= LARGE:
            small.append(article_id)
        else:
            payload = {"article_id": str(article_id)}
            await work.jobs.add(occasion.job(organization_id, JobKind.SYNC_KNOWLEDGE, payload))
    return small


async def _may_teach(
    organization_id: OrganizationId, source: SourceKind, source_id: UUID, work: Work
) -> bool:
    if source is SourceKind.ARTICLE:
        return True
    ticket = await work.tickets.get(organization_id, TicketId(source_id))
    return ticket is not None and ticket.status in DONE
