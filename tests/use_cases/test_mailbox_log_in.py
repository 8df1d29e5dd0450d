"""Logging in to mailboxes: certificates are checked, and access tokens that run out are renewed."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from attrs import Factory, define
from dependency_injector import providers

from helpdesk_adapters.email.imap.session import ImapMailboxes
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.tokens import RenewToken, TokenGrant, TokenRequest
from helpdesk_core.use_cases.mail.reach_mailbox import AHEAD
from helpdesk_core.use_cases.mail.sync_mailbox import Synced
from tests.fakes.dovecot import Dovecot, dovecot
from tests.fakes.http_server import Reply, Request, serving
from tests.fakes.imap_server import USER
from tests.fakes.scripted_imap import Scripted, scripted_imap
from tests.use_cases.conftest import Bench
from tests.use_cases.mailboxes import ADDRESS, a_message, connect, integration, sync


@pytest.fixture
def anyio_backend() -> str:
    """aioimaplib knows no other."""
    return "asyncio"


@define
class Tokens:
    """Gives access tokens as RFC 6749 says, each refresh token once; and tells a mail server which are good."""

    refresh_token: str = "refresh-0"
    access_token: str = ""
    asked: list[Mapping[str, str]] = Factory(list)
    answer: Reply | None = None
    """What it answers in place of a token."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def settings(self) -> dict[str, str]:
        known = {"token_url": self.url, "refresh_token": "refresh-0", "client_id": "the desk"}
        return {**known, "client_secret": "a client's secret"}

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET":  # the mail server's question
            (token,) = parse_qs(urlsplit(request.target).query).get("access_token", [""])
            good = token == self.access_token != ""
            return Reply(200 if good else 401, json.dumps({"email": USER} if good else {}).encode())
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        self.asked.append(form)
        if self.answer is not None:
            return self.answer
        if (form["grant_type"], form["refresh_token"]) != ("refresh_token", self.refresh_token):
            return _refusal("invalid_grant", "Token has been expired\r\nor revoked.")
        self.refresh_token, self.access_token = f"refresh-{len(self.asked)}", f"access-{len(self.asked)}"
        told = {"access_token": self.access_token, "expires_in": 3600, "token_type": "Bearer"}
        return Reply(200, json.dumps({**told, "refresh_token": self.refresh_token}).encode())


def _refusal(error: str, description: str = "") -> Reply:
    told = {"error": error, "error_description": description}
    return Reply(400, json.dumps(told).encode(), {"content-type": "application/json"})


@pytest.fixture
def tokens(bench: Bench) -> Iterator[Tokens]:
    bench.desk.http.override(providers.Object(OutgoingHttp((ip_network("127.0.0.0/8"),))))
    bench.desk.mailboxes.override(providers.Object(ImapMailboxes(patience=2)))
    known = Tokens()
    with serving(known) as known.port:
        yield known


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_of_an_authority_that_is_trusted_is_read_over_tls(
    bench: Bench, server: Dovecot, security: str
) -> None:
    port = server.tls_port if security == "tls" else server.port
    server.deliver(a_message(1 if security == "tls" else 2))
    await connect(bench, server.tls_settings(security=security, port=str(port)))
    done = await sync(bench)
    assert (done.error, done.created > 0) == (None, True)
    assert [line for line in server.log.splitlines() if "Login: " in line or "Logged in: " in line][-1].count(
        "TLS"
    )


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"ca_certificate": ""}, "setup: The server's certificate cannot be trusted: "),
        ({"host": "127.0.0.1"}, "setup: The server's certificate cannot be trusted: "),
        ({"ca_certificate": "a password"}, "setup: ca_certificate is not a certificate in PEM."),
        (
            {"ca_certificate": "", "security": "starttls"},
            "setup: The server's certificate cannot be trusted: ",
        ),
    ],
    ids=["unknown authority", "another name", "no certificate", "unknown authority, STARTTLS"],
)
async def test_a_certificate_that_proves_nothing_ends_it_before_a_password_is_sent(
    bench: Bench, server: Dovecot, setting: dict[str, str], told: str
) -> None:
    tls_or_not = {"port": str(server.port)} if "security" in setting else {}
    logged_in = server.log.count("Login: ") + server.log.count("Logged in: ")
    await connect(bench, server.tls_settings(**tls_or_not, **setting))
    assert ((await sync(bench)).error or "").startswith(told)
    assert server.log.count("Login: ") + server.log.count("Logged in: ") == logged_in


async def test_a_real_server_is_logged_in_to_with_a_token_that_was_fetched(
    bench: Bench, tokens: Tokens
) -> None:
    with dovecot(token_server=tokens.port) as server:
        server.deliver(a_message(1))
        known = {"host": "127.0.0.1", "port": str(server.port), "security": "none", "username": USER}
        await connect(bench, {**known, "access_token": "of last year"})
        assert ((await sync(bench)).error or "").startswith("authentication: ")
        await connect(bench, tokens.settings())
        assert await sync(bench) == Synced(ADDRESS, fetched=1, created=1)


