"""Messages of other channels than mail, out; and the files that come with those that come in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import Factory, field, frozen

from helpdesk_core.conversations import DeliveryState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingMessage


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
