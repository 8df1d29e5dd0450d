"""Calls of the Graph API in the name of a page, and what its refusals mean
(developers.facebook.com/docs/messenger-platform/error-codes, …/docs/graph-api/guides/error-handling).
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode

from attrs import field, frozen

from helpdesk_adapters.messaging.meta.login import VERSION
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import NotReached
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount, SentPart

VOID_TOKEN: Final = frozenset({102, 190})
TOO_MANY: Final = frozenset({4, 17, 32, 613, 80006})
PASSING: Final = frozenset({1, 2, 1200})
UNAVAILABLE: Final = frozenset({(551, None), (200, 1545041)})
WINDOW: Final = frozenset({2018278, 2018065})
HELD_ELSEWHERE: Final = 2018300
NOT_FETCHED: Final = frozenset({2018008, 2018047})
"""Messenger could not fetch a file from where it was told to."""
OUT_OF_WINDOW: Final = (
    "Messenger takes an answer only within 24 hours of the customer's last message, or within 7 days from pages that"
    " may answer as a human agent. Wait until they write."
)
LONGEST_PROBLEM: Final = 300
PATIENCE: Final = 5.0
"""Seconds that a message waits for the name of who wrote it."""
_MOST_MINUTES: Final = 24 * 60


class NotFetched(GiveUp):
    """Messenger could not fetch the file from where it was told that it is."""


@frozen
class PageApi:
    """The part of the Graph API that is about the conversations of one page."""

    http: OutgoingHttp
    secrets: Sequence[str] = field(repr=False)
    base: str

    async def send(self, account: OpenAccount, content: bytes, content_type: str) -> SentPart:
        """One message. Raises as MessageSender.send does, and NotFetched."""
        url = self._url(f"{quote(account.external_id, safe='')}/messages", account)
        headers = {"content-type": content_type}
        try:
            answer = await self.http.request("POST", url, headers, content=content, any_status=True)
        except NotReached:
            raise
        except TryLater as lost:
            raise MayHaveLeft(str(lost)) from lost
        told = object_in(answer.body)
        if not answer.ok:
            _refused(answer, told)
        message_id = told.get("message_id")
        if not isinstance(message_id, str) or not message_id:
            raise MayHaveLeft("Messenger answered without the message's id.")
        return SentPart(storable(message_id), sent_at=_answered_at(answer))

    async def profile(self, person: str, account: OpenAccount) -> Mapping[str, Any]:
        """Of somebody who wrote to the page what Messenger tells, which may be nothing. Raises TryLater, GiveUp."""
        url = self._url(quote(person, safe=""), account, fields="first_name,last_name")
        answer = await self.http.request("GET", url, seconds=PATIENCE)
        if not answer.ok:
            raise GiveUp(f"Messenger does not tell who wrote: {_problem(answer, object_in(answer.body))}")
        return object_in(answer.body)

    def _url(self, path: str, account: OpenAccount, **asked: str) -> str:
        token = account.secrets.get("access_token")
        if not token:
            raise AccountRefused("The page was connected without an access token.")
        secret = next((secret for secret in self.secrets if secret.strip()), None)
        if secret is None:
            raise MissingSetting("MESSENGER_APP_SECRET", "without it no message can be sent by Messenger")
        query = urlencode({**asked, "access_token": token, "appsecret_proof": proof_of(token, secret)})
        return f"{self.base.rstrip('/')}/{VERSION}/{path}?{query}"


def proof_of(token: str, secret: str) -> str:
    """That whoever has the token is the app that it was given to (…/docs/graph-api/guides/secure-requests)."""
    return hmac.new(secret.encode(), token.encode(), sha256).hexdigest()


def _refused(answer: Answer, told: Mapping[str, Any]) -> NoReturn:
    """Says what the refusal means."""
    error = told.get("error")
    if not isinstance(error, dict):
        _broken(answer)
    code, subcode = error.get("code"), error.get("error_subcode")
    problem = _problem(answer, told)
    if code in VOID_TOKEN or answer.status == 401:
        raise AccountRefused(f"Messenger does not let the page in any more: {problem}")
    if subcode in WINDOW:
        raise GiveUp(OUT_OF_WINDOW)
    if subcode == HELD_ELSEWHERE:
        raise GiveUp(
            "Another app holds this conversation at Facebook; it can be answered once it is handed over."
        )
    if (code, None) in UNAVAILABLE or (code, subcode) in UNAVAILABLE:
        raise GiveUp(f"This person cannot be reached by Messenger at present: {problem}")
    if subcode in NOT_FETCHED:
        raise NotFetched(f"Messenger could not fetch the file: {problem}")
    busy = answer.busy()
    if code in TOO_MANY or answer.status == 429:
        raise TryLater(f"Messenger takes no more messages just now: {problem}", _pause(answer))
    if code in PASSING or error.get("is_transient") is True or busy is not None:
        raise TryLater(
            f"Messenger could not take the message just now: {problem}", busy.after if busy else None
        )
    raise GiveUp(f"Messenger refuses the message: {problem}")


def _broken(answer: Answer) -> NoReturn:
    """Something between us and Messenger has answered instead of it."""
    busy = answer.busy()
    if busy is None:
        raise GiveUp(f"{answer.host} answered {answer.status}.")
    if answer.status in (429, 503):
        raise busy
    raise MayHaveLeft(str(busy), busy.after)


def _problem(answer: Answer, told: Mapping[str, Any]) -> str:
    """Its own words, with the numbers by which they are found in its documentation."""
    error = told.get("error")
    if not isinstance(error, dict):
        return f"it answered {answer.status}"
    numbers = "/".join(str(n) for n in (error.get("code"), error.get("error_subcode")) if isinstance(n, int))
    words = error.get("message")
    text = storable(words) if isinstance(words, str) else ""
    return one_line(f"{text} ({numbers or answer.status})")[:LONGEST_PROBLEM]


def _pause(answer: Answer) -> timedelta | None:
    """How long it wants to be left alone: as the header Retry-After says, else by the one that is Meta's own."""
    busy = answer.busy()
    if busy is not None and busy.after is not None:
        return busy.after
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        minutes = max(
            (int(one["estimated_time_to_regain_access"]) for several in usage.values() for one in several),
            default=0,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return timedelta(minutes=min(minutes, _MOST_MINUTES)) if minutes > 0 else None


def _answered_at(answer: Answer) -> datetime | None:
    """When it answered, by its own clock: its watermarks are told by the same one."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None
