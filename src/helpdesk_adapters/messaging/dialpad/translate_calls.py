"""From a word on a call to what it says of the call's legs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from helpdesk_adapters.messaging.dialpad.envelope import id_of
from helpdesk_adapters.messaging.dialpad.lines import lines_of
from helpdesk_adapters.messaging.dialpad.payloads import CallEvent, Party
from helpdesk_adapters.messaging.numbers import e164
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import MILLISECOND, mail_address, since_1970
from helpdesk_core.addresses import is_email
from helpdesk_core.calls import LONGEST_FACT, Call, Fact, Phase, Told, in_order
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.commands import Command, Nothing, TellCall
from helpdesk_core.records import Stamp
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

RINGING: Final = frozenset({"calling", "preanswer", "ringing", "queued"})
TALKING: Final = frozenset({"connected", "hold", "parked", "merged", "takeover"})
OVER: Final = frozenset(
    {"hangup", "missed", "voicemail_uploaded", "transcription", "call_transcription", "postcall", "csat"}
    | {"pcsat", "dispositions", "recap_summary", "recap_action_items", "recap_purposes", "recap_outcome"}
)
"""What is told of a leg that has ended, whether or not its end was told."""
PEOPLE: Final = frozenset({"user", "room"})
"""Targets at which somebody answers; a department's leg is connected to its menu, or its queue, first."""
LONGEST_NAME: Final = 200


def call(raw: bytes) -> Sequence[Command]:
    """The call, as far as this word tells of it. Calls among colleagues mean nothing."""
    event = structured(read_object(raw), CallEvent)
    leg, at = id_of(event.call_id), since_1970(event.event_timestamp, MILLISECOND)
    if not leg or at is None:
        raise UnreadableDelivery("The event names no call, or no time.")
    if event.is_internal:
        return [Nothing("A call among colleagues.")]
    related = (event.master_call_id, event.entry_point_call_id, event.operator_call_id)
    legs = in_order({leg, *filter(None, map(id_of, related))})
    told = Call(
        provider=Channel.DIALPAD.value,
        account="",
        external_id=legs[0],
        created_at=_moment(event.date_started) or at,
        stamp=Stamp(at),
        legs=legs,
        told=tuple(_facts(event, leg, at)),
    )
    return [TellCall(Channel.DIALPAD, told)]


def _facts(event: CallEvent, leg: str, at: datetime) -> Iterator[Told]:
    for rank, line in enumerate(lines_of(event)):
        yield Told(leg, Fact.LINE, line, at, f"{rank}")
    for fact, value in (*_people(event), *_times(event, at), *_words(event)):
        if value:
            yield Told(leg, fact, "", at, storable(value)[:LONGEST_FACT])
    for number, recording in enumerate(event.recording_details):
        if _is_link(recording.url):
            yield Told(leg, Fact.RECORDING, id_of(recording.id) or f"{number}", at, recording.url)


def _people(event: CallEvent) -> Iterator[tuple[Fact, str | None]]:
    number = e164(event.external_number)
    email = mail_address(event.contact.email)
    yield Fact.DIRECTION, event.direction if event.direction in ("inbound", "outbound") else None
    yield Fact.NUMBER, number
    yield Fact.NAME, name_of(event.contact) if number else None
    yield Fact.EMAIL, email if number and email and is_email(email) else None
    yield Fact.AGENT, one_line(event.target.name)[:LONGEST_NAME] if event.target.type in PEOPLE else None


def _times(event: CallEvent, at: datetime) -> Iterator[tuple[Fact, str | None]]:
    ended = _moment(event.date_ended) or (at if event.state in ("hangup", "missed") else None)
    yield Fact.PHASE, _phase(event.state)
    yield Fact.STARTED, _written(_moment(event.date_started))
    yield Fact.CONNECTED, _written(_talking_since(event, at))
    yield Fact.ENDED, _written(ended)


def _phase(state: str) -> str | None:
    if state in OVER:
        return Phase.OVER.value
    if state in TALKING:
        return Phase.TALKING.value
    return Phase.RINGING.value if state in RINGING else None


def _talking_since(event: CallEvent, at: datetime) -> datetime | None:
    """Since when somebody talks to the customer."""
    if event.target.type not in PEOPLE and not id_of(event.operator_call_id):
        return None
    return _moment(event.date_connected) or (at if event.state in TALKING else None)


def _words(event: CallEvent) -> Iterator[tuple[Fact, str | None]]:
    left = event.state in ("voicemail", "voicemail_uploaded")
    link = event.voicemail_link if _is_link(event.voicemail_link) else ""
    yield Fact.LEFT, "voicemail" if left else None
    yield Fact.VOICEMAIL, link
    yield Fact.TRANSCRIPT, event.transcription_text.strip()
    yield Fact.SUMMARY, _text(event.recap_summary)
    yield Fact.ACTIONS, _text(event.recap_action_items)
    yield Fact.PURPOSE, _text(event.recap_purposes)
    yield Fact.OUTCOME, _text(event.recap_outcome)
    yield Fact.RATING, _text(event.csat_score)
    yield Fact.DISPOSITION, _text(event.call_dispositions) or _text(event.dispositions)


def name_of(contact: Party) -> str:
    """What the contact is called; a telephone number is no name."""
    name = one_line(contact.name)[:LONGEST_NAME]
    return "" if e164(name) or not any(letter.isalpha() for letter in name) else name


def _text(value: Any) -> str:
    """What Dialpad writes as a text, a number, a list of them, or an object that has a name."""
    match value:
        case str():
            return value.strip()
        case bool() | None:
            return ""
        case int() | float():
            return f"{value:g}"
        case list():
            return "; ".join(filter(None, map(_text, value[:50])))
        case Mapping():
            told = (value.get(name) for name in ("name", "text", "value", "description", "content"))
            return next(filter(None, map(_plain, told)), "")
        case _:
            return ""


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_link(url: str) -> bool:
    return url.startswith("https://") and url.isprintable() and " " not in url and len(url) <= 2_000


def _moment(milliseconds: int | None) -> datetime | None:
    return since_1970(milliseconds, MILLISECOND)


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
