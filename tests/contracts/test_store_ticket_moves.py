"""Messages that go from ticket to ticket, and what leads to tickets besides lists."""

from typing import Any

from attrs import evolve

from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import TicketId
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Store
from helpdesk_core.tickets import Status, Ticket
from tests.contracts.builders import (
    OneOfEach,
    a_customer,
    a_mail,
    a_message,
    a_ticket,
    after,
    an_attachment,
    one_of_each,
)
from tests.contracts.desks import ALL, put, put_one_of_each, tickets_of


async def test_a_moved_message_remembers_where_it_was_written_first(store: Store) -> None:
    home = await _home(store)
    middle, last = a_ticket(home.customer, 2), a_ticket(home.customer, 3)
    late = a_message(middle, "Still squeaks.", created_at=after(5))
    await put(store, middle, last, late)
    await store.transact(lambda work: work.threads.move(home.organization.id, home.ticket.id, middle.id))
    await store.transact(lambda work: work.threads.move(home.organization.id, middle.id, last.id))
    first, second = await _messages(store, home, last)
    assert (first.id, first.origin_ticket_id) == (home.message.id, home.ticket.id)
    assert (second.id, second.origin_ticket_id) == (late.id, middle.id)


async def test_some_messages_part_with_their_files_and_the_others_stay(store: Store) -> None:
    home = await _home(store)
    new = a_ticket(home.customer, 2)
    leaving = a_message(home.ticket, "And the bell.", created_at=after(1), origin_ticket_id=new.id)
    known = a_message(
        home.ticket, "And the lamp.", created_at=after(2), origin_ticket_id=TicketId(home.user.id)
    )
    file = an_attachment(home.ticket, leaving)
    await put(store, new, leaving, known, file)
    ids, origins = [leaving.id, known.id], [TicketId(home.user.id)]
    await store.transact(
        lambda work: work.threads.part(home.organization.id, home.ticket.id, new.id, ids, origins)
    )
    assert await _messages(store, home, home.ticket) == [home.message]
    assert await _messages(store, home, new) == [
        evolve(leaving, ticket_id=new.id, origin_ticket_id=None),
        evolve(known, ticket_id=new.id),
    ]
    home_id = home.organization.id
    assert await store.read(lambda view: view.attachments.of_ticket(home_id, new.id)) == [
        evolve(file, ticket_id=new.id)
    ]
    assert await store.read(lambda view: view.attachments.of_ticket(home_id, home.ticket.id)) == [
        home.attachment
    ]


async def test_a_message_of_a_third_ticket_does_not_part_from_it(store: Store) -> None:
    home = await _home(store)
    new, third = a_ticket(home.customer, 2), a_ticket(home.customer, 3)
    elsewhere = a_message(third)
    await put(store, new, third, elsewhere)
    await store.transact(
        lambda work: work.threads.part(home.organization.id, home.ticket.id, new.id, [elsewhere.id], [])
    )
    assert await _messages(store, home, third) == [elsewhere]


async def test_a_search_finds_a_moved_message_in_its_new_ticket_only(store: Store) -> None:
    home = await _home(store)
    new = a_ticket(home.customer, 2, subject="Bell")
    leaving = a_message(home.ticket, "Xylophone noises.")
    await put(store, new, leaving)
    assert await _listed(store, home, q="xylophone") == [home.ticket]
    await store.transact(
        lambda work: work.threads.part(home.organization.id, home.ticket.id, new.id, [leaving.id], [])
    )
    assert await _listed(store, home, q="xylophone") == [new]


async def test_what_is_forgotten_no_longer_leads_to_the_ticket(store: Store) -> None:
    home = await _home(store)
    colleague = a_customer(home.organization)
    await put(store, colleague)
    home_id, ticket_id = home.organization.id, home.ticket.id
    await store.transact(
        lambda work: work.threads.remember(home_id, ticket_id, ["kept@mail.example"], colleague.id)
    )
    await store.transact(
        lambda work: work.threads.forget(home_id, ticket_id, ["quoted@mail.example"], [colleague.id])
    )
    query = ThreadQuery(ids=("quoted@mail.example", "kept@mail.example"))
    evidence = await store.read(lambda view: view.threads.evidence(home_id, query))
    assert set(evidence.by_mention) == {"kept@mail.example"}
    assert evidence.by_mention["kept@mail.example"][0].participants == {home.customer.id}


