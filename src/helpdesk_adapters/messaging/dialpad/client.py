"""Dialpad's API: SMS sent, and files of MMS fetched (developers.dialpad.com/reference/smssend, …/docs/sms-api)."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, frozen

from helpdesk_adapters.messaging.dialpad.envelope import id_of
from helpdesk_adapters.messaging.numbers import require_answerable
from helpdesk_adapters.messaging.pieces import Longest
from helpdesk_adapters.messaging.sending import cut, posted, refusal, require_sure, secret_of
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import origin, parsed
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import FetchedFile, MayHaveLeft, OpenAccount, SentPart

LONGEST: Final = Longest(septets=1530, units=670)
"""Ten segments: Dialpad names no limit, carriers do."""
LARGEST_MEDIA: Final = 500 * 1024
"""Bytes of the one file that a message may bear; any other is sent as a link."""
API_KEY: Final = "api_key"
NAME: Final = "Dialpad"


@frozen
class DialpadMessages:
    """A MessageSender over Dialpad's SMS."""

    http: OutgoingHttp
    base: str
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: a small picture goes along with the first, other files as links behind the text."""
        require_answerable(message.thread)
        media = next((file for file in message.files if _is_media(file)), None)
        links = [file.link for file in message.files if file is not media]
        text = "\n".join(filter(None, (message.text, *links)))
        return cut(evolve(message, text=text, files=(media,) if media else ()), LONGEST)

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it. Dialpad cannot be asked what became of a message whose id is not known."""
        key = secret_of(account, API_KEY, NAME)
        require_sure(part, NAME, "Look into Dialpad's own app")
        told: dict[str, Any] = {"to_numbers": [part.thread], "text": part.text, "infer_country_code": False}
        told |= _from(account.external_id)
        for file in part.files:
            told["media"] = b64encode(await file.read()).decode()
        url = f"{self.base.rstrip('/')}/api/v2/sms"
        return _sent(await posted(self.http, url, {"authorization": f"Bearer {key}"}, json=told))


@frozen
class DialpadFiles:
    """A FileSource for the files of MMS; the key goes to Dialpad's own address and nowhere else."""

    http: OutgoingHttp
    base: str

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        own = origin(parsed(reference)) == origin(parsed(self.base))
        key = account.secrets.get(API_KEY) if account is not None and own else None
        headers = {"authorization": f"Bearer {key}"} if key else None
        http = self.http.trusting(self.base) if own else self.http
        return FetchedFile(await http.download(reference, limit, headers, redirects=3))


def _is_media(file: OutgoingFile) -> bool:
    return file.content_type.startswith(("image/", "video/")) and 0 < file.size <= LARGEST_MEDIA


def _from(line: str) -> dict[str, Any]:
    """A line that was connected by the id of a user sends as that user."""
    return {"from_number": line} if line.startswith("+") or not line.isdigit() else {"user_id": int(line)}


def _sent(answer: Answer) -> SentPart:
    told = object_in(answer.body)
    provider_id = id_of(told.get("id"))
    if answer.ok and provider_id:
        if told.get("message_status") == "failed":
            raise GiveUp(f"Dialpad did not send the message: {_said(told.get('message_delivery_result'))}")
        return SentPart(provider_id, DeliveryState.SENT)
    if answer.ok:
        raise MayHaveLeft("Dialpad has answered without the id of the message.")
    raise refusal(answer, NAME, f"{answer.status} {_problem(told)}".strip())


def _problem(told: dict[str, Any]) -> str:
    error = told.get("error")
    found = error.get("message") if isinstance(error, dict) else error or told.get("message")
    return _said(found)


def _said(value: object) -> str:
    return one_line(value)[:300] if isinstance(value, str) else ""
