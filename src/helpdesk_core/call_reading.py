"""What a call means, read off its facts: is it over, was it answered and by whom, does it make a ticket."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from attrs import evolve

from helpdesk_core.calls import Call, Fact, Phase, TicketsFor, Told, rank


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
    talks = sorted(_talks(call), key=lambda talk: (talk[1], rank(talk[0])))
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
    found = sorted((rank(one.leg), one.of, one.value) for one in call.told if one.fact is fact)
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
