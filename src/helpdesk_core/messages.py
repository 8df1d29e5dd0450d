"""Messages: what people say over channels other than mail, in and out, whichever provider carries it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import Factory, field, frozen

from helpdesk_core.customers import Contact
from helpdesk_core.ids import ConversationId
from helpdesk_core.tickets import Channel

BY_MESSAGE: Final = frozenset(
    {Channel.SMS, Channel.SLACK, Channel.WHATSAPP, Channel.MESSENGER, Channel.DIALPAD}
)
"""Channels whose answers leave as messages of their own provider."""
BY_CALL: Final = frozenset({Channel.DIALPAD})
"""Channels on which people call, and are answered by text."""
BY_TEMPLATE: Final = frozenset({Channel.WHATSAPP})
"""Channels whose providers approve templates beforehand, and take those when they take nothing else."""
BY_WATERMARK: Final = frozenset({Channel.MESSENGER})
"""Channels that tell of arrivals by the time up to which everything has arrived."""
NAMES: Final[Mapping[Channel, str]] = {
    Channel.SMS: "SMS",
    Channel.SLACK: "Slack",
    Channel.WHATSAPP: "WhatsApp",
    Channel.MESSENGER: "Messenger",
    Channel.DIALPAD: "Dialpad",
}
"""What people call them."""
MARKS: Final = "marks"
"""In the metadata of a message: what else its provider tells of it."""
BEGAN: Final = "began"
"""In the metadata of a message that a ticket began with: the subject and the customer that it gave the ticket."""
UNSHARED: Final = "unshared"
"""Set among the marks of a message whose words its provider keeps to itself."""
LONGEST_SUBJECT: Final = 120
"""Characters of a subject that the desk makes up."""


@frozen
class Sender:
    """Who writes. The first of `contacts` that is known decides who they are; the provider vouches for all of these.

    What is only `claimed` never decides who somebody is.
    """

    name: str = ""
    contacts: tuple[Contact, ...] = ()
    claimed: tuple[Contact, ...] = ()


@frozen
class RemoteFile:
    """A file that a provider keeps for us: it is fetched by a job, after its message was taken in.

    `source` names who can fetch it, `reference` is what they need for that: a URL, an id.
    """

    source: str
    reference: str = field(repr=False)
    external_id: str
    """What tells it apart within its message."""
    filename: str = ""
    content_type: str = ""


@frozen
class Message:
    """One message as its provider tells it, once; how it fared afterwards is told apart (`afterwords`)."""

    channel: Channel
    account: str
    """The account that it came to or went out from, as integrations call it."""
    external_id: str
    """The provider's id of it, unique within the account."""
    threads: tuple[str, ...]
    """What the provider calls the conversation, the name that answers are addressed to first; the first one that is
    known decides which conversation it is."""
    sender: Sender
    """The customer, also where the message is one to them."""
    at: datetime | None
    """When it was said, by the provider's clock; None: it does not tell, so that it counts from when it came."""
    text: str
    files: tuple[RemoteFile, ...] = ()
    answers: str | None = None
    """The provider's id of the message that it answers: where no thread is known, it goes on in that one's ticket."""
    subject: str = ""
    """Of a ticket that it opens. It must be the same whichever message of a conversation comes first."""
    by_us: str | None = None
    """Who has said it at the provider's side, past the desk: "Page inbox"; None: the customer did."""
    opens: bool = True
    """It may open a ticket where there is none to go on with."""
    overheard: bool = False
    """Somebody else at the provider's side is to answer it: it is kept, and sets no rule and no clock going."""
    ours: ConversationId | None = None
    """The answer of ours that this is the echo of, where it bears our mark."""
    warnings: tuple[str, ...] = ()
    marks: Mapping[str, Any] = Factory(dict)
    """What else is to be noted of it, shown with it: a place, a payload."""


@frozen
class OutgoingFile:
    """A file of an answer: `link` is public for an hour, `read` gets its bytes."""

    filename: str
    content_type: str
    size: int
    link: str = field(repr=False)
    read: Callable[[], Awaitable[bytes]] = field(repr=False, eq=False)


@frozen
class Template:
    """A text that the provider has approved beforehand, with what is filled into it."""

    name: str
    language: str
    variables: tuple[str, ...] = ()


@frozen
class ApprovedTemplate:
    """A template that may be sent now; `text` has its variables as `{{1}}`, as the provider writes them."""

    name: str
    language: str
    category: str
    text: str


@frozen
class OutgoingMessage:
    """An answer on its way, or one of the pieces that a provider wants it cut into.

    `key` is the same for every try of the same piece, and no other's. `again`: an earlier try may have left.
    """

    channel: Channel
    account: str
    thread: str
    key: str
    conversation_id: ConversationId
    text: str
    files: tuple[OutgoingFile, ...] = ()
    template: Template | None = None
    again: bool = False
    author_name: str = ""
    heard_at: datetime | None = None
    """When the customer spoke last, by the provider's clock, as far as that is known."""
    settings: Mapping[str, str] = Factory(dict)
    """Of the account that it leaves by: a channel with several providers is told there which one it is."""
    others: frozenset[str] = frozenset()
    """Where `again`: the provider's ids of what else has left on the ticket; what is looked for is none of it."""


def subject_with(channel: Channel, whom: str) -> str:
    """The subject of a ticket that a conversation with somebody makes."""
    return f"{NAMES.get(channel, channel.value)}: {whom}"[:LONGEST_SUBJECT]


def shown_as(template: Template) -> str:
    """What a ticket shows of a template whose text nobody has given."""
    filled = ": " + ", ".join(template.variables) if template.variables else ""
    return f"Template {template.name} ({template.language}){filled}"
