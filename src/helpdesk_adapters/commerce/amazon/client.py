"""How a topic is told that the desk wants to hear from it (docs.aws.amazon.com/sns/latest/api)."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.commands import Command, ConfirmTopic
from helpdesk_core.jobs import GiveUp
from helpdesk_core.signatures import sns
from helpdesk_core.webhooks import WebhookEvent

SECONDS: Final = 5.0
LARGEST: Final = 64 * 1024


@frozen
class TopicCalls:
    """Calls the address with which SNS asks. Calling it twice is the same as once; it is looked at again before."""

    http: OutgoingHttp
    own: str | None = None

    async def complete(self, command: ConfirmTopic, event: WebhookEvent) -> Command:
        """Raises TryLater, and GiveUp where SNS refuses, as it does once the address is some days old."""
        token = parse_qs(urlsplit(command.url).query).get("Token", [""])[0]
        if not sns.is_subscribe_url(command.url, command.topic, token, self.own):
            raise GiveUp("The SubscribeURL leads elsewhere.")
        answer = await self.http.request("GET", command.url, limit=LARGEST, seconds=SECONDS)
        if not answer.ok:
            raise GiveUp(f"{answer.host} answered {answer.status} to the confirmation of {command.topic}.")
        return command

    async def fall_back(self, command: ConfirmTopic, event: WebhookEvent, reason: str) -> Command | None:
        return None