async def test_a_token_is_renewed_before_it_runs_out_and_not_sooner(bench: Bench, tokens: Tokens) -> None:
    async with scripted_imap(Scripted({1: a_message(1)}, token="access-1")) as script:
        given = {name: value for name, value in script.settings().items() if name != "access_token"}
        await connect(bench, {**given, **tokens.settings(), "since": "2026-01-01"})
        assert [(await sync(bench)).created for _ in range(2)] == [1, 0]
        assert tokens.asked == [
            {
                "grant_type": "refresh_token",
                "refresh_token": "refresh-0",
                "client_id": "the desk",
                "client_secret": "a client's secret",
            }
        ]
        bench.clock.pass_(seconds=(timedelta(hours=1) - AHEAD).total_seconds())
        script.token = "access-2"
        assert (await sync(bench)).error is None
    assert [form["refresh_token"] for form in tokens.asked] == ["refresh-0", "refresh-1"]
    known = await integration(bench)
    until = datetime.fromisoformat(known.settings["access_token_expires_at"])
    assert until == (bench.clock() + timedelta(hours=1)).replace(microsecond=0)
    vault = bench.desk.vault()
    assert vault.unseal(known.sealed["refresh_token"]) == "refresh-2"
    assert "access-" not in repr(known)


async def test_a_token_that_the_server_refuses_too_early_is_renewed_once(
    bench: Bench, tokens: Tokens
) -> None:
    async with scripted_imap(Scripted({1: a_message(1)}, token="access-1")) as script:
        settings = {**script.settings(since="2026-01-01", access_token="withdrawn"), **tokens.settings()}
        await connect(bench, settings)
        assert (await sync(bench)).created == 1
        script.token = "nobody has it"
        assert (await sync(bench)).error == "authentication: AUTHENTICATE failed."
    assert len(tokens.asked) == 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            _refusal("invalid_grant", "Revoked.\r\nLog in."),
            "authentication: No new access token is given: invalid_grant: Revoked. Log in.",
        ),
        (_refusal("invalid_client"), "authentication: No new access token is given: invalid_client"),
        (_refusal("invalid_scope"), "setup: No new access token is given: invalid_scope"),
        (Reply(503), "transient: No new access token could be fetched: "),
        (Reply(200, b"[]"), "transient: No new access token could be fetched: "),
        (Reply(200, b'{"access_token": 7}'), "transient: No new access token could be fetched: "),
    ],
    ids=["grant", "client", "scope", "away", "list", "number"],
)
async def test_why_no_token_can_be_had_is_told_apart(
    bench: Bench, tokens: Tokens, answer: Reply, told: str
) -> None:
    tokens.answer = answer
    async with scripted_imap(Scripted()) as script:
        await connect(bench, {**script.settings(), **tokens.settings()})
        assert ((await sync(bench)).error or "").startswith(told)
        tokens.answer, script.token = None, f"access-{len(tokens.asked) + 1}"
        assert (await sync(bench)).error is None


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"token_url": " "}, "setup: refresh_token is set, and token_url is missing."),
        ({"client_id": " "}, "setup: refresh_token is set, and client_id is missing."),
        ({"token_url": "http://192.0.2.7/token"}, "setup: token_url: "),
        ({"token_url": "the usual one"}, "setup: token_url: "),
    ],
)
async def test_how_tokens_are_had_must_be_told_whole_and_lead_outside(
    bench: Bench, tokens: Tokens, setting: dict[str, str], told: str
) -> None:
    async with scripted_imap(Scripted()) as script:
        await connect(bench, {**script.settings(), **tokens.settings(), **setting})
        assert ((await sync(bench)).error or "").startswith(told)


async def test_two_who_need_a_token_at_once_use_the_refresh_token_once(bench: Bench, tokens: Tokens) -> None:
    """A refresh token that is used twice may be taken for stolen, and withdrawn."""
    async with scripted_imap(Scripted(token="access-1")) as script:
        await connect(bench, {**script.settings(access_token="expired"), **tokens.settings()})
        known, told = await integration(bench), []

        async def reach() -> None:
            try:
                async with bench.desk.reach_mailbox()(known) as box:
                    told.append(str(box.uidvalidity))
            except Exception as error:  # noqa: BLE001
                told.append(str(error))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reach)
            tasks.start_soon(reach)
        assert sorted(told) in (["1", "1"], ["1", "transient: Another process is renewing its access token."])
    assert len(tokens.asked) == 1


async def test_what_is_connected_anew_while_a_token_is_fetched_stays(bench: Bench, tokens: Tokens) -> None:
    async with scripted_imap(Scripted(token="by hand")) as script:
        await connect(bench, {**script.settings(access_token="expired"), **tokens.settings()})
        fetch: RenewToken = bench.desk.renew_token()

        async def meanwhile(request: TokenRequest) -> TokenGrant:
            granted = await fetch(request)
            await connect(bench, {"refresh_token": "by hand", "access_token": "by hand"})
            return granted

        bench.desk.renew_token.override(providers.Object(meanwhile))
        assert (await sync(bench)).error is None
    vault, sealed = bench.desk.vault(), (await integration(bench)).sealed
    assert vault.unseal(sealed["refresh_token"]) == vault.unseal(sealed["access_token"]) == "by hand"
