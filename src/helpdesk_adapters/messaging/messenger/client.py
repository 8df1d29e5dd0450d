"""Messages of a page, out; its readers' names, and the files that come with what they write
(developers.facebook.com/docs/messenger-platform/reference/send-api).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import evolve, field, frozen

from helpdesk_adapters.messaging.forms import multipart
from helpdesk_adapters.messaging.messenger.graph import OUT_OF_WINDOW, NotFetched, PageApi
from helpdesk_adapters.messaging.pieces import Longest, pieces
from helpdesk_adapters.messaging.sending import require_sure
from helpdesk_adapters.web import LONGEST_DOWNLOAD, OutgoingHttp
from helpdesk_adapters.web.calls import origin, parsed
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import Message, OutgoingFile, OutgoingMessage
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.messages import FetchedFile, OpenAccount, SentPart

WINDOW: Final = timedelta(hours=24)
HUMAN_WINDOW: Final = timedelta(days=7)
HUMAN_AGENT: Final = "human_agent"
"""The setting of a page that may answer as a human agent, for 7 days."""
LONGEST: Final = Longest(units=2000)
LARGEST_FILE: Final = 25_000_000
"""Bytes of a file that Messenger takes."""
HOSTS: Final = (".fbcdn.net", ".fbsbx.com")
"""Where Facebook keeps files."""
MOST_HOPS: Final = 3
LONGEST_NAME: Final = 200
PAUSE: Final = timedelta(minutes=1)


@frozen
class MessengerMessages:
    """A MessageSender of pages.

    How long after the customer's last word an answer may leave depends on the page, so it is looked at here. There is
    no way to ask Messenger whether it took a message: its echo tells.
    """

    api: PageApi
    clock: Clock
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: the text, cut where it is too long, then every file."""
        too_large = next((file for file in message.files if file.size > LARGEST_FILE), None)
        if too_large is not None:
            raise GiveUp(f"Messenger takes no file of more than 25 MB: {too_large.filename}.")
        words = message.text.strip()
        texts = pieces(words, LONGEST) if words or not message.files else []
        split = [evolve(message, text=text, files=()) for text in texts]
        split += [evolve(message, text="", files=(file,)) for file in message.files]
        return [evolve(part, key=f"{message.key}/{number}") for number, part in enumerate(split)]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        require_sure(part, "Messenger", "Look into the page's inbox")
        told = {"recipient": {"id": part.thread}, **self._kind(part, account)}
        if not part.files:
            return await self._send(told, _marked({"text": part.text}, part), account)
        (file,) = part.files
        if file.link.startswith("https://"):
            payload = {"url": file.link, "is_reusable": False}
            try:
                return await self._send(told, _marked(_attached(file, payload), part), account)
            except NotFetched:
                pass  # it was told so before anything was sent; the bytes themselves go then
        form = {**told, "message": _marked(_attached(file, {"is_reusable": False}), part)}
        content, content_type = multipart(form, "filedata", file, await file.read())
        return await self.api.send(account, content, content_type)

    async def _send(
        self, told: Mapping[str, Any], message: Mapping[str, Any], account: OpenAccount
    ) -> SentPart:
        content = json.dumps({**told, "message": message}).encode()
        return await self.api.send(account, content, "application/json")

    def _kind(self, part: OutgoingMessage, account: OpenAccount) -> Mapping[str, str]:
        """By what right the page answers. Of whom nothing is known to have been heard, Messenger judges."""
        if part.heard_at is None or self.clock() - part.heard_at < WINDOW:
            return {"messaging_type": "RESPONSE"}
        may = account.settings.get(HUMAN_AGENT, "").lower() == "true"
        if may and self.clock() - part.heard_at < HUMAN_WINDOW:
            return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        raise GiveUp(OUT_OF_WINDOW)


@frozen
class MessengerNames:
    """What people call themselves, where Facebook tells. While it cannot be asked, it is left alone for a minute, so
    that no message of a burst waits in vain.
    """

    api: PageApi
    clock: Clock
    _left_alone: dict[str, datetime] = field(init=False, factory=dict, eq=False)

    async def name_of(self, message: Message, account: OpenAccount) -> str:
        """As SenderNames has it."""
        until = self._left_alone.get(account.external_id)
        if until is not None and self.clock() < until:
            raise TryLater("Facebook could not be asked a moment ago.", until - self.clock())
        try:
            told = await self.api.profile(message.threads[0], account)
        except TryLater as busy:
            self._left_alone[account.external_id] = self.clock() + (busy.after or PAUSE)
            raise
        names = (told.get("first_name"), told.get("last_name"))
        return one_line(storable(" ".join(name for name in names if isinstance(name, str))))[:LONGEST_NAME]


@frozen
class MessengerFiles:
    """A FileSource of what is attached to messages: it is fetched from where Facebook keeps files, and nowhere else."""

    http: OutgoingHttp
    base: str

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. The address bears its own proof and runs out; no secret of ours goes there."""
        target = parsed(reference)
        for _ in range(MOST_HOPS + 1):
            self._check(str(target))
            answer = await self.http.request("GET", str(target), limit=limit, seconds=LONGEST_DOWNLOAD)
            if answer.ok:
                return FetchedFile(
                    answer.body, answer.headers.get("content-type", "").partition(";")[0].strip()
                )
            if not 300 <= answer.status < 400 or "location" not in answer.headers:
                raise GiveUp(f"Facebook does not have the file any more: it answered {answer.status}.")
            target = parsed(answer.headers["location"], target)
        raise GiveUp("Facebook leads from one address of the file to the next without an end.")

    def _check(self, url: str) -> None:
        target = parsed(url)
        if origin(target) == origin(parsed(self.base)):
            return
        if target.scheme != "https" or not origin(target)[1].lower().endswith(HOSTS):
            raise GiveUp("The file is not where Facebook keeps files, so it was not fetched.")


def _attached(file: OutgoingFile, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    family = file.content_type.partition("/")[0]
    kind = family if family in ("image", "video", "audio") else "file"
    return {"attachment": {"type": kind, "payload": payload}}


def _marked(message: Mapping[str, Any], part: OutgoingMessage) -> Mapping[str, Any]:
    """With the mark by which its echo is known as ours."""
    return {**message, "metadata": str(part.conversation_id)}
