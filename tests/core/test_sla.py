"""A ticket's clocks against somebody who looks at it every minute."""

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.business_hours import DAYS, BusinessHours, Opening
from helpdesk_core.sla import (
    STOPPED,
    Goal,
    SlaPolicy,
    Target,
    Targets,
    breach,
    is_resting,
    policy_for,
    rested,
    under,
)
from helpdesk_core.tickets import Status, Ticket, with_status
from tests.contracts.builders import a_customer, a_ticket, an_arrangement, an_organization

HOME = an_organization()
START = datetime(2026, 3, 27, 14, tzinfo=UTC)  # a Friday; the clocks go forward on Sunday
MINUTE = timedelta(minutes=1)
OFFICE = BusinessHours("Europe/Lisbon", tuple(Opening(day, "09:00", "17:00") for day in (*DAYS[:5], DAYS[6])))
TARGET = 600

steps = st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(Status)), max_size=8)


def a_policy(hours: BusinessHours | None) -> SlaPolicy:
    return an_arrangement(SlaPolicy, HOME, targets=Targets(normal=Target(60, TARGET)), hours=hours)


def moved(ticket: Ticket, status: Status, at: datetime) -> Ticket:
    return rested(ticket.status, with_status(ticket, status, at), at)


@given(steps, st.sampled_from([None, OFFICE]))
def test_only_open_minutes_count_in_which_the_desk_had_the_ticket(
    changes: list[tuple[int, Status]], hours: BusinessHours | None
) -> None:
    policy = a_policy(hours)
    ticket = under(policy, a_ticket(a_customer(HOME), 1, created_at=START))
    at, running, status = START, [], Status.OPEN
    for minutes, next_ in changes:
        running += [status not in STOPPED] * minutes
        at += minutes * MINUTE
        ticket, status = moved(ticket, next_, at), next_
    if is_resting(ticket):
        ticket = moved(ticket, Status.OPEN, at)
    running += [True] * (14 * 1440)
    assert under(policy, ticket).resolution_due_at == _walked(running, hours)


def _walked(running: list[bool], hours: BusinessHours | None) -> datetime:
    left = TARGET
    for minute, counts in enumerate(running):
        if counts and _is_open(START + minute * MINUTE, hours):
            left -= 1
            if left == 0:
                return START + (minute + 1) * MINUTE
    raise AssertionError("two weeks are long enough")


def _is_open(at: datetime, hours: BusinessHours | None) -> bool:
    if hours is None:
        return True
    is_summer = at >= datetime(2026, 3, 29, 1, tzinfo=UTC)
    local = at + timedelta(hours=1 if is_summer else 0)
    return local.weekday() != 5 and 9 <= local.hour < 17


@given(steps)
def test_pauses_stand_in_order_and_the_last_lasts_as_long_as_the_desk_waits(
    changes: list[tuple[int, Status]],
) -> None:
    ticket, at = a_ticket(a_customer(HOME), 1, created_at=START), START
    for minutes, status in changes:
        at += minutes * MINUTE
        ticket = moved(ticket, status, at)
        assert is_resting(ticket) == (ticket.status in STOPPED)
        times = [moment for pause in ticket.sla_pauses for moment in pause if moment is not None]
        assert times == sorted(times)
        assert all(ends is not None for _, ends in ticket.sla_pauses[:-1])


@given(steps, st.sampled_from(Goal), st.integers(0, 3000))
def test_a_goal_is_missed_once_and_not_before_it_is_due(
    changes: list[tuple[int, Status]], goal: Goal, later: int
) -> None:
    ticket, at = under(a_policy(None), a_ticket(a_customer(HOME), 1, created_at=START)), START
    for minutes, status in changes:
        at += minutes * MINUTE
        ticket = under(a_policy(None), moved(ticket, status, at))
    now = at + later * MINUTE
    late = breach(ticket, goal, now)
    if late is not None:
        due = ticket.first_response_due_at if goal is Goal.FIRST_RESPONSE else ticket.resolution_due_at
        assert due is not None
        assert now >= due
        assert breach(late, goal, now + timedelta(days=1)) is None
        assert late.sla_breached_at == due


def test_without_conditions_a_policy_fits_everything_and_position_decides() -> None:
    first, second = a_policy(None), evolve(a_policy(None), position=-1)
    assert policy_for([first, second], {}) == second
    assert policy_for([first, evolve(second, active=False)], {}) == first
    assert policy_for([], {}) is None
