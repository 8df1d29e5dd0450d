"""Meta's Graph API as messages need it: called in the name of an account, its errors read
(developers.facebook.com/docs/graph-api/guides/error-handling, …/docs/graph-api/guides/secure-requests).
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from attrs import field, frozen

from helpdesk_adapters.messaging.sending import posted
from helpdesk_adapters.web import Answer, OutgoingHttp, asked_pause
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount

VERSION: Final = "v24.0"
ACCESS: Final = "access_token"
"""The account's secret."""
VOID: Final = frozenset({102, 190})
"""The token is void: it ran out, was taken back, or its owner has left."""
CROWDED: Final = frozenset({4, 17, 32, 341, 613, 80006, 80007})
"""Too many calls, of the application or of the account."""
PASSING: Final = frozenset({1, 2, 1200})
"""Meta does not know, or is busy; it says itself that trying again makes sense."""
MOST_MINUTES: Final = 24 * 60


@frozen
class Problem:
    """What Graph says is wrong. `after`: how long it asks to be left alone."""

    status: int
    code: int
    subcode: int
    message: str
    transient: bool = False
    after: timedelta | None = None

    @property
    def words(self) -> str:
        """On one line, with the codes by which Meta's pages name it."""
        if not self.code:
            return self.message or str(self.status)
        codes = f"{self.code}/{self.subcode}" if self.subcode else str(self.code)
        return f"{self.message or self.status} ({codes})"


@frozen
class Graph:
    """Calls in the name of one account each, with the proof that whoever calls knows the application's secret."""

    http: OutgoingHttp
    base: str
    secrets: Sequence[str] = field(default=(), repr=False)
    token_in_query: bool = False
    """The token stands in the address, as Messenger has it, and not in a header."""

    async def get(
        self,
        path: str,
        account: OpenAccount,
        query: Mapping[str, str] | None = None,
        *,
        seconds: float = 30.0,
    ) -> Answer:
        """The answer, whatever its status. Raises TryLater, AccountRefused where there is no token."""
        url, headers = self._url(path, account, query), self.authorization(account)
        return await self.http.request("GET", url, headers, any_status=True, seconds=seconds)

    async def post(
        self,
        path: str,
        account: OpenAccount,
        *,
        json: Any = None,
        content: bytes | None = None,
        content_type: str | None = None,
        once: bool = True,
    ) -> Answer:
        """The answer, whatever its status. What may have taken effect without anybody knowing is MayHaveLeft, but for
        calls that do no harm when they are made twice (not `once`), where it is TryLater.
        """
        headers = {**self.authorization(account), **({"content-type": content_type} if content_type else {})}
        try:
            answer = await posted(self.http, self._url(path, account), headers, json=json, content=content)
        except MayHaveLeft as lost:
            if once:
                raise
            raise TryLater(str(lost), lost.after) from lost
        unsure = answer.status >= 500 and answer.status != 503
        if once and unsure and not isinstance(object_in(answer.body).get("error"), dict):
            # Something between us and Graph has answered, and does not know what became of the call.
            raise MayHaveLeft(f"{answer.host} answered {answer.status}.", asked_pause(answer.headers, _now()))
        return answer

    def authorization(self, account: OpenAccount) -> Mapping[str, str]:
        """The header by which the account is let in. AccountRefused where it was connected without a token."""
        token = _token(account)
        return {} if self.token_in_query else {"authorization": f"Bearer {token}"}

    def _url(self, path: str, account: OpenAccount, query: Mapping[str, str] | None = None) -> str:
        token = _token(account)
        asked = {**(query or {}), **({ACCESS: token} if self.token_in_query else {}), **self._proof(token)}
        return f"{self.base.rstrip('/')}/{VERSION}/{path}" + (f"?{urlencode(asked)}" if asked else "")

    def _proof(self, token: str) -> Mapping[str, str]:
        """`appsecret_proof`, by the first secret, which is the current one."""
        secret = next((one for one in self.secrets if one.strip()), None)
        if secret is None:
            return {}
        return {"appsecret_proof": proof_of(token, secret)}


def proof_of(token: str, secret: str) -> str:
    """That whoever has the token is the application that it was given to (`appsecret_proof`)."""
    return hmac.new(secret.encode(), token.encode(), sha256).hexdigest()


def cursor_in(told: Mapping[str, Any]) -> str | None:
    """Where the next page of a list begins; only the cursor is believed, never an address."""
    paging = told.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and after else None


def problem_in(answer: Answer) -> Problem | None:
    """What is wrong; None where it went well."""
    error = object_in(answer.body).get("error")
    if answer.ok and not isinstance(error, dict):
        return None
    told = error if isinstance(error, dict) else {}
    data = told.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    words = details or told.get("error_user_msg") or told.get("message")
    return Problem(
        answer.status,
        _number(told.get("code")),
        _number(told.get("error_subcode")),
        one_line(words)[:300] if isinstance(words, str) else "",
        told.get("is_transient") is True,
        asked_pause(answer.headers, _now()) or _regained(answer.headers),
    )


def raise_common(problem: Problem, name: str) -> None:
    """Raises AccountRefused or TryLater for what means the same on every channel; else it is the channel's to judge."""
    if problem.code in VOID or problem.status == 401:
        raise AccountRefused(f"{name} does not let the account in any more: {problem.words}", problem.after)
    busy = problem.status == 429 or problem.status >= 500
    if problem.code in CROWDED | PASSING or problem.transient or busy:
        raise TryLater(f"{name} answered {problem.words}", problem.after)


def _token(account: OpenAccount) -> str:
    token = account.secrets.get(ACCESS)
    if not token:
        raise AccountRefused(f"The account {account.external_id} has no {ACCESS}: connect it again.")
    return token


def _now() -> datetime:
    return datetime.now(UTC)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _regained(headers: Mapping[str, str]) -> timedelta | None:
    """When an account that has called too often may call again, which Graph tells in minutes
    (developers.facebook.com/docs/graph-api/overview/rate-limiting).
    """
    usage = object_in(headers.get("x-business-use-case-usage", "").encode())
    each = [one for many in usage.values() if isinstance(many, list) for one in many if isinstance(one, dict)]
    minutes = max((_number(one.get("estimated_time_to_regain_access")) for one in each), default=0)
    return timedelta(minutes=min(minutes, MOST_MINUTES)) if minutes > 0 else None
