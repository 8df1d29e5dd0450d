"""What the store knows about where a letter belongs."""

from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.conversations import Kind
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import CustomerId
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Store
from helpdesk_core.threads import Candidate, Evidence
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
from tests.contracts.desks import ALL, put, put_one_of_each


async def test_nothing_is_known_of_a_letter_that_names_nothing(store: Store) -> None:
    home = await _home(store)
    assert await _evidence(store, home) == Evidence()
    assert await _evidence(store, home, ids=("unknown@mail.example",), subject_number=99) == Evidence()


async def test_a_message_we_hold_points_to_its_ticket(store: Store) -> None:
    home = await _home(store)
    evidence = await _evidence(store, home, ids=("unknown@mail.example", "brake@mail.example"))
    assert evidence.by_message == {"brake@mail.example": (_candidate(home.ticket),)}
    assert evidence.by_mention == {}


async def test_a_quoted_id_points_to_every_ticket_that_quotes_it_oldest_first(store: Store) -> None:
    home = await _home(store)
    newer, older = a_ticket(home.customer, 9), a_ticket(home.customer, 3)
    await put(store, newer, older)
    for ticket in (newer, older):
        await _remember(store, home, ticket, "news@shop.example")
    evidence = await _evidence(store, home, ids=("news@shop.example", "quoted@mail.example"))
    assert evidence.by_mention == {
        "news@shop.example": (_candidate(older), _candidate(newer)),
        "quoted@mail.example": (_candidate(home.ticket),),
    }
    assert evidence.by_message == {}


async def test_remembering_twice_is_remembering_once(store: Store) -> None:
    home = await _home(store)
    for _ in range(2):
        await _remember(
            store, home, home.ticket, "a@mail.example", "a@mail.example", customer_id=home.customer.id
        )
    evidence = await _evidence(store, home, ids=("a@mail.example",))
    assert evidence.by_mention == {"a@mail.example": (_candidate(home.ticket),)}


async def test_a_number_points_to_its_ticket_as_token_and_as_subject(store: Store) -> None:
    home = await _home(store)
    other = a_ticket(home.customer, 7)
    await put(store, other)
    evidence = await _evidence(store, home, token_number=1, subject_number=7)
    assert (evidence.by_token, evidence.by_number) == (_candidate(home.ticket), _candidate(other))


async def test_whoever_was_remembered_takes_part_beside_the_customer(store: Store) -> None:
    home = await _home(store)
    colleague = a_customer(home.organization)
    await put(store, colleague)
    await _remember(store, home, home.ticket, customer_id=colleague.id)
    evidence = await _evidence(store, home, token_number=1)
    assert evidence.by_token == _candidate(home.ticket, colleague.id)


async def test_a_candidate_shows_what_its_ticket_is_like_now(store: Store) -> None:
    home = await _home(store)
    now = evolve(
        home.ticket, status=Status.CLOSED, subject_key="other", last_message_at=after(77), kept_apart=True
    )
    await store.transact(lambda work: work.tickets.replace(now))
    evidence = await _evidence(store, home, token_number=1)
    assert evidence.by_token == Candidate(
        ticket_id=now.id,
        number=1,
        closed=True,
        participants=frozenset({home.customer.id}),
        subject_key="other",
        last_message_at=after(77),
        kept_apart=True,
    )


async def test_a_ticket_without_a_message_counts_from_its_beginning(store: Store) -> None:
    home = await _home(store)
    silent = a_ticket(home.customer, 2, last_message_at=None, created_at=after(5))
    await put(store, silent)
    evidence = await _evidence(store, home, token_number=2)
    assert evidence.by_token is not None
    assert evidence.by_token.last_message_at == after(5)


async def test_the_same_subject_points_to_the_customers_own_tickets_newest_first(store: Store) -> None:
    home = await _home(store)
    other_customer = a_customer(home.organization)
    old = a_ticket(home.customer, 2, last_message_at=after(-60))
    new = a_ticket(home.customer, 3, last_message_at=after(60), status=Status.CLOSED)
    await put(
        store,
        other_customer,
        old,
        new,
        a_ticket(home.customer, 4, subject="Another matter"),
        a_ticket(other_customer, 5),
    )
    found = await _alike(store, home)
    assert found == (_candidate(new), _candidate(home.ticket), _candidate(old))


