"""Imports, references, and what is kept in bulk: each bulk method does what its single sibling does, many times."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.conversations import MailHeaders
from helpdesk_core.customers import Contact
from helpdesk_core.errors import AlreadyTaken, Conflict, InvalidValue, NotFound
from helpdesk_core.ids import OrganizationId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Import, ImportState, Place, Problem, Tally
from helpdesk_core.imports.references import Reference
from helpdesk_core.imports.translation import Translation
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, ThreadQuery, TicketFilter
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel, Priority, Status
from tests import strategies as some
from tests.contracts.builders import (
    NOON,
    OneOfEach,
    a_customer,
    a_mail,
    a_message,
    a_reference,
    a_ticket,
    after,
    an_attachment,
    an_import,
    an_organization,
    new_id,
    one_of_each,
)
from tests.contracts.desks import everything, put, put_one_of_each

contract = settings(settings.get_profile("contracts"), max_examples=25)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
counts = st.integers(0, 10**9)
tallies = st.builds(Tally, counts, counts, counts, counts, st.none() | counts)
translations = st.builds(
    Translation,
    st.dictionaries(words, st.sampled_from(Status), max_size=3),
    st.dictionaries(words, st.sampled_from(Priority), max_size=3),
    st.dictionaries(words, words, max_size=3),
)
imports = st.builds(
    Import,
    id=st.builds(new_id),
    organization_id=st.builds(new_id),
    source=words,
    account=words,
    kinds=st.lists(st.sampled_from(Kind), min_size=1, max_size=7).map(tuple),
    created_at=some.times,
    state=st.sampled_from(ImportState),
    place=st.none() | st.builds(Place, st.sampled_from(Kind), words),
    since=st.none() | some.times,
    translation=translations,
    tallies=st.dictionaries(st.sampled_from([kind.value for kind in Kind]), tallies),
    problems=counts,
    waits_until=st.none() | some.times,
    detail=st.none() | words,
    started_at=st.none() | some.times,
    finished_at=st.none() | some.times,
    marks=st.dictionaries(words, words, max_size=3),
    foreground=st.booleans(),
    dry=st.booleans(),
    version=counts,
)


@given(imports, imports)
@contract
async def test_an_import_comes_back_the_same(store: Store, one: Import, other: Import) -> None:
    organization = an_organization()
    one = evolve(one, organization_id=organization.id)
    other = evolve(other, id=one.id, organization_id=organization.id)
    await put(store, organization)
    await store.transact(lambda work: work.imports.add(one))
    assert await store.read(lambda view: view.imports.get(organization.id, one.id)) == one
    await store.transact(lambda work: work.imports.replace(other))
    assert await store.read(lambda view: view.imports.get(organization.id, one.id)) == other
    assert await store.read(
        lambda view: view.imports.of_account(organization.id, other.source, other.account, 5)
    ) == [other]


@given(st.lists(st.tuples(words, words, words, st.dictionaries(words, words, max_size=3)), max_size=6))
@contract
async def test_references_come_back_the_same(store: Store, told: list[tuple[str, str, str, Any]]) -> None:
    organization = an_organization()
    await put(store, organization)
    ours = new_id()
    written = [
        a_reference(organization, ours, external_id=name, digest=digest, version=version, made=made)
        for name, digest, version, made in told
    ]
    await store.transact(lambda work: work.references.put_all(written))
    last = {one.external_id: one for one in written}
    found = await store.read(
        lambda view: view.references.many(organization.id, "zendesk", "acme", "tickets", [*last, "nobody"])
    )
    assert found == last
    to = await store.read(lambda view: view.references.to(organization.id, ours))
    assert [one.external_id for one in to] == sorted(last, key=str.encode)
    await store.transact(lambda work: work.references.forget(organization.id, [ours]))
    assert await store.read(lambda view: view.references.to(organization.id, ours)) == []


async def test_a_reference_is_told_apart_by_all_of_its_name(store: Store) -> None:
    organization = an_organization()
    await put(store, organization)
    one = a_reference(organization, new_id(), external_id="7")
    several = [one, evolve(one, kind="users"), evolve(one, account="b"), evolve(one, source="freshdesk")]
    several.append(evolve(one, external_id="７"))
    await store.transact(lambda work: work.references.put_all(several))
    for each in several:
        assert await _known(store, each) == {each.external_id: each}


async def test_imports_are_listed_by_their_beginning_and_found_by_account(store: Store) -> None:
    organization = an_organization()
    several = [an_import(organization, created_at=after(minutes=number)) for number in range(5)]
    await put(store, organization, *several, an_import(organization, account="other", created_at=after(1440)))
    page = await store.read(lambda view: view.imports.page(organization.id, Page(3, "-created_at")))
    following = await store.read(
        lambda view: view.imports.page(organization.id, Page(3, "-created_at", page.next))
    )
    newest = await store.read(lambda view: view.imports.of_account(organization.id, "zendesk", "acme", 2))
    assert [*page.items[1:], *following.items] == several[::-1]
    assert [*newest] == [several[4], several[3]]


async def test_problems_are_kept_in_the_order_in_which_they_were_met(store: Store) -> None:
    organization = an_organization()
    one = an_import(organization)
    await put(store, organization, one)
    problems = [Problem("tickets", str(number), f"Told {number}") for number in range(7)]
    await store.transact(lambda work: work.imports.note(one, problems[:4]))
    await store.transact(lambda work: work.imports.note(one, []))
    await store.transact(lambda work: work.imports.note(one, problems[4:]))
    assert [*await store.read(lambda view: view.imports.problems(organization.id, one.id))] == problems
    await store.transact(lambda work: work.imports.tell_anew(one, problems[:2]))
    assert [*await store.read(lambda view: view.imports.problems(organization.id, one.id))] == problems[:2]
    stranger = evolve(one, organization_id=an_organization().id)
    with pytest.raises(NotFound):
        await store.transact(lambda work: work.imports.note(stranger, problems))


async def test_what_is_added_in_bulk_is_as_if_it_was_added_one_by_one(store: Store) -> None:
    one_by_one, at_once = await _desk(store), await _desk(store)
    for each, bulk in ((one_by_one, False), (at_once, True)):
        await store.transact(partial(_fill, each, bulk=bulk))
    seen = [await store.read(partial(_seen, each)) for each in (one_by_one, at_once)]
    assert seen[0] == seen[1]
    assert seen[0]["found"] == 3


async def test_numbers_that_are_taken_together_follow_each_other(store: Store) -> None:
    each = await _desk(store)

    async def unit(work: Work) -> list[int]:
        home = each.organization.id
        first = await work.tickets.next_numbers(home, 5)
        return [first, await work.tickets.next_number(home), await work.tickets.next_numbers(home, 2)]

    first, following, then = await store.transact(unit)
    assert (following, then) == (first + 5, first + 6)


BREAKING: dict[str, Callable[[Work, OneOfEach], Awaitable[None]]] = {
    "a contact that is somebody's": lambda work, each: work.customers.add_all(
        [
            a_customer(each.organization, emails=("new@mail.example",)),
            a_customer(each.organization, emails=("carla@mail.example",)),
        ]
    ),
    "one contact for two": lambda work, each: work.customers.add_all(
        [a_customer(each.organization, emails=("twin@mail.example",)) for _ in range(2)]
    ),
    "a number that is taken": lambda work, each: work.tickets.add_all(
        [a_ticket(each.customer, 8), a_ticket(each.customer, each.ticket.number)]
    ),
    "a message that is known": lambda work, each: work.conversations.add_all(
        [a_message(each.ticket), a_mail(each.ticket, "brake@mail.example")]
    ),
    "an external id that is known": lambda work, each: work.conversations.add_all(
        [a_message(each.ticket), a_message(each.ticket, channel=Channel.EMAIL, external_id="ext-1")]
    ),
}


@pytest.mark.parametrize("what", BREAKING)
async def test_what_cannot_be_added_in_bulk_fails_the_unit_and_leaves_nothing(
    store: Store, what: str
) -> None:
    each = await _desk(store)
    before = await store.read(lambda view: everything(view, each))

    async def unit(work: Work) -> None:
        await work.references.put_all([a_reference(each.organization, each.ticket.id)])
        await BREAKING[what](work, each)

    with pytest.raises(AlreadyTaken):
        await store.transact(unit)
    assert await store.read(lambda view: everything(view, each)) == before


async def test_what_refers_to_nothing_is_refused_in_bulk_too(store: Store) -> None:
    each = await _desk(store)
    nowhere = a_ticket(each.customer, 9)
    nobody = a_customer(each.organization)
    for breaking in (
        lambda work: work.tickets.add_all([a_ticket(each.customer, 8), a_ticket(nobody, 9)]),
        lambda work: work.conversations.add_all([a_message(each.ticket), a_message(nowhere)]),
        lambda work: work.attachments.add_all([an_attachment(nowhere, each.message)]),
        lambda work: work.customers.add_all([a_customer(an_organization())]),
    ):
        with pytest.raises(Conflict):
            await store.transact(breaking)
    with pytest.raises(NotFound):
        await store.transact(
            lambda work: work.threads.remember_all(each.organization.id, [(nowhere.id, "x@mail.example")], [])
        )


async def test_a_value_that_no_column_can_hold_fails_the_unit(store: Store) -> None:
    each = await _desk(store)

    async def unit(work: Work) -> None:
        await work.conversations.add_all(
            [a_message(each.ticket), a_message(each.ticket, content_text="\ud800")]
        )
        await work.imports.problems(each.organization.id, each.import_.id)

    try:
        await store.transact(unit)
    except InvalidValue:
        found = await store.read(
            lambda view: view.conversations.of_ticket(each.organization.id, each.ticket.id, Page())
        )
        assert [*found.items] == [each.message]


async def test_many_are_looked_up_as_one_is(store: Store) -> None:
    each = await _desk(store)
    home = each.organization.id
    mail, nobody = Contact("email", "carla@mail.example"), Contact("phone", "+14155550123")
    found = await store.read(lambda view: view.customers.by_contacts(home, [mail, nobody, mail]))
    assert found == {mail: each.customer.id}
    known = await store.read(
        lambda view: view.conversations.by_external_ids(home, Channel.EMAIL, ["ext-1", "ext-2"])
    )
    assert known == {"ext-1": each.message.id}
    assert (
        await store.read(lambda view: view.conversations.by_external_ids(home, Channel.IMPORT, ["ext-1"]))
        == {}
    )
    mails = await store.read(
        lambda view: view.conversations.by_message_ids(home, ["brake@mail.example", "x@mail.example"])
    )
    assert mails == {"brake@mail.example": each.message.id}
    for nothing in (
        await store.read(lambda view: view.customers.by_contacts(home, [])),
        await store.read(lambda view: view.conversations.by_external_ids(home, Channel.EMAIL, [])),
        await store.read(lambda view: view.conversations.by_message_ids(home, [])),
        await store.read(lambda view: view.references.many(home, "zendesk", "acme", "tickets", [])),
    ):
        assert nothing == {}


async def _desk(store: Store) -> OneOfEach:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    return each


async def _fill(each: OneOfEach, work: Work, *, bulk: bool) -> None:
    home = each.organization.id
    people = [
        a_customer(each.organization, emails=(f"{one}@new.example",), name=f"New {one}") for one in "ab"
    ]
    tickets = [
        a_ticket(people[place % 2], 20 + place, subject="Bulky words", tags=("bulk",)) for place in range(3)
    ]
    messages = [
        a_message(one, content_text="Bulky words", mail=MailHeaders(f"{one.number}@m")) for one in tickets
    ]
    files = [an_attachment(tickets[0], messages[0])]
    named = [(one.id, f"{one.number}@quoted") for one in tickets]
    taking_part = [(one.id, people[0].id) for one in tickets]
    if bulk:
        await work.customers.add_all(people)
        await work.tickets.add_all(tickets)
        await work.conversations.add_all(messages)
        await work.attachments.add_all(files)
        await work.threads.remember_all(home, named, taking_part)
        return
    for customer in people:
        await work.customers.add(customer)
    for ticket in tickets:
        await work.tickets.add(ticket)
    for message in messages:
        await work.conversations.add(message)
    await work.attachments.add(files[0])
    for ticket_id, name in named:
        await work.threads.remember(home, ticket_id, [name], people[0].id)


async def _seen(each: OneOfEach, view: Any) -> dict[str, Any]:
    home: OrganizationId = each.organization.id
    found = await view.tickets.page(home, TicketFilter(q="bulky"), Page(100, "number"))
    tagged = await view.tickets.page(home, TicketFilter(tag="bulk"), Page(100, "number"))
    people = await view.customers.page(home, CustomerFilter(q="new"), Page(100, "created_at"))
    evidence = await view.threads.evidence(home, ThreadQuery(ids=("20@quoted", "21@m")))
    ticket = await view.tickets.by_number(home, 20)
    messages = await view.conversations.of_ticket(home, ticket.id, Page(100, "created_at"))
    return {
        "found": len(found.items),
        "tagged": [one.number for one in tagged.items],
        "people": sorted(one.name for one in people.items),
        "evidence": len(str(evidence)),
        "messages": [one.content_text for one in messages.items],
        "files": len(await view.attachments.of_ticket(home, ticket.id)),
        "at": NOON,
    }


async def _known(store: Store, one: Reference) -> Any:
    return await store.read(
        lambda view: view.references.many(
            one.organization_id, one.source, one.account, one.kind, [one.external_id]
        )
    )
