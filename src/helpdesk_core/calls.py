"""Calls: what is known of a telephone call, leg by leg.

One call of a customer is several at a provider: one for the line that was dialled, one for each colleague whose phone
rings, one more after a transfer. Each of these legs tells of itself again and again, more than once and in any order,
and some words tell which legs belong together. A call is all that was told of its legs: the newest word on each fact
counts, whichever came first. What it means is read off the facts (`call_reading`), so it cannot depend on the order
either.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, Self

from attrs import evolve, field, frozen

from helpdesk_core.records import Record

MOST_FACTS: Final = 1_000
"""Facts of one call that are kept."""
LONGEST_FACT: Final = 50_000
"""Characters of one of them: a transcript is long."""


class Fact(StrEnum):
    """What is told of a leg. Times are in ISO 8601; `LINE` and `RECORDING` are told of several, each named by `of`."""

    DIRECTION = "direction"
    NUMBER = "number"
    """The customer's, in E.164; without one nobody knows who it is."""
    NAME = "name"
    EMAIL = "email"
    LINE = "line"
    """An account that it is a call of; the value says which is to be preferred, the lowest first."""
    AGENT = "agent"
    PHASE = "phase"
    STARTED = "started"
    CONNECTED = "connected"
    """Since when two people talk."""
    ENDED = "ended"
    LEFT = "left"
    """A message was left, since nobody answered."""
    VOICEMAIL = "voicemail"
    """Where it can be listened to."""
    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    SUMMARY = "summary"
    ACTIONS = "actions"
    OUTCOME = "outcome"
    PURPOSE = "purpose"
    RATING = "rating"
    DISPOSITION = "disposition"


class Phase(StrEnum):
    """How a leg stands; `TALKING` is on hold, or parked, too."""

    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"


class TicketsFor(StrEnum):
    """When a call makes a ticket."""

    RING = "ring"
    """As soon as it is heard of."""
    ANSWER = "answer"
    """When somebody takes it, so that they can note what is said; if nobody does, when it is over."""
    END = "end"
    """When it is over."""
    MISSED = "missed"
    """When it is over and nobody took it; calls of our own make none."""


@frozen(order=True)
class Told:
    """One fact of a leg, as of then."""

    leg: str
    fact: Fact
    of: str
    at: datetime
    value: str = field(repr=False)


def newest(told: Iterable[Told]) -> tuple[Told, ...]:
    """Of each fact the newest word, in one order. The same whatever the order, and however often, it is told in."""
    known: dict[tuple[str, Fact, str], Told] = {}
    for one in told:
        key = (one.leg, one.fact, one.of)
        before = known.get(key)
        if before is None or (one.at, one.value) > (before.at, before.value):
            known[key] = one
    return tuple(known[key] for key in sorted(known)[:MOST_FACTS])


def in_order(ids: Collection[str]) -> tuple[str, ...]:
    """Ids of legs, each once, from the least on, as the numbers that they are."""
    return tuple(sorted(set(ids), key=rank))


def rank(leg: str) -> tuple[int, str]:
    """By what ids of legs are put in order: they are numbers, written as text."""
    return len(leg), leg


@frozen(kw_only=True)
class Call(Record):
    """A call of a customer. `external_id` is the least id of its legs, `legs` are the ids of all of them."""

    kind: ClassVar[str] = "call"

    legs: tuple[str, ...] = field(default=(), converter=in_order)
    told: tuple[Told, ...] = field(default=(), converter=newest)
    conversation_id: str | None = None
    """The message that shows it."""
    forgotten: bool = False
    """It is not to be known any more: who called was erased, or it makes no ticket."""

    def completed(self, older: Self) -> Self:
        """With everything that was told of it before."""
        shown = [one.conversation_id for one in (self, older) if one.conversation_id is not None]
        return evolve(
            self,
            legs=(*self.legs, *older.legs),
            told=(*self.told, *older.told),
            conversation_id=min(shown, default=None),
            forgotten=self.forgotten or older.forgotten,
        )


@frozen(kw_only=True)
class CallLeg(Record):
    """Which call a leg is of."""

    kind: ClassVar[str] = "call_leg"

    call: str = ""


def together(calls: Sequence[Call]) -> Call:
    """One call of several that turn out to be one, in whatever order; it is shown where the first of them is."""
    ordered = sorted(calls, key=lambda call: rank(call.external_id))
    shown = (call.conversation_id for call in ordered if call.conversation_id is not None)
    every = in_order({leg for call in ordered for leg in (call.external_id, *call.legs)})
    return evolve(
        ordered[0],
        external_id=every[0],
        created_at=min(call.created_at for call in ordered),
        stamp=max(call.stamp for call in ordered),
        legs=every,
        told=tuple(one for call in ordered for one in call.told),
        conversation_id=next(shown, None),
        forgotten=any(call.forgotten for call in ordered),
    )


def forgotten(call: Call) -> Call:
    """The call of which nothing is known any more, but that no word is to bring it back."""
    return evolve(call, told=(), forgotten=True)
