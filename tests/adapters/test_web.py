"""Outgoing HTTP against a real server: what may be reached, how much is read, and what failures become."""

import gzip
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from attrs import Factory, define
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.web import OutgoingHttp, asked_pause
from helpdesk_adapters.web.reach import IpAddress, is_public
from helpdesk_core.jobs import GiveUp, TryLater
from tests.fakes.authority import new_authority
from tests.fakes.http_server import Reply, Request, serving

LOOPBACK = (ip_network("127.0.0.0/8"),)
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    """What the desk's processes run on."""
    return "asyncio"


@define
class Server:
    """Answers with what it is told to, and remembers what it was asked."""

    port: int = 0
    replies: dict[str, Reply] = Factory(dict)
    requests: list[Request] = Factory(list)

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies.get(request.target, Reply(404))

    def url(self, target: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{target}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    with serving(server.answer) as server.port:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp(LOOPBACK)
    yield http
    await http.close()


@pytest.fixture
async def strict_http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp()
    yield http
    await http.close()


async def test_a_request_arrives_as_it_was_meant_and_its_answer_comes_back(
    http: OutgoingHttp, server: Server
) -> None:
    server.replies["/tickets?q=1"] = Reply(201, b'{"id": 7}', {"X-Kind": "ticket"})
    answer = await http.request("POST", server.url("/tickets?q=1"), {"X-Trace": "abc"}, json={"ä": [1]})
    assert (answer.status, answer.ok, answer.json(), answer.headers["x-kind"]) == (
        201,
        True,
        {"id": 7},
        "ticket",
    )
    (asked,) = server.requests
    assert (asked.method, asked.target, asked.body) == ("POST", "/tickets?q=1", b'{"\\u00e4": [1]}')
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-trace"] == "abc"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_addresses_of_the_operators_network_are_not_called(
    strict_http: OutgoingHttp, server: Server, scheme: str, host: str
) -> None:
    with pytest.raises(GiveUp) as refused:
        await strict_http.request("GET", f"{scheme}://{host}:{server.port}/secret-path?token=abc")
    assert server.requests == []
    assert "HELPDESK_OUTBOUND_ALLOW_NETWORKS" in str(refused.value)
    assert "secret-path" not in str(refused.value)
    assert "abc" not in str(refused.value)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothing_is_judged_as_itself(address: IPv4Address) -> None:
    """Each of these leads to the IPv4 address on some network; one overlooked would be the way in."""
    packed = int(address)
    dressed = [
        IPv6Address((0xFFFF << 32) | packed),
        IPv6Address(int(IPv6Address("64:ff9b::")) | packed),
        IPv6Address(int(IPv6Address("2002::")) | packed << 80),
        IPv6Address(int(IPv6Address("2001::")) | (packed ^ 0xFFFF_FFFF)),
    ]
    assert {is_public(one) for one in dressed} == {is_public(address)}


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_nothing_leaves_for_the_internet_unencrypted() -> None:
    async def public(host: str, port: int) -> Sequence[IpAddress]:
        return [ip_address("8.8.8.8")]

    http = OutgoingHttp(resolve=public)
    with pytest.raises(GiveUp, match=r"shop\.example must be called over https"):
        await http.request("GET", "http://shop.example/")


async def test_a_trusted_origin_is_called_wherever_it_is_and_its_neighbours_are_not(
    strict_http: OutgoingHttp, server: Server
) -> None:
    server.replies["/v1/things"] = Reply(200, b"{}")
    provider = strict_http.trusting(server.url("/v1"))
    assert (await provider.request("GET", server.url("/v1/things"))).json() == {}
    with serving(server.answer) as other_port:
        for url in (
            f"http://127.0.0.1:{other_port}/v1/things",
            f"https://127.0.0.1:{server.port}/v1/things",
            server.url("/v1/things", host="localhost"),
        ):
            with pytest.raises(GiveUp):
                await provider.request("GET", url)
    with pytest.raises(GiveUp):  # another provider's calls do not share the trust
        await strict_http.request("GET", server.url("/v1/things"))
    assert len(server.requests) == 1


async def test_the_address_that_was_checked_is_the_one_that_is_called(server: Server) -> None:
    """A name that answers differently the second time (DNS rebinding) must not get a second time."""
    answers = [[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]]

    async def rebinding(host: str, port: int) -> Sequence[IpAddress]:
        assert (host, port) == ("shop.example", server.port)
        return answers.pop(0)

    server.replies["/"] = Reply(200, b"here")
    http = OutgoingHttp(LOOPBACK, resolve=rebinding)
    answer = await http.request("GET", server.url(host="shop.example"))
    await http.close()
    assert answer.body == b"here"
    assert len(answers) == 1
    assert server.requests[0].headers["host"] == f"shop.example:{server.port}"


async def test_of_several_addresses_the_forbidden_are_left_out_and_the_dead_passed_over(
    server: Server,
) -> None:
    async def several(host: str, port: int) -> Sequence[IpAddress]:
        return [ip_address("10.0.0.1"), ip_address("127.99.0.1"), ip_address("127.0.0.1")]

    server.replies["/"] = Reply(200, b"here")
    http = OutgoingHttp(LOOPBACK, resolve=several)
    assert (await http.request("GET", server.url(host="shop.example"))).body == b"here"
    await http.close()


