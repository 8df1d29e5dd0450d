"""Which tickets a filter and a search find."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.ids import TeamId, UserId
from helpdesk_core.ports.store import Store
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from tests.contracts.builders import OneOfEach, a_customer, a_message, a_ticket, after, new_id, one_of_each
from tests.contracts.desks import put, put_one_of_each, tickets_of

UMA, UDO = UserId(new_id()), UserId(new_id())
TEAM = TeamId(new_id())

optional_status = st.lists(st.sampled_from(Status), max_size=3).map(tuple)
some_tickets = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(Status),
            "priority": st.sampled_from(Priority),
            "channel": st.sampled_from([Channel.EMAIL, Channel.SLACK, Channel.API]),
            "assignee_id": st.sampled_from([None, UMA, UDO]),
            "team_id": st.sampled_from([None, TEAM]),
            "tags": st.lists(st.sampled_from(["vip", "refund", "VIP"]), unique=True).map(tuple),
            "created_at": st.integers(0, 4).map(after),
            "updated_at": st.integers(0, 4).map(after),
            "merged_into_id": st.sampled_from([None, None, None, new_id()]),
        }
    ),
    max_size=8,
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from(Status), max_size=3).map(tuple),
        "priority": st.lists(st.sampled_from(Priority), max_size=2).map(tuple),
        "channel": st.lists(st.sampled_from([Channel.EMAIL, Channel.SLACK]), max_size=2).map(tuple),
        "assignee_id": st.sampled_from([UMA, UDO]),
        "unassigned": st.booleans(),
        "team_id": st.just(TEAM),
        "tag": st.sampled_from(["vip", "refund"]),
        "created_after": st.integers(0, 4).map(after),
        "created_before": st.integers(0, 4).map(after),
        "updated_after": st.integers(0, 4).map(after),
    },
)


@given(some_tickets, filters, st.booleans())
@settings(settings.get_profile("contracts"), max_examples=80)
async def test_a_filter_finds_the_tickets_that_meet_all_of_it(
    store: Store, drawn: list[dict[str, Any]], wanted: dict[str, Any], of_one_customer: bool
) -> None:
    home = await _home(store)
    other = a_customer(home.organization)
    tickets = [
        a_ticket(home.customer if number % 2 else other, number, **fields)
        for number, fields in enumerate(drawn, 2)
    ]
    await put(store, other, *tickets)
    if of_one_customer:
        wanted = {**wanted, "customer_id": home.customer.id}
    found = await tickets_of(store, home.organization, **wanted)
    assert [*found] == [ticket for ticket in (home.ticket, *tickets) if _meets(ticket, wanted)]


async def test_times_of_a_filter_begin_with_their_moment_and_end_before_it(store: Store) -> None:
    home = await _home(store)
    ticket = a_ticket(home.customer, 2, created_at=after(60), updated_at=after(90))
    await put(store, ticket)
    for wanted, there in (
        ({"created_after": after(60)}, True),
        ({"created_after": after(60.001)}, False),
        ({"created_before": after(60)}, False),
        ({"created_before": after(60.001), "created_after": after(59)}, True),
        ({"updated_after": after(90)}, True),
        ({"updated_after": after(90.001)}, False),
    ):
        assert (ticket in await tickets_of(store, home.organization, **wanted)) is there, wanted


async def test_a_tag_is_found_after_it_was_added_and_no_more_after_it_was_taken_off(store: Store) -> None:
    home = await _home(store)
    for tags, found in ((("vip",), 1), (("vip", "refund"), 1), (("refund",), 0), ((), 0)):
        tagged = evolve(home.ticket, tags=tags)
        await store.transact(lambda work, tagged=tagged: work.tickets.replace(tagged))  # type: ignore[misc]
        assert len(await tickets_of(store, home.organization, tag="vip")) == found


async def test_a_merged_ticket_leaves_every_list_and_comes_back_when_it_is_taken_apart(store: Store) -> None:
    home = await _home(store)
    target = a_ticket(home.customer, 2, subject="Other")
    await put(store, target)
    merged = evolve(home.ticket, merged_into_id=target.id)
    await store.transact(lambda work: work.tickets.replace(merged))
    for wanted in ({}, {"q": "brake"}, {"customer_id": home.customer.id}, {"status": (Status.OPEN,)}):
        assert merged not in await tickets_of(store, home.organization, **wanted)
    assert await store.read(lambda view: view.tickets.get(home.organization.id, merged.id)) == merged
    assert await store.read(lambda view: view.tickets.by_number(home.organization.id, 1)) == merged
    await store.transact(lambda work: work.tickets.replace(home.ticket))
    assert home.ticket in await tickets_of(store, home.organization, q="brake")


FOUND = [
    ("brake", True),
    ("BRAKE", True),
    ("squeaks brake", True),
    ("brake creme", True),  # one word of the subject, the other of a message
    ("crème", True),
    ("CREME brulee", True),
    ("bra", True),  # the last word may be a beginning
    ("bra squeaks", False),  # but no other one
    ("brake missing", False),
    ("akes", False),
    ("straße", True),
    ("привет", True),
    ("ПРИВЕТ", True),
    ("don't", True),
    ("t don", True),
    ("order-77", True),
    ("  brake   ", True),
    ("brake!", True),
    ('"brake"', True),
    ("brake*", True),
    ("brake OR missing", False),
    ("NOT missing", False),
    ("brake AND squeaks", False),
    ("subject:brake", False),
    ("brake) OR (x", False),
    ("", False),
    ("!?", False),
    ("日本", True),
    ("2024", True),
    ("#1", True),  # its number
    ("1", True),
    ("#9", False),
    ("# 1", False),
]


@pytest.mark.parametrize(("q", "found"), FOUND)
async def test_a_search_finds_words_whatever_their_case_and_accents(
    store: Store, q: str, found: bool
) -> None:
    home = await _home(store)
    other = a_ticket(home.customer, 2, subject="Nothing of the kind")
    await put(store, other)
    await put(
        store,
        a_message(home.ticket, "Cre\u0300me Brûlée auf der Straße. Привет! I don't know order-77 of 2024"),
    )
    await put(store, a_message(home.ticket, "日本語"))
    assert [*await tickets_of(store, home.organization, q=q)] == ([home.ticket] if found else [])


async def test_a_search_may_be_narrowed_by_the_other_filters(store: Store) -> None:
    home = await _home(store)
    closed = a_ticket(home.customer, 2, subject="Brake again", status=Status.CLOSED, tags=("vip",))
    await put(store, closed)
    assert [*await tickets_of(store, home.organization, q="brake")] == [home.ticket, closed]
    assert [*await tickets_of(store, home.organization, q="brake", status=(Status.CLOSED,))] == [closed]
    assert [*await tickets_of(store, home.organization, q="brake", tag="vip")] == [closed]
    assert [*await tickets_of(store, home.organization, q="brake", status=(Status.PENDING,))] == []


async def test_a_search_follows_what_is_changed_moved_and_removed(store: Store) -> None:
    home = await _home(store)
    target = a_ticket(home.customer, 2, subject="Bell")
    message = a_message(home.ticket, "saddle")
    await put(store, target, message)
    await store.transact(lambda work: work.tickets.replace(evolve(home.ticket, subject="Chain rattles")))
    assert [ticket.number for ticket in await tickets_of(store, home.organization, q="rattles")] == [1]
    assert [*await tickets_of(store, home.organization, q="brake")] == []
    await store.transact(lambda work: work.conversations.replace(evolve(message, content_text="pedal")))
    assert [ticket.number for ticket in await tickets_of(store, home.organization, q="pedal")] == [1]
    assert [*await tickets_of(store, home.organization, q="saddle")] == []
    await store.transact(lambda work: work.threads.move(home.organization.id, home.ticket.id, target.id))
    assert [*await tickets_of(store, home.organization, q="pedal")] == [target]
    await store.transact(lambda work: work.tickets.remove(home.organization.id, target.id))
    assert [*await tickets_of(store, home.organization, q="pedal")] == []


async def test_removing_a_ticket_takes_along_what_belongs_to_it(store: Store) -> None:
    home = await _home(store)
    organization_id = home.organization.id
    await store.transact(lambda work: work.tickets.remove(organization_id, home.ticket.id))
    assert await store.read(lambda view: view.tickets.get(organization_id, home.ticket.id)) is None
    assert await store.read(lambda view: view.conversations.get(organization_id, home.message.id)) is None
    assert await store.read(lambda view: view.attachments.get(organization_id, home.attachment.id)) is None
    found = await store.read(
        lambda view: view.conversations.by_message_id(organization_id, "brake@mail.example")
    )
    assert found is None
    await store.transact(lambda work: work.customers.remove(organization_id, home.customer.id))


async def test_the_number_of_a_removed_ticket_is_not_given_again(store: Store) -> None:
    home = await _home(store)
    numbers = [
        await store.transact(lambda work: work.tickets.next_number(home.organization.id)) for _ in range(3)
    ]
    ticket = a_ticket(home.customer, 30)
    await put(store, ticket)
    await store.transact(lambda work: work.tickets.remove(home.organization.id, ticket.id))
    numbers.append(await store.transact(lambda work: work.tickets.next_number(home.organization.id)))
    assert numbers == [1, 2, 3, 4]


def _meets(ticket: Ticket, wanted: dict[str, Any]) -> bool:
    """The filter as its docstring says it, word for word and slowly."""
    if ticket.merged_into_id is not None:
        return False
    for name, value in wanted.items():
        match name:
            case "status" | "priority" | "channel":
                met = not value or getattr(ticket, name) in value
            case "unassigned":
                met = not value or ticket.assignee_id is None
            case "tag":
                met = value in ticket.tags
            case "created_after":
                met = ticket.created_at >= value
            case "created_before":
                met = ticket.created_at < value
            case "updated_after":
                met = ticket.updated_at >= value
            case _:
                met = getattr(ticket, name) == value
        if not met:
            return False
    return True


async def _home(store: Store) -> OneOfEach:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    return home


@pytest.mark.parametrize("words", [3, 30], ids=["of few words", "of many"])
async def test_a_long_beginning_finds_whatever_goes_on_from_it(store: Store, words: int) -> None:
    home = await _home(store)
    tickets = [
        a_ticket(home.customer, number, subject=f"squeak{chr(96 + number)}z of ship {number}")
        for number in range(2, 2 + words)
    ]
    await put(store, *tickets)
    for q, found in (
        ("squeak", [home.ticket, *tickets]),  # of home: "Brake squeaks"
        ("squeakb", tickets[:1]),
        ("ship squeak", tickets),
        ("squeakx", [ticket for ticket in tickets if "squeakx" in ticket.subject]),
        ("squeaz", []),
    ):
        assert [*await tickets_of(store, home.organization, q=q)] == found, q
