"""How a call is shown: the message of its ticket in plain sentences, and what is noted beside them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from helpdesk_core import call_reading
from helpdesk_core.calls import Call, Fact
from helpdesk_core.conversations import Conversation
from helpdesk_core.messages import BY_CALL

CALL: Final = "call"
"""Under this name a message's marks hold the call."""
CALL_ID: Final = "call_id"
"""Under this one a ticket's metadata names it."""
ANONYMOUS: Final = "Anonymous caller"

_WORDS: Final[Mapping[Fact, str]] = {
    Fact.SUMMARY: "Summary",
    Fact.ACTIONS: "To do",
    Fact.PURPOSE: "Purpose",
    Fact.OUTCOME: "Outcome",
    Fact.RATING: "The customer's rating",
    Fact.DISPOSITION: "Disposition",
}


def call_id_of(message: Conversation) -> str | None:
    """Which call the message shows; None for any other message."""
    id_ = message.external_id
    return id_ if message.channel in BY_CALL and id_ and id_.isalnum() else None


def subject_of(call: Call) -> str:
    """The subject of its ticket: the same however far the call has come."""
    return f"Call: {call_reading.first(call, Fact.NUMBER) or ANONYMOUS}"


def text_of(call: Call) -> str:
    """What is known of the call, a paragraph for each thing."""
    return "\n\n".join(_paragraphs(call))


def state_of(call: Call) -> str:
    """One word for how it stands."""
    if not call_reading.is_over(call):
        return "connected" if call_reading.is_answered(call) else "ringing"
    if call_reading.is_answered(call):
        return "ended"
    return (
        "voicemail"
        if call_reading.has_voicemail(call)
        else "unanswered"
        if call_reading.is_ours(call)
        else "missed"
    )


def marks_of(call: Call) -> Mapping[str, Any]:
    """The call as data, small and in JSON; what is not known is not there."""
    length = call_reading.duration(call)
    noted = {
        "id": call.external_id,
        "legs": list(call.legs),
        "direction": call_reading.first(call, Fact.DIRECTION),
        "state": state_of(call),
        "number": call_reading.first(call, Fact.NUMBER),
        "line": next(iter(call_reading.lines(call)), None),
        "agents": list(call_reading.agents(call)),
        "started_at": call_reading.began_at(call).isoformat(),
        "connected_at": _moment(call_reading.connected_at(call)),
        "ended_at": _moment(call_reading.ended_at(call)),
        "seconds": None if length is None else round(length.total_seconds()),
        "voicemail": call_reading.first(call, Fact.VOICEMAIL),
        "recordings": list(call_reading.every(call, Fact.RECORDING)),
        "csat": call_reading.first(call, Fact.RATING),
        "dispositions": list(call_reading.every(call, Fact.DISPOSITION)),
    }
    return {CALL: {name: value for name, value in noted.items() if value not in (None, [], "")}}


def ticket_marks_of(call: Call) -> Mapping[str, Any]:
    """What its ticket notes: the call itself, and what was said of it in fields."""
    noted: dict[str, Any] = {
        CALL_ID: call.external_id,
        "csat": call_reading.first(call, Fact.RATING),
        "dispositions": list(call_reading.every(call, Fact.DISPOSITION)),
    }
    return {name: value for name, value in noted.items() if value}


def spoken(length: timedelta) -> str:
    """A duration as people write it: 2:00, 1:02:03."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _paragraphs(call: Call) -> Iterator[str]:
    transcripts = call_reading.every(call, Fact.TRANSCRIPT)
    left = call_reading.has_voicemail(call) or (bool(transcripts) and not call_reading.is_answered(call))
    if left:
        yield f"Voicemail: {' '.join(transcripts)}" if transcripts else "Voicemail"
    else:
        yield _ours(call) if call_reading.is_ours(call) else _theirs(call)
    if not call_reading.is_answered(call):
        yield from (f"Voicemail recording: {link}" for link in call_reading.every(call, Fact.VOICEMAIL))
    yield from (f"Recording: {link}" for link in call_reading.every(call, Fact.RECORDING))
    for fact, word in _WORDS.items():
        yield from (f"{word}: {value}" for value in call_reading.every(call, fact))
    if not left:
        yield from (f"Transcript: {text}" for text in transcripts)


def _theirs(call: Call) -> str:
    if call_reading.is_answered(call):
        return f"Call{_length(call)}{_named('with', call_reading.agents(call))}"
    return "Missed call" if call_reading.is_over(call) else "Incoming call"


def _ours(call: Call) -> str:
    by = _named("by", call_reading.agents(call) or tuple(filter(None, (call_reading.caller(call),))))
    if call_reading.is_answered(call) or not call_reading.is_over(call):
        return f"Outgoing call{_length(call)}{by}"
    return f"Outgoing call{by}, not answered"


def _length(call: Call) -> str:
    length = call_reading.duration(call)
    return "" if length is None else f" of {spoken(length)}"


def _named(word: str, names: tuple[str, ...]) -> str:
    *others, last = names or ("",)
    return f" {word} {', '.join(others)}{' and ' if others else ''}{last}" if last else ""


def _moment(at: Any) -> str | None:
    return None if at is None else at.isoformat()
