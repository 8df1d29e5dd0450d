"""A shop's customers become customers of the desk, and are known again."""

from contextlib import suppress
from datetime import datetime

from attrs import evolve

from helpdesk_core.customers import EMAIL, PHONE, Contact, Customer, normal_email, normal_phone
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.orders import ShopCustomer, ShopPerson
from helpdesk_core.ports.store import View, Work
from helpdesk_core.privacy_requests import ErasedAddress, erased_address_id
from helpdesk_core.use_cases.customers.know_customer import better_known, new_customer


async def know_shop_customer(
    organization_id: OrganizationId,
    provider: str,
    account: str,
    person: ShopPerson,
    work: Work,
    occasion: Occasion,
) -> Customer | None:
    """The step: the desk's customer that a shop's customer is; None for one who was erased.

    Known by the shop's id first, then by their e-mail address. A newer word corrects what the shop said before; an
    address that is another customer's by now stays theirs.
    """
    link = await work.shop_customers.get(organization_id, provider, account, person.external_id)
    if link is not None and link.erased_at is not None:
        return None
    if link is None and await was_erased(organization_id, account, person.email, person.told_at, work):
        return None
    known = None
    if link is not None and link.customer_id is not None:
        known = await followed(organization_id, link.customer_id, work)
    if known is not None and link is not None and link.told_at >= person.told_at:
        return known
    customer = await _told(organization_id, known, person, work, occasion)
    told_at = max(person.told_at, link.told_at) if link is not None else person.told_at
    await work.shop_customers.put(
        ShopCustomer(organization_id, provider, account, person.external_id, customer.id, told_at)
    )
    return customer


async def followed(organization_id: OrganizationId, customer_id: CustomerId, view: View) -> Customer | None:
    """The customer, or whoever they were merged into."""
    found = await view.customers.get(organization_id, customer_id)
    while found is not None and found.merged_into_id is not None:
        found = await view.customers.get(organization_id, found.merged_into_id)
    return found


async def _told(
    organization_id: OrganizationId,
    known: Customer | None,
    person: ShopPerson,
    work: Work,
    occasion: Occasion,
) -> Customer:
    email, phone = contacts_of(person.email, person.phone, person.country)
    owner = await work.customers.by_contact(organization_id, email) if email else None
    if known is None and owner is None:
        phone = phone if phone and await _free(organization_id, phone, work) else None
        contacts = tuple(contact for contact in (email, phone) if contact is not None)
        known = await new_customer(organization_id, person.name or "", contacts, work, occasion)
    elif known is None:
        assert owner is not None
        known = owner
    better = evolve(
        known,
        name=person.name or known.name,
        company=person.company or known.company,
        country=person.country or known.country,
        city=person.city or known.city,
    )
    if email is not None and owner is None and email not in known.contacts:
        better = evolve(better, emails=(email.value, *better.emails))
    if phone is not None and phone not in better.contacts and await _free(organization_id, phone, work):
        better = evolve(better, phones=(phone.value, *better.phones))
    return await better_known(known, better, work, occasion)


async def was_erased(
    organization_id: OrganizationId, account: str, email: str | None, told_at: datetime, view: View
) -> bool:
    """Whether this address was erased after the word that names it."""
    id_ = erased_address_id(organization_id, account, email) if email else None
    if id_ is None:
        return False
    erased = await view.records.get(organization_id, ErasedAddress, account, id_)
    return erased is not None and told_at <= erased.stamp.at


def contacts_of(
    email: str | None, phone: str | None, country: str | None = None
) -> tuple[Contact | None, Contact | None]:
    """An address and a number, where they are such."""
    address = number = None
    with suppress(InvalidValue):  # shops let people write anything there
        address = Contact(EMAIL, normal_email(email)) if email else None
    with suppress(InvalidValue):
        number = Contact(PHONE, normal_phone(phone, country)) if phone else None
    return address, number


async def _free(organization_id: OrganizationId, contact: Contact, work: Work) -> bool:
    return await work.customers.by_contact(organization_id, contact) is None
