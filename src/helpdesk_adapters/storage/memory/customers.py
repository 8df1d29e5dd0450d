"""Customers."""

from collections.abc import Mapping, Sequence

from helpdesk_adapters.storage.memory.pages import page_of, page_out_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Journal, Refers, Table, Unique
from helpdesk_core.customers import EMAIL, PHONE, Contact, Customer
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import CustomerFilter
from helpdesk_core.words import words_of


class Customers:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_contact = Unique[CustomerId, Customer](
            lambda row: {(row.organization_id, contact) for contact in row.contacts},
            lambda name: AlreadyTaken(f"The {name[1].kind} {name[1].value} belongs to another customer."),
        )
        self._lists = sorted_by(Customer, ("created_at", "updated_at"), lambda row: row.organization_id)
        known = Refers[CustomerId, Customer](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self.rows = Table(journal, self._by_contact, *self._lists.values(), known)

    async def get(self, organization_id: OrganizationId, customer_id: CustomerId) -> Customer | None:
        customer = self.rows.get(customer_id)
        return customer if customer is not None and customer.organization_id == organization_id else None

    async def by_contact(self, organization_id: OrganizationId, contact: Contact) -> Customer | None:
        holder = self._by_contact.holder((organization_id, contact))
        return None if holder is None else self.rows[holder]

    async def by_contacts(
        self, organization_id: OrganizationId, contacts: Sequence[Contact]
    ) -> Mapping[Contact, CustomerId]:
        holders = ((one, self._by_contact.holder((organization_id, one))) for one in contacts)
        return {contact: holder for contact, holder in holders if holder is not None}

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[CustomerId]
    ) -> Mapping[CustomerId, Customer]:
        found = [await self.get(organization_id, customer_id) for customer_id in ids]
        return {customer.id: customer for customer in found if customer is not None}

    async def page(
        self, organization_id: OrganizationId, wanted: CustomerFilter, page: Page
    ) -> Slice[Customer]:
        contact = _contact_in(wanted)
        if contact is None:
            return page_of(self._lists, organization_id, self.rows, page, lambda row: _is(row, wanted))
        customer = await self.by_contact(organization_id, contact)
        rows = [customer] if customer is not None and _is(customer, wanted) else []
        return page_out_of(rows, self._lists, page)

    async def add(self, customer: Customer) -> None:
        self.rows.add(customer.id, customer)

    async def add_all(self, customers: Sequence[Customer]) -> None:
        for customer in customers:
            await self.add(customer)

    async def replace(self, customer: Customer) -> None:
        if await self.get(customer.organization_id, customer.id) is None:
            raise NotFound("customer", customer.id)
        self.rows.put(customer.id, customer)

    async def remove(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        if await self.get(organization_id, customer_id) is not None:
            self.rows.drop(customer_id)


def _contact_in(wanted: CustomerFilter) -> Contact | None:
    if wanted.email is not None:
        return Contact(EMAIL, wanted.email)
    return None if wanted.phone is None else Contact(PHONE, wanted.phone)


def _is(customer: Customer, wanted: CustomerFilter) -> bool:
    if customer.merged_into_id is not None:
        return False
    if wanted.phone is not None and wanted.phone not in customer.phones:
        return False
    if wanted.blocked is not None and wanted.blocked is not customer.blocked:
        return False
    if wanted.q is None:
        return True
    beginning = wanted.q.strip().lower()
    texts = (customer.name, *customer.emails, *customer.phones, customer.company or "")
    return any(text.lower().startswith(beginning) for text in texts) or _has_words(customer, wanted.q)


def _has_words(customer: Customer, q: str) -> bool:
    """Whether every word stands in name or company, the last one at least as a beginning."""
    *words, last = words_of(q) or [""]
    own = words_of(f"{customer.name} {customer.company or ''}")
    return last != "" and {*words} <= {*own} and any(word.startswith(last) for word in own)
