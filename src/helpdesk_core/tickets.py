"""Tickets: one matter of one customer, and how it moves.

A ticket is frozen; every change returns a new one. The functions here are total: whatever happens to a ticket, in
whatever order, leaves it consistent (the tests drive them as a state machine).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import Factory, evolve, frozen

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import CustomerId, OrganizationId, SlaPolicyId, TeamId, TicketId, UserId


class Status(StrEnum):
    """Where a ticket stands; `pending` waits for the customer, `closed` is final."""

    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Channel(StrEnum):
    """The way by which a message came or goes."""

    EMAIL = "email"
    WIDGET = "widget"
    CONTACT_FORM = "contact_form"
    API = "api"
    SMS = "sms"
    SLACK = "slack"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    DIALPAD = "dialpad"
    SHOPIFY = "shopify"
    AMAZON = "amazon"
    LEVY_FLEETS = "levy_fleets"
    IMPORT = "import"


DONE = frozenset({Status.RESOLVED, Status.CLOSED})
REOPENED_BY_CUSTOMER = frozenset({Status.PENDING, Status.ON_HOLD, Status.RESOLVED})


@frozen(slots=False)  # of which lists make many: with slots, each would take half as long again to make
class Ticket:
    """One matter of one customer. `number` is dense from 1 within the organization."""

    id: TicketId
    organization_id: OrganizationId
    number: int
    subject: str
    channel: Channel
    customer_id: CustomerId
    created_at: datetime
    updated_at: datetime
    status: Status = Status.OPEN
    priority: Priority = Priority.NORMAL
    assignee_id: UserId | None = None
    team_id: TeamId | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = Factory(dict)
    metadata: Mapping[str, Any] = Factory(dict)
    language: str | None = None
    message_count: int = 0
    last_message_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into_id: TicketId | None = None
    follows_id: TicketId | None = None
    """The closed ticket that this one takes up again."""
    subject_key: str = ""
    """The subject as threading compares it, see `helpdesk_core.subjects`."""
    kept_apart: bool = False
    """An agent took it apart from another ticket: mail may join it, but no longer merges it."""
    split_from_id: TicketId | None = None
    """The ticket whose messages this one began with."""
    snoozed_until: datetime | None = None
    """Until then it rests out of sight; None: it does not."""
    sla_policy_id: SlaPolicyId | None = None
    first_response_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    sla_breached_at: datetime | None = None
    """When the first of its due times passed unmet; never taken back."""
    sla_breaches: tuple[str, ...] = ()
    """What was not done in time, see `helpdesk_core.sla.Goal`."""
    sla_pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    """Since when and until when its resolution clock rested; the last pause may not have ended."""
    followers: tuple[str, ...] = ()
    """Who wants to hear of it besides customer and assignee: ids of users, and e-mail addresses."""
    version: int = 1

    @property
    def closed(self) -> bool:
        return self.status is Status.CLOSED


def with_status(ticket: Ticket, status: Status, at: datetime) -> Ticket:
    """The ticket in `status`; entering or leaving `resolved` and `closed` keeps their times true, and ends a snooze.

    A closed ticket stays closed for its customer, but an agent may reopen it; a merged one changes no more.
    """
    if ticket.merged_into_id is not None:
        raise Conflict(f"Ticket {ticket.number} was merged; its status cannot change.")
    if status is ticket.status:
        return ticket
    done = status in DONE
    return evolve(
        ticket,
        status=status,
        resolved_at=(ticket.resolved_at or at) if done else None,
        closed_at=at if status is Status.CLOSED else None,
        snoozed_until=None if done else ticket.snoozed_until,
        updated_at=max(at, ticket.updated_at),
        version=ticket.version + 1,
    )


def with_inbound(ticket: Ticket, at: datetime, now: datetime | None = None) -> Ticket:
    """The ticket after a customer's message of `at`, taken in `now` (`at` where that is the same).

    A waiting or resolved ticket is open again, a snoozed one awake. A closed or merged one takes no message; whoever
    places messages looks for the right ticket first.
    """
    if ticket.closed or ticket.merged_into_id is not None:
        raise Conflict(
            f"Ticket {ticket.number} is {'closed' if ticket.closed else 'merged'} and takes no message."
        )
    counted = evolve(_with_message(ticket, at, now), snoozed_until=None)
    return with_status(counted, Status.OPEN, now or at) if ticket.status in REOPENED_BY_CUSTOMER else counted


def with_reply(ticket: Ticket, at: datetime, *, automatic: bool = False) -> Ticket:
    """The ticket after an answer that leaves the desk; the first one is its first response. What the desk says by
    itself is none: nobody has looked at the ticket for it.
    """
    answered = _with_message(ticket, at)
    return answered if automatic else evolve(answered, first_response_at=ticket.first_response_at or at)


def with_note(ticket: Ticket, at: datetime) -> Ticket:
    """The ticket after an internal note: it counts as a message, but moves nothing."""
    return _with_message(ticket, at)


def merged_into(ticket: Ticket, target: Ticket, at: datetime) -> Ticket:
    """The ticket as a pointer to `target`; merging into itself or along a circle is refused."""
    if ticket.id == target.id:
        raise Conflict("A ticket cannot be merged into itself.")
    if ticket.merged_into_id is not None or target.merged_into_id is not None:
        raise Conflict("A merged ticket can neither be merged again nor take others.")
    return evolve(
        ticket,
        merged_into_id=target.id,
        snoozed_until=None,
        updated_at=max(at, ticket.updated_at),
        version=ticket.version + 1,
    )


def with_messages_of(target: Ticket, source: Ticket, at: datetime) -> Ticket:
    """The ticket that takes over the messages of another one, and its followers."""
    last = [moment for moment in (source.last_message_at, target.last_message_at) if moment is not None]
    first = [moment for moment in (source.first_response_at, target.first_response_at) if moment is not None]
    return evolve(
        target,
        message_count=target.message_count + source.message_count,
        last_message_at=max(last, default=None),
        first_response_at=min(first, default=None),
        followers=tuple(dict.fromkeys((*target.followers, *source.followers))),
        updated_at=max(at, target.updated_at),
        version=target.version + 1,
    )


def with_messages(
    ticket: Ticket, said: Sequence[datetime], replied: Sequence[datetime], at: datetime
) -> Ticket:
    """The ticket with just these messages, by their times; `replied` are those of the answers among them."""
    return evolve(
        ticket,
        message_count=len(said),
        last_message_at=max(said, default=None),
        first_response_at=min(replied, default=None),
        updated_at=max(at, ticket.updated_at),
        version=ticket.version + 1,
    )


def taken_apart(ticket: Ticket) -> Ticket:
    """A merged ticket that stands for itself again, and that mail does not merge any more."""
    if ticket.merged_into_id is None:
        raise Conflict(f"Ticket {ticket.number} is not merged into another one.")
    return evolve(ticket, merged_into_id=None, kept_apart=True, version=ticket.version + 1)


def _with_message(ticket: Ticket, at: datetime, now: datetime | None = None) -> Ticket:
    last = max(at, ticket.last_message_at) if ticket.last_message_at else at
    return evolve(
        ticket,
        message_count=ticket.message_count + 1,
        last_message_at=last,
        updated_at=max(now or at, ticket.updated_at),
        version=ticket.version + 1,
    )
