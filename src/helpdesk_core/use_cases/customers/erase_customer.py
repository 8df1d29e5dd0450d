"""A customer is forgotten: name, addresses, words and files go, everywhere; what happened stays countable."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import EMAIL, Customer, emptied, is_empty
from helpdesk_core.errors import Conflict
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, NewId, OrganizationId, TicketId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.paging import MAX_LIMIT, Page, Slice, pages
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy import COUNTED, Erasure, ErasureState, Person, counted, person_of
from helpdesk_core.suppression import address_keys
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.customers.erase_correspondences import (
    leave_correspondences_step,
    words_of_correspondences,
)
from helpdesk_core.use_cases.customers.erase_orders import (
    erase_orders_step,
    has_many_orders,
    leave_shops_step,
    words_of_shops,
)
from helpdesk_core.use_cases.customers.erase_origins import erase_origins_step
from helpdesk_core.use_cases.customers.erase_traces import sweeping_of
from helpdesk_core.use_cases.customers.erase_words import erase_on_ticket
from helpdesk_core.use_cases.customers.merge_customers import known_customer
from helpdesk_core.use_cases.files.forget_blobs import forget_held_step
from helpdesk_core.users import DESK, Actor

T = TypeVar("T", Ticket, Conversation)

NEWEST_FIRST = Page(limit=MAX_LIMIT, sort="-created_at")
TICKETS_AT_ONCE = 25
MESSAGES_AT_ONCE = 250
"""Up to so many tickets with so many messages are erased while the caller waits; more is a job's."""


@frozen
class EraseCustomer:
    """Erases a customer, or says how far that has come; the receipt stays the same one however often it is asked for.

    Small ones are erased when it returns (state `erased`), large ones ticket by ticket by a job (`erasing`). Afterwards
    another job removes what lies outside the customer's own things: bytes of files, raw webhooks that name them. What
    they send from now on is from somebody new. Conflict for one who was merged: the other one is to be erased.
    """

    store: Store
    clock: Clock
    new_id: NewId
    tickets_at_once: int = TICKETS_AT_ONCE

    async def __call__(
        self, organization_id: OrganizationId, customer_id: CustomerId, actor: Actor
    ) -> Erasure:
        async def unit(work: Work) -> Erasure:
            customer = await known_customer(organization_id, customer_id, work)
            if customer.merged_into_id is not None:
                raise Conflict(f"The customer was merged into {customer.merged_into_id}; erase that one.")
            known = await work.erasures.of_customer(organization_id, customer_id)
            if known is not None and known.state is ErasureState.ERASING:
                return known
            if known is not None and is_empty(customer) and await _is_erased(customer, work):
                return known
            occasion = Occasion(self.clock(), self.new_id, actor)
            erasure = await self._begun(known, customer, work, occasion)
            await leave_shops_step(customer, work, occasion)
            if await self._is_large(customer, work):
                await work.jobs.add(_erasing(erasure, occasion))
                return erasure
            wrote = await _addresses_of(customer, work)
            for ticket_id in await tickets_of(customer, work):
                erasure = counted(erasure, await erase_on_ticket(customer, ticket_id, work, occasion))
            return await finish_step(erasure, customer, wrote, work, occasion)

        return await self.store.transact(unit)

    async def _is_large(self, customer: Customer, work: Work) -> bool:
        """Seen without reading what they wrote."""
        organization_id = customer.organization_id
        newest = await work.belongings.tickets(organization_id, customer.id, Page(limit=MAX_LIMIT))
        ids = {*await work.belongings.taking_part(organization_id, customer.id)}
        ids.update(await work.belongings.following(organization_id, customer.emails))
        ids.update(ticket.id for ticket in newest.items)
        if newest.next is not None or len(ids) > self.tickets_at_once:
            return True
        if await has_many_orders(customer, work):
            return True
        found = [await work.tickets.get(organization_id, ticket_id) for ticket_id in sorted(ids)]
        return sum(ticket.message_count for ticket in found if ticket is not None) > MESSAGES_AT_ONCE

    async def _begun(
        self, known: Erasure | None, customer: Customer, work: Work, occasion: Occasion
    ) -> Erasure:
        if known is not None:  # they were known again since
            begun = evolve(known, state=ErasureState.ERASING, requested_at=occasion.at, finished_at=None)
            await work.erasures.replace(begun)
            return begun
        begun = Erasure(
            id=self.new_id(),
            organization_id=customer.organization_id,
            customer_id=customer.id,
            state=ErasureState.ERASING,
            erased=dict.fromkeys(COUNTED, 0),
            requested_at=occasion.at,
        )
        await work.erasures.add(begun)
        return begun


