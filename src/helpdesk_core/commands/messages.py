"""What is told of messages and calls."""

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from helpdesk_core.afterwords import Afterwords
from helpdesk_core.calls import Call
from helpdesk_core.customers import Contact
from helpdesk_core.fleet_reports import FleetReport
from helpdesk_core.ids import WebhookEventId
from helpdesk_core.messages import Message
from helpdesk_core.tickets import Channel


@frozen
class HearMessage:
    """A message was said, by a customer or to one."""

    message: Message


@frozen
class HearPart:
    """One of the `total` parts of a long message that come one by one, in any order.

    `reference` is theirs alone for a while: a sender counts their long messages with it, and soon begins anew.
    """

    part: Message
    reference: str
    number: int
    total: int


@frozen
class TellAfterwords:
    """Something is told of a message after it: of the one that the provider knows by `external_id`.

    `ours` is the id of an answer of ours, where the provider gives it back; `part` of which, it says in its reports.
    """

    channel: Channel
    account: str
    external_id: str
    told: Afterwords
    ours: str | None = None


@frozen
class TellArrival:
    """Everything that was sent in a conversation until then has arrived, or was read."""

    channel: Channel
    account: str
    thread: str
    until: datetime
    read: bool = False


@frozen
class TellChoice:
    """A customer says whether they want messages."""

    channel: Channel
    account: str
    thread: str
    at: datetime | None
    """By the provider's clock; None: it counts from when it came."""
    opted_out: bool


@frozen
class TellAccount:
    """A provider tells something of an account: its settings as they are from now on; None takes one away.

    `by` names the setting that `account` is the value of, where it is not the account's own id: whatever accounts have
    it are told of.
    """

    provider: str
    account: str
    settings: Mapping[str, str | None]
    by: str = ""


@frozen
class LinkContacts:
    """A provider tells that somebody who was known by `known` is from now on known by `new`."""

    channel: Channel
    account: str
    known: tuple[Contact, ...]
    new: tuple[Contact, ...]
    name: str = ""


@frozen
class LookUpMessage:
    """A message is told of by something in it; the message itself has to be asked for."""

    channel: Channel
    account: str
    reference: str
    """What it is asked for by: the id of a file in it."""


@frozen
class ShowForm:
    """Somebody wants to be shown, at the provider, the form that opens a ticket."""

    channel: Channel
    account: str
    reference: str
    """What shows it to them: a trigger, good for seconds."""


@frozen
class ConfirmTicket:
    """Whoever asked for a ticket by a command, or a form, is to hear which one it became."""

    channel: Channel
    account: str
    external_id: str
    """Of the message that they thereby wrote."""
    event_id: WebhookEventId | None = None
    """The event by which they asked: it says where they are told."""


@frozen
class OnLine:
    """All of this happened on one account, which is connected under one of these names, the likeliest first."""

    channel: Channel
    lines: tuple[str, ...]
    commands: tuple[HearMessage | TellAfterwords | TellChoice, ...]


@frozen
class TellCall:
    """A provider tells of a call: what this word says of its legs."""

    channel: Channel
    call: Call


@frozen
class TakeFleetReport:
    """A fleet's backend reports for a rider; `organization` is the slug of whose it is."""

    report: FleetReport
    organization: str = ""
