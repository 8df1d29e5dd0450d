"""From what Slack sends to what it means (api.slack.com/events).

Names are not in the events: whoever has asked for them gives them as `people`, by user id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpdesk_adapters.messaging.slack.messages import (
    NOBODY,
    People,
    Teller,
    account_of,
    heard,
    moment,
    said_in,
    teller_of,
    written,
)
from helpdesk_adapters.messaging.slack.payloads import Callback, Reacted, Revoked, Said, Shared
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import since_1970
from helpdesk_core.afterwords import Afterwords, Edit, Reaction, Report
from helpdesk_core.commands import Command, EndConnection, LookUpMessage, Nothing, TellAfterwords
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

REPLY: Final = "helpdesk_reply"
"""What the desk notes on its own posts: that one is an answer,"""
TICKET: Final = "helpdesk_ticket"
"""or tells of a ticket."""
SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message"})
"""Subtypes in which somebody says something."""
GONE: Final = "tombstone"
"""Subtype of what is left of a message that has replies, once it is deleted."""


def message(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """Something was said, or the app was called by its name."""
    callback, place, said = said_in(raw)
    if place.hidden or said.subtype not in SAID:
        return [Nothing(f"A message of the kind {said.subtype[:50]} says nothing.")]
    teller = teller_of(callback)
    if teller.wrote(said):
        return [_own(teller, place.channel, said)]
    return [heard(teller, place.channel, said, people, direct=place.channel_type == "im")]


def edited(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """A message has other words now. What only shows its links, or counts its replies, changes nothing."""
    callback, place, _ = said_in(raw)
    after, before = place.message or Said(), place.previous_message or Said()
    teller, ts = teller_of(callback), after.ts or before.ts
    if teller.wrote(after):
        return [Nothing("It is a post of the desk's own.")]
    if after.subtype == GONE:
        told = Afterwords(deleted_at=_told_at(callback, place.event_ts, place.ts))
        return [_afterwords(teller, place.channel, ts, told)]
    if after.edited is None and after.text == before.text:
        return [Nothing("Its words are the same.")]
    edited_at = after.edited.ts if after.edited is not None else ""
    at = _told_at(callback, edited_at, place.event_ts, place.ts)
    edit = Edit(at, written(after.text, people))
    return [_afterwords(teller, place.channel, ts, Afterwords(edits=(edit,)))]


def deleted(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """A message was taken back."""
    callback, place, _ = said_in(raw)
    before, teller = place.previous_message or Said(), teller_of(callback)
    if teller.wrote(before):
        return [Nothing("It is a post of the desk's own.")]
    told = Afterwords(deleted_at=_told_at(callback, place.event_ts, place.ts))
    return [_afterwords(teller, place.channel, place.deleted_ts or before.ts, told)]


def reaction_added(raw: bytes) -> Sequence[Command]:
    """Somebody has put a sign on a message."""
    return _reaction(raw, put=True)


def reaction_removed(raw: bytes) -> Sequence[Command]:
    """Somebody has taken their sign back."""
    return _reaction(raw, put=False)


def file_shared(raw: bytes) -> Sequence[Command]:
    """A file is in some message, which mostly is told of, too."""
    callback = _callback(raw)
    shared = structured(callback.event, Shared)
    return [LookUpMessage(Channel.SLACK, account_of(callback), shared.file_id)]


def uninstalled(raw: bytes) -> Sequence[Command]:
    """The app was removed from the workspace."""
    callback = _callback(raw)
    at = since_1970(callback.event_time)
    if at is None:
        raise UnreadableDelivery("The time of the event is none.")
    return [EndConnection(Channel.SLACK.value, account_of(callback), at)]


def revoked(raw: bytes) -> Sequence[Command]:
    """Tokens hold no longer; the bot's is the one that the desk has."""
    if not structured(_callback(raw).event, Revoked).tokens.bot:
        return [Nothing("It is the token of a user, which the desk does not have.")]
    return uninstalled(raw)


def _own(teller: Teller, channel: str, said: Said) -> Command:
    """The echo of a post of the desk's own: an answer has been sent, under this id."""
    noted = said.metadata
    ours = noted.event_payload.get("message_id") if noted and noted.event_type == REPLY else None
    if not isinstance(ours, str):
        return Nothing("It is a post of the desk's own.")
    external_id = f"{channel}:{said.ts}"
    sent = Afterwords(reports=(Report(external_id, DeliveryState.SENT),))
    return TellAfterwords(Channel.SLACK, teller.account, external_id, sent, ours)


def _reaction(raw: bytes, *, put: bool) -> Sequence[Command]:
    callback = _callback(raw)
    told = structured(callback.event, Reacted)
    sign = f":{told.reaction}:"
    # A user may put several signs on a message, each of which is taken back alone.
    at = _told_at(callback, told.event_ts)
    reaction = Reaction(f"{told.user} {sign}", at, sign if put else "")
    teller = teller_of(callback)
    return [_afterwords(teller, told.item.channel, told.item.ts, Afterwords(reactions=(reaction,)))]


def _told_at(callback: Callback, *stamps: str) -> datetime:
    """When it happened: by the first of these times that is given, else by that of the delivery, in whole seconds."""
    stamp = next(filter(None, stamps), "")
    at = moment(stamp) if stamp else since_1970(callback.event_time or None)
    if at is None:
        raise UnreadableDelivery("The time of the event is none.")
    return at


def _afterwords(teller: Teller, channel: str, ts: str, told: Afterwords) -> Command:
    moment(ts)
    return TellAfterwords(Channel.SLACK, teller.account, f"{channel}:{ts}", told)


def _callback(raw: bytes) -> Callback:
    return structured(read_object(raw), Callback)
