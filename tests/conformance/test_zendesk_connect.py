"""How a Zendesk is connected, against cases that are not ours."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.imports.zendesk.oauth import ZendeskInstaller
from helpdesk_adapters.imports.zendesk.subdomains import subdomain_of
from helpdesk_adapters.provider_bases import PROVIDER_BASES
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import OrganizationId
from helpdesk_core.pkce import challenge_of, verifier_of
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.users import Role
from helpdesk_http.app import create_app
from tests.fakes.zendesk_login import CLIENT, SECRET, FakeZendesk, fake_zendesk_login
from tests.http.conftest import PASSWORD, a_client


@pytest.fixture
def told(shared: Path) -> dict[str, Any]:
    path = shared / "protocols" / "messaging" / "fixtures" / "zendesk" / "connect_input_cases.json"
    return dict(json.loads(path.read_text("utf-8")))


@pytest.fixture
def installer() -> ZendeskInstaller:
    return ZendeskInstaller(OutgoingHttp(), "helpdesk_import", "secret", b"key", PROVIDER_BASES["zendesk"])


def test_every_subdomain_is_judged_as_published(told: dict[str, Any], installer: ZendeskInstaller) -> None:
    assert len(told["cases"]) > 10
    for case in told["cases"]:
        written = case["in"]
        if case["ok"]:
            assert subdomain_of(written) == case.get("normal", written)
        elif "strip" in case.get("or", ""):
            assert subdomain_of(written) == written.removesuffix(".zendesk.com")
        else:
            assert subdomain_of(written) is None, written
            with pytest.raises(InvalidValue):
                installer.target_of({"subdomain": written})


def test_the_challenge_is_that_of_the_standard(told: dict[str, Any]) -> None:
    pair = told["pkce_s256"]
    assert challenge_of(pair["code_verifier"]) == pair["code_challenge"]
    verifier = verifier_of(b"key", "state")
    assert len(verifier) == 43
    assert verifier == verifier_of(b"key", "state") != verifier_of(b"another key", "state")


def test_the_browser_is_sent_to_the_address_that_is_published(
    told: dict[str, Any], installer: ZendeskInstaller
) -> None:
    published = urlsplit(told["authorize_url_example"])
    ours = urlsplit(installer.ask_url("acmedemo", "OPAQUE", "https://desk.example.com/api/zendesk/callback"))
    assert ours[:3] == published[:3]
    expected, asked = parse_qs(published.query), parse_qs(ours.query)
    for query in (expected, asked):
        assert len(query.pop("code_challenge")[0]) == 43
    assert asked == expected


async def test_every_return_is_judged_as_published(told: dict[str, Any]) -> None:
    with fake_zendesk_login() as zendesk:
        desk = in_memory(
            Settings(
                secret_key=("a key for tests",),
                zendesk_client_id=CLIENT,
                zendesk_client_secret=SECRET,
                api_bases={"zendesk": zendesk.base},
            )
        )
        app = create_app(desk, jobs=False)
        async with app.router.lifespan_context(app):
            organization = await desk.create_organization()("acme", "Acme")
            for case in told["callback_cases"]:
                went = await _went(desk, app, organization.id, zendesk, case["query"])
                assert went == EXPECTED[case["expect"].partition(" ")[0].strip(",:")], case


EXPECTED = {
    "exchange": "?connected=zendesk",
    "reject": "?error=",
    "show": "?error=access_denied",
    "ignore": "?connected=zendesk",
    "second": "?error=",
}
"""By the first word of what is expected, how the address of our page goes on."""


async def _went(
    desk: Container, app: Any, organization_id: OrganizationId, zendesk: FakeZendesk, query: str
) -> str:
    """How a return with this query ends, in a browser of its own."""
    email = f"{desk.new_id()()}@acme.example"
    await desk.create_user()(organization_id, email, "Boss", Role.ADMIN, PASSWORD)
    async with a_client(app) as browser, a_client(app) as another:
        for one in (browser, another):
            await one.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        states = {name: await _state(browser, zendesk) for name in ("GOOD", "USED", "EXPIRED")}
        states["OTHER_SESSION"] = await _state(another, zendesk)
        await browser.get("/api/zendesk/callback", params={"code": "abc", "state": states["USED"]})
        await _expire(desk, states["EXPIRED"])
        states["GOOD"] = await _state(browser, zendesk)
        told, _, again = query.partition(" (")
        for name, state in states.items():
            told = told.replace(f"state={name}", f"state={state}")
        calls = zendesk.calls.count("POST /oauth/tokens")
        answer = await browser.get(f"/api/zendesk/callback?{told}")
        if again:
            answer = await browser.get(f"/api/zendesk/callback?{told}")
        exchanges = zendesk.calls.count("POST /oauth/tokens") - calls
    path, mark, rest = answer.headers["location"].partition("?")
    assert path == "/app/settings/integrations"
    assert exchanges == (1 if again or rest.startswith("connected") else 0)
    known = rest in ("connected=zendesk", "error=access_denied")
    return mark + (rest if known else rest.partition("=")[0] + "=")


async def _state(browser: httpx2.AsyncClient, zendesk: FakeZendesk) -> str:
    out = await browser.get("/api/zendesk/connect", params={"subdomain": "acmedemo"})
    asked = parse_qs(urlsplit(out.headers["location"]).query)
    zendesk.challenges["abc"] = asked["code_challenge"][0]
    return asked["state"][0]


async def _expire(desk: Container, state: str) -> None:
    async def unit(work: Work) -> None:
        install = await work.installs.take(digest(state))
        assert install is not None
        await work.installs.add(evolve(install, expires_at=desk.clock()()))

    await desk.store().transact(unit)
