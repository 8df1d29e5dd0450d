"""The web as the desk calls it: every outgoing HTTP request but those of vendors' own libraries goes through
here.

One pool for the whole desk. What a stranger may have had a hand in (a download link, a customer's webhook
URL) reaches public addresses only, over https, and goes to the very address that was checked.
"""

import json as jsonlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import anyio
from attrs import field, frozen

from helpdesk_adapters.web.calls import Call, NotReached, Origin, Pools, opened, origin, parsed, send
from helpdesk_adapters.web.reach import Network, Reach, Resolve, resolved
from helpdesk_adapters.web.streams import Streamed
from helpdesk_core.jobs import GiveUp, TryLater

if TYPE_CHECKING:
    import httpx2

MIB = 1024 * 1024
LARGEST_ANSWER = 10 * MIB
LONGEST_CALL = 30.0
"""Seconds that one call may take in all, however slowly its bytes drip."""
LONGEST_DOWNLOAD = 120.0

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429})


@frozen
class Answer:
    """What came back; header names in lower case, values of one name joined by commas, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    host: str

    @property
    def ok(self) -> bool:
        """Whether the other side says that it went well (2xx)."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. TryLater where it is none: something between us and them has answered instead."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise TryLater(f"{self.host} did not answer with JSON (status {self.status}).") from error

    def busy(self) -> TryLater | None:
        """For 408, 425, 429 and 5xx, where trying again makes sense: that, after the pause they asked for."""
        if self.status < 500 and self.status not in _BUSY:
            return None
        pause = asked_pause(self.headers, datetime.now(UTC))
        return TryLater(f"{self.host} answered {self.status}.", pause)


