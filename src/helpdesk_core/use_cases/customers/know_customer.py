"""Recognising customers, and making their acquaintance."""

from attrs import evolve, fields

from helpdesk_core.customers import EMAIL, Contact, Customer, normal_email, with_contacts
from helpdesk_core.email import Mail
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.ports.store import View, Work

UNKNOWN_SENDER = "(unknown sender)"


async def sender_of(mail: Mail, organization_id: OrganizationId, view: View) -> Customer | None:
    """The customer who sent the mail, if we know them."""
    contact = _contact_of(mail)
    return await view.customers.by_contact(organization_id, contact) if contact else None


async def new_sender(
    mail: Mail, organization_id: OrganizationId, language: str | None, work: Work, occasion: Occasion
) -> Customer:
    """A customer for a mail in that language from somebody we do not know; one without a usable From stays without an
    address.
    """
    contact = _contact_of(mail)
    name = mail.from_.name if mail.from_ else ""
    contacts = (contact,) if contact else ()
    return await new_customer(
        organization_id, name if contact else name or UNKNOWN_SENDER, contacts, work, occasion, language
    )


async def new_customer(
    organization_id: OrganizationId,
    name: str,
    contacts: tuple[Contact, ...],
    work: Work,
    occasion: Occasion,
    language: str | None = None,
) -> Customer:
    """The step: one more customer. AlreadyTaken where a contact belongs to somebody."""
    blank = Customer(
        id=CustomerId(occasion.new_id()),
        organization_id=organization_id,
        created_at=occasion.at,
        updated_at=occasion.at,
        name=name,
        language=language,
    )
    customer = with_contacts(blank, contacts, occasion.at)
    await work.customers.add(customer)
    await work.log.append(occasion.event(organization_id, "customer.created", customer.id))
    return customer


async def acquaintance(
    organization_id: OrganizationId,
    name: str,
    contacts: tuple[Contact, ...],
    work: Work,
    occasion: Occasion,
    claimed: tuple[Contact, ...] = (),
) -> Customer:
    """The step: whoever has one of the contacts (the first that is known decides), else a new customer.

    Somebody who is known becomes known by the other contacts too, where these are nobody else's, and by their name.
    So they do by what is only `claimed`, which never decides who somebody is.
    """
    owners = [await work.customers.by_contact(organization_id, contact) for contact in contacts]
    known = next((owner for owner in owners if owner is not None), None)
    owners += [await work.customers.by_contact(organization_id, contact) for contact in claimed]
    several = zip((*contacts, *claimed), owners, strict=True)
    free = tuple(contact for contact, owner in several if owner is None)
    if known is None:
        return await new_customer(organization_id, name, free, work, occasion)
    better = with_contacts(evolve(known, name=known.name or name), free, occasion.at)
    return await better_known(known, better, work, occasion)


async def better_known(known: Customer, better: Customer, work: Work, occasion: Occasion) -> Customer:
    """The step: the customer with what has become known of them, told in the log; nothing where that is nothing new."""
    if better == known:
        return known
    names = [field.name for field in fields(Customer) if field.name not in ("version", "updated_at")]
    changed = [name for name in names if getattr(better, name) != getattr(known, name)]
    kept = evolve(better, version=known.version + 1, updated_at=max(occasion.at, known.updated_at))
    await work.customers.replace(kept)
    await work.log.append(
        occasion.event(known.organization_id, "customer.updated", known.id, {"changed": changed})
    )
    return kept


async def as_merged(customer: Customer, view: View) -> Customer:
    """The customer, or whoever took over everything of theirs, along however long a chain of merges."""
    current = customer
    while current.merged_into_id is not None:
        target = await view.customers.get(current.organization_id, current.merged_into_id)
        if target is None:
            return current
        current = target
    return current


def _contact_of(mail: Mail) -> Contact | None:
    if mail.from_ is None:
        return None
    try:
        return Contact(EMAIL, normal_email(mail.from_.email))
    except InvalidValue:
        return None
