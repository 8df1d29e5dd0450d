"""MessageBird's API: messages sent, and looked for (developers.messagebird.com/api/sms-messaging/).

It has no key by which a repeated call is known. So each message bears a reference, which its reports bring back, and by
which it is looked for among the recipient's messages where the answer to our call was lost.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from attrs import frozen

from helpdesk_adapters.messaging.numbers import require_answerable
from helpdesk_adapters.messaging.pieces import Longest
from helpdesk_adapters.messaging.sending import cut, posted, refusal, require_sure, secret_of
from helpdesk_adapters.messaging.sms.messagebird.translate import reference_of
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import OpenAccount, SentPart

NAME = "MessageBird"
LONGEST = Longest(septets=1377, units=603)
"""Nine parts of one message."""
LOOKED_AT = 200
"""Messages of one recipient among which one is looked for."""


@frozen
class MessageBirdMessages:
    """A MessageSender over MessageBird's API."""

    http: OutgoingHttp
    base: str
    webhook: str | None = None
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: words alone."""
        require_answerable(message.thread)
        if message.files:
            raise GiveUp("MessageBird sends no files over SMS. Send a link instead.")
        return cut(message, LONGEST)

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        if part.again:
            taken = await self._taken(part, account)
            if taken is not None:
                return taken
        body: dict[str, Any] = {
            "originator": account.external_id,
            "recipients": [part.thread],
            "body": part.text,
            "datacoding": "auto",
            "reference": reference_of(part.key, account.external_id),
        }
        if self.webhook is not None:
            body["reportUrl"] = self.webhook
        answer = await posted(self.http, self._url(), _access(account), json=body)
        sent = object_in(answer.body).get("id")
        if answer.ok and isinstance(sent, str) and sent:
            return SentPart(sent)
        raise refusal(answer, NAME, _problem(answer))

    async def _taken(self, part: OutgoingMessage, account: OpenAccount) -> SentPart | None:
        """The piece, where an earlier try has brought it there; GiveUp where there are too many to look at."""
        query = urlencode({"recipient": part.thread.removeprefix("+"), "limit": LOOKED_AT})
        answer = await self.http.request("GET", f"{self._url()}?{query}", _access(account))
        if not answer.ok:
            raise refusal(answer, NAME, _problem(answer))
        told = answer.json()
        items = told.get("items") if isinstance(told, dict) else None
        wanted = reference_of(part.key, account.external_id)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and item.get("reference") == wanted and isinstance(item.get("id"), str):
                return SentPart(item["id"])
        total = told.get("totalCount") if isinstance(told, dict) else None
        if not isinstance(total, int) or total > LOOKED_AT:
            require_sure(part, NAME)
        return None

    def _url(self) -> str:
        return f"{self.base.rstrip('/')}/messages"


def _access(account: OpenAccount) -> dict[str, str]:
    return {"authorization": f"AccessKey {secret_of(account, 'api_key', NAME)}"}


def _problem(answer: Answer) -> str:
    errors = object_in(answer.body).get("errors")
    told = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    texts = (f"{one.get('code', '')} {one.get('description', '')}" for one in told)
    return one_line("; ".join(texts) or str(answer.status))[:300]