class OutgoingHttp:
    """Calls over HTTP. Redirects are not followed, cookies not kept, proxies of the environment not used.

    Nothing is imported or opened before the first call. Messages of errors name the host and nothing else of
    the URL: paths and queries hold tokens.
    """

    def __init__(
        self,
        allow_networks: tuple[Network, ...] = (),
        user_agent: str = "helpdesk",
        resolve: Resolve = resolved,
    ) -> None:
        self._pools = Pools()
        self._reach = Reach(tuple(allow_networks), resolve)
        self._user_agent = user_agent
        self._bases: tuple[str, ...] = ()
        self._trusted: frozenset[Origin] | None = None

    def trusting(self, *bases: str) -> "OutgoingHttp":
        """The same pool for one provider's calls: what has the origin of one of these URLs is always reached.

        For bases that the operator set or that are the provider's own, never for what a payload named.
        """
        other = OutgoingHttp(self._reach.allow_networks, self._user_agent, self._reach.resolve)
        other._pools = self._pools
        other._bases = bases
        return other

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        content: bytes | None = None,
        json: Any = None,
        limit: int = LARGEST_ANSWER,
        seconds: float = LONGEST_CALL,
        plain: bool = False,
        any_status: bool = False,
        cut: bool = False,
    ) -> Answer:
        """One request and its answer, the body at most `limit` bytes; with `cut`, of a longer one the beginning.

        `plain` lets http:// reach the internet too: for nothing that carries a secret. `any_status` leaves
        every status to the caller; else those that mean "not now" are raised.

        Raises:
            TryLater: the other side was not reached, broke off, took more than `seconds`, or answered 408,
            425,
                429 or 5xx.
            GiveUp: the address is forbidden, the URL is none, or the body is larger than `limit`.
        """
        sent, content = self._written(headers, content, json)
        call = Call(method, parsed(url), sent, content, limit, cut)
        try:
            with anyio.fail_after(seconds):
                answer = await self._made(call, internet=plain or call.url.scheme == "https")
        except TimeoutError as error:
            raise TryLater(f"{call.host} did not answer within {seconds:g} s.") from error
        busy = None if any_status else answer.busy()
        if busy is not None:
            raise busy
        return answer

    @asynccontextmanager
    async def stream(
        self, url: str, headers: Mapping[str, str] | None = None, *, json: Any, silent: float
    ) -> AsyncIterator[Streamed]:
        """What a POST of JSON is answered, whatever its status, to be read as it comes; leaving ends the request.

        The connection breaks after `silent` seconds without a byte; how long it may take in all is the caller's.
        Raises TryLater and GiveUp as `request` does, also while it is read.
        """
        sent, content = self._written(headers, None, json)
        call = Call("POST", parsed(url), sent, content, LARGEST_ANSWER, silent=silent)
        *others, last = await self._ways(call, internet=call.url.scheme == "https")
        async with AsyncExitStack() as stack:
            for way in others:
                try:
                    response = await stack.enter_async_context(opened(way[0], call, way[1]))
                    break
                except NotReached:
                    continue  # nothing has been sent yet, and the host has another address
            else:
                response = await stack.enter_async_context(opened(last[0], call, last[1]))
            yield Streamed(response, call)

    async def download(
        self,
        url: str,
        limit: int,
        headers: Mapping[str, str] | None = None,
        *,
        redirects: int = 0,
        plain: bool = False,
    ) -> bytes:
        """The bytes at `url`, at most `limit`. Each of up to `redirects` hops is checked like the first.

        The given headers go to the first URL's origin only. Raises as `request` does, and GiveUp for any
        status that is neither 2xx nor "not now".
        """
        target, given, left = parsed(url), headers, redirects
        while True:
            answer = await self.request(
                "GET", str(target), given, limit=limit, seconds=LONGEST_DOWNLOAD, plain=plain
            )
            if answer.ok:
                return answer.body
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None or left == 0:
                raise GiveUp(f"{answer.host} answered {answer.status}.")
            following = parsed(location, target)
            given = given if origin(following) == origin(target) else None
            target, left = following, left - 1

    @property
    def reach(self) -> Reach:
        """Which addresses may be called."""
        return self._reach

    async def close(self) -> None:
        """Ends the connections. A later call opens new ones."""
        await self._pools.close()

    def _written(
        self, headers: Mapping[str, str] | None, content: bytes | None, json: Any
    ) -> tuple[dict[str, str], bytes | None]:
        sent = {"user-agent": self._user_agent, "accept-encoding": "identity"}
        if json is not None:
            content = jsonlib.dumps(json).encode()
            sent["content-type"] = "application/json"
        return sent | {name.lower(): value for name, value in (headers or {}).items()}, content

    async def _made(self, call: Call, *, internet: bool) -> Answer:
        *others, last = await self._ways(call, internet=internet)
        for way in others:
            try:
                return _answer(call, await send(way[0], call, way[1]))
            except NotReached:
                continue  # nothing has been sent yet, and the host has another address
        return _answer(call, await send(last[0], call, last[1]))

    async def _ways(
        self, call: Call, *, internet: bool
    ) -> Sequence[tuple["httpx2.AsyncHTTPTransport", str | None]]:
        """Over which connections, and to which addresses, the host may be called; never none."""
        if self._trusted is None:
            self._trusted = frozenset(origin(parsed(base)) for base in self._bases)
        if origin(call.url) in self._trusted:
            return [(self._pools.trusted(), None)]
        addresses = await self._reach.addresses(call.host, origin(call.url)[2], internet=internet)
        return [(self._pools.guarded(), str(address)) for address in addresses]


def asked_pause(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long we are asked to wait: Retry-After (RFC 9110 §10.2.3), else RateLimit-Reset; at most a day."""
    text = headers.get("retry-after", headers.get("ratelimit-reset", "")).strip()
    try:
        seconds = float(text) if text[:1].isdigit() else (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # a TypeError is a date without a zone
        return None
    return timedelta(seconds=min(max(seconds, 0.0), 86_400.0))


def _answer(call: Call, came: tuple[int, dict[str, str], bytes]) -> Answer:
    status, headers, body = came
    return Answer(status, headers, body, call.host)
