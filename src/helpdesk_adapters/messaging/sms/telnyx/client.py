"""Telnyx's API: messages sent (developers.telnyx.com/api-reference/messages/send-a-message).

It has no key by which a repeated call is known, and nothing by which a message could be looked for. So each message
bears the answer's id as a tag, by which Telnyx's events tell of it even where the answer to our call was lost.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from attrs import frozen

from helpdesk_adapters.messaging.numbers import require_answerable
from helpdesk_adapters.messaging.pieces import Longest
from helpdesk_adapters.messaging.sending import cut, posted, refusal, require_sure, secret_of
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import OpenAccount, OptedOut, SentPart

NAME = "Telnyx"
LONGEST = Longest(septets=1530, units=670)
"""Ten parts of one message."""
MOST_FILES = 10
BLOCKED = "40300"


@frozen
class TelnyxMessages:
    """A MessageSender over Telnyx's API."""

    http: OutgoingHttp
    base: str
    webhook: str | None = None
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it."""
        require_answerable(message.thread)
        if len(message.files) > MOST_FILES:
            raise GiveUp(f"An MMS takes at most {MOST_FILES} files.")
        return cut(message, LONGEST)

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        require_sure(part, NAME)
        body: dict[str, Any] = {"from": account.external_id, "to": part.thread, "text": part.text}
        body["tags"] = [part.key]
        if part.files:
            body["media_urls"] = [file.link for file in part.files]
        if self.webhook is not None:
            body["webhook_url"] = self.webhook
        key = secret_of(account, "api_key", NAME)
        url = f"{self.base.rstrip('/')}/v2/messages"
        answer = await posted(self.http, url, {"authorization": f"Bearer {key}"}, json=body)
        told = object_in(answer.body)
        data = told.get("data")
        sent = data.get("id") if isinstance(data, dict) else None
        if answer.ok and isinstance(sent, str) and sent:
            return SentPart(sent)
        if any(one.get("code") == BLOCKED for one in _errors(told)):
            raise OptedOut(f"The customer has asked for no more messages ({NAME} {BLOCKED}).")
        raise refusal(answer, NAME, _problem(told, answer.status))


def _errors(told: dict[str, Any]) -> list[dict[str, Any]]:
    errors = told.get("errors")
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _problem(told: dict[str, Any], status: int) -> str:
    texts = (f"{one.get('code', '')} {one.get('title', '')} {one.get('detail', '')}" for one in _errors(told))
    return one_line("; ".join(texts) or str(status))[:300]