async def test_the_tickets_that_were_merged_into_one_are_known_by_number(store: Store) -> None:
    home = await _home(store)
    third, second = (a_ticket(home.customer, number, merged_into_id=home.ticket.id) for number in (3, 2))
    far = a_ticket(home.customer, 4, merged_into_id=second.id)
    await put(store, third, second, far)
    found = await store.read(lambda view: view.tickets.merged_into(home.organization.id, home.ticket.id))
    assert found == [second, third]


async def test_those_who_bear_a_tag_are_found_by_number_merged_ones_too(store: Store) -> None:
    home = await _home(store)
    tickets = [a_ticket(home.customer, number, tags=("spoke", "hub")) for number in (4, 2)]
    merged = a_ticket(home.customer, 3, tags=("spoke",), merged_into_id=home.ticket.id)
    await put(store, *tickets, merged, a_ticket(home.customer, 5, tags=("spokes",)))
    home_id = home.organization.id
    found = await store.read(lambda view: view.tickets.bearing(home_id, "spoke", 10))
    assert [ticket.number for ticket in found] == [2, 3, 4]
    assert len(await store.read(lambda view: view.tickets.bearing(home_id, "spoke", 2))) == 2
    await store.transact(lambda work: work.tickets.replace(evolve(tickets[0], tags=("hub",))))
    assert [
        one.number for one in await store.read(lambda view: view.tickets.bearing(home_id, "spoke", 9))
    ] == [
        2,
        3,
    ]


async def test_tags_are_counted_up_to_a_bound_without_merged_tickets(store: Store) -> None:
    home = await _home(store)
    tickets = [
        a_ticket(home.customer, number, tags=("spoke", "hub")[: number % 2 + 1]) for number in range(2, 7)
    ]
    merged = a_ticket(home.customer, 9, tags=("spoke",), merged_into_id=home.ticket.id)
    await put(store, *tickets, merged)
    home_id, tags = home.organization.id, ["spoke", "hub", "unknown"]
    counts = await store.read(lambda view: view.tickets.tag_counts(home_id, tags, 100))
    assert counts == {"spoke": 5, "hub": 2}
    assert await store.read(lambda view: view.tickets.tag_counts(home_id, tags, 3)) == {"spoke": 3, "hub": 2}
    assert await store.read(lambda view: view.tickets.tag_counts(home_id, [], 3)) == {}


async def test_snoozed_tickets_are_listed_by_themselves_or_left_out(store: Store) -> None:
    home = await _home(store)
    snoozed = [
        a_ticket(home.customer, number, snoozed_until=after(60), status=status, assignee_id=home.user.id)
        for number, status in ((2, Status.OPEN), (3, Status.PENDING))
    ]
    await put(store, *snoozed)
    assert await _listed(store, home, snoozed=True) == snoozed
    assert await _listed(store, home, snoozed=False) == [home.ticket]
    for more in ({"assignee_id": home.user.id}, {"customer_id": home.customer.id}, {"q": "brake"}):
        assert await _listed(store, home, snoozed=True, **more) == snoozed
    assert await _listed(store, home, snoozed=True, status=(Status.PENDING,)) == snoozed[1:]
    assert await _listed(store, home, snoozed=True, unassigned=True) == []


async def test_words_that_are_gone_from_a_message_are_no_longer_found(store: Store) -> None:
    home = await _home(store)
    secret = a_mail(home.ticket, "secret@mail.example", content_text="The code is swordfish, says Carla.")
    await put(store, secret)
    assert await _listed(store, home, q="swordfish") == [home.ticket]
    blacked_out = evolve(secret, content_text="The code is █████, says Carla.", redacted_at=after(9))
    await store.transact(lambda work: work.conversations.replace(blacked_out))
    assert await _listed(store, home, q="swordfish") == []
    assert await _listed(store, home, q="swordfi") == []
    assert await _listed(store, home, q="says carla") == [home.ticket]


async def test_a_removed_file_is_gone(store: Store) -> None:
    home = await _home(store)
    home_id, file = home.organization.id, home.attachment
    await store.transact(lambda work: work.attachments.remove(home_id, file.id))
    assert await store.read(lambda view: view.attachments.get(home_id, file.id)) is None
    await store.transact(lambda work: work.attachments.remove(home_id, file.id))


async def _home(store: Store) -> OneOfEach:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    return home


async def _listed(store: Store, home: OneOfEach, **wanted: Any) -> list[Ticket]:
    return list(await tickets_of(store, home.organization, **wanted))


async def _messages(store: Store, home: OneOfEach, ticket: Ticket) -> list[Conversation]:
    found: Any = await store.read(
        lambda view: view.conversations.of_ticket(home.organization.id, ticket.id, ALL)
    )
    return list(found.items)
