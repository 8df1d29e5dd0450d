"""Calls of the Graph API in the name of a page, and what its refusals mean
(developers.facebook.com/docs/messenger-platform/error-codes).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NoReturn
from urllib.parse import quote

from attrs import frozen

from helpdesk_adapters.messaging.meta.graph import Graph, Problem, problem_in, raise_common
from helpdesk_adapters.web import Answer
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import storable
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.messages import MayHaveLeft, OpenAccount, SentPart

UNAVAILABLE: Final = 551
UNAVAILABLE_SUBCODE: Final = 1545041
WINDOW: Final = frozenset({2018278, 2018065})
HELD_ELSEWHERE: Final = 2018300
NOT_FETCHED: Final = frozenset({2018008, 2018047})
"""Messenger could not fetch a file from where it was told to."""
OUT_OF_WINDOW: Final = (
    "Messenger takes an answer only within 24 hours of the customer's last message, or within 7 days from pages that"
    " may answer as a human agent. Wait until they write."
)
PATIENCE: Final = 5.0
"""Seconds that a message waits for the name of who wrote it."""


class NotFetched(GiveUp):
    """Messenger could not fetch the file from where it was told that it is."""


@frozen
class PageApi:
    """The part of the Graph API that is about the conversations of one page."""

    graph: Graph

    async def send(self, account: OpenAccount, content: bytes, content_type: str) -> SentPart:
        """One message. Raises as MessageSender.send does, and NotFetched."""
        self.graph.authorization(account)
        if not any(secret.strip() for secret in self.graph.secrets):
            raise MissingSetting("MESSENGER_APP_SECRET", "without it no message can be sent by Messenger")
        path = f"{quote(account.external_id, safe='')}/messages"
        answer = await self.graph.post(path, account, content=content, content_type=content_type)
        problem = problem_in(answer)
        if problem is not None:
            _refuse(problem)
        message_id = object_in(answer.body).get("message_id")
        if not isinstance(message_id, str) or not message_id:
            raise MayHaveLeft("Messenger answered without the message's id.")
        return SentPart(storable(message_id), sent_at=_answered_at(answer))

    async def profile(self, person: str, account: OpenAccount) -> Mapping[str, Any]:
        """Of somebody who wrote to the page what Messenger tells, which may be nothing. Raises TryLater, GiveUp."""
        asked = {"fields": "first_name,last_name"}
        answer = await self.graph.get(quote(person, safe=""), account, asked, seconds=PATIENCE)
        problem = problem_in(answer)
        if problem is not None:
            raise_common(problem, "Messenger")
            raise GiveUp(f"Messenger does not tell who wrote: {problem.words}")
        return object_in(answer.body)


def _refuse(problem: Problem) -> NoReturn:
    """Raises what the refusal means."""
    if problem.subcode in WINDOW:
        raise GiveUp(OUT_OF_WINDOW)
    if problem.subcode == HELD_ELSEWHERE:
        raise GiveUp(
            "Another app holds this conversation at Facebook; it can be answered once it is handed over."
        )
    if problem.code == UNAVAILABLE or problem.subcode == UNAVAILABLE_SUBCODE:
        raise GiveUp(f"This person cannot be reached by Messenger at present: {problem.words}")
    if problem.subcode in NOT_FETCHED:
        raise NotFetched(f"Messenger could not fetch the file: {problem.words}")
    raise_common(problem, "Messenger")
    raise GiveUp(f"Messenger refuses the message: {problem.words}")


def _answered_at(answer: Answer) -> datetime | None:
    """When it answered, by its own clock: its watermarks are told by the same one."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None
