"""From an SMS or MMS, or word of how one stands, to what it means."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from helpdesk_adapters.messaging.choices import NO_CHOICE, choice_in
from helpdesk_adapters.messaging.dialpad.envelope import id_of
from helpdesk_adapters.messaging.dialpad.lines import line_of_text
from helpdesk_adapters.messaging.dialpad.payloads import TextEvent
from helpdesk_adapters.messaging.dialpad.translate_calls import name_of
from helpdesk_adapters.messaging.numbers import contact_of, spelled
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import MILLISECOND, since_1970
from helpdesk_core.afterwords import Afterwords, Report
from helpdesk_core.charsets import one_line
from helpdesk_core.commands import Command, HearMessage, Nothing, OnLine, TellAfterwords, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import UNSHARED, Message, RemoteFile, Sender, subject_with
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

NOT_SHARED: Final = "(Dialpad did not share what this message says.)"
WHY: Final = "Its text is shared with API keys that have the scope message_content_export."
APP: Final = "Dialpad"
MOST_RECIPIENTS: Final = 10
MOST_FILES: Final = 20
REPORTS: Final[Mapping[str, DeliveryState]] = {
    "pending": DeliveryState.SENT,
    "success": DeliveryState.DELIVERED,
    "failed": DeliveryState.FAILED,
}


def inbound(raw: bytes) -> Sequence[Command]:
    """A customer has written; how their message stands afterwards means nothing."""
    event, at = _read(raw)
    if event.is_internal:
        return [Nothing("A message among colleagues.")]
    ours = next(iter(_numbers(event.to_number)), "")
    sender, text = spelled(event.from_number), _said(event)
    lines = line_of_text(event, ours)
    if not sender or not lines:
        raise UnreadableDelivery("The message names no from_number, or no line of ours.")
    choice = choice_in(text) if text is not None else NO_CHOICE
    heard = HearMessage(_message(event, at, lines[0], sender, id_of(event.id), opens=choice.opens))
    if choice.opted_out is None:
        return [OnLine(Channel.DIALPAD, lines, (heard,))]
    chosen = TellChoice(Channel.DIALPAD, lines[0], sender, at, choice.opted_out)
    return [OnLine(Channel.DIALPAD, lines, (chosen, heard))]


def outbound(raw: bytes) -> Sequence[Command]:
    """A message of ours, and how it stands: an answer of the desk's, or one that was written in Dialpad's own app."""
    event, at = _read(raw)
    if event.is_internal:
        return [Nothing("A message among colleagues.")]
    recipients, lines = _numbers(event.to_number), line_of_text(event, event.from_number)
    if not recipients or not lines:
        raise UnreadableDelivery("The message names no to_number, or no line of ours.")
    told = tuple(_told(event, at, lines[0], recipients))
    return [OnLine(Channel.DIALPAD, lines, told)]


def _told(
    event: TextEvent, at: datetime | None, line: str, recipients: Sequence[str]
) -> Iterator[HearMessage | TellAfterwords]:
    """To each of several recipients it is a message of its own."""
    by = one_line(event.target.name)[:200] or APP
    for recipient in recipients:
        id_ = id_of(event.id) if len(recipients) == 1 else f"{id_of(event.id)}/{recipient}"
        yield HearMessage(_message(event, at, line, recipient, id_, by_us=by))
        state = REPORTS.get(event.message_status)
        if state is not None:
            reason = _reason(event) if state is DeliveryState.FAILED else ""
            yield TellAfterwords(
                Channel.DIALPAD, line, id_, Afterwords(reports=(Report(id_, state, reason),))
            )


def _message(
    event: TextEvent,
    at: datetime | None,
    line: str,
    customer: str,
    id_: str,
    *,
    by_us: str | None = None,
    opens: bool = True,
) -> Message:
    text = _said(event)
    return Message(
        channel=Channel.DIALPAD,
        account=line,
        external_id=id_,
        threads=(customer,),
        sender=Sender(name_of(event.contact), contact_of(customer)),
        at=at,
        text=NOT_SHARED if text is None else text,
        files=tuple(_files(event)),
        subject=subject_with(Channel.DIALPAD, customer),
        by_us=by_us,
        opens=opens,
        warnings=(WHY,) if text is None else (),
        marks={UNSHARED: True} if text is None else {},
    )


def _read(raw: bytes) -> tuple[TextEvent, datetime | None]:
    """The event, and when the message was sent, where it says so."""
    event = structured(read_object(raw), TextEvent)
    if not id_of(event.id):
        raise UnreadableDelivery("The message has no id.")
    at = since_1970(event.created_date, MILLISECOND) or since_1970(event.event_timestamp, MILLISECOND)
    return event, at


def _said(event: TextEvent) -> str | None:
    """What it says; None where that is not shared."""
    return event.text if event.text is not None else event.text_content


def _numbers(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    found = (spelled(one) for one in listed[:MOST_RECIPIENTS] if isinstance(one, str))
    return tuple(dict.fromkeys(filter(None, map(one_line, found))))


def _files(event: TextEvent) -> Iterator[RemoteFile]:
    links = event.mms_url if isinstance(event.mms_url, list) else [event.mms_url]
    for number, link in enumerate(links[:MOST_FILES]):
        if isinstance(link, str) and link.isprintable() and link:
            yield RemoteFile(Channel.DIALPAD.value, link[:2_000], f"{number}")


def _reason(event: TextEvent) -> str:
    told = one_line(event.message_delivery_result)[:100]
    return (
        f"Dialpad could not deliver it: {told.replace('_', ' ')}" if told else "Dialpad could not deliver it"
    )
