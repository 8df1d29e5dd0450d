"""Correspondences: with whom, and by which ticket, somebody at a provider is being talked to.

A provider knows its conversations by names of its own: a phone number, a Slack thread, a page's reader. A
correspondence ties such a name to the customer and to the ticket in which it goes on, and holds what is true of it as a
whole: when the customer spoke last, whether they want no more messages, how far they have read. All of that only moves
forward, so it does not matter in which order, or how often, a provider tells it.
"""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.tickets import Channel

MOST_WAITING: Final = 200
"""Answers of one correspondence of which it is remembered that nobody has told how they fared."""


@frozen
class Awaited:
    """An answer that was sent at that time, and of which no more is known."""

    conversation_id: ConversationId
    sent_at: datetime


@frozen
class Correspondence:
    """One conversation at a provider: `thread` is its name there, by which answers are addressed."""

    organization_id: OrganizationId
    channel: Channel
    account: str
    """The account it is held with, as integrations call it."""
    thread: str
    customer_id: CustomerId | None = None
    ticket_id: TicketId | None = None
    """The ticket in which it went on last."""
    heard_at: datetime | None = None
    """When the customer spoke last, by the provider's clock."""
    delivered_until: datetime | None = None
    """What was sent until then has arrived."""
    read_until: datetime | None = None
    opted_out: bool = False
    opted_at: datetime | None = None
    """When they last said whether they want messages."""
    among_staff: bool = False
    """It is a thread of the organization's own people, who talk about the ticket there."""
    waiting: tuple[Awaited, ...] = ()


def heard(known: Correspondence, at: datetime) -> Correspondence:
    """After a customer's word of that time."""
    return evolve(known, heard_at=_later(known.heard_at, at))


def with_choice(known: Correspondence, at: datetime, *, opted_out: bool) -> Correspondence:
    """After the customer's word on whether they want messages; the later word counts, by the provider's clock."""
    if known.opted_at is not None and at < known.opted_at:
        return known
    # Of two words of one moment the careful one counts, whichever is told first.
    out = opted_out or (known.opted_at == at and known.opted_out)
    return evolve(known, opted_out=out, opted_at=at)


def arrived_until(known: Correspondence, at: datetime, *, read: bool) -> Correspondence:
    """After the word that everything sent until then has arrived, or was read."""
    return evolve(
        known,
        delivered_until=_later(known.delivered_until, at),
        read_until=_later(known.read_until, at) if read else known.read_until,
    )


def is_within(known: Correspondence | None, window: timedelta | None, now: datetime) -> bool:
    """Whether an answer in words of one's own may leave: where the provider lets it only so long after the customer's
    last word.
    """
    if window is None:
        return True
    return known is not None and known.heard_at is not None and now - known.heard_at < window


def awaiting(known: Correspondence, awaited: Awaited) -> Correspondence:
    """With one more answer of which nobody has told how it fared."""
    others = [one for one in known.waiting if one.conversation_id != awaited.conversation_id]
    return evolve(known, waiting=(*others, awaited)[-MOST_WAITING:])


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
