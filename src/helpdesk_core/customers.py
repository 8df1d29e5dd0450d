"""Customers: people who write in, and the ways by which they are known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import phonenumbers
from attrs import Factory, evolve, frozen

from helpdesk_core.addresses import is_email
from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.ids import CustomerId, OrganizationId

EMAIL = "email"
PHONE = "phone"


@frozen
class Contact:
    """One way to know a customer: `kind` is `email`, `phone` or a channel, `value` its comparable form.

    Within an organization a contact belongs to at most one customer; the store guarantees it.
    """

    kind: str
    value: str


@frozen
class Customer:
    """A person who writes in. E-mails and phones stand in the order in which they became known, the main one first."""

    id: CustomerId
    organization_id: OrganizationId
    created_at: datetime
    updated_at: datetime
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    identities: tuple[Contact, ...] = ()
    company: str | None = None
    language: str | None = None
    country: str | None = None
    city: str | None = None
    metadata: Mapping[str, Any] = Factory(dict)
    blocked: bool = False
    merged_into_id: CustomerId | None = None
    """Who took over everything of theirs; what is left is the id, so that it still leads somewhere."""
    version: int = 1

    @property
    def email(self) -> str | None:
        return self.emails[0] if self.emails else None

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Every way to know this customer."""
        return (
            *(Contact(EMAIL, email) for email in self.emails),
            *(Contact(PHONE, phone) for phone in self.phones),
            *self.identities,
        )


def normal_email(text: str, path: str = "email") -> str:
    """The e-mail address as it is compared and stored: trimmed, lower case. InvalidValue at `path` where it is none."""
    email = text.strip().lower()
    if not is_email(email):
        raise InvalidValue(path, "is not an e-mail address")
    return email


def normal_phone(text: str, region: str | None = None) -> str:
    """The phone number in E.164; `region` (ISO 3166) reads national spellings. InvalidValue where it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as unreadable:
        raise InvalidValue(
            "phone", "is not a phone number in international form, such as +14155550123"
        ) from unreadable
    if not phonenumbers.is_possible_number(number):
        raise InvalidValue("phone", "has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def with_contacts(customer: Customer, contacts: tuple[Contact, ...], at: datetime) -> Customer:
    """The customer, also known by `contacts`; what was known stays first."""
    new = tuple(contact for contact in dict.fromkeys(contacts) if contact not in customer.contacts)
    if not new:
        return customer
    return evolve(
        customer,
        emails=customer.emails + tuple(contact.value for contact in new if contact.kind == EMAIL),
        phones=customer.phones + tuple(contact.value for contact in new if contact.kind == PHONE),
        identities=customer.identities + tuple(c for c in new if c.kind not in (EMAIL, PHONE)),
        updated_at=max(at, customer.updated_at),
        version=customer.version + 1,
    )


def absorb(target: Customer, other: Customer, at: datetime) -> Customer:
    """`target` after `other` turned out to be the same person: every contact kept, gaps filled, nothing overwritten."""
    if target.id == other.id:
        raise Conflict("A customer cannot be merged into themselves.")
    if target.merged_into_id is not None or other.merged_into_id is not None:
        raise Conflict("A merged customer can neither be merged again nor take others.")
    merged = with_contacts(target, other.contacts, at)
    return evolve(
        merged,
        name=target.name or other.name,
        company=target.company or other.company,
        language=target.language or other.language,
        country=target.country or other.country,
        city=target.city or other.city,
        metadata={**other.metadata, **target.metadata},
        blocked=target.blocked or other.blocked,
        updated_at=max(at, target.updated_at),
        version=target.version + 1,
    )


def emptied(customer: Customer, at: datetime) -> Customer:
    """The customer without anything that tells who they are: an anonymous somebody for their tickets."""
    return Customer(
        id=customer.id,
        organization_id=customer.organization_id,
        created_at=customer.created_at,
        updated_at=max(at, customer.updated_at),
        merged_into_id=customer.merged_into_id,
        version=customer.version + 1,
    )


def is_empty(customer: Customer) -> bool:
    """Whether nothing tells who they are."""
    return not any(
        (
            customer.name,
            customer.contacts,
            customer.company,
            customer.language,
            customer.country,
            customer.city,
            customer.metadata,
        )
    )


def merged_away(customer: Customer, target: Customer, at: datetime) -> Customer:
    """What is left of a customer whom `target` has absorbed: an id that leads on."""
    return evolve(emptied(customer, at), merged_into_id=target.id)
