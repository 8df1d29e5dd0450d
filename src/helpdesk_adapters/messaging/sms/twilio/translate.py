"""From what Twilio sends to what it means (twilio.com/docs/messaging/guides/webhook-request)."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from helpdesk_adapters.messaging.choices import choice_in
from helpdesk_adapters.messaging.sms.telling import LONGEST_NAME, usable
from helpdesk_adapters.messaging.sms.twilio.addresses import (
    WHATSAPP,
    contacts_of,
    name_of,
    network_of,
    subject_of,
    thread_of,
)
from helpdesk_adapters.messaging.sms.twilio.envelope import ACCOUNT, ANSWER, parameters, sid_of, status_of
from helpdesk_adapters.messaging.sms.twilio.statuses import OPTED_OUT, STATES, reason
from helpdesk_core.afterwords import Afterwords, Report
from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.commands import Command, HearMessage, Nothing, TellAfterwords, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import Message, RemoteFile, Sender
from helpdesk_core.tickets import Channel

MOST_FILES = 20
"""Media of one message that are read; Twilio sends ten."""


def message(raw: bytes) -> Sequence[Command]:
    """An SMS or MMS has come in. Twilio does not say when: it came when it was received here."""
    told = parameters(raw)
    sender, to = told.get("From", "").strip(), told.get("To", "").strip()
    account = usable(name_of(to), LONGEST_NAME)
    usable(name_of(sender), LONGEST_NAME)
    choice = choice_in(told.get("Body", ""), told.get("OptOutType", "").strip())
    heard = Message(
        channel=Channel.SMS,
        account=account,
        external_id=sid_of(told),
        threads=tuple(dict.fromkeys(map(thread_of, _addresses(sender, told)))),
        sender=_sender(sender, told),
        at=None,
        text=_text(told),
        files=_files(told),
        subject=subject_of(sender),
        opens=choice.opens,
        marks=_marks(told),
    )
    if choice.opted_out is None:
        return [HearMessage(heard)]
    out = TellChoice(Channel.SMS, heard.account, heard.threads[0], None, choice.opted_out)
    return [HearMessage(heard), out]


def status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands. Some reports name no sender: their address does."""
    told = parameters(raw)
    sid, word = sid_of(told), status_of(told)
    state = STATES.get(word)
    if state is None:
        return [Nothing(f"The status {one_line(word)[:40]!r} means nothing here.")]
    account = name_of(told.get("From", "")) or told.get(ACCOUNT, "").strip()
    if not account:
        return [Nothing("The report does not say which account's message it tells of.")]
    code = told.get("ErrorCode", "").strip() if state is DeliveryState.FAILED else ""
    why = one_line(reason(code, told.get("ErrorMessage", ""))) if state is DeliveryState.FAILED else ""
    account = usable(account, LONGEST_NAME)
    told_of = Afterwords(reports=(Report(sid, state, why),))
    report = TellAfterwords(Channel.SMS, account, sid, told_of, ours=told.get(ANSWER) or None)
    customer = told.get("To", "")
    if code != OPTED_OUT or not 0 < len(thread_of(customer)) <= LONGEST_NAME:
        return [report]
    return [report, TellChoice(Channel.SMS, account, thread_of(customer), None, opted_out=True)]


def _addresses(sender: str, told: Mapping[str, str]) -> list[str]:
    """Every address of the sender's that a message names, that with a number first."""
    other = told.get("ExternalUserId", "").strip()
    named = network_of(other) == WHATSAPP and 0 < len(name_of(other)) <= LONGEST_NAME
    return [sender, other] if named else [sender]


def _sender(address: str, told: Mapping[str, str]) -> Sender:
    contacts = [contact for one in _addresses(address, told) for contact in contacts_of(one)]
    name = one_line(told.get("ProfileName", "")) or ("" if contacts else name_of(address))
    return Sender(name[:200], tuple(dict.fromkeys(contacts)))


def _text(told: Mapping[str, str]) -> str:
    """What was written; of a place that was sent without a word, its name."""
    body, place = unix_lines(told.get("Body", "")), _place(told)
    if body.strip() or not place:
        return body
    named = ", ".join(filter(None, (place.get("name"), place.get("address"))))
    spot = f"{place['latitude']}, {place['longitude']}"
    return f"{named} ({spot})" if named else spot


def _files(told: Mapping[str, str]) -> tuple[RemoteFile, ...]:
    found = []
    for place in range(MOST_FILES):
        url = told.get(f"MediaUrl{place}", "").strip()
        if url:
            type_ = told.get(f"MediaContentType{place}", "").partition(";")[0].strip().lower()
            name = f"media-{place + 1}{_ENDINGS.get(type_, '')}"
            found.append(RemoteFile("twilio", url, str(place), name, type_))
    return tuple(found)


def _marks(told: Mapping[str, str]) -> dict[str, Any]:
    """What is to be noted besides: a place, and the button that was pressed."""
    button = {"text": told.get("ButtonText", ""), "payload": told.get("ButtonPayload", "")}
    marks = {"location": _place(told), "button": {name: value for name, value in button.items() if value}}
    return {name: value for name, value in marks.items() if value}


def _place(told: Mapping[str, str]) -> dict[str, Any]:
    try:
        latitude, longitude = float(told.get("Latitude", "")), float(told.get("Longitude", ""))
    except ValueError:
        return {}
    if not (isfinite(latitude) and isfinite(longitude)):
        return {}
    words = {"name": one_line(told.get("Label", "")), "address": one_line(told.get("Address", ""))}
    return {
        "latitude": latitude,
        "longitude": longitude,
        **{key: word for key, word in words.items() if word},
    }


_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/3gpp": ".3gp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/plain": ".txt",
}
