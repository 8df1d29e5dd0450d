"""Customers.

`q` finds a beginning, which is a range of text: of the names, of the companies, and of the contacts, each with its
index; or the words of name and company, which are listed for that. Where few begin so, those are fetched and sorted;
where many do, the list is walked in its own order until the page is full, which is soon, since many match. Neither way
costs more with the number of customers.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, text, union_all

from helpdesk_adapters.storage.sql.dialects import EMPTY, Among, checked
from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import people as mapping
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CustomerContactRow, CustomerRow, CustomerWordRow, table
from helpdesk_core.customers import EMAIL, PHONE, Contact, Customer
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import CustomerFilter
from helpdesk_core.words import words_of

CUSTOMERS = Kept("customer", CustomerRow, mapping.CUSTOMER, mapping.to_customer, mapping.customer_row)
CONTACTS = table(CustomerContactRow)
WORDS = table(CustomerWordRow)
SORTS = ("created_at", "updated_at")

FEW = 1000
"""Up to so many customers of one beginning are fetched and sorted."""

_c, _k = CUSTOMERS.c, CONTACTS.c
_ORGANIZATION = bindparam("organization_id", type_=_c.organization_id.type)


def _begins(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return (column >= bindparam("beginning")) & (column < bindparam("end"))


class CustomerReads(Repository):
    _BY_CONTACT = Prepared(
        CUSTOMERS.select.join(CONTACTS, _k.customer_id == _c.id).where(
            _k.organization_id == _ORGANIZATION, _k.kind == bindparam("kind"), _k.value == bindparam("value")
        )
    )
    _BY_CONTACTS = Prepared(
        select(_k.value, _k.customer_id).where(
            _k.organization_id == _ORGANIZATION, _k.kind == bindparam("kind"), Among(_k.value, "values")
        )
    )
    _MANY = CUSTOMERS.where(checked(_c.organization_id == _ORGANIZATION), Among(_c.id, "ids"))

    async def get(self, organization_id: OrganizationId, customer_id: CustomerId) -> Customer | None:
        customer = await CUSTOMERS.get(self._db, customer_id, organization_id)
        return customer if customer is not None and customer.organization_id == organization_id else None

    async def by_contact(self, organization_id: OrganizationId, contact: Contact) -> Customer | None:
        params = {"organization_id": organization_id, "kind": contact.kind, "value": contact.value}
        return await CUSTOMERS.first(self._db, self._BY_CONTACT, params)

    async def by_contacts(
        self, organization_id: OrganizationId, contacts: Sequence[Contact]
    ) -> Mapping[Contact, CustomerId]:
        found: dict[Contact, CustomerId] = {}
        for kind in dict.fromkeys(contact.kind for contact in contacts):
            values = list(dict.fromkeys(contact.value for contact in contacts if contact.kind == kind))
            params = {"organization_id": organization_id, "kind": kind, "values": values}
            rows = await self._db.rows(self._BY_CONTACTS, params)
            found |= {Contact(kind, value): customer_id for value, customer_id in rows}
        return found

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[CustomerId]
    ) -> Mapping[CustomerId, Customer]:
        params = {"organization_id": organization_id, "ids": ids}
        return {customer.id: customer for customer in await CUSTOMERS.every(self._db, self._MANY, params)}

    async def page(
        self, organization_id: OrganizationId, wanted: CustomerFilter, page: Page
    ) -> Slice[Customer]:
        check_sort(page, *SORTS)
        params: dict[str, Any] = {"organization_id": organization_id, **paging(page)}
        params |= {"email": wanted.email, "phone": wanted.phone}
        by, words = "", list[str]()
        if wanted.q is not None and (beginning := mapping.searched(wanted.q.strip())):
            words = [word[: mapping.SEARCHED] for word in words_of(wanted.q)][: mapping.MOST_WORDS]
            params |= {"beginning": beginning, "end": _behind(beginning)}
            params |= {f"word_{place}": word for place, word in enumerate(words)}
            params |= {"last_word_end": _behind(words[-1])} if words else {}
            ids = {row[0] for row in await self._db.rows(_found(len(words)), params)}
            by, params["ids"] = ("walk", ()) if len(ids) >= FEW else ("ids", tuple(ids))
        shape = _Shape(
            by,
            len(words) if by == "walk" else 0,
            wanted.email is not None,
            wanted.phone is not None,
            wanted.blocked,
            page.sort,
            page.after is not None,
        )
        return cut(await CUSTOMERS.every(self._db, _listing(shape), params), page)


class Customers(CustomerReads):
    _ADD_CONTACT = Prepared(inserting(CONTACTS), OR_NOTHING)
    _ADD_CONTACTS = Prepared(inserting(CONTACTS))
    _FREE = Prepared(delete(CONTACTS).where(_k.customer_id == bindparam("the_customer")))
    _NAME = Prepared(inserting(WORDS), OR_NOTHING)
    _UNNAME = Prepared(delete(WORDS).where(WORDS.c.customer_id == bindparam("the_customer")))
    _HELD_BY_OTHERS = Prepared(
        select(_k.kind, _k.value).where(
            _k.organization_id == _ORGANIZATION,
            Among(_k.kind, "kinds"),
            Among(_k.value, "values"),
            _k.customer_id != bindparam("the_customer"),
        )
    )

    async def add(self, customer: Customer) -> None:
        await CUSTOMERS.add(self._db, customer, f"There is a customer {customer.id} already.")
        try:
            await self._take(customer)
        except AlreadyTaken:
            await CUSTOMERS.remove(self._db, customer.id)  # whoever goes on after this has added nothing
            raise
        await self._name(customer)

    async def add_all(self, customers: Sequence[Customer]) -> None:
        await CUSTOMERS.add_all(self._db, customers)
        contacts = [
            {
                "organization_id": customer.organization_id,
                "customer_id": customer.id,
                "kind": contact.kind,
                "value": contact.value,
            }
            for customer in customers
            for contact in dict.fromkeys(customer.contacts)
        ]
        await self._db.send(self._ADD_CONTACTS, contacts)
        words = [
            {"organization_id": customer.organization_id, "customer_id": customer.id, "word": word}
            for customer in customers
            for word in mapping.customer_words(customer.name, customer.company)
        ]
        await self._db.send(self._NAME, words)

    async def replace(self, customer: Customer) -> None:
        old = await CUSTOMERS.get(self._db, customer.id, customer.organization_id)
        moved = old is not None and old.contacts != customer.contacts
        if moved:
            await self._check_free(customer)
        changed = await CUSTOMERS.replace(self._db, customer)
        if changed.keys() & {"name", "company"}:
            await self._db.send(self._UNNAME, [{"the_customer": customer.id}])
            await self._name(customer)
        if moved:
            await self._db.execute(self._FREE, {"the_customer": customer.id})
            await self._take(customer)

    async def remove(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        if await self.get(organization_id, customer_id) is not None:
            await CUSTOMERS.remove(self._db, customer_id)

    async def _name(self, customer: Customer) -> None:
        row = {"organization_id": customer.organization_id, "customer_id": customer.id}
        words = mapping.customer_words(customer.name, customer.company)
        await self._db.send(self._NAME, [{**row, "word": word} for word in words])

    async def _take(self, customer: Customer) -> None:
        for contact in dict.fromkeys(customer.contacts):
            row = {"organization_id": customer.organization_id, "customer_id": customer.id}
            taken = await self._db.execute(
                self._ADD_CONTACT, {**row, "kind": contact.kind, "value": contact.value}
            )
            if not taken:
                raise _belongs_to_another(contact)

    async def _check_free(self, customer: Customer) -> None:
        params = {
            "organization_id": customer.organization_id,
            "kinds": [*{contact.kind for contact in customer.contacts}],
            "values": [*{contact.value for contact in customer.contacts}],
            "the_customer": customer.id,
        }
        held = {Contact(*row) for row in await self._db.rows(self._HELD_BY_OTHERS, params)}
        for contact in customer.contacts:
            if contact in held:
                raise _belongs_to_another(contact)


def _belongs_to_another(contact: Contact) -> AlreadyTaken:
    return AlreadyTaken(f"The {contact.kind} {contact.value} belongs to another customer.")


@frozen
class _Shape:
    """What tells one statement of a customers' list from another."""

    by: str
    words: int
    email: bool
    phone: bool
    blocked: bool | None
    sort: str
    after: bool