async def test_tickets_of_a_subject_are_handed_out_up_to_five_and_not_before_since(store: Store) -> None:
    home = await _home(store)
    tickets = [a_ticket(home.customer, number, last_message_at=after(number)) for number in range(2, 9)]
    await put(store, *tickets)
    newest = tuple(_candidate(ticket) for ticket in reversed(tickets))
    assert await _alike(store, home) == newest[:5]
    assert await _alike(store, home, since=after(7)) == newest[:2]
    assert await _alike(store, home, since=after(7.01)) == newest[:1]
    assert await _alike(store, home, since=after(100)) == ()


async def test_an_empty_subject_and_an_unknown_sender_match_nothing(store: Store) -> None:
    home = await _home(store)
    await put(store, a_ticket(home.customer, 2, subject=""))
    assert (await _evidence(store, home, customer_id=home.customer.id, subject_key="")).by_subject == ()
    assert (
        await _evidence(store, home, customer_id=None, subject_key=home.ticket.subject_key)
    ).by_subject == ()


async def test_evidence_for_a_merged_ticket_points_to_where_the_merges_lead(store: Store) -> None:
    home = await _home(store)
    middle, last = a_ticket(home.customer, 2, subject="Bell"), a_ticket(home.customer, 3, subject="Chain")
    await put(store, middle, last)
    await _remember(store, home, middle, "quoted@mail.example", "middle@mail.example")
    await store.transact(lambda work: work.tickets.replace(evolve(home.ticket, merged_into_id=middle.id)))
    await store.transact(lambda work: work.tickets.replace(evolve(middle, merged_into_id=last.id)))
    evidence = await _evidence(
        store,
        home,
        ids=("brake@mail.example", "quoted@mail.example", "middle@mail.example"),
        token_number=1,
        subject_number=2,
        customer_id=home.customer.id,
        subject_key=home.ticket.subject_key,
    )
    target = _candidate(last)
    assert evidence == Evidence(
        by_token=target,
        by_message={"brake@mail.example": (target,)},
        by_mention={"quoted@mail.example": (target,), "middle@mail.example": (target,)},
        by_number=target,
        by_subject=(target,),
    )


async def test_moving_takes_messages_files_mentions_and_participants_along(store: Store) -> None:
    home = await _home(store)
    customer, colleague = a_customer(home.organization), a_customer(home.organization)
    target = a_ticket(customer, 2)
    own = a_mail(target, "own@mail.example", created_at=after(-1))
    await put(store, customer, colleague, target, own)
    await _remember(store, home, home.ticket, customer_id=colleague.id)
    organization_id = home.organization.id
    await store.transact(lambda work: work.threads.move(organization_id, home.ticket.id, target.id))
    moved = await store.read(lambda view: view.conversations.of_ticket(organization_id, target.id, ALL))
    came = evolve(home.message, ticket_id=target.id, origin_ticket_id=home.ticket.id)
    assert [*moved.items] == [own, came]
    left = await store.read(lambda view: view.conversations.of_ticket(organization_id, home.ticket.id, ALL))
    assert [*left.items] == []
    attachment = await store.read(lambda view: view.attachments.get(organization_id, home.attachment.id))
    assert attachment == evolve(home.attachment, ticket_id=target.id)
    evidence = await _evidence(
        store, home, ids=("brake@mail.example", "quoted@mail.example"), subject_number=1
    )
    expected = _candidate(target, home.customer.id, colleague.id)
    assert evidence.by_message == {"brake@mail.example": (expected,)}
    assert evidence.by_mention == {"quoted@mail.example": (expected,)}
    assert evidence.by_number == _candidate(home.ticket)


async def test_the_customer_of_a_moved_ticket_takes_part_in_the_target_unasked(store: Store) -> None:
    home = await _home(store)
    other = a_customer(home.organization)
    source = a_ticket(other, 2)
    await put(store, other, source)
    await store.transact(lambda work: work.threads.move(home.organization.id, source.id, home.ticket.id))
    assert (await _evidence(store, home, token_number=1)).by_token == _candidate(home.ticket, other.id)


async def test_moving_mentions_that_both_tickets_have_keeps_one(store: Store) -> None:
    home = await _home(store)
    target = a_ticket(home.customer, 2)
    await put(store, target)
    await _remember(store, home, target, "quoted@mail.example", customer_id=home.customer.id)
    await store.transact(lambda work: work.threads.move(home.organization.id, home.ticket.id, target.id))
    evidence = await _evidence(store, home, ids=("quoted@mail.example",))
    assert evidence.by_mention == {"quoted@mail.example": (_candidate(target),)}


