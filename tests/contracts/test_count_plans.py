"""Counting the tickets of a view is read off an index, and stops where nobody wants to know more."""

from functools import partial
from typing import Any

import pytest

from helpdesk_adapters.storage.sql.lanes import without_pause
from helpdesk_adapters.storage.sql.work import SqlView, SqlWork
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.saved_views import MOST_COUNTED
from helpdesk_core.tickets import Status
from tests.contracts.builders import a_customer, a_ticket, an_organization, new_id
from tests.contracts.test_query_plans import FILTERS, ORGANIZATION, Explaining, desk, plan

__all__ = ["desk"]


def _count(wanted: TicketFilter, home: OrganizationId, view: SqlView) -> Any:
    return view.tickets.count(home, wanted, MOST_COUNTED + 1)


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_count_is_read_off_the_index_of_its_list(desk: Explaining, wanted: str) -> None:
    index, fields = FILTERS[wanted]
    steps = plan(desk, partial(_count, TicketFilter(**fields), ORGANIZATION))
    read = [step for step in steps if step.startswith("SEARCH") and "(id=?)" not in step]
    assert read, steps
    assert all(f" INDEX {index}" in step for step in read), steps
    scanned = [step for step in steps if step.startswith("SCAN")]
    assert not [step for step in scanned if "ticket" in step], steps
    assert not [step for step in steps if "ORDER BY" in step], steps


@pytest.mark.parametrize("field", ["created_after", "updated_after"])
def test_what_is_bounded_by_a_time_is_counted_from_that_time_on(desk: Explaining, field: str) -> None:
    steps = plan(desk, partial(_count, TicketFilter(**{field: FILTERS["recent"][1][field]}), ORGANIZATION))
    read = [step for step in steps if step.startswith("SEARCH")]
    column = field.removesuffix("_after") + "_at"
    assert read
    assert all(f"INDEX ix_tickets_{column} " in step and f"{column}>?" in step for step in read), steps


def test_a_count_takes_as_many_steps_among_three_thousand_as_among_fifteen_hundred(
    desk: Explaining,
) -> None:
    home, agent = an_organization(), new_id()
    customer = a_customer(home)
    work = SqlWork(desk)
    without_pause(work.organizations.add(home))
    without_pause(work.customers.add(customer))
    filters = [
        TicketFilter(),
        TicketFilter(status=(Status.OPEN, Status.PENDING)),
        TicketFilter(assignee_id=agent),  # type: ignore[arg-type]
        TicketFilter(tag="vip"),
        TicketFilter(customer_id=customer.id),
    ]
    taken = []
    for first in (1, 1501):
        for number in range(first, first + 1500):
            ticket = a_ticket(customer, number, assignee_id=agent, tags=("vip",))
            without_pause(work.tickets.add(ticket))
        taken.append([_steps(desk, wanted, home.id) for wanted in filters])
    assert taken[0] == taken[1]
    desk.raw.set_progress_handler(None, 0)


def _steps(desk: Explaining, wanted: TicketFilter, home: OrganizationId) -> int:
    """Hundreds of instructions of SQLite's machine."""
    ticks: list[int] = []
    without_pause(_count(wanted, home, SqlView(desk)))  # compiled, and its plan explained
    desk.raw.set_progress_handler(lambda: ticks.append(1), 100)
    assert without_pause(_count(wanted, home, SqlView(desk))) == MOST_COUNTED + 1
    desk.raw.set_progress_handler(None, 0)
    return len(ticks) // 3
