"""WhatsApp numbers and Facebook pages are connected by one log-in for several, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.fakes.meta_login import APP, SECRET, FakeMeta, fake_meta
from tests.http.conftest import Office, a_client
from tests.http.setting_out import Way, accounts_of, asked_in, logged_in, secrets_of
from tests.http.test_installs import BLANK

MANAGE, SEND = "whatsapp_business_management", "whatsapp_business_messaging"
PAGES = ["pages_show_list", "pages_messaging", "pages_manage_metadata"]
NUMBERS = [
    {"id": "1001", "display_phone_number": "+1 415-555-0142", "verified_name": "Acme"},
    {"id": "1002", "display_phone_number": "+49 30 901820", "verified_name": "Acme Berlin"},
]


@pytest.fixture
def meta() -> Iterator[FakeMeta]:
    with fake_meta() as fake:
        fake.codes.add("code-1")
        yield fake


@pytest.fixture
async def desk(meta: FakeMeta) -> Container:
    applications: dict[str, Any] = {
        "whatsapp_app_id": APP,
        "whatsapp_app_secret": (SECRET,),
        "messenger_app_id": APP,
        "messenger_app_secret": (SECRET,),
    }
    return in_memory(evolve(BLANK, **applications, api_bases={"meta": meta.base}))


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        await logged_in(browser, await acme.user(Role.ADMIN))
        yield browser


@pytest.fixture
def whatsapp(admin: httpx2.AsyncClient, meta: FakeMeta) -> Way:
    meta.scopes = [MANAGE, SEND]
    meta.granular = [{"scope": MANAGE, "target_ids": ["501"]}, {"scope": SEND, "target_ids": ["501"]}]
    meta.lists["501/phone_numbers"] = [NUMBERS[:1], NUMBERS[1:]]
    return Way(admin, "/api/whatsapp/install", "/api/whatsapp/callback")


@pytest.fixture
def messenger(admin: httpx2.AsyncClient, meta: FakeMeta) -> Way:
    meta.scopes = PAGES
    meta.lists["me/accounts"] = [[a_page("2001")], [a_page("2002", tasks=["MESSAGING"])]]
    return Way(admin, "/api/messenger/install", "/api/messenger/callback")


def a_page(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": f"Acme {id}", "access_token": f"EAA-page-{id}", **more}


async def connect(way: Way, meta: FakeMeta) -> str:
    meta.codes.add("code-1")
    return await way.come_back(code="code-1", state=await way.state())


async def ids(office: Office) -> list[str]:
    return [one.external_id for one in await accounts_of(office) if one.state == "connected"]


async def test_every_number_of_an_account_is_connected(acme: Office, meta: FakeMeta, whatsapp: Way) -> None:
    out = await whatsapp.there(organization_id=str(acme.id))
    asked = asked_in(out)
    assert out.headers["location"].startswith("https://www.facebook.com/v")
    assert (asked["client_id"], asked["scope"]) == (APP, f"{MANAGE},{SEND}")
    assert await whatsapp.come_back(code="code-1", state=asked["state"]) == "connected=whatsapp"
    first, second = await accounts_of(acme)
    assert (first.provider, first.external_id, second.external_id) == ("whatsapp", "1001", "1002")
    assert first.settings == {
        "waba_id": "501",
        "granted_by": "10150000000000000",
        "phone_number": "+1 415-555-0142",
        "name": "Acme",
    }
    assert secrets_of(acme, first) == secrets_of(acme, second) == {"access_token": "EAA-user"}
    assert set(meta.subscribed) == {"501"}
    assert meta.redirects == ["http://desk.example/api/whatsapp/callback"]


async def test_a_short_lived_token_is_exchanged_for_a_long_lived_one_and_its_end_is_kept(
    acme: Office, meta: FakeMeta, whatsapp: Way
) -> None:
    meta.lasts = 3600
    assert await connect(whatsapp, meta) == "connected=whatsapp"
    (first, _) = await accounts_of(acme)
    assert secrets_of(acme, first) == {"access_token": "long-EAA-user"}
    until = datetime.fromisoformat(first.settings["token_expires_at"])
    assert timedelta(days=59) < until - datetime.now(UTC) < timedelta(days=61)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": [SEND], "granular": []}, "scope_missing"),
        ({"application": "999"}, "other_application"),
        ({"valid": False}, "exchange_refused"),
        ({"granular": [{"scope": MANAGE}]}, "no_account"),
        ({"granular": [{"scope": MANAGE, "target_ids": ["../me"]}]}, "no_account"),
        ({"granular": [{"scope": MANAGE, "target_ids": ["777"]}]}, "no_numbers"),
        ({"lists": {"501/phone_numbers": [[]]}}, "no_numbers"),
        ({"lists": {"501/phone_numbers": [[{"id": "1/../../me"}]]}}, "no_numbers"),
        ({"no_subscription": {"501": "Requires permission"}}, "not_subscribed"),
        ({"codes": set()}, "exchange_refused"),
        ({"down": 1}, "exchange_failed"),
        ({"busy": 1}, "exchange_failed"),
    ],
)
async def test_a_grant_that_will_not_do_connects_no_number(
    acme: Office, meta: FakeMeta, whatsapp: Way, changes: dict[str, Any], code: str
) -> None:
    for name, value in changes.items():
        setattr(meta, name, value)
    state = await whatsapp.state()
    assert await whatsapp.come_back(code="code-1", state=state) == f"error={code}"
    assert await accounts_of(acme) == []


async def test_who_says_no_there_is_told_so_here(acme: Office, whatsapp: Way) -> None:
    query = {"error": "access_denied", "error_reason": "user_denied", "error_description": "<b>x</b>"}
    assert await whatsapp.come_back(**query, state=await whatsapp.state()) == "error=access_denied"


async def test_a_number_without_the_right_to_send_is_connected_with_its_trouble(
    acme: Office, meta: FakeMeta, whatsapp: Way
) -> None:
    meta.scopes, meta.granular = [MANAGE], [{"scope": MANAGE, "target_ids": ["501"]}]
    assert await connect(whatsapp, meta) == "error=not_subscribed"


async def test_an_account_goes_with_its_last_number_and_the_grant_with_the_last_account(
    acme: Office, meta: FakeMeta, whatsapp: Way
) -> None:
    await connect(whatsapp, meta)
    first, second = await accounts_of(acme)
    await acme.desk.disconnect_integration()(acme.id, first.id, DESK)
    await run_jobs(acme.desk)
    assert set(meta.subscribed) == {"501"}, "the other number still needs it"
    assert meta.void == set()
    await acme.desk.disconnect_integration()(acme.id, second.id, DESK)
    await run_jobs(acme.desk)
    assert set(meta.subscribed) == set()
    assert meta.void == {"EAA-user"}
    assert {one.settings["revocation"] for one in await accounts_of(acme)} == {"done"}


async def test_a_revocation_that_meta_has_no_time_for_is_tried_again(
    acme: Office, meta: FakeMeta, whatsapp: Way
) -> None:
    meta.lists["501/phone_numbers"] = [NUMBERS[:1]]
    await connect(whatsapp, meta)
    (account,) = await accounts_of(acme)
    await acme.desk.disconnect_integration()(acme.id, account.id, DESK)
    meta.busy = 1
    await run_jobs(acme.desk, may_fail=True)
    (account,) = await accounts_of(acme)
    assert (account.state, account.settings["revocation"]) == ("disconnected", "under way")
    assert set(meta.subscribed) == {"501"}


async def test_every_page_is_connected_with_a_token_of_its_own(
    acme: Office, meta: FakeMeta, messenger: Way
) -> None:
    out = asked_in(await messenger.there())
    assert out["scope"] == ",".join(PAGES)
    assert await messenger.come_back(code="code-1", state=out["state"]) == "connected=messenger"
    first, second = await accounts_of(acme)
    assert (first.external_id, second.external_id) == ("2001", "2002")
    assert first.settings == {"name": "Acme 2001", "granted_by": "10150000000000000"}
    assert secrets_of(acme, first) == {"access_token": "EAA-page-2001"}
    assert "message_echoes" in meta.subscribed["2001"]
    assert set(meta.subscribed) == {"2001", "2002"}


async def test_pages_that_were_not_granted_are_left_alone(
    acme: Office, meta: FakeMeta, messenger: Way
) -> None:
    meta.granular = [{"scope": "pages_messaging", "target_ids": ["2002", "2003", "2004"]}]
    meta.lists["me/accounts"] = [
        [a_page("2001"), a_page("2002"), a_page("2003", tasks=["ADVERTISE"]), {"id": "2004", "name": "x"}]
    ]
    assert await connect(messenger, meta) == "connected=messenger"
    assert await ids(acme) == ["2002"]
    assert set(meta.subscribed) == {"2002"}


async def test_a_page_of_another_organization_is_left_out_and_the_page_says_so(
    acme: Office, other: Office, meta: FakeMeta, messenger: Way
) -> None:
    await other.desk.connect_integration()(other.id, "messenger", "2001", {"access_token": "theirs"})
    assert await connect(messenger, meta) == "connected=messenger&left_out=1"
    assert (await ids(acme), await ids(other)) == (["2002"], ["2001"])
    (theirs,) = await accounts_of(other)
    assert secrets_of(other, theirs) == {"access_token": "theirs"}
    page = await messenger.browser.get("/app/settings/integrations?connected=messenger&left_out=1")
    assert "another organization has connected was left out" in page.text
    meta.lists["me/accounts"] = [[a_page("2001")]]
    assert await connect(messenger, meta) == "error=connected_elsewhere"


async def test_a_page_that_meta_does_not_subscribe_is_connected_with_its_trouble(
    acme: Office, meta: FakeMeta, messenger: Way
) -> None:
    meta.no_subscription = {"2001": "(#200) To subscribe, pages_manage_metadata is needed"}
    assert await connect(messenger, meta) == "connected=messenger"
    first, second = await accounts_of(acme)
    assert "pages_manage_metadata is needed" in first.settings["trouble"]
    assert "trouble" not in second.settings


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": PAGES[:2]}, "scope_missing"),
        ({"lists": {"me/accounts": [[]]}}, "no_pages"),
        ({"lists": {}}, "no_pages"),
        ({"lists": {"me/accounts": [[a_page("../me")]]}}, "no_pages"),
        ({"no_subscription": {"2001": "no", "2002": "no"}}, "not_subscribed"),
        ({"lists": {"me/accounts": [[]] * 60}}, "too_many_accounts"),
    ],
)
async def test_a_grant_that_will_not_do_connects_no_page(
    acme: Office, meta: FakeMeta, messenger: Way, changes: dict[str, Any], code: str
) -> None:
    for name, value in changes.items():
        setattr(meta, name, value)
    assert await connect(messenger, meta) == f"error={code}"
    assert await accounts_of(acme) == []


async def test_a_page_that_is_disconnected_sends_nothing_more_and_the_others_go_on(
    acme: Office, meta: FakeMeta, messenger: Way
) -> None:
    await connect(messenger, meta)
    first, _ = await accounts_of(acme)
    await acme.desk.disconnect_integration()(acme.id, first.id, DESK)
    await run_jobs(acme.desk)
    assert set(meta.subscribed) == {"2002"}
    assert meta.void == set()
