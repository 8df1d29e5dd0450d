"""Messages of other channels than mail, out; and the files that come with those that come in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import Factory, field, frozen

from helpdesk_core.commands import Command
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.ids import TicketId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import ApprovedTemplate, Message, OutgoingMessage
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import WebhookEvent


@frozen
class OpenAccount:
    """A connected account with its secrets as they are. Never kept, never logged."""

    provider: str
    external_id: str
    settings: Mapping[str, str] = Factory(dict)
    secrets: Mapping[str, str] = field(factory=dict, repr=False)


@frozen
class SentPart:
    """A piece that the provider has taken; `sent_at` by its clock, where it tells that."""

    provider_id: str
    state: DeliveryState = DeliveryState.SENT
    sent_at: datetime | None = None


class MayHaveLeft(TryLater):
    """Nobody knows whether the provider has taken the message: the answer to the call was lost."""


class AccountRefused(TryLater):
    """The provider does not let this account in any more. Messages wait; its admins have to connect it again."""


class OptedOut(GiveUp):
    """The provider says that the recipient wants no messages."""


class MessageSender(Protocol):
    """Sends one channel's messages."""

    @property
    def window(self) -> timedelta | None:
        """How long after the customer's last word it takes words of one's own; None: always."""
        ...

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """The answer cut into what is sent at once, in order, never none; pure. Each bears a key of its own.

        GiveUp says what it is about the answer that cannot be sent there.
        """
        ...

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """SentPart once the provider has taken it.

        Raises:
            MayHaveLeft: it may or may not have been taken. Where `part.again`, an implementation looks first whether
                it was, or gives up saying that it cannot know.
            AccountRefused, OptedOut: see there.
            TryLater: nothing was taken, and trying again makes sense (with the provider's Retry-After).
            GiveUp: this will never be taken as it is; the message is for the agent.
            MissingSetting: a setting of the operator's is missing.
        """
        ...


class SenderNames(Protocol):
    """Looks up what somebody who writes calls themselves, where a provider's events do not say it."""

    async def name_of(self, message: Message, account: OpenAccount) -> str:
        """The customer's name; empty where there is none.

        Raises TryLater, GiveUp or MissingSetting where it is not told: then they stay without one for now.
        """
        ...


@frozen
class FetchedFile:
    """A file as it was found."""

    content: bytes = field(repr=False)
    content_type: str = ""
    filename: str = ""


class FileSource(Protocol):
    """Fetches files that a provider keeps for us."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """The file, at most `limit` bytes.

        Raises TryLater (it could not be had just now), GiveUp (never; the message is for the agent), MissingSetting.
        """
        ...


class TemplateSource(Protocol):
    """Knows which templates a provider has approved."""

    async def approved(self, account: OpenAccount) -> Sequence[ApprovedTemplate]:
        """Those that may be sent by this account, within seconds: somebody waits for them.

        Raises TryLater, AccountRefused, GiveUp (the message is for the agent), MissingSetting.
        """
        ...


Knows = Callable[[str], Awaitable[bool]]
"""Whether a thread of the account's goes on in a ticket already, by its name or by the message that it began with."""


class MessageSource(Protocol):
    """Asks a channel's provider for what its events leave out."""

    def accounts(self, raw: bytes) -> Sequence[str]:
        """The accounts that the event may be for, the likeliest first: the first that is connected is it. Total."""
        ...

    async def complete(
        self, command: Command, event: WebhookEvent, account: OpenAccount, knows: Knows
    ) -> Sequence[Command]:
        """What is to be done in the command's place, in order: names in the place of ids, earlier messages first.

        What the provider does not tell for good is left out. Raises TryLater where it does not tell just now.
        """
        ...


@frozen
class Announcement:
    """A ticket as people elsewhere are told of it; `link` leads to it at the desk."""

    ticket_id: TicketId
    number: int
    subject: str
    channel: Channel
    customer_name: str
    link: str | None = None


class Announcer(Protocol):
    """Tells people at a provider of a ticket."""

    async def announce(self, ticket: Announcement, place: str, account: OpenAccount, *, again: bool) -> str:
        """Posts it at that place, for the organization's own people; the thread which that begins.

        `again`: an earlier try may have posted it, which is looked for first. Raises as MessageSender.send.
        """
        ...

    async def confirm(
        self, ticket: Announcement, asked: bytes, account: OpenAccount, *, again: bool
    ) -> str | None:
        """Tells whoever asked for the ticket by the event of which `asked` is the body; the thread in which they can
        go on, where there is one. Raises as MessageSender.send.
        """
        ...
