"""A Zendesk is connected with PKCE, its tokens are renewed in pairs, and deleted when it is disconnected, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.fakes.zendesk_login import CLIENT, SECRET, FakeZendesk, fake_zendesk_login
from tests.http.conftest import Office, a_client
from tests.http.setting_out import Way, accounts_of, asked_in, logged_in, secrets_of, the_account
from tests.http.test_installs import BLANK
from tests.use_cases.conftest import Clock, PostOffice


@pytest.fixture
def zendesk() -> Iterator[FakeZendesk]:
    with fake_zendesk_login() as fake:
        yield fake


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))  # an answer with a token counts from when it comes


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def desk(zendesk: FakeZendesk, clock: Clock, post: PostOffice) -> Container:
    application: dict[str, Any] = {"zendesk_client_id": CLIENT, "zendesk_client_secret": SECRET}
    made = in_memory(evolve(BLANK, **application, api_bases={"zendesk": zendesk.base}))
    made.clock.override(providers.Object(clock))
    made.mail_sender.override(providers.Object(post))
    return made


@pytest.fixture
async def way(acme: Office) -> AsyncIterator[Way]:
    async with a_client(acme.app) as browser:
        await logged_in(browser, await acme.user(Role.ADMIN))
        yield Way(browser, "/api/zendesk/connect", "/api/zendesk/callback")


async def agree(way: Way, zendesk: FakeZendesk) -> dict[str, str]:
    """What the browser comes back with, once its owner has agreed."""
    asked = asked_in(await way.there(subdomain="brightlane"))
    zendesk.challenges["code-1"] = asked["code_challenge"]
    return {"code": "code-1", "state": asked["state"]}


async def connect(way: Way, zendesk: FakeZendesk) -> None:
    assert await way.come_back(**await agree(way, zendesk)) == "connected=zendesk"


async def test_a_zendesk_is_connected_by_proving_that_the_desk_asked_for_the_code(
    acme: Office, zendesk: FakeZendesk, way: Way
) -> None:
    out = await way.there(subdomain="Brightlane", organization_id=str(acme.id))
    assert out.headers["location"].startswith(f"{zendesk.base}/oauth/authorizations/new?")
    asked = asked_in(out)
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "read")
    zendesk.challenges["code-1"] = asked["code_challenge"]
    told = await way.come_back(
        code="code-1", state=asked["state"], subdomain="evil", redirect="https://evil.example"
    )
    assert told == "connected=zendesk"
    account = await the_account(acme)
    assert (account.provider, account.external_id) == ("zendesk", "brightlane")
    assert set(account.settings) == {"token_expires_at"}
    assert secrets_of(acme, account) == {"access_token": "access-1", "refresh_token": "refresh-1"}
    assert zendesk.bodies[0]["redirect_uri"] == "http://desk.example/api/zendesk/callback"
    assert zendesk.calls == ["POST /oauth/tokens", "GET /api/v2/users/me.json"]


async def test_every_way_out_has_a_challenge_of_its_own(acme: Office, zendesk: FakeZendesk, way: Way) -> None:
    first = asked_in(await way.there(subdomain="brightlane"))
    second = asked_in(await way.there(subdomain="brightlane"))
    assert first["code_challenge"] != second["code_challenge"]
    zendesk.challenges["code-1"] = first["code_challenge"]
    assert await way.come_back(code="code-1", state=second["state"]) == "error=exchange_refused"


@pytest.mark.parametrize("person", [{"id": None, "role": "end-user"}, {"id": 1, "role": "end-user"}, {}])
async def test_a_token_of_nobody_who_works_there_connects_nothing(
    acme: Office, zendesk: FakeZendesk, way: Way, person: dict[str, object]
) -> None:
    zendesk.person = person
    assert await way.come_back(**await agree(way, zendesk)) == "error=not_staff"
    assert await accounts_of(acme) == []


async def test_a_zendesk_that_is_away_connects_nothing(acme: Office, zendesk: FakeZendesk, way: Way) -> None:
    back = await agree(way, zendesk)
    zendesk.down = 1
    assert await way.come_back(**back) == "error=exchange_failed"
    assert await way.come_back(state=await way.state(subdomain="brightlane")) == "error=no_code"
    assert await accounts_of(acme) == []


async def fresh(office: Office, refused: str | None = None) -> str:
    account = await the_account(office)
    return await office.desk.fresh_token()(office.id, account.id, refused)


async def test_a_token_is_renewed_by_one_process_alone_and_kept_before_it_is_used(
    acme: Office, zendesk: FakeZendesk, way: Way, clock: Clock
) -> None:
    await connect(way, zendesk)
    assert await fresh(acme) == "access-1"
    clock.pass_(hours=48)
    seen: list[str] = []

    async def one() -> None:
        try:
            seen.append(await fresh(acme))
        except TryLater:
            seen.append("later")

    async with anyio.create_task_group() as workers:
        for _ in range(5):
            workers.start_soon(one)
    assert set(seen) == {"later", "access-2"}
    assert zendesk.calls.count("POST /oauth/tokens") == 2
    assert secrets_of(acme, await the_account(acme))["refresh_token"] == "refresh-2"


async def test_a_pair_that_was_lost_on_its_way_is_told_of_once(
    acme: Office, zendesk: FakeZendesk, way: Way, clock: Clock, post: PostOffice
) -> None:
    await connect(way, zendesk)
    clock.pass_(hours=48)
    zendesk.lost = 1
    with pytest.raises(TryLater):
        await fresh(acme)
    for _ in range(2):
        with pytest.raises(GiveUp, match="invalid_grant"):
            await fresh(acme)
    await run_jobs(acme.desk, may_fail=True)
    assert (await the_account(acme)).settings["trouble"].startswith("The Zendesk gives no new access token")
    assert [mail.subject for _, mail in post.sent] == ["Connect brightlane anew"]
    assert "webhooks" not in post.sent[0][1].text
    await connect(way, zendesk)
    assert "trouble" not in (await the_account(acme)).settings
    assert await fresh(acme) == f"access-{zendesk.given}"


async def test_a_pair_that_nobody_uses_is_kept_alive(
    acme: Office, zendesk: FakeZendesk, way: Way, clock: Clock
) -> None:
    await connect(way, zendesk)
    clock.pass_(days=8)
    await acme.desk.check_shops()()
    assert zendesk.given == 1
    clock.pass_(days=2)
    await acme.desk.check_shops()()
    assert zendesk.given == 2


async def test_the_token_is_deleted_there_when_the_account_is_disconnected(
    acme: Office, zendesk: FakeZendesk, way: Way
) -> None:
    await connect(way, zendesk)
    await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    await run_jobs(acme.desk)
    assert zendesk.pairs == {}
    assert (await the_account(acme)).settings["revocation"] == "done"


async def test_a_token_that_has_run_out_is_renewed_so_that_it_can_be_deleted(
    acme: Office, zendesk: FakeZendesk, way: Way
) -> None:
    await connect(way, zendesk)
    zendesk.run_out()
    await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    await run_jobs(acme.desk)
    assert zendesk.pairs == {}
    assert (await the_account(acme)).settings["revocation"] == "done"


@pytest.mark.parametrize(
    "subdomain", ["", "evil.example/", "a@evil.example", "..", "acme.evil.example", "-a"]
)
async def test_nobody_is_sent_to_what_can_be_no_zendesk(way: Way, subdomain: str) -> None:
    answer: httpx2.Response = await way.browser.get(way.out, params={"subdomain": subdomain})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_value")
    assert (await way.browser.get(way.out)).status_code == 400
