"""The life of a ticket, driven as a state machine: whatever happens, in whatever order, it stays consistent."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.tickets import (
    DONE,
    Channel,
    Status,
    Ticket,
    merged_into,
    taken_apart,
    with_inbound,
    with_messages_of,
    with_note,
    with_reply,
    with_status,
)

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_ticket(number: int = 1, status: Status = Status.OPEN) -> Ticket:
    ticket = Ticket(
        id=TicketId(UUID(int=number)),
        organization_id=OrganizationId(UUID(int=99)),
        number=number,
        subject="The kettle leaks",
        channel=Channel.EMAIL,
        customer_id=CustomerId(UUID(int=7)),
        created_at=BEGINNING,
        updated_at=BEGINNING,
    )
    return with_status(ticket, status, BEGINNING)


class TicketLife(RuleBasedStateMachine):
    """Customers write, agents answer and decide, clocks jump a little back and forth."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket = a_ticket()
        self.now = BEGINNING
        self.messages = 0
        self.first_reply: datetime | None = None

    @rule(seconds=st.integers(-5, 100_000))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: not self.ticket.closed and self.ticket.merged_into_id is None)
    @rule()
    def the_customer_writes(self) -> None:
        self.ticket = with_inbound(self.ticket, self.now)
        self.messages += 1
        assert self.ticket.status is Status.OPEN
        assert self.ticket.snoozed_until is None

    @precondition(lambda self: self.ticket.closed or self.ticket.merged_into_id is not None)
    @rule()
    def the_customer_writes_too_late(self) -> None:
        with pytest.raises(Conflict):
            with_inbound(self.ticket, self.now)

    @rule()
    def an_agent_answers(self) -> None:
        status = self.ticket.status
        self.ticket = with_reply(self.ticket, self.now)
        self.messages += 1
        self.first_reply = self.first_reply or self.now
        assert self.ticket.status is status

    @rule()
    def an_agent_notes(self) -> None:
        answered = self.ticket.first_response_at
        self.ticket = with_note(self.ticket, self.now)
        self.messages += 1
        assert self.ticket.first_response_at == answered

    @precondition(lambda self: self.ticket.merged_into_id is None)
    @rule(status=st.sampled_from(Status))
    def an_agent_decides(self, status: Status) -> None:
        self.ticket = with_status(self.ticket, status, self.now)
        assert self.ticket.status is status

    @precondition(lambda self: self.ticket.status not in DONE and self.ticket.merged_into_id is None)
    @rule(seconds=st.integers(1, 100_000))
    def it_is_put_off(self, seconds: int) -> None:
        self.ticket = evolve(self.ticket, snoozed_until=self.now + timedelta(seconds=seconds))

    @precondition(lambda self: self.ticket.merged_into_id is not None)
    @rule()
    def it_is_taken_apart(self) -> None:
        self.ticket = taken_apart(self.ticket)
        assert self.ticket.kept_apart

    @precondition(lambda self: self.ticket.merged_into_id is None)
    @rule()
    def it_was_never_merged(self) -> None:
        with pytest.raises(Conflict):
            taken_apart(self.ticket)

    @precondition(lambda self: self.ticket.merged_into_id is None)
    @rule(number=st.integers(0, 3))
    def it_takes_over_another_one(self, number: int) -> None:
        other = evolve(a_ticket(2), followers=("a@x.example",))
        for _ in range(number):
            other = with_reply(other, self.now)
        self.ticket = with_messages_of(self.ticket, other, self.now)
        self.messages += number
        if number:
            self.first_reply = min(self.first_reply or self.now, self.now)
        assert self.ticket.followers == ("a@x.example",)

    @precondition(lambda self: self.ticket.merged_into_id is None)
    @rule()
    def it_is_merged(self) -> None:
        self.ticket = merged_into(self.ticket, a_ticket(2), self.now)

    @precondition(lambda self: self.ticket.merged_into_id is not None)
    @rule(status=st.sampled_from(Status))
    def a_merged_one_changes_no_more(self, status: Status) -> None:
        with pytest.raises(Conflict):
            with_status(self.ticket, status, self.now)
        with pytest.raises(Conflict):
            merged_into(self.ticket, a_ticket(3), self.now)

    @invariant()
    def every_message_counts(self) -> None:
        assert self.ticket.message_count == self.messages
        assert (self.ticket.last_message_at is None) == (self.messages == 0)

    @invariant()
    def times_tell_the_status(self) -> None:
        done = self.ticket.status in (Status.RESOLVED, Status.CLOSED)
        assert (self.ticket.resolved_at is not None) == done
        assert (self.ticket.closed_at is not None) == self.ticket.closed

    @invariant()
    def what_is_done_or_merged_is_not_put_off(self) -> None:
        if self.ticket.status in DONE or self.ticket.merged_into_id is not None:
            assert self.ticket.snoozed_until is None

    @invariant()
    def the_first_response_is_the_first_reply(self) -> None:
        assert self.ticket.first_response_at == self.first_reply

    @invariant()
    def nothing_is_updated_before_it_was_created(self) -> None:
        assert self.ticket.updated_at >= self.ticket.created_at
        assert self.ticket.number == 1


TestTicketLife = TicketLife.TestCase


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.RESOLVED])
def test_a_message_of_the_customer_reopens_a_waiting_or_resolved_ticket(status: Status) -> None:
    reopened = with_inbound(a_ticket(status=status), BEGINNING)
    assert (reopened.status, reopened.resolved_at, reopened.message_count) == (Status.OPEN, None, 1)


def test_closing_a_resolved_ticket_keeps_when_it_was_resolved() -> None:
    closed = with_status(a_ticket(status=Status.RESOLVED), Status.CLOSED, BEGINNING + timedelta(days=2))
    assert (closed.resolved_at, closed.closed_at) == (BEGINNING, BEGINNING + timedelta(days=2))


def test_a_ticket_is_not_merged_into_itself_or_into_a_merged_one() -> None:
    ticket, other = a_ticket(1), a_ticket(2)
    with pytest.raises(Conflict):
        merged_into(ticket, ticket, BEGINNING)
    with pytest.raises(Conflict):
        merged_into(ticket, evolve(other, merged_into_id=TicketId(UUID(int=3))), BEGINNING)
