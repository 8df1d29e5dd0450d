"""Vonage's Messages API: messages sent, and the files of an MMS fetched
(developer.vonage.com/en/api/messages).

It has no key by which a repeated call is known, and nothing by which a message could be looked for. So each message
bears the answer's id as `client_ref`, by which its statuses tell of it even where the answer to our call was lost.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from helpdesk_adapters.messaging.numbers import require_answerable
from helpdesk_adapters.messaging.pieces import Longest
from helpdesk_adapters.messaging.sending import cut, posted, refusal, require_sure, secret_of
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import FetchedFile, OpenAccount, SentPart

NAME = "Vonage"
LONGEST = Longest(septets=1000, units=1000)
KINDS = ("image", "audio", "video")
HOSTS = (".nexmo.com", ".vonage.com")
"""Where Vonage keeps files; nobody else is told the account's credentials."""


@frozen
class VonageMessages:
    """A MessageSender over Vonage's Messages API."""

    http: OutgoingHttp
    base: str
    webhook: str | None = None
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: each file is a message of its own."""
        require_answerable(message.thread)
        if not message.files:
            return cut(message, LONGEST)
        if not message.account.startswith("+1"):
            raise GiveUp("Vonage sends files from numbers of the USA and Canada only. Send a link instead.")
        words = list(cut(evolve(message, files=()), LONGEST)) if message.text.strip() else []
        files = [
            evolve(message, key=f"{message.key}/file-{number}", text="", files=(file,))
            for number, file in enumerate(message.files)
        ]
        for file in message.files:
            _kind(file)
        return [*words, *files]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        require_sure(part, NAME)
        body: dict[str, Any] = {
            "from": account.external_id.removeprefix("+"),
            "to": part.thread.removeprefix("+"),
            "client_ref": part.key,
        }
        for file in part.files:
            body |= {"channel": "mms", "message_type": _kind(file), _kind(file): {"url": file.link}}
        if not part.files:
            body |= {"channel": "sms", "message_type": "text", "text": part.text}
        if self.webhook is not None:
            body |= {"webhook_url": self.webhook, "webhook_version": "v1"}
        answer = await posted(self.http, f"{self.base.rstrip('/')}/v1/messages", access(account), json=body)
        told = object_in(answer.body)
        sent = told.get("message_uuid")
        if answer.ok and isinstance(sent, str) and sent:
            return SentPart(sent)
        problem = one_line(f"{told.get('title', answer.status)} {told.get('detail', '')}")[:300]
        raise refusal(answer, NAME, problem)


@frozen
class VonageFiles:
    """A FileSource of what came by MMS."""

    http: OutgoingHttp
    base: str

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. The account's credentials go to Vonage's own hosts alone, and over TLS."""
        found, own = urlsplit(reference), urlsplit(self.base)
        trusted = (found.scheme, found.netloc) == (own.scheme, own.netloc) or (
            found.scheme == "https" and (found.hostname or "").endswith(HOSTS)
        )
        headers = access(account) if trusted and account is not None and account.secrets else None
        return FetchedFile(await self.http.download(reference, limit, headers, redirects=3))


def access(account: OpenAccount) -> dict[str, str]:
    """The header by which the account is let in."""
    pair = f"{secret_of(account, 'api_key', NAME)}:{secret_of(account, 'api_secret', NAME)}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _kind(file: OutgoingFile) -> str:
    kind = file.content_type.partition("/")[0]
    if file.content_type in ("text/vcard", "text/x-vcard"):
        return "vcard"
    if kind not in KINDS:
        raise GiveUp(f"Vonage sends images, sounds, films and cards, and not {file.filename}.")
    return kind
