"""Every list is walked page by page: nothing is missed, nothing comes twice, whatever is added meanwhile."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.errors import InvalidValue
from helpdesk_core.paging import Page, Position, Slice
from helpdesk_core.ports.repositories import CustomerFilter, EventFilter, JobFilter, TicketFilter
from helpdesk_core.ports.store import Store, View
from tests.contracts.builders import (
    OneOfEach,
    a_customer,
    a_job,
    a_message,
    a_ticket,
    a_webhook_event,
    after,
    an_event,
    one_of_each,
)
from tests.contracts.desks import put, put_one_of_each

contract = settings(settings.get_profile("contracts"), max_examples=15)


@frozen
class List:
    """A list: what it can be sorted by, a row for it with these values, and how it is looked at."""

    columns: Sequence[str]
    row: Callable[[OneOfEach, dict[str, Any]], Any]
    look: Callable[[OneOfEach, Page, View], Awaitable[Slice[Any]]]


async def _tickets(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.tickets.page(home.organization.id, TicketFilter(tag="listed"), page)


async def _all_tickets(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.tickets.page(home.organization.id, TicketFilter(), page)


async def _tickets_of_customer(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.tickets.page(home.organization.id, TicketFilter(customer_id=home.customer.id), page)


async def _found_tickets(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.tickets.page(home.organization.id, TicketFilter(q="squeak"), page)


async def _customers(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.customers.page(home.organization.id, CustomerFilter(), page)


async def _begun_customers(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.customers.page(home.organization.id, CustomerFilter(q="car"), page)


async def _messages(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.conversations.of_ticket(home.organization.id, home.ticket.id, page)


async def _events(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.inbox.page(EventFilter(organization_id=home.organization.id), page)


async def _history(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.log.about(home.organization.id, home.ticket.id, page)


async def _jobs(home: OneOfEach, page: Page, view: View) -> Slice[Any]:
    return await view.jobs.page(JobFilter(), page)


_numbers = count(2)


def _ticket(home: OneOfEach, values: dict[str, Any]) -> Any:
    return a_ticket(home.customer, **{"number": next(_numbers), "tags": ("listed",), **values})


TICKET_COLUMNS = ("created_at", "updated_at", "last_message_at", "number")
LISTS = {
    "tickets": List(TICKET_COLUMNS, _ticket, _all_tickets),
    "tickets of a tag": List(TICKET_COLUMNS, _ticket, _tickets),
    "tickets of a customer": List(TICKET_COLUMNS, _ticket, _tickets_of_customer),
    "tickets found by words": List(TICKET_COLUMNS, _ticket, _found_tickets),
    "customers": List(
        ("created_at", "updated_at"),
        lambda home, values: a_customer(home.organization, **values),
        _customers,
    ),
    "customers found by a beginning": List(
        ("created_at", "updated_at"),
        lambda home, values: a_customer(home.organization, **values),
        _begun_customers,
    ),
    "messages": List(("created_at",), lambda home, values: a_message(home.ticket, **values), _messages),
    "webhook events": List(
        ("received_at",),
        lambda home, values: a_webhook_event(organization_id=home.organization.id, **values),
        _events,
    ),
    "history": List(
        ("recorded_at",),
        lambda home, values: an_event(home.organization, home.ticket.id, **values),
        _history,
    ),
    "jobs": List(("created_at",), lambda home, values: a_job(**values), _jobs),
}
SORTS = [
    pytest.param(of, direction + column, id=f"{name} by {direction}{column}")
    for name, of in LISTS.items()
    for column in of.columns
    for direction in ("", "-")
]

# Few moments for many rows: ties are what a keyset gets wrong.
moments = st.integers(-3, 3).map(after)


@pytest.mark.parametrize(("of", "sort"), SORTS)
@given(
    values=st.lists(moments, max_size=12),
    never=st.booleans(),
    limits=st.lists(st.integers(1, 5), min_size=1, max_size=4),
)
@contract
async def test_paging_with_any_limits_yields_the_sorted_list(
    store: Store, of: List, sort: str, values: list[datetime], never: bool, limits: list[int]
) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    await put(store, *_rows(of, home, sort, values, never))
    whole = await _walked(store, of, home, sort, [100])
    assert whole == sorted(whole, key=partial(_place, sort), reverse=sort.startswith("-"))
    assert len(whole) >= len(values)
    assert await _walked(store, of, home, sort, limits) == whole


@pytest.mark.parametrize(("of", "sort"), SORTS)
async def test_rows_added_in_front_do_not_disturb_who_is_on_the_way(
    store: Store, of: List, sort: str
) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    await put(store, *_rows(of, home, sort, [after(one) for one in range(6)], never=False))
    before = await store.read(partial(of.look, home, Page(100, sort)))
    first = await store.read(partial(of.look, home, Page(3, sort)))
    assert first.next is not None
    in_front = 1000 if sort.startswith("-") else -1000
    row = of.row(home, {_column(sort): in_front if _column(sort) == "number" else after(in_front)})
    await put(store, row)
    rest = await store.read(partial(of.look, home, Page(100, sort, first.next)))
    assert [_id(one) for one in (*first.items, *rest.items)] == [_id(one) for one in before.items]
    again = await store.read(partial(of.look, home, Page(1, sort)))
    assert _id(again.items[0]) == row.id


@pytest.mark.parametrize(("of", "sort"), SORTS)
async def test_a_full_last_page_has_no_next_one(store: Store, of: List, sort: str) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    await put(store, *_rows(of, home, sort, [after(one) for one in range(4)], never=False))
    whole = await store.read(partial(of.look, home, Page(100, sort)))
    exact = await store.read(partial(of.look, home, Page(len(whole.items), sort)))
    assert exact == whole
    last = whole.items[-1]
    behind = Position(getattr(last, _column(sort)), last.id)
    assert [*(await store.read(partial(of.look, home, Page(5, sort, behind)))).items] == []


@pytest.mark.parametrize("of", LISTS.values(), ids=LISTS.keys())
@pytest.mark.parametrize("column", ["subject", "id", "", "created_at; DROP TABLE tickets"])
async def test_a_list_is_not_sorted_by_anything_else(store: Store, of: List, column: str) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    with pytest.raises(InvalidValue):
        await store.read(partial(of.look, home, Page(sort=column)))


async def test_a_position_whose_row_is_gone_is_still_a_place_to_go_on_from(store: Store) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    tickets = [a_ticket(home.customer, number) for number in range(2, 8)]
    await put(store, *tickets)
    first = await store.read(partial(_all_tickets, home, Page(3, "number")))
    await store.transact(lambda work: work.tickets.remove(home.organization.id, first.items[-1].id))
    rest = await store.read(partial(_all_tickets, home, Page(3, "number", first.next)))
    assert [ticket.number for ticket in rest.items] == [4, 5, 6]


async def test_a_row_that_changed_is_found_at_its_new_place(store: Store) -> None:
    home = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, home))
    tickets = [a_ticket(home.customer, number, tags=("listed",)) for number in range(2, 6)]
    await put(store, *tickets)
    moved = evolve(tickets[0], updated_at=after(500), last_message_at=after(-500), tags=("listed", "moved"))
    await store.transact(lambda work: work.tickets.replace(moved))
    newest = await store.read(partial(_tickets, home, Page(100, "-updated_at")))
    assert [ticket.number for ticket in newest.items] == [2, 5, 4, 3]
    oldest = await store.read(partial(_tickets, home, Page(100, "last_message_at")))
    assert [ticket.number for ticket in oldest.items] == [2, 3, 4, 5]
    assert newest.items[0] == moved


def _rows(of: List, home: OneOfEach, sort: str, values: Sequence[datetime], never: bool) -> list[Any]:
    column = _column(sort)
    if column == "number":
        return [of.row(home, {column: place, "updated_at": value}) for place, value in enumerate(values, 2)]
    rows = [of.row(home, {column: value}) for value in values]
    if never and column == "last_message_at" and rows:
        rows[0] = evolve(rows[0], last_message_at=None)
    return rows


async def _walked(store: Store, of: List, home: OneOfEach, sort: str, limits: Sequence[int]) -> list[Any]:
    walked: list[Any] = []
    page: Page | None = Page(limits[0], sort)
    turn = 0
    while page is not None:
        piece = await store.read(partial(of.look, home, page))
        assert len(piece.items) <= page.limit
        walked += piece.items
        turn += 1
        assert turn < 1000, "the walk goes round in circles"
        page = Page(limits[turn % len(limits)], sort, piece.next) if piece.next else None
    return walked


def _column(sort: str) -> str:
    return sort.removeprefix("-")


def _place(sort: str, row: Any) -> tuple[Any, ...]:
    value = getattr(row, _column(sort))
    return (value is not None, value, row.id)  # what has no value comes before everything


def _id(row: Any) -> Any:
    return row.id
