"""Somebody wants to hear of a ticket, or no longer."""

from uuid import UUID, uuid5

from attrs import frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import Conflict, InvalidValue, NotFound, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId, UserId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step
from helpdesk_core.use_cases.tickets.find_named import active_user
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Actor, User


@frozen
class TicketFollower:
    """Somebody who wants to hear of a ticket: a user, or whoever reads mail at an address.

    `id` is the user's, or one that stands for the address on this ticket.
    """

    id: UUID
    email: str
    user: User | None = None


@frozen
class FollowTicket:
    """Adds a follower, by user or by address; returns who it is. One who follows already goes on doing so."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        actor: Actor,
        user_id: UserId | None,
        email: str | None,
    ) -> TicketFollower:
        async def unit(work: Work) -> TicketFollower:
            ticket = await _unmerged(organization_id, ticket_id, work)
            follower = await _wanted(organization_id, user_id, email, work)
            followers = tuple(dict.fromkeys((*ticket.followers, follower)))
            occasion = Occasion(self.clock(), self.new_id, actor)
            changed = await change_step(ticket, TicketChange(followers=followers), work, occasion)
            return await _shown(changed, follower, work)

        return await self.store.transact(unit)


@frozen
class UnfollowTicket:
    """Takes a follower away; NotFound where there is none of this id."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor, follower_id: UUID
    ) -> None:
        async def unit(work: Work) -> None:
            ticket = await _unmerged(organization_id, ticket_id, work)
            left = tuple(one for one in ticket.followers if follower_id_of(ticket, one) != follower_id)
            if left == ticket.followers:
                raise NotFound("follower", follower_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await change_step(ticket, TicketChange(followers=left), work, occasion)

        await self.store.transact(unit)


async def followers_of(
    organization_id: OrganizationId, ticket_id: TicketId, view: View
) -> list[TicketFollower]:
    """Who follows the ticket, or the one it was merged into."""
    ticket = await existing_ticket(organization_id, ticket_id, view)
    return [await _shown(ticket, follower, view) for follower in ticket.followers]


def follower_id_of(ticket: Ticket, follower: str) -> UUID:
    """The id of one of the ticket's followers."""
    return uuid5(ticket.id, follower) if "@" in follower else UUID(follower)


async def _shown(ticket: Ticket, follower: str, view: View) -> TicketFollower:
    if "@" in follower:
        return TicketFollower(follower_id_of(ticket, follower), follower)
    user = await view.users.get(ticket.organization_id, UserId(UUID(follower)))
    return TicketFollower(UUID(follower), user.email if user else "", user)


async def _wanted(
    organization_id: OrganizationId, user_id: UserId | None, email: str | None, work: Work
) -> str:
    """The follower as the ticket keeps it; an address of a user's means the user."""
    if user_id is not None and email is None:
        return str((await active_user(organization_id, user_id, "user_id", work)).id)
    if email is None or user_id is not None:
        raise InvalidValue("user_id", "either user_id or email must be given")
    address = normal_email(email)
    user = await work.users.by_email(address)
    known = user is not None and user.organization_id == organization_id and user.disabled_at is None
    return str(user.id) if user is not None and known else address


async def _unmerged(organization_id: OrganizationId, ticket_id: TicketId, work: Work) -> Ticket:
    ticket = existing(await work.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
    if ticket.merged_into_id is not None:
        raise Conflict(f"Ticket {ticket.number} was merged; follow the one it was merged into.")
    return ticket
