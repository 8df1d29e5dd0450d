"""A Slack workspace is connected by going there and coming back, and told when it is disconnected, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.fakes.slack_login import CLIENT, INSTALLED, SECRET, FakeSlack, fake_slack_login
from tests.http.conftest import Office, a_client
from tests.http.setting_out import Way, accounts_of, asked_in, logged_in, secrets_of, the_account
from tests.http.test_installs import BLANK


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with fake_slack_login() as fake:
        fake.codes.add("code-1")
        yield fake


@pytest.fixture
async def desk(slack: FakeSlack) -> Container:
    api = {"slack": slack.base}
    return in_memory(evolve(BLANK, slack_client_id=CLIENT, slack_client_secret=SECRET, api_bases=api))


@pytest.fixture
async def way(acme: Office) -> AsyncIterator[Way]:
    async with a_client(acme.app) as browser:
        await logged_in(browser, await acme.user(Role.ADMIN))
        yield Way(browser, "/api/slack/install", "/api/slack/callback")


async def connect(way: Way) -> None:
    assert await way.come_back(code="code-1", state=await way.state()) == "connected=slack"


async def test_a_workspace_is_connected_with_the_token_of_its_bot(
    acme: Office, slack: FakeSlack, way: Way
) -> None:
    out = await way.there(organization_id=str(acme.id))
    assert out.headers["location"].startswith(f"{slack.base}/oauth/v2/authorize?")
    asked = asked_in(out)
    assert asked["client_id"] == CLIENT
    assert {"chat:write", "channels:history", "files:read"} <= set(asked["scope"].split(","))
    assert await way.come_back(code="code-1", state=asked["state"]) == "connected=slack"
    account = await the_account(acme)
    assert (account.provider, account.external_id) == ("slack", "T0ACME")
    assert account.settings == {"bot_user_id": "U0BOT", "app_id": "A0DESK", "name": "Acme"}
    assert secrets_of(acme, account) == {"bot_token": "xoxb-1"}
    assert slack.forms[0]["redirect_uri"] == asked["redirect_uri"] == "http://desk.example/api/slack/callback"
    assert "xoxb" not in (await acme.client.get("/api/v1/integrations")).text


async def test_a_whole_enterprise_is_connected_as_such(acme: Office, slack: FakeSlack, way: Way) -> None:
    slack.told |= {
        "team": None,
        "enterprise": {"id": "E0GRID", "name": "Acme Group"},
        "is_enterprise_install": True,
    }
    await connect(way)
    account = await the_account(acme)
    assert account.external_id == "E0GRID"
    assert account.settings["enterprise_id"] == "E0GRID"
    assert account.settings["name"] == "Acme Group"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"team": None}, "no_account"),
        ({"team": {"id": "../T0"}}, "no_account"),
        ({"token_type": "user"}, "exchange_refused"),
        ({"access_token": None}, "exchange_refused"),
        ({"access_token": "xoxb-\ud800"}, "exchange_refused"),
        ({"refresh_token": "xoxe-1", "expires_in": 43_200}, "token_rotation"),
    ],
)
async def test_an_answer_that_will_not_do_connects_nothing(
    acme: Office, slack: FakeSlack, way: Way, told: dict[str, Any], code: str
) -> None:
    slack.told = {**INSTALLED, **told}
    assert await way.come_back(code="code-1", state=await way.state()) == f"error={code}"
    assert await accounts_of(acme) == []


async def test_a_bot_that_may_not_write_is_connected_with_its_trouble(
    acme: Office, slack: FakeSlack, way: Way
) -> None:
    slack.told["scope"] = "commands,incoming-webhook"
    await connect(way)
    assert "chat:write" in (await the_account(acme)).settings["trouble"]
    slack.codes.add("code-1")
    slack.told = dict(INSTALLED)
    await connect(way)
    assert "trouble" not in (await the_account(acme)).settings


async def test_a_code_that_slack_does_not_know_is_refused(acme: Office, slack: FakeSlack, way: Way) -> None:
    assert await way.come_back(code="another", state=await way.state()) == "error=exchange_refused"
    assert await way.come_back(state=await way.state()) == "error=no_code"
    slack.down = 1
    assert await way.come_back(code="code-1", state=await way.state()) == "error=exchange_failed"
    assert await accounts_of(acme) == []


async def test_a_workspace_that_is_disconnected_is_told(acme: Office, slack: FakeSlack, way: Way) -> None:
    await connect(way)
    ended = await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    assert (ended.sealed, ended.settings["revocation"]) == ({}, "under way")
    await run_jobs(acme.desk)
    assert slack.tokens == set()
    assert (await the_account(acme)).settings["revocation"] == "done"


async def test_a_token_that_is_void_already_is_as_good_as_given_back(
    acme: Office, slack: FakeSlack, way: Way
) -> None:
    await connect(way)
    slack.tokens.clear()
    await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    await run_jobs(acme.desk)
    assert (await the_account(acme)).settings["revocation"] == "done"


async def test_where_slack_refuses_that_stands_with_the_account_and_nothing_else_changes(
    acme: Office, slack: FakeSlack, way: Way
) -> None:
    await connect(way)
    slack.refuses = "restricted_action"
    await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    await run_jobs(acme.desk)
    told = (await the_account(acme)).settings["revocation"]
    assert told.startswith("not done, remove the desk's access there yourself")
    assert "restricted_action" in told
    assert slack.tokens == {"xoxb-1"}
    page = await way.browser.get("/app/settings/integrations")
    assert "restricted_action" in page.text


async def test_a_workspace_that_is_connected_again_at_once_keeps_its_token(
    acme: Office, slack: FakeSlack, way: Way
) -> None:
    await connect(way)
    await acme.desk.disconnect_integration()(acme.id, (await the_account(acme)).id, DESK)
    slack.codes.add("code-1")
    await connect(way)
    await run_jobs(acme.desk)
    assert slack.tokens == {"xoxb-1"}
    assert "revocation" not in (await the_account(acme)).settings