@lru_cache(256)
def _listing(shape: _Shape) -> Prepared:
    page = Page(sort=shape.sort)
    ours = _c.organization_id == _ORGANIZATION
    if shape.email or shape.phone or shape.by == "ids":
        statement = CUSTOMERS.select.where(checked(ours))
    else:
        index = f"ix_customers_{'blocked_' if shape.blocked else ''}{page.column.removesuffix('_at')}"
        statement = CUSTOMERS.select.where(ours).with_hint(CUSTOMERS.table, f"INDEXED BY {index}", "sqlite")
    statement = statement.where(_c.merged_into_id.is_(None))
    if shape.blocked is not None:
        # As the partial index says it.
        statement = statement.where(text("customers.blocked") if shape.blocked else ~_c.blocked)
    for kind, given in ((EMAIL, shape.email), (PHONE, shape.phone)):
        if given:
            known = select(_k.customer_id).where(
                _k.organization_id == _ORGANIZATION, _k.kind == kind, _k.value == bindparam(kind)
            )
            statement = statement.where(_c.id.in_(known))
    if shape.by == "ids":
        statement = statement.where(Among(_c.id, "ids"))
    elif shape.by == "walk":
        statement = statement.where(_begins_anywhere(shape.words))
    return Prepared(ordered(statement, _c[page.column], _c.id, page, after=shape.after))


