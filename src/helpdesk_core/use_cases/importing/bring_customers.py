"""Customers are brought: recognised by what they were brought as, else by their addresses, else new."""

from collections.abc import Iterable, Mapping, Sequence

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
from helpdesk_core.use_cases.customers.merge_customers import merge_customers_step
from helpdesk_core.use_cases.importing.errand import Errand, Taken, changed, newest_each

FORMER = "Former customer"
"""Whom a ticket names as its customer, and the source knows nothing of any more."""


async def bring_customers(things: Sequence[BroughtCustomer], errand: Errand) -> Taken:
    """The step: each of them once, with everything by which they can be recognised.

    An address that is somebody's here already makes them that customer, whatever the case it is written in. What is
    known here is never overwritten by what is brought, but for what an earlier import brought.
    """
    problems = [problem for thing in things for problem in _unreadable(thing)]
    once = newest_each(things)
    known = await errand.known(Kind.CUSTOMERS, (thing.id for thing in once))
    new, other = changed(once, known)
    held = await _holders([*new, *other], errand)
    created, joined = _made(new, held, errand)
    await errand.work.customers.add_all(list(created.values()))
    notes = [(thing, created[thing.id].id if thing.id in created else joined[thing.id]) for thing in new]
    for thing in [*(one for one in new if one.id not in created), *other]:
        our_id = joined.get(thing.id) or CustomerId(known[thing.id].our_id)
        await _updated(our_id, thing, held, errand, theirs=thing.id in known)
        if thing.id in known:
            notes.append((thing, our_id))
    await errand.note(Kind.CUSTOMERS, notes)
    problems += await _merged(once, errand)
    updated = len(other) + len(new) - len(created)
    skipped = len(things) - len(created) - updated
    return Taken(Tally(created=len(created), updated=updated, skipped=skipped), tuple(problems))


async def former_customers(ids: Sequence[str], errand: Errand) -> Mapping[str, CustomerId]:
    """The step: a place for everybody whom the source names and does not know any more."""
    made = {one: _blank(BroughtCustomer(id=one, name=FORMER), errand) for one in dict.fromkeys(ids)}
    await errand.work.customers.add_all(list(made.values()))
    references = [errand.reference(Kind.CUSTOMERS, one, customer.id) for one, customer in made.items()]
    await errand.work.references.put_all(references)
    return {one: customer.id for one, customer in made.items()}


def contacts_of(thing: BroughtCustomer) -> tuple[Contact, ...]:
    """By what they can be recognised; what is no address and no number is left out."""
    return tuple(contact for contact, _ in _read(thing) if contact is not None)


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
        created[thing.id] = evolve(customer, version=1, updated_at=thing.updated_at or customer.created_at)
        held |= dict.fromkeys(contacts, customer.id)
    return created, joined


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


async def _updated(
    our_id: CustomerId,
    thing: BroughtCustomer,
    held: dict[Contact, CustomerId],
    errand: Errand,
    *,
    theirs: bool,
) -> None:
    """What is told of somebody who is here already: gaps are filled, and what was brought before is brought anew."""
    known = await errand.work.customers.get(errand.organization_id, our_id)
    if known is None or known.merged_into_id is not None:
        return
    free = tuple(one for one in contacts_of(thing) if held.get(one, our_id) == our_id)
    held |= dict.fromkeys(free, our_id)
    better = with_contacts(known, free, errand.occasion.at)
    better = evolve(
        better,
        name=(thing.name or known.name) if theirs else (known.name or thing.name),
        company=(thing.company or known.company) if theirs else (known.company or thing.company),
        language=known.language or thing.language,
        country=known.country or thing.country,
        city=known.city or thing.city,
        metadata={**known.metadata, **thing.metadata} if theirs else {**thing.metadata, **known.metadata},
        blocked=known.blocked or thing.blocked,
    )
    if better != known:
        kept = evolve(better, version=known.version + 1, updated_at=max(known.updated_at, errand.occasion.at))
        await errand.work.customers.replace(kept)


async def _merged(things: Sequence[BroughtCustomer], errand: Errand) -> list[Problem]:
    """Those whom the source has merged are merged here."""
    pairs = [(thing.id, thing.merged_into) for thing in things if thing.merged_into]
    known = await errand.known(Kind.CUSTOMERS, [one for pair in pairs for one in pair])
    problems = []
    for source_id, target_id in pairs:
        if target_id not in known:
            problems.append(
                Problem(Kind.CUSTOMERS, source_id, f"Merged into {target_id}, who was not brought.")
            )
            continue
        source = await errand.work.customers.get(errand.organization_id, CustomerId(known[source_id].our_id))
        target = await errand.work.customers.get(errand.organization_id, CustomerId(known[target_id].our_id))
        alone = source is not None and source.merged_into_id is None
        if alone and source and target and target.merged_into_id is None and source.id != target.id:
            await merge_customers_step(source, target, errand.work, errand.occasion)
    return problems