async def test_a_certificate_must_be_for_the_name_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = new_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    hello = Reply(200, b"hello")

    async def here(host: str, port: int) -> Sequence[IpAddress]:
        return [ip_address("127.0.0.1")]

    http = OutgoingHttp(LOOPBACK, resolve=here)
    with serving(lambda _: hello, authority.server_context("shop.example")) as port:
        assert (await http.request("GET", f"https://shop.example:{port}/")).body == b"hello"
        for host in ("127.0.0.1", "other.example"):
            with pytest.raises(
                TryLater, match=rf"{host} could not be reached: .*[Hh]ostname mismatch|IP address"
            ):
                await http.request("GET", f"https://{host}:{port}/")
    await http.close()


async def test_a_certificate_of_an_unknown_authority_is_refused(http: OutgoingHttp, tmp_path: Path) -> None:
    with (
        serving(lambda _: Reply(), new_authority(tmp_path).server_context("127.0.0.1")) as port,
        pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        await http.request("GET", f"https://127.0.0.1:{port}/")


async def test_redirects_are_not_followed(http: OutgoingHttp, server: Server) -> None:
    server.replies["/"] = Reply(302, b"", {"location": "/elsewhere"})
    assert (await http.request("GET", server.url())).status == 302
    assert len(server.requests) == 1


async def test_a_download_follows_as_many_redirects_as_it_may(http: OutgoingHttp, server: Server) -> None:
    server.replies["/a"] = Reply(302, b"", {"location": "/b"})
    server.replies["/b"] = Reply(307, b"", {"location": server.url("/c", host="127.0.0.2")})
    server.replies["/c"] = Reply(200, b"file")
    token = {"Authorization": "Bearer abc"}
    with serving(lambda _: Reply(200, b"file")) as port:
        server.replies["/b"] = Reply(307, b"", {"location": f"http://127.0.0.1:{port}/c?secret=1"})
        assert await http.download(server.url("/a"), 100, token, redirects=2) == b"file"
        with pytest.raises(GiveUp, match=r"127\.0\.0\.1 answered 307"):
            await http.download(server.url("/a"), 100, token, redirects=1)
    assert [request.headers.get("authorization") for request in server.requests] == ["Bearer abc"] * 4


async def test_a_redirect_takes_no_header_to_another_origin(http: OutgoingHttp, server: Server) -> None:
    with serving(server.answer) as other_port:
        server.replies["/a"] = Reply(302, b"", {"location": f"http://127.0.0.1:{other_port}/b"})
        server.replies["/b"] = Reply(200, b"file")
        assert (
            await http.download(server.url("/a"), 100, {"Authorization": "Bearer abc"}, redirects=1)
            == b"file"
        )
    assert [request.headers.get("authorization") for request in server.requests] == ["Bearer abc", None]


async def test_a_redirect_cannot_lead_where_a_call_may_not_go(
    strict_http: OutgoingHttp, server: Server
) -> None:
    with serving(server.answer) as other_port:
        server.replies["/a"] = Reply(302, b"", {"location": f"http://127.0.0.1:{other_port}/b"})
        with pytest.raises(GiveUp, match="no public address"):
            await strict_http.trusting(server.url()).download(server.url("/a"), 100, redirects=3)
    assert len(server.requests) == 1


async def test_a_body_is_not_read_beyond_its_limit(http: OutgoingHttp, server: Server) -> None:
    server.replies["/exact"] = Reply(200, b"x" * 1000)
    server.replies["/over"] = Reply(200, b"x" * 1001)
    server.replies["/endless"] = Reply(200, dribble=(b"x" * 500, 0.0))
    assert len(await http.download(server.url("/exact"), 1000)) == 1000
    for target in ("/over", "/endless"):
        with pytest.raises(GiveUp, match="more than 1000 bytes"):
            await http.download(server.url(target), 1000)


async def test_a_packed_body_is_unpacked_within_the_same_limit(http: OutgoingHttp, server: Server) -> None:
    packed = {"content-encoding": "gzip"}
    server.replies["/small"] = Reply(200, gzip.compress(b"hello"), packed)
    server.replies["/bomb"] = Reply(200, gzip.compress(bytes(50_000_000)), packed)
    server.replies["/broken"] = Reply(200, b"no gzip", packed)
    server.replies["/brotli"] = Reply(200, b"?", {"content-encoding": "br"})
    assert await http.download(server.url("/small"), 1000) == b"hello"
    with pytest.raises(GiveUp, match="more than 1000 bytes"):
        await http.download(server.url("/bomb"), 1000)
    with pytest.raises(TryLater, match="cannot be unpacked"):
        await http.download(server.url("/broken"), 1000)
    with pytest.raises(GiveUp, match="encoding that was not asked for"):
        await http.download(server.url("/brotli"), 1000)


async def test_an_answer_that_only_drips_is_given_up_in_time(http: OutgoingHttp, server: Server) -> None:
    server.replies["/"] = Reply(200, dribble=(b"x", 0.05))
    begun = time.monotonic()
    with pytest.raises(TryLater, match=r"127\.0\.0\.1 did not answer within 0\.3 s"):
        await http.request("GET", server.url(), seconds=0.3)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
async def test_a_server_that_cannot_answer_now_is_asked_later(
    http: OutgoingHttp, server: Server, status: int
) -> None:
    server.replies["/"] = Reply(status, b"", {"Retry-After": "17"})
    with pytest.raises(TryLater, match=rf"answered {status}") as later:
        await http.request("GET", server.url())
    assert later.value.after == timedelta(seconds=17)
    assert (await http.request("GET", server.url(), any_status=True)).status == status


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
async def test_other_statuses_are_the_callers_to_judge_and_the_end_of_a_download(
    http: OutgoingHttp, server: Server, status: int
) -> None:
    server.replies["/"] = Reply(status)
    assert (await http.request("GET", server.url())).status == status
    with pytest.raises(GiveUp, match=rf"answered {status}"):
        await http.download(server.url(), 10)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Sun, 01 Mar 2026 09:31:00 GMT"}, 60.0),
        ({"retry-after": "Sun, 01 Mar 2026 09:29:00 GMT"}, 0.0),
        ({"ratelimit-reset": "4"}, 4.0),
        ({"retry-after": "2", "ratelimit-reset": "9"}, 2.0),
        ({"retry-after": "9" * 400}, 86_400.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "Sun, 01 Mar 2026 09:31:00"}, None),
        ({}, None),
    ],
)
def test_the_pause_they_ask_for_is_understood(headers: dict[str, str], pause: float | None) -> None:
    assert asked_pause(headers, NOW) == (None if pause is None else timedelta(seconds=pause))


