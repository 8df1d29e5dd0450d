"""One HTTP call on the wire: parsed, sent to one address, its answer read up to a limit."""

import ssl
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from attrs import field, frozen

from helpdesk_core.jobs import GiveUp, TryLater

if TYPE_CHECKING:
    import httpx2

CONNECT_WITHIN = 10.0
SILENT_FOR = 30.0
"""Seconds without a byte after which a connection counts as broken."""

Origin = tuple[str, str, int]
"""Scheme, host and port (RFC 6454)."""

_PORTS = {"http": 80, "https": 443}


class NotReached(TryLater):
    """No connection was made, so nothing was sent."""


@frozen
class Call:
    """A request as it will be sent; header names in lower case."""

    method: str
    url: "httpx2.URL"
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    limit: int
    cut: bool = False
    """An answer longer than `limit` is read that far and no further."""
    silent: float = SILENT_FOR

    @property
    def host(self) -> str:
        """The host in ASCII (IDNA), IPv6 without brackets."""
        return origin(self.url)[1]


def parsed(url: str, base: "httpx2.URL | None" = None) -> "httpx2.URL":
    """The URL, or GiveUp: http or https, a host, no user name or password in it."""
    import httpx2

    try:
        found = base.join(url) if base is not None else httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise GiveUp("A URL that was to be called is none.") from error
    if found.scheme not in _PORTS or not found.host or not 0 < origin(found)[2] < 65_536:
        raise GiveUp("A URL that was to be called is not a complete http or https URL.")
    if found.userinfo:
        raise GiveUp(f"A URL of {found.host} that was to be called holds a user name or a password.")
    return found


def origin(url: "httpx2.URL") -> Origin:
    """What two URLs share that lead to the same server."""
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme, 0)


class Pools:
    """The connections, which trust the authorities that the machine trusts.

    Made when first needed: the library takes 100 ms and 15 MB to load.
    """

    def __init__(self) -> None:
        self._trusted: httpx2.AsyncHTTPTransport | None = None
        self._guarded: httpx2.AsyncHTTPTransport | None = None

    def trusted(self) -> "httpx2.AsyncHTTPTransport":
        """For the hosts of providers; connections are kept for the next call."""
        if self._trusted is None:
            self._trusted = _transport(keep=20)
        return self._trusted

    def guarded(self) -> "httpx2.AsyncHTTPTransport":
        """For checked addresses. No connection is used twice: two hosts may share an address, and the
        certificate was only checked for the first.
        """
        if self._guarded is None:
            self._guarded = _transport(keep=0)
        return self._guarded

    async def close(self) -> None:
        trusted, guarded, self._trusted, self._guarded = self._trusted, self._guarded, None, None
        for transport in (trusted, guarded):
            if transport is not None:
                await transport.aclose()


async def send(
    transport: "httpx2.AsyncHTTPTransport", call: Call, address: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and unpacked body, sent as `opened` does."""
    async with opened(transport, call, address) as response:
        return response.status_code, dict(response.headers), await body_of(response, call)


@asynccontextmanager
async def opened(
    transport: "httpx2.AsyncHTTPTransport", call: Call, address: str | None = None
) -> AsyncIterator["httpx2.Response"]:
    """The answer with its body still to be read; leaving ends the request. With an `address` the connection goes
    there, whatever the name says; the name still stands in the Host header, in TLS's server name, and is what the
    certificate must be for.

    Raises NotReached, TryLater, GiveUp, also for what breaks within.
    """
    with told_as_ours(call):
        request = _request(call, address)
        response = await transport.handle_async_request(request)
        response.request = request
        try:
            yield response
        finally:
            await response.aclose()


@contextmanager
def told_as_ours(call: Call) -> Iterator[None]:
    """What the library raises of this call becomes NotReached, TryLater or GiveUp."""
    import httpx2

    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        raise NotReached(f"{call.host} could not be reached: {_reason(error)}.") from error
    except (httpx2.LocalProtocolError, UnicodeError) as error:
        raise GiveUp(f"A request to {call.host} holds what HTTP cannot carry.") from error
    except httpx2.TransportError as error:
        raise TryLater(f"The connection to {call.host} broke: {_reason(error)}.") from error


def _request(call: Call, address: str | None) -> "httpx2.Request":
    import httpx2

    extensions: dict[str, object] = {
        "timeout": httpx2.Timeout(call.silent, connect=CONNECT_WITHIN).as_dict(),
    }
    url = call.url
    headers = {"host": url.netloc.decode("ascii"), **call.headers}
    if address is not None:
        extensions["sni_hostname"] = call.host
        url = url.copy_with(host=address)
    return httpx2.Request(call.method, url, headers=headers, content=call.content, extensions=extensions)


async def body_of(response: "httpx2.Response", call: Call) -> bytes:
    """The body, unpacked, at most `call.limit` bytes."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        if call.cut:
            return b""  # the beginning of it, which nobody can read
        raise GiveUp(f"{call.host} answered in an encoding that was not asked for.")
    # Unpacking is bounded too: a few kilobytes may hold gigabytes. 47: gzip or zlib, whichever it is.
    unpacker = zlib.decompressobj(47) if encoding not in ("identity", "") else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += unpacker.decompress(chunk, call.limit + 1 - len(body)) if unpacker else chunk
        except zlib.error as error:
            raise TryLater(f"{call.host} answered with a body that cannot be unpacked.") from error
        if len(body) > call.limit:
            if call.cut:
                break
            raise GiveUp(f"{call.host} sent more than {call.limit} bytes.")
    return bytes(body[: call.limit])


def _reason(error: BaseException) -> str:
    """What went wrong, from the outermost error that says so: some layers hand one on without a word."""
    cause: BaseException | None = error
    while cause is not None:
        if text := " ".join(str(cause).split()):
            return text[:200].rstrip(".")
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _transport(keep: int) -> "httpx2.AsyncHTTPTransport":
    import httpx2

    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=keep, keepalive_expiry=30.0)
    return httpx2.AsyncHTTPTransport(verify=ssl.create_default_context(), limits=limits, trust_env=False)
