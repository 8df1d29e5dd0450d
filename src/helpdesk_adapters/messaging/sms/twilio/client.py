"""Twilio's API: messages sent, looked up, and their media fetched (twilio.com/docs/messaging/api/message-resource)."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from attrs import evolve, frozen

from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import NotReached
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount, OptedOut, SentPart

LONGEST = 1600
"""Characters of one message."""


@frozen
class TwilioMessages:
    """A MessageSender over Twilio's API."""

    http: OutgoingHttp
    account_sid: str | None
    auth_token: str | None
    base: str
    status_callback: str | None = None
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: of 1,600 characters each, cut between words."""
        return [
            evolve(message, key=f"{message.key}/{n}", text=text)
            for n, text in enumerate(pieces(message.text, LONGEST))
        ]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        form = {"To": part.thread, "From": account.external_id, "Body": part.text}
        if self.status_callback:
            form["StatusCallback"] = self.status_callback
        try:
            answer = await self.http.request(
                "POST",
                self._url("Messages.json"),
                self._authorization(),
                content=urlencode(form).encode(),
                any_status=True,
            )
        except NotReached:
            raise
        except TryLater as lost:
            raise MayHaveLeft(str(lost)) from lost
        return SentPart(_sid(answer))

    def _url(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/{path}"

    def _authorization(self) -> dict[str, str]:
        if not self.account_sid:
            raise MissingSetting("TWILIO_ACCOUNT_SID", "no SMS can be sent through Twilio")
        if not self.auth_token:
            raise MissingSetting("TWILIO_AUTH_TOKEN", "no SMS can be sent through Twilio")
        pair = b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return {"authorization": f"Basic {pair}", "content-type": "application/x-www-form-urlencoded"}


def _sid(answer: Answer) -> str:
    told = object_in(answer.body)
    if answer.ok and isinstance(told.get("sid"), str):
        return str(told["sid"])
    problem = one_line(f"{told.get('code', answer.status)} {told.get('message', '')}")[:300]
    if told.get("code") == 21610:
        raise OptedOut("The customer has asked for no more messages (Twilio 21610).")
    if answer.status in (401, 403):
        raise AccountRefused(f"Twilio does not let the desk in: {problem}")
    busy = answer.busy()
    if busy is not None:
        raise TryLater(f"Twilio answered {problem}", busy.after)
    raise GiveUp(f"Twilio refuses the message: {problem}")


def pieces(text: str, longest: int) -> list[str]:
    """The text in pieces, cut between words where that can be."""
    rest, found = text, []
    while len(rest) > longest:
        cut = max(rest.rfind(" ", 0, longest + 1), rest.rfind("\n", 0, longest + 1))
        cut = cut if cut > longest // 2 else longest
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest or not found else found