@given(st.text())
def test_no_pause_that_anybody_asks_for_breaks_anything(text: str) -> None:
    """The header is the other side's; a failure here would hide the one that is being reported."""
    pause = asked_pause({"retry-after": text}, NOW)
    assert pause is None or timedelta(0) <= pause <= timedelta(days=1)


async def test_a_server_that_is_not_there_is_asked_later(http: OutgoingHttp) -> None:
    with serving(lambda _: Reply()) as port:
        pass
    with pytest.raises(TryLater, match=r"127\.0\.0\.1 could not be reached") as later:
        await http.request("GET", f"http://127.0.0.1:{port}/secret")
    assert "secret" not in str(later.value)


async def test_an_answer_that_is_no_json_is_not_taken_for_one(http: OutgoingHttp, server: Server) -> None:
    server.replies["/"] = Reply(200, b"<html>Log in to this network")
    with pytest.raises(TryLater, match=r"127\.0\.0\.1 did not answer with JSON"):
        (await http.request("GET", server.url())).json()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/path",
        "ftp://shop.example/x",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://h:0/",
        "http://h:70000/",
        "http://a\nb/",
        "https://user:pass@127.0.0.1/",
        "http://" + "a" * 300 + ".example/",
        "http://a..b/",
    ],
)
async def test_what_is_no_url_of_the_web_is_not_called(http: OutgoingHttp, url: str) -> None:
    with pytest.raises((GiveUp, TryLater)) as refused:
        await http.request("GET", url)
    assert "pass" not in str(refused.value).replace("password", "")


async def test_a_header_that_would_break_the_request_is_refused(http: OutgoingHttp, server: Server) -> None:
    for value in ("a\r\nX-Evil: 1", "snow ☃", "\0"):
        with pytest.raises(GiveUp, match="what HTTP cannot carry"):
            await http.request("GET", server.url(), {"X-Name": value})
    assert server.requests == []


async def test_cookies_are_not_kept_and_proxies_of_the_environment_not_used(
    http: OutgoingHttp, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.replies["/"] = Reply(200, b"", {"Set-Cookie": "a=b; Path=/"})
    trusting = http.trusting(server.url())
    for caller in (http, http, trusting, trusting):
        assert (await caller.request("GET", server.url())).ok
    assert not any("cookie" in request.headers for request in server.requests)


async def test_after_close_new_connections_are_made(http: OutgoingHttp, server: Server) -> None:
    server.replies["/"] = Reply(200, b"here")
    trusting = http.trusting(server.url())
    await trusting.request("GET", server.url())
    await http.close()
    assert (await trusting.request("GET", server.url())).body == b"here"


def test_a_desk_that_calls_nobody_does_not_load_the_libraries() -> None:
    program = (
        "import sys\n"
        "from helpdesk_adapters.email.outgoing import mail_sender\n"
        "from helpdesk_adapters.email.resend.client import ResendMail\n"
        "from helpdesk_adapters.web import OutgoingHttp\n"
        "resend = ResendMail(OutgoingHttp(), 're_1')\n"
        "mail_sender('smtp://mail.example', resend)\n"
        "print([name for name in ('httpx2', 'aiosmtplib') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
