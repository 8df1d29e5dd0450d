"""What a shop asked to be forgotten is: bit by bit, so that a process that dies on the way is taken up from there."""

from collections.abc import Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId, OrganizationId, PrivacyRequestId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.privacy import ErasureState, Person, person_of
from helpdesk_core.privacy_requests import (
    PrivacyKind,
    PrivacyRequest,
    PrivacyState,
    finished,
    with_more_erased,
)
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer, GoOnErasing
from helpdesk_core.use_cases.customers.erase_orders import erase_order_step
from helpdesk_core.use_cases.customers.erase_traces import Scrub, SweepEvents, Words
from helpdesk_core.use_cases.customers.find_asked_person import person_of_request
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import EventState

AT_ONCE = 200
"""Orders that one unit of work changes or removes."""


@frozen
class FulfilPrivacyRequest:
    """The job of a redaction: raw webhooks, orders, then the person or the shop itself. Again is harmless.

    The request is done when all of that is, and not before. What was removed is counted on it, in the same units.
    """

    store: Store
    erase: EraseCustomer
    go_on: GoOnErasing
    scrub: Scrub
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId, digests: Sequence[str]
    ) -> None:
        request = await self.store.read(lambda view: view.privacy_requests.get(organization_id, request_id))
        if request is None or request.state is PrivacyState.DONE:
            return
        await self._sweep(request, Words(request.id, frozenset(digests)))
        if request.kind is PrivacyKind.REDACTION:
            await self._erase_listed_orders(request)
            await self._erase_person(request)
        elif request.kind is PrivacyKind.SHOP_REDACTION:
            await self._forget_shop(request)
        await self.scrub()
        await self.store.transact(partial(self._finish, request))

    async def _sweep(self, request: PrivacyRequest, words: Words) -> None:
        """The raw webhooks of the organization, and those of the shop that were nobody's."""
        sweep, until = SweepEvents(self.store), request.before or request.created_at
        ours = EventFilter(organization_id=request.organization_id)
        if request.kind is PrivacyKind.SHOP_REDACTION:
            ours = evolve(ours, provider=request.provider)
        waiting = EventFilter(unowned=True, provider=request.provider, state=EventState.UNMATCHED)
        note = partial(self._count, request, "events")
        await sweep(ours, words, until, note)
        await sweep(waiting, words, until, note, request.account)

    async def _erase_listed_orders(self, request: PrivacyRequest) -> None:
        for start in range(0, len(request.orders), AT_ONCE):
            some = request.orders[start : start + AT_ONCE]
            await self.store.transact(partial(self._erase_orders, request, some))

    async def _erase_orders(self, request: PrivacyRequest, external_ids: Sequence[str], work: Work) -> None:
        occasion = Occasion(self.clock(), self.new_id, DESK)
        customer = await person_of_request(request, work)
        person = Person() if customer is None else person_of(customer)
        orders = events = 0
        for external_id in external_ids:
            order = await work.orders.by_external_id(
                request.organization_id, request.provider, request.account, external_id
            )
            if order is not None and order.erased_at is None:
                orders += 1
                events += await erase_order_step(order, person, work, occasion)
        await self._count(request, "events", events, work)
        await self._count(request, "orders", orders, work)

    async def _erase_person(self, request: PrivacyRequest) -> None:
        customer = await self.store.read(partial(person_of_request, request))
        if customer is None:
            return
        erasure = await self.erase(request.organization_id, customer.id, DESK)
        if erasure.state is ErasureState.ERASING:
            await self.go_on(request.organization_id, customer.id)
        await self.store.transact(partial(self._count, request, "customers", 1))

    async def _forget_shop(self, request: PrivacyRequest) -> None:
        while await self.store.transact(partial(self._forget_orders, request)) == AT_ONCE:
            pass
        await self.store.transact(partial(self._forget_people, request))

    async def _forget_orders(self, request: PrivacyRequest, work: Work) -> int:
        done = await work.orders.remove_of(
            request.organization_id, request.provider, request.account, AT_ONCE, request.before
        )
        await self._count(request, "orders", done, work)
        return done

    async def _forget_people(self, request: PrivacyRequest, work: Work) -> None:
        place = (request.organization_id, request.provider, request.account)
        done = await work.shop_customers.remove_of(*place, request.before)
        if request.before is None:
            await work.records.remove_of(*place)
        await self._count(request, "shop_customers", done, work)

    async def _count(self, request: PrivacyRequest, what: str, done: int, work: Work) -> None:
        fresh = await work.privacy_requests.get(request.organization_id, request.id)
        if fresh is not None and done:
            await work.privacy_requests.replace(with_more_erased(fresh, {what: done}))

    async def _finish(self, request: PrivacyRequest, work: Work) -> None:
        fresh = await work.privacy_requests.get(request.organization_id, request.id)
        if fresh is None or fresh.state is PrivacyState.DONE:
            return
        occasion = Occasion(self.clock(), self.new_id, DESK)
        await work.privacy_requests.replace(finished(fresh, occasion.at))
        await work.log.append(completed_event(fresh, occasion))


def completed_event(request: PrivacyRequest, occasion: Occasion) -> DomainEvent:
    """The receipt, for the audit log."""
    data = {
        "provider": request.provider,
        "kind": request.kind.value,
        "found": request.found.value,
        "erased": dict(request.erased),
    }
    return occasion.event(request.organization_id, "privacy_request.completed", request.id, data)
