"""What events add to the figures, and what reports make of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import (
    LONGEST,
    NOBODY,
    Figure,
    counted,
    length_of,
    moves,
    of_length,
    rates,
    responds,
    seconds_of,
)
from helpdesk_core.ids import TicketId, UserId
from helpdesk_core.reports import Group, GroupBy, Times, reports_of
from helpdesk_core.tickets import Channel, Status, with_reply, with_status
from helpdesk_core.users import Actor
from tests import strategies as some
from tests.contracts.builders import NOON, a_customer, a_ticket, after, an_event, an_organization, new_id

DAY = NOON.date()
UMA = UserId(new_id())
HOME = an_organization()
TICKET = a_ticket(a_customer(HOME), 1, created_at=NOON, updated_at=NOON)


def an_event_of(type: str, data: Any, **more: Any) -> DomainEvent:
    return an_event(HOME, TICKET.id, type=type, subject_type=type.partition(".")[0], data=data, **more)


def test_a_new_ticket_counts_and_stands() -> None:
    event = an_event_of("ticket.created", moves(None, TICKET))
    assert counted([event]) == [
        Figure("standing_open", DAY, "email", NOBODY, 1),
        Figure("tickets_created", DAY, "email", NOBODY, 1),
    ]


def test_a_resolved_ticket_leaves_where_it_stood_and_tells_how_long_it_took() -> None:
    mine = evolve(TICKET, assignee_id=UMA)
    resolved = with_status(mine, Status.RESOLVED, after(60))
    event = an_event_of("ticket.updated", moves(mine, resolved))
    assert set(counted([event])) == {
        Figure("standing_open", DAY, "email", UMA, -1),
        Figure("standing_resolved", DAY, "email", UMA, 1),
        Figure("resolution", DAY, "email", UMA, 1, 3600),
        Figure(of_length("resolution", length_of(3600)), DAY, "email", UMA, 1),
    }
    closed = with_status(resolved, Status.CLOSED, after(90))
    assert "resolution_seconds" not in moves(resolved, closed)
    reopened = an_event_of("ticket.updated", moves(closed, with_status(closed, Status.OPEN, after(91))))
    assert Figure("reopened", DAY, "email", UMA, 1) in counted([reopened])


def test_a_merged_or_deleted_ticket_stands_nowhere_and_an_unmerged_one_again() -> None:
    merged = evolve(TICKET, merged_into_id=TicketId(new_id()))
    gone = [Figure("standing_open", DAY, "email", NOBODY, -1)]
    assert counted([an_event_of("ticket.merged", moves(TICKET, merged))]) == gone
    assert counted([an_event_of("ticket.deleted", moves(TICKET, None))]) == gone
    assert counted([an_event_of("ticket.deleted", moves(merged, None))]) == []
    back = counted([an_event_of("ticket.unmerged", moves(merged, TICKET))])
    assert back == [Figure("standing_open", DAY, "email", NOBODY, 1)]
    assert counted([an_event_of("ticket.updated", moves(TICKET, evolve(TICKET, subject="x")))]) == []


def test_the_first_answer_tells_how_long_the_customer_waited() -> None:
    answered = with_reply(TICKET, after(2))
    first = {"kind": "reply", **responds(TICKET, answered)}
    event = an_event_of("conversation.created", first, actor=Actor("user", UMA, "Uma"))
    assert set(counted([event])) == {
        Figure("messages_out", DAY, "email", UMA, 1),
        Figure("first_response", DAY, "email", UMA, 1, 120),
        Figure(of_length("first_response", length_of(120)), DAY, "email", UMA, 1),
    }
    second = {"kind": "reply", **responds(answered, with_reply(answered, after(3)))}
    assert counted([an_event_of("conversation.created", second)]) == [
        Figure("messages_out", DAY, "email", NOBODY, 1)
    ]
    note = {"kind": "note", **responds(answered, answered)}
    assert counted([an_event_of("conversation.created", note)]) == []
    inbound = {"kind": "inbound", **responds(answered, answered)}
    assert counted([an_event_of("conversation.created", inbound)]) == [
        Figure("messages_in", DAY, "email", NOBODY, 1)
    ]


@given(some.ratings(TICKET.id, HOME.id), some.ratings(TICKET.id, HOME.id))
def test_a_rating_counts_on_the_day_of_its_last_change(first: Any, second: Any) -> None:
    rated = an_event_of("satisfaction.rated", rates(None, first, Channel.SMS), occurred_at=first.updated_at)
    again = an_event_of(
        "satisfaction.rated", rates(first, second, Channel.SMS), occurred_at=second.updated_at
    )
    day = second.updated_at.date()
    assert counted([rated, again]) == [
        Figure(f"satisfaction_{second.score.value}", day, "sms", second.assignee_id or NOBODY, 1)
    ]
    taken_back = an_event_of("satisfaction.deleted", rates(second, None, Channel.SMS))
    assert counted([rated, again, taken_back]) == []


def test_an_event_counts_on_the_day_in_utc_on_which_it_occurred() -> None:
    late = datetime(2024, 5, 1, 1, tzinfo=UTC) - timedelta(hours=2)
    event = an_event_of("ticket.created", moves(None, TICKET), occurred_at=late, quiet=True)
    assert {figure.day for figure in counted([event])} == {date(2024, 4, 30)}


@given(
    st.sampled_from(
        ["ticket.created", "ticket.updated", "conversation.created", "satisfaction.rated", "x.y"]
    ),
    st.dictionaries(
        st.sampled_from(
            ["stood", "stands", "rated", "rated_before", "channel", "kind", "resolution_seconds", "reopened"]
        ),
        some.json_values
        | st.fixed_dictionaries(
            {},
            optional={
                name: some.json_values | st.sampled_from(["open", "email", "good", "2024-13-01"])
                for name in ("channel", "status", "assignee_id", "score", "on")
            },
        )
        | st.sampled_from(["reply", "inbound", "sms"]),
    ),
)
def test_whatever_an_event_holds_it_is_counted_or_passed_over(type: str, data: dict[str, Any]) -> None:
    for figure in counted([an_event_of(type, data)]):
        assert isinstance(figure.agent_id, UUID)


@given(st.integers(0, 10**9))
def test_a_time_is_a_tenth_off_its_length_at_most(seconds: int) -> None:
    about = seconds_of(length_of(seconds))
    assert 0 <= length_of(seconds) <= LONGEST
    assert abs(about - seconds) <= max(1, seconds / 10)


def test_the_middle_time_of_many_is_found_by_their_lengths() -> None:
    times = [30, 60, 60, 61, 86_400]
    figures = [Figure("first_response", DAY, "email", NOBODY, len(times), sum(times))]
    figures += [Figure(of_length("first_response", length_of(one)), DAY, "email", NOBODY, 1) for one in times]
    (report,) = reports_of(figures, (), (), DAY, DAY, ())
    assert report.first_response == Times(5, 17322, seconds_of(length_of(60)))
    assert abs(seconds_of(length_of(60)) - 60) <= 6
    assert report.resolution == Times(0, None, None)


def test_the_backlog_of_a_day_is_what_has_come_together_until_its_end() -> None:
    first, last = DAY, DAY + timedelta(2)
    before = [Figure("standing_open", DAY - timedelta(1), "email", UMA, 3)]
    standing = [
        Figure("standing_open", first, "email", UMA, -1),
        Figure("standing_pending", first, "sms", NOBODY, 2),
        Figure("standing_open", last, "email", UMA, -2),
    ]

    def backlogs(*by: GroupBy) -> dict[Group, int]:
        return {one.group: one.backlog for one in reports_of((), standing, before, first, last, by)}

    middle = DAY + timedelta(1)
    assert backlogs() == {Group(): 2}
    assert backlogs(GroupBy.DAY) == {Group(first): 4, Group(middle): 4, Group(last): 2}
    assert backlogs(GroupBy.CHANNEL) == {Group(channel="sms"): 2}
    assert backlogs(GroupBy.DAY, GroupBy.AGENT) == {
        Group(first, agent_id=NOBODY): 2,
        Group(first, agent_id=UMA): 2,
        Group(middle, agent_id=NOBODY): 2,
        Group(middle, agent_id=UMA): 2,
        Group(last, agent_id=NOBODY): 2,
    }
