"""Merging, taking apart and blacking out on every store: whatever happens at once, nothing is lost or counted twice."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.conversations import Conversation, Kind, MailHeaders
from helpdesk_core.errors import Refusal
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.customers.hand_over import messages_of
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_many import ChangeMany
from helpdesk_core.use_cases.tickets.change_ticket import DeleteTicket, TicketChange
from helpdesk_core.use_cases.tickets.merge_tickets import MergeTickets, UnmergeTicket
from helpdesk_core.use_cases.tickets.open_ticket import OpenTicket, Requester
from helpdesk_core.use_cases.tickets.redact_conversation import RedactConversation
from helpdesk_core.use_cases.tickets.split_ticket import SplitTicket
from helpdesk_core.users import Actor
from tests.contracts.builders import (
    a_customer,
    a_message,
    a_ticket,
    after,
    an_attachment,
    an_organization,
    new_id,
)
from tests.contracts.desks import put, tickets_of

NOOR = Actor("user", None, "Noor")


def clock() -> Any:
    return after(999)


async def some_tickets(store: Store, number: int) -> tuple[OrganizationId, list[Ticket]]:
    """Tickets of customers of their own, each with a mail, an answer and a note."""
    organization = an_organization()
    await put(store, organization)
    tickets = []
    for place in range(1, number + 1):
        customer = a_customer(organization)
        ticket = a_ticket(customer, place, message_count=3, last_message_at=after(3 * place + 2))
        ticket = evolve(ticket, first_response_at=after(3 * place + 1))
        headers = MailHeaders(message_id=f"{place}@mail.example", references=("news@shop.example",))
        kinds = (Kind.INBOUND, Kind.REPLY, Kind.NOTE)
        messages = [
            a_message(
                ticket,
                f"number{place} {kind.value}",
                kind=kind,
                created_at=after(3 * place + at),
                mail=headers if kind is Kind.INBOUND else MailHeaders(),
            )
            for at, kind in enumerate(kinds)
        ]
        await put(store, customer, ticket, *messages)
        tickets.append(ticket)

    async def count(work: Any) -> None:
        for _ in tickets:
            await work.tickets.next_number(organization.id)

    await store.transact(count)
    return organization.id, tickets


async def test_of_two_merges_the_opposite_way_at_once_one_wins(store: Store) -> None:
    home, (one, two) = await some_tickets(store, 2)
    merge = MergeTickets(store, clock, new_id)
    ended: list[str] = []

    async def merging(source: Ticket, target: Ticket) -> None:
        try:
            await merge(home, source.id, NOOR, target.id)
            ended.append("merged")
        except Refusal:
            ended.append("refused")

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(merging, one, two)
            tasks.start_soon(merging, two, one)
    assert Counter(ended) == {"merged": 1, "refused": 5}
    await assert_sound(store, home, [one, two], 6)


async def test_merges_in_a_ring_leave_one_ticket_standing(store: Store) -> None:
    home, tickets = await some_tickets(store, 4)
    merge = MergeTickets(store, clock, new_id)

    async def merging(source: Ticket, target: Ticket) -> None:
        try:
            await merge(home, source.id, NOOR, target.id)
        except Refusal:
            return

    async with anyio.create_task_group() as tasks:
        for place, ticket in enumerate(tickets):
            tasks.start_soon(merging, ticket, tickets[place - 1])
    await assert_sound(store, home, tickets, 12)


async def test_a_message_posted_while_its_ticket_is_taken_apart_is_counted_where_it_is(store: Store) -> None:
    home, (one, two) = await some_tickets(store, 2)
    await MergeTickets(store, clock, new_id)(home, one.id, NOOR, two.id)
    redact = RedactConversation(store, clock, new_id)
    first = (await messages(store, home, two))[0]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(UnmergeTicket(store, clock, new_id), home, one.id, NOOR)
        tasks.start_soon(redact, home, first.id, NOOR, None)
    await assert_sound(store, home, [one, two], 6)
    assert len(await messages(store, home, one)) == 3


async def test_an_unmerged_ticket_is_found_by_its_own_ids_again_and_the_other_no_longer(store: Store) -> None:
    home, (one, two) = await some_tickets(store, 2)

    async def remember(work: Any) -> None:
        for place, ticket in enumerate((one, two), 1):
            ids = [f"{place}@mail.example", "news@shop.example"]
            await work.threads.remember(home, ticket.id, ids, ticket.customer_id)

    await store.transact(remember)
    query = ThreadQuery(ids=("1@mail.example", "2@mail.example", "news@shop.example"))
    before = await store.read(lambda view: view.threads.evidence(home, query))
    await MergeTickets(store, clock, new_id)(home, one.id, NOOR, two.id)
    merged = await store.read(lambda view: view.threads.evidence(home, query))
    assert {one.ticket_id for found in merged.by_message.values() for one in found} == {two.id}
    await UnmergeTicket(store, clock, new_id)(home, one.id, NOOR)
    apart = await store.read(lambda view: view.threads.evidence(home, query))
    assert {key: {c.ticket_id for c in found} for key, found in apart.by_message.items()} == {
        key: {c.ticket_id for c in found} for key, found in before.by_message.items()
    }
    assert {key: {c.ticket_id for c in found} for key, found in apart.by_mention.items()} == {
        key: {c.ticket_id for c in found} for key, found in before.by_mention.items()
    }
    assert [c.participants for c in apart.by_message["2@mail.example"]] == [{two.customer_id}]
    assert [c.kept_apart for c in apart.by_message["1@mail.example"]] == [True]


async def test_files_go_with_their_messages_and_with_their_ticket(store: Store) -> None:
    home, (one, two) = await some_tickets(store, 2)
    first = (await messages(store, home, one))[0]
    file = an_attachment(one, first)
    await put(store, file)

    async def place_of(view: View) -> Any:
        found = await view.attachments.get(home, file.id)
        return found and found.ticket_id

    await MergeTickets(store, clock, new_id)(home, one.id, NOOR, two.id)
    assert await store.read(place_of) == two.id
    await UnmergeTicket(store, clock, new_id)(home, one.id, NOOR)
    assert await store.read(place_of) == one.id
    new = await SplitTicket(store, clock, new_id)(home, one.id, NOOR, [first.id])
    assert await store.read(place_of) == new.id
    await DeleteTicket(store, clock, new_id)(home, new.id, NOOR)
    assert await store.read(place_of) is None


async def test_a_redacted_message_is_not_found_and_its_files_are_gone(store: Store) -> None:
    home, (ticket,) = await some_tickets(store, 1)
    secret = a_message(
        ticket, "It is swordfish.", content={"type": "doc", "content": [_paragraph("It is swordfish.")]}
    )
    file = an_attachment(ticket, secret)
    await put(store, evolve(secret, attachment_ids=(file.id,)), file)
    organization = evolve(an_organization(), id=home)
    assert [one.id for one in await tickets_of(store, organization, q="swordfish")] == [ticket.id]
    redact = RedactConversation(store, clock, new_id)
    await redact(home, secret.id, NOOR, "swordfish")
    assert len(await tickets_of(store, organization, q="swordfish")) == 0
    assert await store.read(lambda view: view.attachments.get(home, file.id)) == file
    await redact(home, secret.id, NOOR, None)
    assert await store.read(lambda view: view.attachments.get(home, file.id)) is None
    found = await store.read(lambda view: view.conversations.get(home, secret.id))
    assert found is not None
    assert (found.attachment_ids, found.redacted_at) == ((), clock())


async def test_many_tickets_are_changed_in_one_unit_and_refusals_change_nothing(store: Store) -> None:
    home, tickets = await some_tickets(store, 3)
    await MergeTickets(store, clock, new_id)(home, tickets[2].id, NOOR, tickets[1].id)
    before = await store.read(lambda view: view.tickets.get(home, tickets[2].id))
    ids = [ticket.id for ticket in tickets]
    change = TicketChange(tags=("storm",), custom_fields={"size": 3})
    treated = await ChangeMany(store, clock, new_id)(home, ids, NOOR, change)
    assert [one.refusal and one.refusal.code for one in treated] == [None, None, "conflict"]
    assert await store.read(lambda view: view.tickets.get(home, tickets[2].id)) == before
    counts = await store.read(lambda view: view.tickets.tag_counts(home, ["storm"], 10))
    assert counts == {"storm": 2}
    assert [tag.name for tag in await store.read(lambda view: view.tags.of(home))] == ["storm"]


async def test_a_new_tag_on_many_tickets_at_once_becomes_known_once(store: Store) -> None:
    home, _ = await some_tickets(store, 1)
    open_ticket = OpenTicket(store, clock, new_id)

    async def opening(number: int) -> None:
        tags = ("storm" if number % 2 else "STORM", f"no{number}")
        requester = Requester(email=f"ida{number}@garden.example")
        await open_ticket(home, NOOR, Opening("A roof", Channel.API, tags=tags), requester, "It leaks.")

    async with anyio.create_task_group() as tasks:
        for number in range(8):
            tasks.start_soon(opening, number)
    known = [tag.name for tag in await store.read(lambda view: view.tags.of(home))]
    assert sorted(name.lower() for name in known) == sorted(
        ["storm", *(f"no{number}" for number in range(8))]
    )
    counts = await store.read(lambda view: view.tickets.tag_counts(home, known, 10))
    assert sorted(counts.values()) == [1] * 8 + [8]


Action = tuple[Any, ...]
actions = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("unmerge"), st.integers(0, 3)),
        st.tuples(st.just("split"), st.integers(0, 3), st.sets(st.integers(0, 5), min_size=1, max_size=3)),
    ),
    max_size=12,
)


@given(actions)
@settings(settings.get_profile("contracts"), max_examples=20)
async def test_whatever_is_merged_and_taken_apart_each_message_stays_in_one_ticket(
    store: Store, actions: list[Action]
) -> None:
    home, tickets = await some_tickets(store, 4)
    split = SplitTicket(store, clock, new_id)
    for action in actions:
        try:
            match action:
                case ("merge", source, target):
                    await MergeTickets(store, clock, new_id)(
                        home, tickets[source].id, NOOR, tickets[target].id
                    )
                case ("unmerge", place):
                    await UnmergeTicket(store, clock, new_id)(home, tickets[place].id, NOOR)
                case ("split", place, which):
                    said = await messages(store, home, tickets[place])
                    ids = [ConversationId(said[at].id) for at in which if at < len(said)]
                    if ids:
                        tickets.append(await split(home, tickets[place].id, NOOR, ids))
        except Refusal:
            continue
    await assert_sound(store, home, tickets, 12)


async def assert_sound(store: Store, home: OrganizationId, tickets: Sequence[Ticket], said: int) -> None:
    """Every message is in one ticket that stands, which counts it; every merged ticket leads to one that stands."""
    total = 0
    for ticket in tickets:
        found = await store.read(_getting(home, ticket))
        assert found is not None
        held = await messages(store, home, ticket)
        if found.merged_into_id is not None:
            assert held == []
            seen = {found.id}
            while found.merged_into_id is not None:
                found = await store.read(_getting(home, evolve(found, id=found.merged_into_id)))
                assert found is not None
                assert found.id not in seen
                seen.add(found.id)
            continue
        assert found.message_count == len(held)
        assert found.last_message_at == max((one.created_at for one in held), default=None)
        replies = [one.created_at for one in held if one.kind is Kind.REPLY]
        assert found.first_response_at == min(replies, default=None)
        total += len(held)
    assert total == said


async def messages(store: Store, home: OrganizationId, ticket: Ticket) -> list[Conversation]:
    return list(await store.read(lambda view: messages_of(evolve(ticket, organization_id=home), view)))


def _getting(home: OrganizationId, ticket: Ticket) -> Callable[[View], Awaitable[Ticket | None]]:
    return lambda view: view.tickets.get(home, ticket.id)


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}
