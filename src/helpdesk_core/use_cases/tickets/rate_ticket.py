"""A ticket is rated by how content its customer is."""

from attrs import frozen

from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.figures import rates
from helpdesk_core.ids import NewId, OrganizationId, RatingId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.satisfaction import SatisfactionRating, Score, rated_again
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Actor


@frozen
class RateTicket:
    """Rates a ticket; once more changes the rating. That of a merged ticket goes to the one it was merged into.

    Returns the rating, and whether it is the first one.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        actor: Actor,
        score: Score,
        comment: str | None = None,
    ) -> tuple[SatisfactionRating, bool]:
        async def unit(work: Work) -> tuple[SatisfactionRating, bool]:
            ticket = await existing_ticket(organization_id, ticket_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            known = await work.ratings.of_ticket(organization_id, ticket.id)
            if known is None:
                rating = SatisfactionRating(
                    id=RatingId(self.new_id()),
                    organization_id=organization_id,
                    ticket_id=ticket.id,
                    customer_id=ticket.customer_id,
                    assignee_id=ticket.assignee_id,
                    score=score,
                    comment=comment or "",
                    created_at=occasion.at,
                    updated_at=occasion.at,
                )
                await work.ratings.add(rating)
            else:
                rating = rated_again(known, score, comment, ticket.assignee_id, occasion.at)
                if rating == known:
                    return known, False
                await work.ratings.replace(rating)
            data = {
                "ticket_id": str(ticket.id),
                "score": rating.score.value,
                **rates(known, rating, ticket.channel),
            }
            await work.log.append(occasion.event(organization_id, "satisfaction.rated", rating.id, data))
            return rating, known is None

        return await self.store.transact(unit)


@frozen
class DeleteRating:
    """Takes a rating back."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, rating_id: RatingId, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            rating = existing(
                await work.ratings.get(organization_id, rating_id), "satisfaction rating", rating_id
            )
            await work.ratings.remove(organization_id, rating_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            ticket = await work.tickets.get(organization_id, rating.ticket_id)
            told = rates(rating, None, ticket.channel) if ticket is not None else {}
            data = {"ticket_id": str(rating.ticket_id), **told}
            await work.log.append(occasion.event(organization_id, "satisfaction.deleted", rating_id, data))

        await self.store.transact(unit)
