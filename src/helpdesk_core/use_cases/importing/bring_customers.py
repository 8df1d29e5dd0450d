"""Customers are brought: recognised by what they were brought as, else by their addresses, else new."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from helpdesk_core.customers import (
    EMAIL,
    PHONE,
    Contact,
    Customer,
    normal_email,
    normal_phone,
    with_contacts,
)
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import CustomerId
from helpdesk_core.imports.brought import BroughtCustomer, Kind
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.imports.references import Reference, follows
from helpdesk_core.use_cases.customers.merge_customers import merge_customers_step
from helpdesk_core.use_cases.importing.errand import Errand, Taken, newest_each
from helpdesk_core.use_cases.importing.merging import merge_brought

FORMER = "Former customer"
"""Whom a ticket names as its customer, and the source knows nothing of any more."""
FOLLOWING = ("name", "company", "language", "country", "city", "blocked")


async def bring_customers(things: Sequence[BroughtCustomer], errand: Errand) -> Taken:
    """The step: each of them once, with everything by which they can be recognised.

    An address that is somebody's here already makes them that customer, whatever the case it is written in. A field
    follows the source as long as nobody here has changed it; of somebody who was here before, only gaps are filled.
    Who was erased or deleted here is not brought again.
    """
    problems = [problem for thing in things for problem in _unreadable(thing)]
    once = newest_each(things)
    known = await errand.known(Kind.CUSTOMERS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    held = await _holders([*new, *other], errand)
    created, joined = _made(new, held, errand)
    await errand.work.customers.add_all(list(created.values()))
    notes = [(thing, created[thing.id].id if thing.id in created else joined[thing.id]) for thing in new]
    updated = 0
    for thing in [*(one for one in new if one.id in joined), *other]:
        reference = known.get(thing.id)
        our_id = joined[thing.id] if reference is None else CustomerId(reference.our_id)
        updated += await _updated(our_id, thing, held, reference, errand)
        if reference is not None:
            notes.append((thing, our_id))
    await errand.note(Kind.CUSTOMERS, notes, {thing.id: _fields(thing) for thing, _ in notes})
    wanted = {thing.id: thing.merged_into for thing in once if thing.merged_into is not None}
    problems += await merge_brought(Kind.CUSTOMERS, wanted, [thing.id for thing in new], errand, _merge)
    skipped = len(things) - len(created) - updated
    return Taken(Tally(created=len(created), updated=updated, skipped=skipped), tuple(problems))


async def former_customers(names: Mapping[str, str], errand: Errand) -> Mapping[str, CustomerId]:
    """The step: a place for everybody who asked and is no customer there (any more), under these names."""
    made = {one: _blank(BroughtCustomer(id=one, name=name), errand) for one, name in names.items()}
    await errand.work.customers.add_all(list(made.values()))
    references = [
        errand.reference(Kind.CUSTOMERS, one, customer.id, made={"name": customer.name})
        for one, customer in made.items()
    ]
    await errand.work.references.put_all(references)
    return {one: customer.id for one, customer in made.items()}


def contacts_of(thing: BroughtCustomer) -> tuple[Contact, ...]:
    """By what they can be recognised; what is no address and no number is left out."""
    return tuple(dict.fromkeys(contact for contact, _ in _read(thing) if contact is not None))


def _read(thing: BroughtCustomer) -> Iterable[tuple[Contact | None, str]]:
    for email in thing.emails:
        try:
            yield Contact(EMAIL, normal_email(email)), ""
        except InvalidValue:
            yield None, f"{email!r} is not an e-mail address."
    for phone in thing.phones:
        try:
            yield Contact(PHONE, normal_phone(phone, thing.country)), ""
        except InvalidValue:
            yield None, f"{phone!r} is not a telephone number in international form."
    for identity in thing.identities:
        if identity.kind in (EMAIL, PHONE) or not (identity.kind.strip() and identity.value.strip()):
            yield None, f"{identity.kind!r} is no channel on which somebody has a name of their own."
        else:
            yield Contact(identity.kind, identity.value), ""


def _unreadable(thing: BroughtCustomer) -> Iterable[Problem]:
    return (Problem(Kind.CUSTOMERS, thing.id, told) for contact, told in _read(thing) if contact is None)


async def _holders(things: Sequence[BroughtCustomer], errand: Errand) -> dict[Contact, CustomerId]:
    every = [contact for thing in things for contact in contacts_of(thing)]
    return dict(await errand.work.customers.by_contacts(errand.organization_id, every)) if every else {}


def _made(
    things: Sequence[BroughtCustomer], held: dict[Contact, CustomerId], errand: Errand
) -> tuple[dict[str, Customer], dict[str, CustomerId]]:
    """The customers that are new, and whom the others are; `held` learns whose the contacts are from now on."""
    created: dict[str, Customer] = {}
    joined: dict[str, CustomerId] = {}
    for thing in things:
        contacts = contacts_of(thing)
        holder = next((held[contact] for contact in contacts if contact in held), None)
        if holder is not None:
            joined[thing.id] = holder
            continue
        customer = with_contacts(_blank(thing, errand), contacts, errand.occasion.at)
        created[thing.id] = evolve(customer, version=1, updated_at=_changed_at(thing, customer))
        held |= dict.fromkeys(contacts, customer.id)
    return created, joined


def _changed_at(thing: BroughtCustomer, customer: Customer) -> datetime:
    return max(thing.updated_at or customer.created_at, customer.created_at)


def _blank(thing: BroughtCustomer, errand: Errand) -> Customer:
    at = min(thing.created_at or errand.occasion.at, errand.occasion.at)
    return Customer(
        id=CustomerId(errand.occasion.new_id()),
        organization_id=errand.organization_id,
        created_at=at,
        updated_at=at,
        name=thing.name,
        company=thing.company,
        language=thing.language,
        country=thing.country,
        city=thing.city,
        metadata=dict(thing.metadata),
        blocked=thing.blocked,
    )


def _fields(thing: BroughtCustomer) -> Mapping[str, Any]:
    """What is told of them, by our fields. Somebody who was merged away has none of their own any more."""
    if thing.merged_into is not None:
        return {}
    return {name: getattr(thing, name) for name in FOLLOWING} | _metadata(thing.metadata)


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {f"metadata.{name}": value for name, value in metadata.items()}


async def _updated(
    our_id: CustomerId,
    thing: BroughtCustomer,
    held: dict[Contact, CustomerId],
    reference: Reference | None,
    errand: Errand,
) -> bool:
    """What is told of somebody who is here already; False where there is nobody any more."""
    known = await errand.work.customers.get(errand.organization_id, our_id)
    if known is None:
        return False
    if known.merged_into_id is not None:
        return True
    free = tuple(one for one in contacts_of(thing) if held.get(one, our_id) == our_id)
    held |= dict.fromkeys(free, our_id)
    better = with_contacts(known, free, errand.occasion.at)
    told = {name: value for name, value in _fields(thing).items() if _is_to_follow(name, known, reference)}
    metadata = {name.removeprefix("metadata."): value for name, value in told.items() if "." in name}
    better = evolve(
        better,
        **{name: value for name, value in told.items() if "." not in name},
        metadata={**known.metadata, **metadata},
    )
    if evolve(better, updated_at=known.updated_at, version=known.version) != known:
        kept = evolve(better, version=known.version + 1, updated_at=max(known.updated_at, errand.occasion.at))
        await errand.work.customers.replace(kept)
    return True


def _is_to_follow(name: str, known: Customer, reference: Reference | None) -> bool:
    current = known.metadata.get(name.removeprefix("metadata.")) if "." in name else getattr(known, name)
    if reference is None:
        return current is None or current is False or current == ""
    return follows(reference, name, current)


async def _merge(source: Reference, target: Reference, errand: Errand) -> str | None:
    if target.erased or source.erased:
        return None
    one = await errand.work.customers.get(errand.organization_id, CustomerId(source.our_id))
    other = await errand.work.customers.get(errand.organization_id, CustomerId(target.our_id))
    if one is None or other is None or one.id == other.id:
        return None
    if one.merged_into_id is None and other.merged_into_id is None:
        await merge_customers_step(one, other, errand.work, errand.occasion)
    return None
