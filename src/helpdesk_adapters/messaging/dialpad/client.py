"""Dialpad's API: SMS sent, and files of MMS fetched (developers.dialpad.com/reference/smssend, …/docs/sms-api)."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, frozen

from helpdesk_adapters.messaging.dialpad.envelope import id_of
from helpdesk_adapters.messaging.numbers import require_answerable
from helpdesk_adapters.messaging.pieces import Longest, pieces
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import NotReached, origin, parsed
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, FetchedFile, MayHaveLeft, OpenAccount, SentPart

LONGEST: Final = Longest(septets=1530, units=670)
"""Ten segments: Dialpad names no limit, carriers do."""
LARGEST_MEDIA: Final = 500 * 1024
"""Bytes of the one file that a message may bear; any other is sent as a link."""
API_KEY: Final = "api_key"
LOST: Final = (
    "It is not known whether Dialpad has sent the message: its answer was lost, and it has no way to look. "
    "See in Dialpad, and send it again if it is not there."
)


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
        return [
            evolve(message, key=f"{message.key}/{n}", text=piece, files=(media,) if media and n == 0 else ())
            for n, piece in enumerate(pieces(text, LONGEST))
        ]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it. Dialpad cannot be asked what became of a message whose id is not known."""
        key = account.secrets.get(API_KEY)
        if not key:
            raise GiveUp(f"The Dialpad line {account.external_id} was connected without an api_key.")
        if part.again:
            raise GiveUp(LOST)
        told: dict[str, Any] = {"to_numbers": [part.thread], "text": part.text, "infer_country_code": False}
        told |= _from(account.external_id)
        for file in part.files:
            told["media"] = b64encode(await file.read()).decode()
        try:
            answer = await self.http.request(
                "POST",
                f"{self.base.rstrip('/')}/api/v2/sms",
                {"authorization": f"Bearer {key}"},
                json=told,
                any_status=True,
            )
        except NotReached:
            raise
        except TryLater as lost:
            raise MayHaveLeft(str(lost)) from lost
        return _sent(answer)


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


def _is_media(file: Any) -> bool:
    return bool(file.content_type.startswith(("image/", "video/"))) and 0 < file.size <= LARGEST_MEDIA


def _from(line: str) -> dict[str, Any]:
    """A line that was connected by the id of a user sends as that user."""
    return {"from_number": line} if line.startswith("+") or not line.isdigit() else {"user_id": int(line)}


def _sent(answer: Answer) -> SentPart:
    told = object_in(answer.body)
    provider_id = id_of(told.get("id"))
    if answer.ok and provider_id:
        refused = told.get("message_status") == "failed"
        if refused:
            raise GiveUp(f"Dialpad did not send the message: {_said(told.get('message_delivery_result'))}")
        return SentPart(provider_id, DeliveryState.SENT)
    if answer.ok:
        raise MayHaveLeft("Dialpad has answered without the id of the message.")
    problem = f"{answer.status} {_problem(told)}".strip()
    if answer.status in (401, 403):
        raise AccountRefused(f"Dialpad does not let the desk in: {problem}")
    busy = answer.busy()
    if busy is not None:
        # Of any other 5xx nobody knows how far it came before it failed.
        unsure = answer.status >= 500 and answer.status != 503
        raise (MayHaveLeft if unsure else TryLater)(f"Dialpad answered {problem}", busy.after)
    raise GiveUp(f"Dialpad refuses the message: {problem}")


def _problem(told: dict[str, Any]) -> str:
    error = told.get("error")
    found = error.get("message") if isinstance(error, dict) else error or told.get("message")
    return _said(found)


def _said(value: object) -> str:
    return one_line(value)[:300] if isinstance(value, str) else ""
