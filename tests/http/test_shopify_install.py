"""A shop is connected by going there and coming back, over HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_core.integrations import Integration
from helpdesk_core.signatures import query_hmac
from helpdesk_core.users import Role
from tests.fakes.shopify_api import KEY, SECRET, FakeShop, fake_shop
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.test_installs import BLANK, PAGE

OUT, BACK = "/api/shopify/install", "/api/shopify/callback"
SHOP = "oak-and-iron.myshopify.com"


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with fake_shop() as fake:
        yield fake


@pytest.fixture
async def desk(shop: FakeShop) -> Container:
    return in_memory(
        evolve(
            BLANK,
            shopify_api_key=KEY,
            shopify_api_secret=(SECRET,),
            api_bases={"shopify": shop.base},
        )
    )


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        email = await acme.user(Role.ADMIN)
        await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        yield browser


async def test_a_shop_is_connected_with_a_token_that_can_be_renewed(
    acme: Office, shop: FakeShop, admin: httpx2.AsyncClient
) -> None:
    shop.codes.add("code-1")
    out = await admin.get(OUT, params={"shop": SHOP.upper(), "organization_id": str(acme.id)})
    assert out.headers["location"].startswith(shop.base.format(shop=SHOP) + "/admin/oauth/authorize?")
    back = await admin.get(f"{BACK}?{a_return(state_of(out))}")
    assert back.headers["location"] == f"{PAGE}?connected=shopify"
    (account,) = await accounts(acme)
    assert (account.provider, account.external_id) == ("shopify", SHOP)
    secrets = {name: acme.desk.vault().unseal(sealed) for name, sealed in account.sealed.items()}
    assert secrets == {"access_token": "shpat_1", "refresh_token": "shprt_1"}
    left = datetime.fromisoformat(account.settings["token_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


async def test_a_shop_that_comes_again_is_updated_in_place(
    acme: Office, shop: FakeShop, admin: httpx2.AsyncClient
) -> None:
    for number in (1, 2):
        shop.codes.add("code-1")
        out = await admin.get(OUT, params={"shop": SHOP})
        await admin.get(f"{BACK}?{a_return(state_of(out))}")
        (account,) = await accounts(acme)
        assert acme.desk.vault().unseal(account.sealed["access_token"]) == f"shpat_{number}"


@pytest.mark.parametrize(
    "shop_name", ["evil.example", "evil.example/.myshopify.com", "a.b.myshopify.com", "", "-x.myshopify.com"]
)
async def test_nobody_is_sent_anywhere_but_to_a_shop(
    acme: Office, admin: httpx2.AsyncClient, shop_name: str
) -> None:
    answer = await admin.get(OUT, params={"shop": shop_name})
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"hmac": "00" * 32}, "bad_signature"),
        ({"timestamp": "1600000000"}, "bad_signature"),
        ({"shop": "other.myshopify.com"}, "other_account"),
    ],
)
async def test_a_return_that_is_not_genuine_connects_nothing(
    acme: Office, shop: FakeShop, admin: httpx2.AsyncClient, query: dict[str, str], code: str
) -> None:
    shop.codes.add("code-1")
    state = state_of(await admin.get(OUT, params={"shop": SHOP}))
    back = await admin.get(f"{BACK}?{a_return(state, **query)}")
    assert back.headers["location"] == f"{PAGE}?error={code}"
    assert await accounts(acme) == []


async def test_a_shop_that_grants_less_than_the_desk_needs_is_not_connected(
    acme: Office, shop: FakeShop, admin: httpx2.AsyncClient
) -> None:
    shop.codes.add("code-1")
    shop.scope = "read_orders"
    state = state_of(await admin.get(OUT, params={"shop": SHOP}))
    back = await admin.get(f"{BACK}?{a_return(state)}")
    assert back.headers["location"] == f"{PAGE}?error=scope_missing"
    shop.codes.add("code-1")
    shop.scope = "write_orders,read_customers"
    state = state_of(await admin.get(OUT, params={"shop": SHOP}))
    assert (await admin.get(f"{BACK}?{a_return(state)}")).headers["location"].endswith("connected=shopify")


def a_return(state: str, **changes: str) -> str:
    told = {
        "code": "code-1",
        "shop": SHOP,
        "state": state,
        "timestamp": str(int(datetime.now(UTC).timestamp())),
        **changes,
    }
    mac = told.pop("hmac", None)
    query = urlencode(told)
    return f"{query}&hmac={mac}" if mac else query_hmac.sign(query, SECRET)


def state_of(answer: httpx2.Response) -> str:
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


async def accounts(office: Office) -> list[Integration]:
    return [*await office.desk.store().read(lambda view: view.integrations.of(office.id))]
