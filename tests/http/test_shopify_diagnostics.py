"""What an admin sees of Shopify's settings, and nobody else; never a secret."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_core.ids import IntegrationId
from helpdesk_core.users import Role
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.test_installs import BLANK

SECRET = "shpss_0123456789abcdef0123456789abcdef"
SHOP = "oak-and-iron.myshopify.com"
PATHS = [
    f"/api/shopify/{name}"
    for name in ("debug", "debug-env", "status", "verify", "verify-secret", "test-oauth-url")
]


@pytest.fixture
async def desk() -> Container:
    return in_memory(
        evolve(
            BLANK,
            public_url="https://desk.example",
            shopify_api_key="app-key",
            shopify_api_secret=(SECRET, "an older one, kept while it is rotated"),
        )
    )


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        browser.base_url = httpx2.URL("https://desk.example")
        email = await acme.user(Role.ADMIN)
        await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        yield browser


@pytest.mark.parametrize("path", PATHS)
async def test_no_secret_is_shown_and_only_admins_look(
    acme: Office, admin: httpx2.AsyncClient, path: str
) -> None:
    answer = await admin.get(path)
    assert answer.status_code == 200
    for secret in (SECRET, SECRET[6:], SECRET[:10], "rotated", *acme.desk.settings().secret_key):
        assert secret not in answer.text
    async with a_client(acme.app) as stranger:
        stranger.base_url = httpx2.URL("https://desk.example")
        assert (await stranger.get(path)).status_code == 401
        email = await acme.user(Role.AGENT, "agent@acme.example")
        await stranger.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert (await stranger.get(path)).status_code == 403


async def test_what_follows_from_the_settings_is_shown(admin: httpx2.AsyncClient) -> None:
    told = (await admin.get("/api/shopify/debug")).json()
    assert set(told) == {"settings", "present"}
    assert told["settings"]["redirect_uri"] == "https://desk.example/api/shopify/callback"
    assert told["settings"]["compliance_uri"] == "https://desk.example/api/webhooks/shopify/gdpr"
    assert told["present"] == {
        "SHOPIFY_API_KEY": True,
        "SHOPIFY_API_SECRET": True,
        "SHOPIFY_SCOPES": True,
        "HELPDESK_PUBLIC_URL": True,
        "HELPDESK_SHOPIFY_API_BASE": False,
    }
    environment = (await admin.get("/api/shopify/debug-env")).json()
    assert environment["SHOPIFY_API_SECRET"] == "shp*** (38 characters), shp*** (38 characters)"
    assert environment["SHOPIFY_API_KEY"] == "app-key"


async def test_a_desk_that_is_set_up_is_valid(admin: httpx2.AsyncClient) -> None:
    told = (await admin.get("/api/shopify/verify")).json()
    assert told == {"valid": True, "warnings": [], "errors": []}
    status = (await admin.get("/api/shopify/status")).json()
    assert status["status"] == "ok"
    assert set(status["checks"].values()) == {"ok"}


async def test_what_is_missing_is_named(acme: Office, admin: httpx2.AsyncClient) -> None:
    bare = evolve(
        BLANK,
        public_url="http://127.0.0.1:8000",
        shopify_api_key=None,
        shopify_api_secret=(),
        shopify_scopes=("read_orders",),
    )
    diagnostics = acme.desk.shopify_diagnostics()
    acme.desk.shopify_diagnostics.override(
        evolve(diagnostics, settings=bare, installer=evolve(diagnostics.installer, key=None, secrets=()))
    )
    told = (await admin.get("/api/shopify/verify")).json()
    assert (told["valid"], len(told["errors"]), len(told["warnings"])) == (False, 3, 2)
    assert (await admin.get("/api/shopify/status")).json()["status"] == "incomplete"
    refused = await admin.get("/api/shopify/test-oauth-url")
    assert refused.status_code == 503
    assert "SHOPIFY_API_KEY" in refused.text


async def test_troubles_of_ones_own_shops_are_told_and_of_no_others(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    for office, shop in ((acme, SHOP), (other, "elm-and-ash.myshopify.com")):
        made = await office.desk.connect_integration()(office.id, "shopify", shop, {})
        await _trouble(office, made.id)
    told = (await admin.get("/api/shopify/verify")).json()
    assert told["warnings"] == [f"{SHOP}: It gives no token.", f"{SHOP}: webhooks not registered"]
    status = (await admin.get("/api/shopify/status")).json()
    assert status["checks"]["shops"] == f"to be connected anew: {SHOP}"


async def _trouble(office: Office, integration_id: IntegrationId) -> None:
    store = office.desk.store()
    known = await store.read(lambda view: view.integrations.get(office.id, integration_id))
    assert known is not None
    settings = {"trouble": "It gives no token.", "webhooks": "not registered"}
    await store.transact(lambda work: work.integrations.replace(evolve(known, settings=settings)))


async def test_published_signatures_are_judged_rightly_whatever_is_sent(admin: httpx2.AsyncClient) -> None:
    told = (await admin.get("/api/shopify/verify-secret")).json()
    assert len(told["examples"]) >= 4
    assert all(example["valid"] for example in told["examples"])
    asked = {"hmac": "00", "shop": SHOP, "body": "x", "secret": SECRET}
    assert (await admin.get("/api/shopify/verify-secret", params=asked)).json() == told


async def test_the_test_url_is_one_that_leads_to_shops_only(admin: httpx2.AsyncClient) -> None:
    told = (await admin.get("/api/shopify/test-oauth-url")).json()["url"]
    assert told.startswith("https://oak-and-iron.myshopify.com/admin/oauth/authorize?client_id=app-key&")
    other = (await admin.get("/api/shopify/test-oauth-url", params={"shop": "elm.myshopify.com"})).json()
    assert other["url"].startswith("https://elm.myshopify.com/")
    refused = await admin.get("/api/shopify/test-oauth-url", params={"shop": "evil.example"})
    assert refused.status_code == 400
    back = await admin.get(
        "/api/shopify/callback", params={"state": "only-a-test", "shop": SHOP, "code": "1"}
    )
    assert back.headers["location"].endswith("?error=unknown_state")
