"""Whom a shop means, who asks for the data of a person or wants them forgotten."""

from contextlib import suppress

from attrs import frozen

from helpdesk_core.customers import EMAIL, Contact, Customer, is_empty, normal_email
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import OrganizationId
from helpdesk_core.orders import ShopCustomer
from helpdesk_core.ports.store import View
from helpdesk_core.privacy_requests import (
    AskedPerson,
    ErasedAddress,
    Found,
    PrivacyRequest,
    erased_address_id,
)
from helpdesk_core.use_cases.commerce.know_shop_customer import followed


@frozen
class Meant:
    """The customer, where there is one, and how the shop's own customer is known."""

    found: Found
    customer: Customer | None = None
    link: ShopCustomer | None = None


async def find_asked_person(
    organization_id: OrganizationId, provider: str, account: str, person: AskedPerson, view: View
) -> Meant:
    """By the provider's own id first; by the address only where that leads to nobody: it may be another's by now."""
    link = None
    if person.external_id is not None:
        link = await view.shop_customers.get(organization_id, provider, account, person.external_id)
    customer, buried = None, link is not None and link.erased_at is not None
    if link is not None and link.customer_id is not None and not buried:
        customer = await followed(organization_id, link.customer_id, view)
    if customer is None and person.external_id is not None and not buried:
        known_as = Contact(
            provider, f"{account}/{person.external_id}"
        )  # as somebody who writes over a channel
        customer = await view.customers.by_contact(organization_id, known_as)
    if customer is None and person.email is not None:
        customer = await _by_address(organization_id, person.email, view)
    if customer is not None and not await is_erased(customer, view):
        return Meant(Found.STORED, customer, link)
    erased = buried or customer is not None or await _was_buried(organization_id, account, person, view)
    return Meant(Found.ERASED if erased else Found.NOTHING, None, link)


async def person_of_request(request: PrivacyRequest, view: View) -> Customer | None:
    """The customer whom a request is about, as they are now; None where there is none, or not any more."""
    if request.customer_id is None:
        return None
    customer = await followed(request.organization_id, request.customer_id, view)
    return None if customer is None or await is_erased(customer, view) else customer


async def is_erased(customer: Customer, view: View) -> bool:
    """Whether they were erased, and nothing was learned of them since."""
    if not is_empty(customer):
        return False
    return await view.erasures.of_customer(customer.organization_id, customer.id) is not None


async def _by_address(organization_id: OrganizationId, email: str, view: View) -> Customer | None:
    with suppress(InvalidValue):  # shops let people write anything there
        return await view.customers.by_contact(organization_id, Contact(EMAIL, normal_email(email)))
    return None


async def _was_buried(organization_id: OrganizationId, account: str, person: AskedPerson, view: View) -> bool:
    id_ = erased_address_id(organization_id, account, person.email) if person.email else None
    return (
        id_ is not None and await view.records.get(organization_id, ErasedAddress, account, id_) is not None
    )