@frozen
class GoOnErasing:
    """The job for a customer with many messages: one ticket a unit, and in the end the customer. Again is harmless."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        customer, erasure = await self.store.read(partial(_begun_on, organization_id, customer_id))
        if customer is None or erasure is None or erasure.state is ErasureState.ERASED:
            return
        wrote = await self.store.read(partial(_addresses_of, customer))
        for ticket_id in await self.store.read(partial(tickets_of, customer)):
            await self.store.transact(partial(self._erase, customer, ticket_id))
        while await self.store.transact(partial(self._erase_orders, customer)):
            pass
        await self.store.transact(partial(self._finish, customer, wrote))

    async def _erase(self, customer: Customer, ticket_id: TicketId, work: Work) -> None:
        erasure = await work.erasures.of_customer(customer.organization_id, customer.id)
        if erasure is None or erasure.state is ErasureState.ERASED:
            return
        occasion = Occasion(self.clock(), self.new_id, DESK)
        done = await erase_on_ticket(customer, ticket_id, work, occasion)
        await work.erasures.replace(counted(erasure, done))

    async def _erase_orders(self, customer: Customer, work: Work) -> int:
        erasure = await work.erasures.of_customer(customer.organization_id, customer.id)
        if erasure is None or erasure.state is ErasureState.ERASED:
            return 0
        done = await erase_orders_step(customer, work, Occasion(self.clock(), self.new_id, DESK))
        await work.erasures.replace(counted(erasure, done))
        return done["orders"]

    async def _finish(self, customer: Customer, wrote: Sequence[str], work: Work) -> None:
        fresh, erasure = await _begun_on(customer.organization_id, customer.id, work)
        if fresh is None or erasure is None or erasure.state is ErasureState.ERASED:
            return
        occasion = Occasion(self.clock(), self.new_id, DESK)
        # What has come in meanwhile goes too.
        for ticket_id in await tickets_of(fresh, work, since=erasure.requested_at):
            erasure = counted(erasure, await erase_on_ticket(fresh, ticket_id, work, occasion))
        await finish_step(erasure, fresh, wrote, work, occasion)


async def finish_step(
    erasure: Erasure, customer: Customer, wrote: Sequence[str], work: Work, occasion: Occasion
) -> Erasure:
    """The step: the customer becomes nobody, and the receipt is complete.

    wrote: the addresses by which raw webhooks of theirs, and mail that is held, are found.
    """
    organization_id = customer.organization_id
    await leave_shops_step(customer, work, occasion)
    named = (
        *wrote,
        *await words_of_shops(customer, work),
        *await words_of_correspondences(customer, work),
    )
    await leave_correspondences_step(customer, work)
    erasure = counted(erasure, await erase_orders_step(customer, work, occasion))
    await erase_origins_step(customer, Person(person_of(customer).names, tuple(wrote)), work)
    await work.customers.replace(emptied(customer, occasion.at))
    await work.belongings.forget_visits(organization_id, customer.id)
    for mail in await work.quarantine.from_senders(organization_id, [one.lower() for one in wrote]):
        await forget_held_step(mail, work, occasion)
    theirs = address_keys((*wrote, *(one.value for one in customer.contacts if one.kind == EMAIL)))
    await work.suppressed_addresses.forget(organization_id, theirs)
    # What was answered may hold their words. It cannot be looked into, since it is sealed.
    answers = await work.kept_answers.forget_of(organization_id)
    done = evolve(counted(erasure, {"answers": answers}), state=ErasureState.ERASED, finished_at=occasion.at)
    await work.erasures.replace(done)
    await work.jobs.add(sweeping_of(done, named, occasion))
    await work.log.append(
        occasion.event(organization_id, "customer.erased", customer.id, {"erased": dict(done.erased)})
    )
    return done


async def tickets_of(customer: Customer, view: View, since: datetime | None = None) -> list[TicketId]:
    """The tickets on which there is something of theirs: their own, those in which they took part or wrote, and those
    that they follow.

    since: only those with a message of theirs, or begun, from then on.
    """
    organization_id = customer.organization_id
    found: dict[TicketId, None] = {}
    if since is None:
        found.update(dict.fromkeys(await view.belongings.taking_part(organization_id, customer.id)))
        found.update(dict.fromkeys(await view.belongings.following(organization_id, customer.emails)))
    tickets = _back_to(since, partial(view.belongings.tickets, organization_id, customer.id))
    found.update({ticket.id: None async for ticket in tickets})
    messages = _back_to(since, partial(view.belongings.messages, organization_id, customer.id))
    found.update({message.ticket_id: None async for message in messages})
    return list(found)


async def _back_to(since: datetime | None, read: Callable[[Page], Awaitable[Slice[T]]]) -> AsyncIterator[T]:
    """From the newest on, those that came to be since then; None: all of them."""
    page: Page | None = NEWEST_FIRST
    while page is not None:
        found = await read(page)
        new = [one for one in found.items if since is None or one.created_at >= since]
        for one in new:
            yield one
        more = found.next is not None and len(new) == len(found.items)
        page = evolve(page, after=found.next) if more else None


async def _begun_on(
    organization_id: OrganizationId, customer_id: CustomerId, view: View
) -> tuple[Customer | None, Erasure | None]:
    customer = await view.customers.get(organization_id, customer_id)
    return customer, await view.erasures.of_customer(organization_id, customer_id)


async def _is_erased(customer: Customer, work: Work) -> bool:
    """Whether nothing has come in from them since, so that there is nothing to do."""
    newest = await work.belongings.messages(customer.organization_id, customer.id, Page(limit=1))
    latest = await work.belongings.tickets(customer.organization_id, customer.id, Page(limit=1))
    return all(message.redacted_at is not None for message in newest.items) and all(
        not ticket.subject_key for ticket in latest.items
    )


async def _addresses_of(customer: Customer, view: View) -> list[str]:
    """Every address of theirs, those from which they wrote without our knowing among them."""
    found = set(person_of(customer).addresses)
    read = partial(view.belongings.messages, customer.organization_id, customer.id)
    async for messages in pages(read, NEWEST_FIRST):
        found.update(person_of(customer, messages).addresses)
    return sorted(found)


def _erasing(erasure: Erasure, occasion: Occasion) -> Job:
    return occasion.job(
        erasure.organization_id, JobKind.ERASE_CUSTOMER, {"customer_id": str(erasure.customer_id)}
    )
