"""What the page of a ticket is made of, apart from the page: times to come back at, and lines about what happened."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.users import Actor
from helpdesk_http.web.inbox.snoozing import until
from helpdesk_http.web.inbox.ticket_events import Part, lines_of

ID = UUID("019b76da-a800-7d3c-9b1f-2f6b8a1c5e44")
FRIDAY = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)
"""The clocks of Europe go forward on the Sunday behind it."""
NOOR = Actor("user", ID, "Noor")


@pytest.mark.parametrize(
    ("choice", "zone", "expected"),
    [
        ("later", "Europe/Berlin", "2026-03-27T18:30"),
        ("tomorrow", "Europe/Berlin", "2026-03-28T07:00"),
        ("monday", "Europe/Berlin", "2026-03-30T06:00"),
        ("week", "America/New_York", "2026-04-03T12:00"),
        ("tomorrow", "Pacific/Auckland", "2026-03-28T19:00"),
        ("tomorrow", "../etc/passwd", "2026-03-28T08:00"),
    ],
)
def test_mornings_are_those_of_the_reader(choice: str, zone: str, expected: str) -> None:
    assert until(choice, "", zone, FRIDAY) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("own", ["", "soon", "2026-13-01T00:00"])
def test_a_time_that_is_none_is_refused(own: str) -> None:
    with pytest.raises(InvalidValue):
        until("own", own, "Pacific/Kiritimati", FRIDAY)


def an_event(type: str, later: timedelta = timedelta(), actor: Actor = NOOR, **data: Any) -> DomainEvent:
    at = FRIDAY + later
    return DomainEvent(ID, OrganizationId(ID), type, "ticket", ID, actor, at, at, data)


def test_what_one_person_does_at_one_moment_stands_in_one_line_with_how_it_ended() -> None:
    told = [
        an_event("ticket.updated", changed=["status"], after={"status": "pending"}),
        an_event("ticket.updated", timedelta(minutes=1), changed=["status"], after={"status": "resolved"}),
        an_event(
            "ticket.updated", timedelta(minutes=1), changed=["assignee_id"], after={"assignee_id": str(ID)}
        ),
        an_event(
            "ticket.updated", timedelta(minutes=1), Actor("system", None, ""), changed=["snoozed_until"]
        ),
        an_event(
            "ticket.updated",
            timedelta(hours=1),
            changed=["tags"],
            before={"tags": ["a"]},
            after={"tags": ["b"]},
        ),
    ]
    assert [(line.who, line.parts) for line in lines_of(told, {ID: "Noor"})] == [
        ("Noor", (Part("status", "resolved"), Part("assignee", "Noor"))),
        ("", (Part("awake"),)),
        ("Noor", (Part("tagged", "b"), Part("untagged", "a"))),
    ]


def test_events_that_say_nothing_to_a_reader_make_no_line() -> None:
    odd = [
        an_event("ticket.created"),
        an_event("ticket.updated"),
        an_event("ticket.updated", changed=["language", "metadata"]),
        an_event("satisfaction.rated", score="good"),
    ]
    assert lines_of(odd, {}) == []
    gone = an_event("ticket.updated", changed=["team_id"], after={"team_id": "no id"})
    assert [line.parts for line in lines_of([gone], {})] == [(Part("team", "?"),)]