async def test_only_tickets_that_are_there_remember_and_move(store: Store) -> None:
    home = await _home(store)
    nowhere = a_ticket(home.customer, 9)
    organization_id = home.organization.id
    for attempt in (
        lambda work: work.threads.remember(organization_id, nowhere.id, ["a@mail.example"], None),
        lambda work: work.threads.move(organization_id, nowhere.id, home.ticket.id),
        lambda work: work.threads.move(organization_id, home.ticket.id, nowhere.id),
    ):
        with pytest.raises(NotFound):
            await store.transact(attempt)


async def test_a_removed_ticket_leaves_no_traces(store: Store) -> None:
    home = await _home(store)
    await store.transact(lambda work: work.tickets.remove(home.organization.id, home.ticket.id))
    evidence = await _evidence(
        store,
        home,
        ids=("brake@mail.example", "quoted@mail.example"),
        token_number=1,
        customer_id=home.customer.id,
        subject_key=home.ticket.subject_key,
    )
    assert evidence == Evidence()


async def test_the_last_mail_is_the_newest_from_outside_and_failing_that_the_newest_of_ours(
    store: Store,
) -> None:
    home = one_of_each()
    ticket = a_ticket(home.customer, 2)
    await put(store, home.organization, home.customer, ticket)
    steps = [
        (a_message(ticket, created_at=after(1)), None),  # it has no id to answer to
        (a_mail(ticket, "1@desk.example", kind=Kind.REPLY, created_at=after(3)), "1@desk.example"),
        (a_mail(ticket, "2@desk.example", kind=Kind.REPLY, created_at=after(2)), "1@desk.example"),
        (a_mail(ticket, "3@mail.example", created_at=after(0)), "3@mail.example"),
        (a_mail(ticket, "4@mail.example", created_at=after(5)), "4@mail.example"),
        (a_mail(ticket, "5@mail.example", created_at=after(4)), "4@mail.example"),
        (a_mail(ticket, "6@desk.example", kind=Kind.REPLY, created_at=after(6)), "4@mail.example"),
        (a_message(ticket, created_at=after(7)), "4@mail.example"),
    ]
    for message, expected in steps:
        await put(store, message)
        last = await store.read(lambda view: view.conversations.last_mail(home.organization.id, ticket.id))
        assert (last.mail.message_id if last else None) == expected


async def test_the_messages_of_several_tickets_are_the_newest_hundred_of_each_oldest_first(
    store: Store,
) -> None:
    home = await _home(store)
    busy, silent = a_ticket(home.customer, 2), a_ticket(home.customer, 3)
    messages = [a_message(busy, f"message {place}", created_at=after(place % 7)) for place in range(105)]
    await put(store, busy, silent, *messages)
    found = await store.read(
        lambda view: view.conversations.of_tickets(home.organization.id, [busy.id, home.ticket.id, silent.id])
    )
    in_order = sorted(messages, key=lambda message: (message.created_at, message.id))
    assert [*found[busy.id]] == in_order[5:]
    assert [*found[home.ticket.id]] == [home.message]
    assert [*found.get(silent.id, ())] == []


async def test_a_file_follows_its_ticket_only_if_it_belongs_to_one(store: Store) -> None:
    home = await _home(store)
    loose = an_attachment(home.ticket, home.message, ticket_id=None, conversation_id=None)
    await put(store, loose)
    await store.transact(lambda work: work.tickets.remove(home.organization.id, home.ticket.id))
    assert await store.read(lambda view: view.attachments.get(home.organization.id, loose.id)) == loose


def _candidate(ticket: Ticket, *others: CustomerId) -> Candidate:
    return Candidate(
        ticket_id=ticket.id,
        number=ticket.number,
        closed=ticket.closed,
        participants=frozenset({ticket.customer_id, *others}),
        subject_key=ticket.subject_key,
        last_message_at=ticket.last_message_at or ticket.created_at,
        kept_apart=ticket.kept_apart,
    )


async def _home(store: Store) -> OneOfEach:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    return home


async def _evidence(store: Store, home: OneOfEach, **query: Any) -> Evidence:
    return await store.read(lambda view: view.threads.evidence(home.organization.id, ThreadQuery(**query)))


async def _alike(store: Store, home: OneOfEach, **query: Any) -> tuple[Candidate, ...]:
    subject = {"customer_id": home.customer.id, "subject_key": home.ticket.subject_key}
    return (await _evidence(store, home, **subject, **query)).by_subject


async def _remember(
    store: Store, home: OneOfEach, ticket: Ticket, *ids: str, customer_id: CustomerId | None = None
) -> None:
    await store.transact(
        lambda work: work.threads.remember(home.organization.id, ticket.id, ids, customer_id)
    )
