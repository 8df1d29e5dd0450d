"""What the container plugs in for SMS: the carriers, and who of them sends for which account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from helpdesk_adapters.messaging.sms.messagebird import parts as messagebird
from helpdesk_adapters.messaging.sms.telnyx import parts as telnyx
from helpdesk_adapters.messaging.sms.twilio import parts as twilio
from helpdesk_adapters.messaging.sms.vonage import parts as vonage
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import FileSource, MessageSender, OpenAccount, SentPart

VENDOR: Final = "vendor"
"""The setting of an account that names its carrier."""
USUAL_VENDOR: Final = "twilio"

SENDERS: Mapping[str, Callable[[Settings, OutgoingHttp], MessageSender]] = {
    "messagebird": messagebird.sender,
    "telnyx": telnyx.sender,
    "twilio": twilio.sender,
    "vonage": vonage.sender,
}
"""By carrier, as the accounts' `vendor` names it."""

FILE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], FileSource]] = {
    "messagebird": messagebird.file_source,
    "telnyx": telnyx.file_source,
    "twilio": twilio.file_source,
    "vonage": vonage.file_source,
}
"""By the `source` of a RemoteFile."""


@frozen
class SmsMessages:
    """A MessageSender that leaves each message to the carrier of its account."""

    carriers: Mapping[str, MessageSender]
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it."""
        return self._carrier(message.settings).parts(message)

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        return await self._carrier(account.settings).send(part, account)

    def _carrier(self, settings: Mapping[str, str]) -> MessageSender:
        name = settings.get(VENDOR) or USUAL_VENDOR
        if name not in self.carriers:
            raise GiveUp(f"The account's vendor {name} is none of {', '.join(sorted(self.carriers))}.")
        return self.carriers[name]


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    """SMS as the container knows it."""
    return SmsMessages({name: made(settings, http) for name, made in SENDERS.items()})
