"""Calls: what is known of a telephone call, leg by leg.

One call of a customer is several at a provider: one for the line that was dialled, one for each colleague whose phone
rings, one more after a transfer. Each of these legs tells of itself again and again, more than once and in any order,
and some words tell which legs belong together. A call is all that was told of its legs: the newest word on each fact
counts, whichever came first. What it means (is it over, was it answered, by whom) is read off the facts, so it cannot
depend on the order either.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
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


@frozen(kw_only=True)
class Call(Record):
    """A call of a customer. `external_id` is the least id of its legs, `legs` are the ids of all of them."""

    kind: ClassVar[str] = "call"

    legs: tuple[str, ...] = ()
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
            legs=in_order({*self.legs, *older.legs}),
            told=(*self.told, *older.told),
            conversation_id=min(shown, default=None),
            forgotten=self.forgotten or older.forgotten,
        )


@frozen(kw_only=True)
class CallLeg(Record):
    """Which call a leg is of."""

    kind: ClassVar[str] = "call_leg"

    call: str = ""


def in_order(ids: Collection[str]) -> tuple[str, ...]:
    """Ids of legs from the least on, as the numbers that they are."""
    return tuple(sorted(ids, key=_rank))


def together(calls: Sequence[Call]) -> Call:
    """One call of several that turn out to be one, in whatever order; it is shown where the first of them is."""
    ordered = sorted(calls, key=lambda call: _rank(call.external_id))
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


def given_up(call: Call) -> Call:
    """The call after nobody has told of it for long: what still goes on is taken as over, as of the last word on it."""
    ended = {leg: _last(call, leg) for leg in _living(call)}
    ends = [Told(leg, Fact.ENDED, "", at, at.isoformat()) for leg, at in ended.items()]
    return evolve(call, told=(*call.told, *ends))


def opens_ticket(call: Call, wanted: TicketsFor) -> bool:
    """Whether it is to have a ticket, as far as it has come."""
    match wanted:
        case TicketsFor.RING:
            return not is_ours(call) or is_answered(call) or is_over(call)
        case TicketsFor.ANSWER:
            return is_answered(call) or is_over(call)
        case TicketsFor.END:
            return is_over(call)
        case TicketsFor.MISSED:
            return is_over(call) and not is_answered(call) and not is_ours(call)


def is_ours(call: Call) -> bool:
    """Whether we have called."""
    return first(call, Fact.DIRECTION) == "outbound"


def is_answered(call: Call) -> bool:
    """Whether two people have talked: on any leg, however many others were missed."""
    return connected_at(call) is not None


def has_voicemail(call: Call) -> bool:
    """Whether a message was left because nobody answered."""
    return not is_answered(call) and any(one.fact in _RECORDED for one in call.told)


def is_over(call: Call) -> bool:
    """Whether nobody is on the line any more; a phone that rang until somebody else took the call does not count."""
    return bool(call.told) and not _living(call)


def began_at(call: Call) -> datetime:
    """When the first leg of it began."""
    times = [*_times(call, Fact.STARTED)] or [one.at for one in call.told]
    return min(times, default=call.created_at)


def connected_at(call: Call) -> datetime | None:
    """Since when two people talk, or have talked."""
    return min((since for _, since in _talks(call)), default=None)


def ended_at(call: Call) -> datetime | None:
    """When the last leg on which anybody spoke was over; where nobody did, the last leg of all."""
    if not is_over(call):
        return None
    talked = {leg for leg, _ in _talks(call)}
    return max(_times(call, Fact.ENDED, talked or None), default=None)


def duration(call: Call) -> timedelta | None:
    """For how long people were on the line."""
    since, until = connected_at(call), ended_at(call)
    return max(until - since, timedelta(0)) if since is not None and until is not None else None


def agents(call: Call) -> tuple[str, ...]:
    """Who of us has talked, in the order in which they took the call."""
    names = {one.leg: one.value for one in call.told if one.fact is Fact.AGENT}
    talks = sorted(_talks(call), key=lambda talk: (talk[1], _rank(talk[0])))
    return tuple(dict.fromkeys(names[leg] for leg, _ in talks if leg in names))


def caller(call: Call) -> str:
    """Our own colleague who has called, where it is known; the one who talked, where several tried."""
    return next(iter(agents(call)), None) or first(call, Fact.AGENT) or ""


def lines(call: Call) -> tuple[str, ...]:
    """The accounts that it may be a call of, those to be preferred first."""
    return lines_of(call.told)


def lines_of(told: Iterable[Told]) -> tuple[str, ...]:
    """The same of single facts."""
    ranked = sorted((one.value, one.of) for one in told if one.fact is Fact.LINE)
    return tuple(dict.fromkeys(line for _, line in ranked))


def first(call: Call, fact: Fact) -> str | None:
    """The fact as the least leg that has it tells it."""
    return next(iter(every(call, fact)), None)


def every(call: Call, fact: Fact) -> tuple[str, ...]:
    """What the legs tell of it, each thing once, the least leg first."""
    found = sorted((_rank(one.leg), one.of, one.value) for one in call.told if one.fact is fact)
    return tuple(dict.fromkeys(value for _, _, value in found if value))


_RECORDED = (Fact.LEFT, Fact.VOICEMAIL)


def _living(call: Call) -> list[str]:
    """The legs that go on, as far as is known."""
    talks = dict(_talks(call))
    return [
        leg
        for leg in dict.fromkeys(one.leg for one in call.told)
        if not _is_ended(call, leg) and not _rang_for_nothing(call, leg, talks)
    ]


def _is_ended(call: Call, leg: str) -> bool:
    return any(
        one.leg == leg
        and (one.fact is Fact.ENDED or (one.fact is Fact.PHASE and one.value == Phase.OVER.value))
        for one in call.told
    )


def _rang_for_nothing(call: Call, leg: str, talks: dict[str, datetime]) -> bool:
    """Whether it only rang, and somebody else took the call after its last word: its end may never be told."""
    if leg in talks or any(one.leg == leg and one.value == Phase.TALKING.value for one in call.told):
        return False
    return any(since > _last(call, leg) for since in talks.values())


def _talks(call: Call) -> Iterator[tuple[str, datetime]]:
    """The legs on which people have talked, each with when they began; nobody talks to a voicemail."""
    recorded = {one.leg for one in call.told if one.fact in _RECORDED}
    for one in call.told:
        if one.fact is Fact.CONNECTED and one.leg not in recorded:
            yield one.leg, _time(one)


def _times(call: Call, fact: Fact, legs: Collection[str] | None = None) -> Iterator[datetime]:
    for one in call.told:
        if one.fact is fact and (legs is None or one.leg in legs):
            yield _time(one)


def _time(one: Told) -> datetime:
    try:
        return datetime.fromisoformat(one.value).astimezone(UTC)
    except (ValueError, OverflowError):
        return one.at


def _last(call: Call, leg: str) -> datetime:
    return max((one.at for one in call.told if one.leg == leg), default=call.created_at)


def _rank(leg: str) -> tuple[int, str]:
    return len(leg), leg
