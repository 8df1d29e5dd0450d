"""A seller is connected by going to Amazon and coming back, and their consent is looked at, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import read_settings
from helpdesk_core.integrations import Integration
from helpdesk_core.users import Role
from tests.due_jobs import run_jobs
from tests.fakes.amazon_login import CLIENT, SECRET, FakeLogin, fake_login
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.test_installs import BLANK, PAGE
from tests.use_cases.conftest import PostOffice

OUT, BACK = "/api/amazon/install", "/api/amazon/callback"
SELLER, AMERICA, GERMANY, JAPAN = "A2QKEXAMPLE7X", "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A1VC38T7YXB528"
APPLICATION = "amzn1.sp.solution.desk"


@pytest.fixture
def login() -> Iterator[FakeLogin]:
    with fake_login() as fake:
        yield fake


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def desk(login: FakeLogin, post: PostOffice) -> Container:
    desk = in_memory(
        evolve(
            BLANK,
            amazon_application_id=APPLICATION,
            amazon_client_id=CLIENT,
            amazon_client_secret=SECRET,
            api_bases={"amazon_lwa": login.base},
        )
    )
    desk.mail_sender.override(providers.Object(post))
    return desk


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        email = await acme.user(Role.ADMIN)
        await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        yield browser


async def test_a_seller_is_connected_by_a_token_that_is_sealed(
    acme: Office, login: FakeLogin, admin: httpx2.AsyncClient
) -> None:
    login.codes.add("code-1")
    out = await admin.get(OUT, params={"marketplace": AMERICA, "organization_id": str(acme.id)})
    there = urlsplit(out.headers["location"])
    assert (there.scheme, there.netloc, there.path) == (
        "https",
        "sellercentral.amazon.com",
        "/apps/authorize/consent",
    )
    query = parse_qs(there.query)
    assert query["application_id"] == [APPLICATION]
    assert query["redirect_uri"] == [f"http://desk.example{BACK}"]
    assert out.headers["referrer-policy"] == "no-referrer"
    back = await admin.get(BACK, params=a_return(state_of(out)))
    assert back.headers["location"] == f"{PAGE}?connected=amazon"
    assert back.headers["referrer-policy"] == "no-referrer"
    (account,) = await accounts(acme)
    assert (account.external_id, account.settings) == (SELLER, {"marketplace": AMERICA})
    assert acme.desk.vault().unseal(account.sealed["refresh_token"]) == "Atzr|1"
    assert login.forms[0]["redirect_uri"] == f"http://desk.example{BACK}"
    assert "Atzr" not in (await acme.client.get("/api/v1/integrations")).text


@pytest.mark.parametrize(
    ("marketplace", "host"),
    [(GERMANY, "sellercentral-europe.amazon.com"), (JAPAN, "sellercentral.amazon.co.jp")],
)
async def test_every_marketplace_has_its_own_seller_central(
    admin: httpx2.AsyncClient, marketplace: str, host: str
) -> None:
    out = await admin.get(OUT, params={"marketplace": marketplace})
    assert urlsplit(out.headers["location"]).netloc == host


@pytest.mark.parametrize("marketplace", ["", "A0", "evil.example", AMERICA.lower(), f"{AMERICA} "])
async def test_nobody_is_sent_anywhere_but_to_a_marketplace(
    admin: httpx2.AsyncClient, marketplace: str
) -> None:
    answer = await admin.get(OUT, params={"marketplace": marketplace})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_value")
    assert (await admin.get(OUT)).status_code == 400


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"spapi_oauth_code": ""}, "no_code"),
        ({"selling_partner_id": ""}, "no_account"),
        ({"selling_partner_id": "../x"}, "no_account"),
        ({"spapi_oauth_code": "another"}, "exchange_refused"),
        ({"state": "guessed"}, "unknown_state"),
    ],
)
async def test_a_return_that_is_not_genuine_connects_nothing(
    acme: Office, login: FakeLogin, admin: httpx2.AsyncClient, changes: dict[str, str], code: str
) -> None:
    login.codes.add("code-1")
    state = state_of(await admin.get(OUT, params={"marketplace": AMERICA}))
    back = await admin.get(BACK, params=a_return(state, **changes))
    assert back.headers["location"] == f"{PAGE}?error={code}"
    assert await accounts(acme) == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("AMAZON_APPLICATION_ID", {"AMAZON_CLIENT_ID": "id", "AMAZON_CLIENT_SECRET": "secret"}),
        ("AMAZON_CLIENT_ID", {"AMAZON_APPLICATION_ID": "application", "AMAZON_CLIENT_SECRET": "secret"}),
        ("AMAZON_CLIENT_SECRET", {"AMAZON_APPLICATION_ID": "application", "AMAZON_CLIENT_ID": "id"}),
    ],
)
async def test_without_an_application_nobody_sets_out(
    acme: Office, admin: httpx2.AsyncClient, tmp_path: Path, name: str, given: dict[str, str]
) -> None:
    settings = read_settings({**given, "HELPDESK_SECRET_KEY": "a key for tests"}, tmp_path)
    acme.desk.installers.override(in_memory(settings).installers)
    answer = await admin.get(OUT, params={"marketplace": AMERICA})
    assert (answer.status_code, answer.json()["code"]) == (503, "missing_setting")
    assert name in answer.json()["detail"]


async def test_a_consent_that_was_withdrawn_is_shown_and_told_once(
    acme: Office, login: FakeLogin, admin: httpx2.AsyncClient, post: PostOffice
) -> None:
    await connect(acme, login, admin)
    await acme.desk.check_sellers()()
    assert await settings_of(acme) == {"marketplace": AMERICA}
    login.refresh_tokens.clear()
    for _ in range(2):
        await acme.desk.check_sellers()()
        await run_jobs(acme.desk)
    assert (await settings_of(acme))["trouble"].startswith("Amazon no longer takes the seller's consent")
    assert [mail.subject for _, mail in post.sent] == [f"Connect the Amazon seller {SELLER} anew"]
    await connect(acme, login, admin)
    await acme.desk.check_sellers()()
    assert await settings_of(acme) == {"marketplace": AMERICA}


async def test_an_amazon_that_is_down_is_no_trouble_of_the_sellers(
    acme: Office, login: FakeLogin, admin: httpx2.AsyncClient
) -> None:
    await connect(acme, login, admin)
    login.down = True
    await acme.desk.check_sellers()()
    assert await settings_of(acme) == {"marketplace": AMERICA}


async def connect(acme: Office, login: FakeLogin, admin: httpx2.AsyncClient) -> None:
    login.codes.add("code-1")
    state = state_of(await admin.get(OUT, params={"marketplace": AMERICA}))
    back = await admin.get(BACK, params=a_return(state))
    assert back.headers["location"] == f"{PAGE}?connected=amazon"


def a_return(state: str, /, **changes: str) -> dict[str, str]:
    told = {"state": state, "selling_partner_id": SELLER, "spapi_oauth_code": "code-1", "mws_auth_token": "x"}
    return {**told, **changes}


def state_of(answer: httpx2.Response) -> str:
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


async def accounts(office: Office) -> list[Integration]:
    return [*await office.desk.store().read(lambda view: view.integrations.of(office.id))]


async def settings_of(office: Office) -> dict[str, str]:
    (account,) = (await office.client.get("/api/v1/integrations")).json()["data"]
    return dict(account["settings"])
