"""What is kept of a person is handed over to whoever asked for it, by somebody of the organization."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.customers import Customer
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, PrivacyRequestId
from helpdesk_core.orders import Order
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy_requests import (
    Found,
    PrivacyKind,
    PrivacyRequest,
    PrivacyState,
    handed_over,
)
from helpdesk_core.use_cases.customers.find_asked_person import person_of_request
from helpdesk_core.use_cases.customers.fulfil_privacy_request import completed_event
from helpdesk_core.use_cases.running.send_notice import Letter
from helpdesk_core.users import Actor


@frozen
class AnsweredRequest:
    """What there is now of whom a request is about; `orders` are those that were asked for and are nobody else's."""

    request: PrivacyRequest
    found: Found
    customer: Customer | None
    orders: Sequence[Order] = ()


@frozen
class ExportRequested:
    """Notes in the log that what a request asks for was read. Conflict for one that asks for no data."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId, actor: Actor
    ) -> AnsweredRequest:
        return await self.store.transact(partial(self._answer, organization_id, request_id, actor))

    async def _answer(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId, actor: Actor, work: Work
    ) -> AnsweredRequest:
        request = await _existing(organization_id, request_id, work)
        if request.kind is not PrivacyKind.DATA_REQUEST:
            raise Conflict("It asks for no data; there is nothing to hand over.")
        customer = await person_of_request(request, work)
        orders = await _orders_asked_for(request, customer, work)
        answered = AnsweredRequest(request, _found(request, customer, orders), customer, orders)
        occasion = Occasion(self.clock(), self.new_id, actor)
        data = {"provider": request.provider, "found": answered.found.value}
        await work.log.append(occasion.event(organization_id, "privacy_request.exported", request.id, data))
        return answered


@frozen
class FinishRequest:
    """What a data request asks for was handed over. Again is harmless; Conflict for what the desk does by itself."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId, actor: Actor
    ) -> PrivacyRequest:
        return await self.store.transact(partial(self._finish, organization_id, request_id, actor))

    async def _finish(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId, actor: Actor, work: Work
    ) -> PrivacyRequest:
        known = await _existing(organization_id, request_id, work)
        occasion = Occasion(self.clock(), self.new_id, actor)
        done = handed_over(known, occasion.at)
        if done != known:
            await work.privacy_requests.replace(done)
            await work.log.append(completed_event(done, occasion))
        return done


async def letter_about_request(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """What the admins are written when a shop's customer wants to see what is kept of them."""
    request = await _open(organization_id, about, view)
    if request is None:
        return None
    told = (
        f"A customer of {request.account} has asked what is kept of them. The shop's owner has to hand it over until"
        f" {request.due_at:%d %B %Y}; Shopify does not do it."
    )
    return Letter(f"A customer asks for their data: {request.account}", f"{told}\n\n{_how(request)}\n")


async def letter_about_due_request(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """What the admins are written when that has not been done for long."""
    request = await _open(organization_id, about, view)
    if request is None:
        return None
    told = (
        f"A customer of {request.account} asked on {request.created_at:%d %B %Y} what is kept of them, and nobody has"
        f" handed it over. It is due on {request.due_at:%d %B %Y}."
    )
    return Letter(f"Due soon: a customer's data, {request.account}", f"{told}\n\n{_how(request)}\n")


def _how(request: PrivacyRequest) -> str:
    path = f"/api/v1/privacy-requests/{request.id}"
    return f"What there is:\n\nGET {path}/export\n\nOnce they have it:\n\nPOST {path}/done"


async def _open(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> PrivacyRequest | None:
    request_id = PrivacyRequestId(UUID(about["subject_id"]))
    request = await view.privacy_requests.get(organization_id, request_id)
    return request if request is not None and request.state is PrivacyState.OPEN else None


async def _existing(
    organization_id: OrganizationId, request_id: PrivacyRequestId, view: View
) -> PrivacyRequest:
    return existing(
        await view.privacy_requests.get(organization_id, request_id), "privacy request", request_id
    )


async def _orders_asked_for(
    request: PrivacyRequest, customer: Customer | None, view: View
) -> Sequence[Order]:
    """Those of nobody: the customer's own are among what there is of the customer, and others' are not theirs."""
    if customer is None and request.customer_id is not None:
        return ()
    found: list[Order] = []
    for external_id in request.orders:
        order = await view.orders.by_external_id(
            request.organization_id, request.provider, request.account, external_id
        )
        if order is not None and order.customer_id is None and order.erased_at is None:
            found.append(order)
    return found


def _found(request: PrivacyRequest, customer: Customer | None, orders: Sequence[Order]) -> Found:
    if customer is not None or orders:
        return Found.STORED
    return Found.NOTHING if request.found is Found.NOTHING else Found.ERASED
