"""Commands: what a provider's event means, said in the desk's own words.

A translation makes commands, completing one may fetch what the provider left out, and the step of that name carries it
out inside a unit of work.
"""

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from helpdesk_core.afterwords import Afterwords
from helpdesk_core.attachments import StoredFile
from helpdesk_core.calls import Call
from helpdesk_core.customers import Contact
from helpdesk_core.delivery_reports import Reported
from helpdesk_core.email import UNKNOWN, Authentication, Mail, Understood
from helpdesk_core.fleet_reports import FleetReport
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId, WebhookEventId
from helpdesk_core.marketplace import BuyerRequest
from helpdesk_core.messages import Message
from helpdesk_core.notices import DueNotice
from helpdesk_core.orders import ShopPerson, ToldOrder
from helpdesk_core.privacy_requests import AskedPerson
from helpdesk_core.records import Record
from helpdesk_core.tickets import Channel


@frozen
class FetchEmail:
    """A mail has arrived at `source`, which told us only its envelope; the rest has to be fetched."""

    source: str
    external_id: str
    envelope: Mail


@frozen
class ReadEmail:
    """A whole mail has arrived as its bytes, at `mailbox` where that is known, or for the organization of that slug."""

    raw: bytes = field(repr=False)
    mailbox: str | None = None
    organization: str | None = None
    warning: str | None = None
    """What is to be said about it beside what it says itself."""


@frozen
class PassedOn:
    """Somebody else's mail that one mail passes on, ready as in TakeEmail, and what stands above it."""

    mail: Mail
    words: Understood
    files: tuple[StoredFile, ...] = ()
    note: str = ""


@frozen
class TakeEmail:
    """A mail has arrived whose files are stored already, and whose words are ready to be kept and shown.

    `raw` is the mail as it came, where its source has it; `external_id` is its source's own id; `incomplete` says why
    its body is missing.
    """

    mail: Mail
    received_at: datetime
    words: Understood
    files: tuple[StoredFile, ...] = ()
    raw: StoredFile | None = None
    external_id: str | None = None
    incomplete: str | None = None
    authentication: Authentication = UNKNOWN
    """Who it is proven to be from."""
    organization_id: OrganizationId | None = None
    """Whose copy it is, since a mail may be for several; None: the first one's that its recipients name."""
    written_at: datetime | None = None
    """When it was written, where it came some other time."""
    passed_on: PassedOn | None = None
    """What it passes on, where somebody of the desk may have sent it."""


@frozen
class DeliveryReported:
    """A provider tells what became of a mail that it sent for us.

    `organization` and `conversation` are the ids that were given along with the mail, where they were; `permanent`: the
    address will not work the next time either.
    """

    provider: str
    provider_id: str
    what: Reported
    organization: str | None = None
    conversation: str | None = None
    recipients: tuple[str, ...] = ()
    reason: str = ""
    permanent: bool = False
    message_id: str | None = None
    """The one that the provider gave it, in canonical form."""


@frozen
class TellOrder:
    """A shop tells of an order."""

    order: ToldOrder


@frozen
class TellShopCustomer:
    """A shop tells of one of its customers."""

    provider: str
    account: str
    person: ShopPerson


@frozen
class EndConnection:
    """The owner of an outside account has taken the desk's access away, at this time by the provider's clock."""

    provider: str
    account: str
    at: datetime


@frozen
class AskForData:
    """A shop asks, for one of its customers, what is kept of them."""

    provider: str
    account: str
    request_id: str
    person: AskedPerson
    orders: tuple[str, ...] = ()


@frozen
class RedactPerson:
    """A shop asks that one of its customers be forgotten, and who placed these orders."""

    provider: str
    account: str
    person: AskedPerson
    orders: tuple[str, ...] = ()


@frozen
class RedactShop:
    """A shop that was left asks to be forgotten."""

    provider: str
    account: str


@frozen
class TellRecord:
    """A provider tells of a thing that it keeps for an organization.

    A record without an account is of whoever knows it by its id already.
    """

    record: Record
    claim: str | None = None
    """Id or slug of the organization that it says it is of. It binds an account that is nobody's, and no other."""
    live: bool | None = None
    """Whether it is about real money; None where the provider has no test mode."""
    notices: tuple[DueNotice, ...] = ()


@frozen
class TellBuyerRequest:
    """Somebody who bought on a marketplace asks something of the seller, by way of the marketplace."""

    request: BuyerRequest


@frozen
class HearTopic:
    """An account's notifications come through this topic; one of them did at this time, by the topic's clock."""

    provider: str
    account: str
    topic: str
    at: datetime


@frozen
class ConfirmTopic:
    """A topic asks whether the desk wants to hear from it: whoever calls this address says yes."""

    provider: str
    topic: str
    at: datetime
    url: str = field(repr=False)


@frozen
class EndTopic:
    """A topic was told to send no more."""

    provider: str
    topic: str
    at: datetime


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


@frozen
class Nothing:
    """Nothing is to be done, and `reason` says why."""

    reason: str
    unmatched: bool = False
    account: str | None = None
    """The outside account that it names, where that is nobody's yet: connecting it wakes the event."""
    organization_id: OrganizationId | None = None
    conversation_id: ConversationId | None = None
    """The message that was already there, where this is a duplicate of it."""
    forgets: bool = False
    """What came is not to be kept: it tells of somebody who was erased."""


Command = (
    FetchEmail
    | ReadEmail
    | TakeEmail
    | DeliveryReported
    | TellOrder
    | TellShopCustomer
    | EndConnection
    | AskForData
    | RedactPerson
    | RedactShop
    | TellRecord
    | TellBuyerRequest
    | HearTopic
    | ConfirmTopic
    | EndTopic
    | HearMessage
    | HearPart
    | TellAfterwords
    | TellArrival
    | TellChoice
    | OnLine
    | TellCall
    | TellAccount
    | LinkContacts
    | LookUpMessage
    | ShowForm
    | ConfirmTicket
    | TakeFleetReport
    | Nothing
)


@frozen
class Done:
    """A command was carried out for this organization, or for all; what it made, where it made something."""

    organization_id: OrganizationId | None
    ticket_id: TicketId | None = None
    conversation_id: ConversationId | None = None
    kept_whole: bool = False
    """All that came is kept with what was made of it: it need not be kept a second time."""
    forgets: bool = False
    """What came is not to be kept: it tells of somebody who was, or is to be, erased."""
    account: str | None = None
    """The outside account that it was about, where only carrying it out has shown which."""


Outcome = Done | Nothing