def _begins_anywhere(words: int) -> ColumnElement[bool]:
    contacts = exists().where(
        _k.customer_id == _c.id, or_(_k.kind == EMAIL, _k.kind == PHONE), _begins(_k.value)
    )
    ways = [_begins(_c.name_key), _begins(_c.company_key), contacts]
    if words:
        named = (WORDS.alias(f"words_{place}") for place in range(words))
        having = [
            exists().where(one.c.customer_id == _c.id, _is_word(one.c.word, place, words))
            for place, one in enumerate(named)
        ]
        ways.append(and_(*having))
    return or_(*ways)


@lru_cache(32)
def _found(words: int) -> Prepared:
    """The ids of those of whom something begins so, and of those who have all these words; `FEW` of each at most."""
    ours = _c.organization_id == _ORGANIZATION
    theirs = _k.organization_id == _ORGANIZATION
    id = _k.customer_id.label("id")
    ways = [
        select(_c.id).where(ours, _c.name_key != EMPTY, _begins(_c.name_key)),
        select(_c.id).where(ours, _c.company_key != EMPTY, _begins(_c.company_key)),
        select(id).where(theirs, _k.kind == EMAIL, _begins(_k.value)),
        select(id).where(theirs, _k.kind == PHONE, _begins(_k.value)),
    ]
    if words:
        first, *more = (WORDS.alias(f"words_{place}") for place in range(words))
        having = select(first.c.customer_id.label("id")).where(
            first.c.organization_id == _ORGANIZATION, _is_word(first.c.word, 0, words)
        )
        for place, one in enumerate(more, 1):
            same = exists().where(
                one.c.customer_id == first.c.customer_id, _is_word(one.c.word, place, words)
            )
            having = having.where(same)
        ways.append(having)
    return Prepared(union_all(*(select(way.limit(FEW).subquery().c.id) for way in ways)))


def _is_word(column: ColumnElement[Any], place: int, words: int) -> ColumnElement[bool]:
    """Whether it is the search's word of this place; the last one may be a beginning."""
    word: ColumnElement[Any] = bindparam(f"word_{place}")
    if place < words - 1:
        return column == word
    return (column >= word) & (column < bindparam("last_word_end"))


def _behind(beginning: str) -> str:
    """The first text that is behind everything that begins so."""
    return beginning + "\U0010ffff"
