"""From what Messenger sends to what it means
(developers.facebook.com/docs/messenger-platform/reference/webhook-events).

Its times are milliseconds, but for one kind of referral that has seconds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.messaging.messenger import payloads
from helpdesk_adapters.messaging.messenger.attached import beside
from helpdesk_adapters.messaging.messenger.payloads import Told
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import MILLISECOND, SECOND, since_1970
from helpdesk_core.afterwords import Afterwords, Edit, Reaction, Report
from helpdesk_core.charsets import storable
from helpdesk_core.commands import Command, HearMessage, Nothing, TellAfterwords, TellArrival
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.customers import Contact
from helpdesk_core.ids import ConversationId
from helpdesk_core.messages import Message, Sender
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

CHANNEL: Final = Channel.MESSENGER
PAGE_INBOX: Final = "Page inbox"
"""Who answers by hand at Facebook: in the page's inbox, or in Meta Business Suite."""
ANOTHER_APP: Final = "Another app"
NOTHING_SHOWN: Final = "[A message that Messenger does not pass on]"
LAST_SECOND: Final = 100_000_000_000
"""A number of seconds is below it until the year 5138, a number of milliseconds above it since 1973."""
LONGEST_MARK: Final = 2000


@frozen
class Between:
    """Whom an event is between: the page, and by their id there whoever writes to it."""

    page: str
    person: str
    at: datetime | None
    standby: bool


def translated(raw: bytes) -> Sequence[Command]:
    """What an event means. One whose page is not the one that it was delivered for means nothing."""
    told = structured(read_object(raw), Told)
    event, between = told.event, _between(told)
    if between is None:
        return [Nothing("It is between somebody and another page than it was delivered for.")]
    if event.message is not None:
        return [HearMessage(_message(event.message, between))]
    if event.postback is not None:
        return [HearMessage(_postback(event.postback, between))]
    if event.message_edit is not None:
        return _edited(event.message_edit, between)
    if event.reaction is not None:
        return _reacted(event.reaction, event.sender.id, between)
    if event.delivery is not None:
        return _arrived(event.delivery, between, read=False)
    if event.read is not None:
        return _arrived(event.read, between, read=True)
    if told.standby:
        return [Nothing("What the app that holds the conversation was told otherwise means nothing here.")]
    raise UnreadableDelivery("The event does not say what has happened.")


def moment(number: int | None) -> datetime | None:
    """The time that Messenger means."""
    return since_1970(number, SECOND if number is not None and abs(number) < LAST_SECOND else MILLISECOND)


def _between(told: Told) -> Between | None:
    sender, recipient = told.event.sender.id, told.event.recipient.id
    if told.page not in (sender, recipient) or not told.page:
        return None
    person = recipient if sender == told.page else sender
    return Between(told.page, person, moment(told.event.timestamp), told.standby) if person else None


def _message(said: payloads.Message, between: Between) -> Message:
    others = beside(said.attachments)
    words = [storable(said.text), *(one.words for one in others)]
    text = "\n".join(filter(None, words))
    files = tuple(one.file for one in others if one.file is not None)
    by_app = ANOTHER_APP if said.app_id is not None else PAGE_INBOX
    marks: dict[str, Any] = {name: value for one in others for name, value in one.marks.items()}
    if said.quick_reply is not None:
        marks["quick_reply"] = said.quick_reply.payload[:LONGEST_MARK]
    if said.reply_to is not None:
        marks["reply_to"] = said.reply_to.mid
    return _heard(
        between,
        said.mid,
        text if text or files else NOTHING_SHOWN,
        {**marks, **_referral(said.referral)},
        files=files,
        by_us=by_app if said.is_echo else None,
        ours=_ours(said.metadata) if said.is_echo else None,
    )


def _postback(pressed: payloads.Postback, between: Between) -> Message:
    """A button says what stands on it. Older ones have no id: who pressed which one, and when, is one."""
    what = f"{between.person} {between.at} {pressed.payload} {pressed.title}".encode()
    text = pressed.title or pressed.payload or NOTHING_SHOWN
    marks = {"postback": pressed.payload[:LONGEST_MARK], **_referral(pressed.referral)}
    return _heard(between, pressed.mid or f"postback:{sha256(what).hexdigest()[:32]}", text, marks)


def _heard(between: Between, external_id: str, text: str, marks: Mapping[str, Any], **more: Any) -> Message:
    return Message(
        channel=CHANNEL,
        account=between.page,
        external_id=external_id,
        threads=(between.person,),
        sender=Sender(contacts=(Contact(CHANNEL.value, f"{between.page}/{between.person}"),)),
        at=between.at,
        text=text,
        marks={**marks, **({"standby": True} if between.standby else {})},
        overheard=between.standby,
        **more,
    )


def _referral(told: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """By what link or ad they came."""
    known = {
        name: storable(value)[:LONGEST_MARK]
        for name in ("ref", "source", "type", "ad_id")
        if told is not None and isinstance(value := told.get(name), str) and value
    }
    return {"referral": known} if known else {}


def _ours(metadata: str) -> ConversationId | None:
    """The answer of ours whose mark this is; a mark of other apps names none."""
    try:
        return ConversationId(UUID(metadata.rpartition(":")[2]))
    except ValueError:
        return None


def _edited(edit: payloads.MessageEdit, between: Between) -> Sequence[Command]:
    if between.at is None:
        raise UnreadableDelivery("The edit does not say when it was made.")
    return [_told(between, edit.mid, Afterwords(edits=(Edit(between.at, edit.text),)))]


def _reacted(reaction: payloads.Reaction, by: str, between: Between) -> Sequence[Command]:
    """By the page or by the person; `unreact` takes back whatever sign it was."""
    if between.at is None:
        raise UnreadableDelivery("The reaction does not say when it was made.")
    sign = "" if reaction.action == "unreact" else reaction.emoji or reaction.reaction
    return [_told(between, reaction.mid, Afterwords(reactions=(Reaction(by, between.at, sign),)))]


def _arrived(told: payloads.Watermark, between: Between, *, read: bool) -> Sequence[Command]:
    """Messages that it names have arrived, and everything that was sent before."""
    until = moment(told.watermark)
    if until is None:
        raise UnreadableDelivery("The watermark is no time.")
    state = DeliveryState.READ if read else DeliveryState.DELIVERED
    named = [
        _told(between, mid, Afterwords(reports=(Report(mid, state),)))
        for mid in dict.fromkeys(told.mids)
        if mid
    ]
    return [*named, TellArrival(CHANNEL, between.page, between.person, until, read)]


def _told(between: Between, mid: str, told: Afterwords) -> Command:
    return TellAfterwords(CHANNEL, between.page, mid, told)
