"""Correspondences: with whom, and by which ticket, somebody at a provider is being talked to.

A provider knows its conversations by names of its own: a phone number, a Slack thread, a page's reader. A
correspondence ties such a name to the customer and to the ticket in which it goes on, and holds what is true of it as a
whole: when the customer spoke last, whether they want no more messages, how far they have read. All of that only moves
forward, so it does not matter in which order, or how often, a provider tells it.

A provider may have several names for one conversation: a phone number and an id of its own, the legs of a call. What is
known is kept under one of them; the others lead there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from attrs import evolve, frozen

from helpdesk_core.conversations import DeliveryState
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.messages import Message
from helpdesk_core.tickets import Channel

WAY: Final = "way"
"""In the metadata of a message: the conversation at its provider."""
MOST_WAITING: Final = 200
"""Pieces of answers of one correspondence of which it is remembered that nobody has told how they fared."""
MOST_HELD: Final = 20
"""Messages of one correspondence that wait for a ticket which they do not open themselves."""


@frozen
class Awaited:
    """A piece of an answer, by the provider's id, that was sent at that time and of which no more is known."""

    conversation_id: ConversationId
    part: str
    sent_at: datetime


@frozen
class Correspondence:
    """One conversation at a provider: `thread` is its name there."""

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
    held: tuple[Message, ...] = ()
    """What opens no ticket, and came while there was none: an earlier message that opens one may be on its way."""
    alias_of: str | None = None
    """The name under which the conversation is kept, where this is another one of it."""
    address: str | None = None
    """By which of its names answers are addressed, where that is not `thread`."""

    @property
    def addressed(self) -> str:
        """The name of the conversation that answers are addressed to."""
        return self.address or self.thread


def heard(known: Correspondence, at: datetime, address: str | None = None) -> Correspondence:
    """After a customer's word of that time. Answers go to the name that their last word came by."""
    newest = known.heard_at is None or (at, address or "") >= (known.heard_at, known.addressed)
    return evolve(
        known,
        heard_at=_later(known.heard_at, at),
        address=_other_than(known.thread, address) if newest and address else known.address,
    )


def joined(known: Correspondence, other: Correspondence) -> Correspondence:
    """What is known of both, which turn out to be one conversation, under the first one's name. The ticket is the
    first one's, where it has one.
    """
    last = max((known, other), key=lambda one: (one.heard_at or _NEVER, one.addressed))
    spoken = max((known, other), key=lambda one: (one.opted_at or _NEVER, one.opted_out))
    return evolve(
        known,
        customer_id=known.customer_id or other.customer_id,
        ticket_id=known.ticket_id or other.ticket_id,
        heard_at=last.heard_at,
        delivered_until=_latest(known.delivered_until, other.delivered_until),
        read_until=_latest(known.read_until, other.read_until),
        opted_out=spoken.opted_out,
        opted_at=spoken.opted_at,
        among_staff=known.among_staff or other.among_staff,
        waiting=(*known.waiting, *other.waiting)[-MOST_WAITING:],
        held=(*known.held, *other.held)[-MOST_HELD:],
        address=_other_than(known.thread, last.addressed),
    )


def alias(name: str, of: Correspondence) -> Correspondence:
    """Another name of the conversation."""
    return Correspondence(
        of.organization_id, of.channel, of.account, name, of.customer_id, alias_of=of.thread
    )


def holding(known: Correspondence, message: Message) -> Correspondence:
    """With a message that waits for a ticket; the same one again waits once."""
    others = [one for one in known.held if one.external_id != message.external_id]
    return evolve(known, held=(*others, message)[-MOST_HELD:])


def released(known: Correspondence, since: datetime) -> tuple[Correspondence, tuple[Message, ...]]:
    """Without what was said since then, when a ticket began; and that, in the order in which it was said."""
    ready = [(one.at, one.external_id, one) for one in known.held if one.at is not None and one.at >= since]
    if not ready:
        return known, ()
    taken = tuple(one for _, _, one in sorted(ready, key=lambda said: said[:2]))
    return evolve(known, held=tuple(one for one in known.held if one not in taken)), taken


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
    """With one more piece of which nobody has told how it fared. Of two times of it the earlier one counts: nobody
    knows that it was sent before it was.
    """
    this = (awaited.conversation_id, awaited.part)
    others = [one for one in known.waiting if (one.conversation_id, one.part) != this]
    times = [one.sent_at for one in known.waiting if (one.conversation_id, one.part) == this]
    first = evolve(awaited, sent_at=min((*times, awaited.sent_at)))
    in_order = sorted((*others, first), key=lambda one: (one.sent_at, one.part, one.conversation_id))
    return evolve(known, waiting=tuple(in_order[-MOST_WAITING:]))


def state_at(known: Correspondence, sent_at: datetime) -> DeliveryState | None:
    """How what was sent at that time stands by the watermarks; None: they do not reach it."""
    if known.read_until is not None and sent_at <= known.read_until:
        return DeliveryState.READ
    if known.delivered_until is not None and sent_at <= known.delivered_until:
        return DeliveryState.DELIVERED
    return None


def still_awaiting(known: Correspondence) -> Correspondence:
    """Without the pieces of which no more can be told: they were read."""
    unread = (one for one in known.waiting if state_at(known, one.sent_at) is not DeliveryState.READ)
    return evolve(known, waiting=tuple(unread))


def way_of(known: Correspondence) -> Mapping[str, Any]:
    """What a message notes of the conversation that it came or goes by."""
    return {WAY: [known.channel.value, known.account, known.thread]}


def way_in(metadata: Mapping[str, Any]) -> tuple[Channel, str, str] | None:
    """Channel, account and thread of the conversation that a message came or goes by, where it notes that. Total."""
    match metadata.get(WAY):
        case [str(channel), str(account), str(thread)] if channel in _CHANNELS:
            return Channel(channel), account, thread
        case _:
            return None


_CHANNELS: Final = frozenset(one.value for one in Channel)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


def _other_than(thread: str, name: str) -> str | None:
    return None if name == thread else name
