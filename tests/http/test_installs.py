"""Accounts are connected by going there and coming back, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from attrs import evolve, frozen

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.integrations import Integration
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.fakes.stripe_api import KEY, FakeStripe, fake_stripe
from tests.http.conftest import PASSWORD, Office, a_client

OUT, BACK = "/api/stripe-connect/install", "/api/stripe-connect/callback"
PAGE = "/app/settings/integrations"
BLANK = Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example")


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with fake_stripe() as fake:
        yield fake


@pytest.fixture
async def desk(stripe: FakeStripe) -> Container:
    api = {"stripe": stripe.base}
    return in_memory(evolve(BLANK, stripe_secret_key=KEY, stripe_connect_client_id="ca_desk", api_bases=api))


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        await _log_in(browser, await acme.user(Role.ADMIN))
        yield browser


async def test_an_account_is_connected_by_going_there_and_coming_back(
    acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient
) -> None:
    stripe.codes["ac_1"] = "acct_1"
    out = await admin.get(OUT, params={"organization_id": str(acme.id)})
    assert out.status_code == 302
    there, query = out.headers["location"].partition("?")[0], _query(out)
    assert there == f"{stripe.base}/oauth/authorize"
    assert query["redirect_uri"] == f"http://desk.example{BACK}"
    back = await admin.get(BACK, params={"code": "ac_1", "state": query["state"]})
    assert back.headers["location"] == f"{PAGE}?connected=stripe-connect"
    (account,) = await _accounts(acme)
    assert (account.provider, account.external_id) == ("stripe-connect", "acct_1")
    assert account.settings == {"livemode": "false"}
    assert acme.desk.vault().unseal(account.sealed["access_token"]) == "sk_of_acct_1"
    assert "sk_of" not in (await acme.client.get("/api/v1/integrations")).text


async def test_a_return_is_good_once(acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient) -> None:
    stripe.codes["ac_1"] = "acct_1"
    query = {"code": "ac_1", "state": await _state(admin)}
    assert _code(await admin.get(BACK, params=query)) is None
    assert _code(await admin.get(BACK, params=query)) == "unknown_state"
    assert len(await _accounts(acme)) == 1


async def test_a_state_is_used_up_even_where_the_exchange_fails(
    acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient
) -> None:
    state = await _state(admin)
    assert _code(await admin.get(BACK, params={"code": "ac_no", "state": state})) == "exchange_refused"
    stripe.codes["ac_1"] = "acct_1"
    assert _code(await admin.get(BACK, params={"code": "ac_1", "state": state})) == "unknown_state"
    assert await _accounts(acme) == []


async def test_a_token_that_is_half_a_character_is_refused_and_does_not_break_the_desk(
    acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient
) -> None:
    stripe.codes["ac_1"], stripe.token = "acct_1", "sk_\ud800"
    assert _code(await admin.get(BACK, params={"code": "ac_1", "state": await _state(admin)})) == (
        "exchange_refused"
    )
    assert await _accounts(acme) == []


async def test_who_says_no_there_is_told_so_here(acme: Office, admin: httpx2.AsyncClient) -> None:
    query = {"error": "access_denied", "state": await _state(admin)}
    assert _code(await admin.get(BACK, params=query)) == "access_denied"


async def test_stripe_is_told_of_an_account_that_is_disconnected(
    acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient
) -> None:
    stripe.codes["ac_1"] = "acct_1"
    await admin.get(BACK, params={"code": "ac_1", "state": await _state(admin)})
    (account,) = await _accounts(acme)
    for _ in range(2):  # what is gone there already is as good as given back
        await acme.desk.store().transact(lambda work: work.integrations.replace(account))
        await acme.desk.disconnect_integration()(acme.id, account.id, DESK)
        await run_jobs(acme.desk)
        assert stripe.left == ["acct_1"]
        (ended,) = await _accounts(acme)
        assert (ended.state, ended.settings["revocation"]) == ("disconnected", "done")


async def test_where_stripe_cannot_be_told_the_account_is_disconnected_all_the_same(
    acme: Office, stripe: FakeStripe
) -> None:
    made = await acme.desk.connect_integration()(acme.id, "stripe-connect", "acct_1", {"access_token": "x"})
    await acme.desk.disconnect_integration()(acme.id, made.id, DESK)
    without_application = evolve(acme.desk.revoke_access(), revokers=in_memory(BLANK).revokers())
    await without_application(acme.id, made.id, made.sealed, 1)
    (ended,) = await _accounts(acme)
    assert (ended.state, ended.sealed) == ("disconnected", {})
    assert "STRIPE_CONNECT_CLIENT_ID" in ended.settings["revocation"]
    shown = (await acme.client.get(f"/api/v1/integrations/{made.id}")).json()
    assert "STRIPE_CONNECT_CLIENT_ID" in shown["settings"]["revocation"]


@frozen
class Forged:
    query: str
    code: str


@pytest.mark.parametrize(
    "forged",
    [
        Forged("code=ac_1", "unknown_state"),
        Forged("code=ac_1&state=guessed", "unknown_state"),
        Forged("code=ac_1&state={state}&state={state}", "repeated_parameter"),
        Forged("state={state}", "no_code"),
        Forged("&".join(f"a{number}=1" for number in range(60)), "too_many_parameters"),
        Forged("code=ac_1&state={state}%00", "unknown_state"),
        Forged("%ff=%ff&state=%ff", "unknown_state"),
    ],
)
async def test_a_return_that_is_not_genuine_connects_nothing(
    acme: Office, stripe: FakeStripe, admin: httpx2.AsyncClient, forged: Forged
) -> None:
    stripe.codes["ac_1"] = "acct_1"
    state = await _state(admin)
    assert _code(await admin.get(f"{BACK}?{forged.query.format(state=state)}")) == forged.code
    assert await _accounts(acme) == []


async def test_nobody_else_can_come_back_with_it(
    acme: Office, other: Office, stripe: FakeStripe, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    stripe.codes["ac_1"] = "acct_1"
    state = await _state(admin)
    async with a_client(acme.app) as stranger:
        await _log_in(stranger, await other.user(Role.ADMIN))
        back = await stranger.get(BACK, params={"code": "ac_1", "state": state})
    assert _code(back) == "other_session"
    assert _code(await visitor.get(BACK, params={"code": "ac_1", "state": state})) == "not_logged_in"
    assert [*await _accounts(acme), *await _accounts(other)] == []


async def test_an_account_of_another_organization_stays_theirs(
    acme: Office, other: Office, stripe: FakeStripe, admin: httpx2.AsyncClient
) -> None:
    await other.desk.connect_integration()(other.id, "stripe-connect", "acct_1", {})
    stripe.codes["ac_1"] = "acct_1"
    back = await admin.get(BACK, params={"code": "ac_1", "state": await _state(admin)})
    assert _code(back) == "connected_elsewhere"
    assert await _accounts(acme) == []


async def test_only_an_admin_sets_out_and_only_for_their_own(
    acme: Office, other: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    assert (await visitor.get(OUT)).status_code == 401
    await _log_in(visitor, await acme.user(Role.AGENT))
    assert (await visitor.get(OUT)).status_code == 403
    assert (await admin.get(OUT, params={"organization_id": str(other.id)})).status_code == 403


async def test_without_an_application_of_ours_nobody_sets_out() -> None:
    from helpdesk_core.errors import MissingSetting

    desk = in_memory(BLANK)
    with pytest.raises(MissingSetting, match="STRIPE_CONNECT_CLIENT_ID"):
        desk.installers()["stripe-connect"].ask_url("", "state", "http://desk.example")


async def _state(admin: httpx2.AsyncClient) -> str:
    return _query(await admin.get(OUT))["state"]


def _query(answer: httpx2.Response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def _code(answer: httpx2.Response) -> str | None:
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(PAGE)
    return _query(answer).get("error")


async def _log_in(browser: httpx2.AsyncClient, email: str) -> None:
    answer = await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200


async def _accounts(office: Office) -> list[Integration]:
    return [*await office.desk.store().read(lambda view: view.integrations.of(office.id))]
