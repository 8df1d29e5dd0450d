"""A shop's token is renewed in time, once, and not lost; and the shop is told where to send its webhooks."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import GiveUp, JobState, TryLater
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.use_cases.accounts.fresh_token import FORMER
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.fakes.shopify_api import KEY, SECRET, FakeShop, fake_shop
from tests.use_cases.conftest import Clock, PostOffice

SHOP = "oak-and-iron.myshopify.com"
TOPICS = {
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED",
    "APP_UNINSTALLED",
}


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with fake_shop() as fake:
        fake.given = 1
        fake.refresh_tokens, fake.access_tokens = {"shprt_1"}, {"shpat_1"}
        yield fake


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))  # a shop's answer counts from when it comes


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def desk(shop: FakeShop, clock: Clock, post: PostOffice) -> AsyncIterator[Container]:
    made = in_memory(
        Settings(
            secret_key=("a key for tests",),
            public_url="https://desk.example",
            shopify_api_key=KEY,
            shopify_api_secret=(SECRET,),
            api_bases={"shopify": shop.base},
        )
    )
    made.clock.override(providers.Object(clock))
    made.mail_sender.override(providers.Object(post))
    yield made
    await made.http().close()


@pytest.fixture
async def acme(desk: Container, clock: Clock) -> Organization:
    acme = await desk.create_organization()("acme", "Acme")
    await desk.create_user()(acme.id, "boss@acme.example", "Boss", Role.ADMIN, "a long password")
    until = (clock() + timedelta(hours=1)).isoformat()
    values = {"access_token": "shpat_1", "refresh_token": "shprt_1", "token_expires_at": until}
    await desk.connect_integration()(acme.id, "shopify", SHOP, values)
    return acme


async def account(desk: Container) -> Integration:
    found = await desk.store().read(lambda view: view.integrations.known("shopify", SHOP))
    assert found is not None
    return found


async def token(desk: Container, refused: str | None = None) -> str:
    known = await account(desk)
    return await desk.fresh_token()(known.organization_id, known.id, refused)


def run_out(desk: Container, clock: Clock) -> None:
    clock.pass_(minutes=56)


async def test_a_token_is_used_while_it_holds(desk: Container, shop: FakeShop, acme: Organization) -> None:
    assert await token(desk) == "shpat_1"
    assert shop.calls == []


async def test_a_token_is_renewed_before_it_runs_out(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    run_out(desk, clock)
    assert await token(desk) == "shpat_2"
    assert shop.calls == ["access_token"]
    secrets = (await account(desk)).sealed
    assert {name: desk.vault().unseal(sealed) for name, sealed in secrets.items()} == {
        "access_token": "shpat_2",
        "refresh_token": "shprt_2",
        FORMER: "shprt_1",
    }


async def test_two_workers_renew_it_once(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    run_out(desk, clock)
    shop.lasts, seen = 7200, list[str]()

    async def one() -> None:
        try:
            seen.append(await token(desk))
        except TryLater:
            seen.append("later")

    async with anyio.create_task_group() as workers:
        for _ in range(5):
            workers.start_soon(one)
    assert sorted(set(seen)) == ["later", "shpat_2"]
    assert shop.calls == ["access_token"]
    assert await token(desk) == "shpat_2"
    assert shop.calls == ["access_token"]


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_an_answer_that_is_lost_loses_no_token(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization, lost: int
) -> None:
    run_out(desk, clock)
    shop.lost = lost
    for _ in range(lost):
        with pytest.raises(TryLater):
            await token(desk)
    assert await token(desk) == f"shpat_{lost + 2}"
    assert (await account(desk)).settings.get("trouble") is None


async def test_the_former_token_goes_once_the_new_one_was_used(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    run_out(desk, clock)
    fresh, known = await token(desk), await account(desk)
    await desk.fresh_token().used(known.organization_id, known.id, "another")
    assert FORMER in (await account(desk)).sealed
    await desk.fresh_token().used(known.organization_id, known.id, fresh)
    assert FORMER not in (await account(desk)).sealed


async def test_where_the_new_refresh_token_is_not_taken_the_former_one_is_tried(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    run_out(desk, clock)
    await token(desk)
    shop.refresh_tokens.discard("shprt_2")
    clock.pass_(hours=2)
    assert await token(desk) == "shpat_3"


async def test_a_dead_token_is_told_of_once_until_the_shop_is_connected_anew(
    desk: Container, shop: FakeShop, clock: Clock, post: PostOffice, acme: Organization
) -> None:
    shop.refresh_tokens.clear()
    run_out(desk, clock)
    for _ in range(3):
        with pytest.raises(GiveUp, match="invalid_grant"):
            await token(desk)
    await run_jobs(desk, may_fail=True)
    assert "invalid_grant" in (await account(desk)).settings["trouble"]
    assert [mail.subject for _, mail in post.sent] == [f"Connect {SHOP} anew"]
    again = {"access_token": "shpat_9", "refresh_token": "shprt_9"}
    shop.access_tokens, shop.refresh_tokens = {"shpat_9"}, {"shprt_9"}
    until = (clock() + timedelta(hours=1)).isoformat()
    await desk.connect_integration()(acme.id, "shopify", SHOP, {**again, "token_expires_at": until})
    assert "trouble" not in (await account(desk)).settings
    assert await token(desk) == "shpat_9"


async def test_a_token_that_never_runs_out_and_is_refused_is_trouble(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    other = "elm-and-ash.myshopify.com"
    await desk.connect_integration()(acme.id, "shopify", other, {"access_token": "shpat_x"})
    known = await desk.store().read(lambda view: view.integrations.by_account("shopify", other))
    assert known is not None
    assert await desk.fresh_token()(acme.id, known.id) == "shpat_x"
    with pytest.raises(GiveUp):
        await desk.fresh_token()(acme.id, known.id, refused="shpat_x")


async def test_a_secret_of_the_desks_own_that_is_wrong_is_no_shops_trouble(
    desk: Container, shop: FakeShop, clock: Clock, post: PostOffice, acme: Organization
) -> None:
    run_out(desk, clock)
    fresh = desk.fresh_token()
    renew = evolve(desk.installers()["shopify"], secrets=("another",)).renew
    wrong = evolve(fresh, renewals={"shopify": renew})
    with pytest.raises(GiveUp, match="key and secret"):
        await wrong(acme.id, (await account(desk)).id)
    assert "trouble" not in (await account(desk)).settings


async def test_a_token_that_nobody_uses_is_kept_alive(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    await run_jobs(desk)
    clock.pass_(days=20)
    await desk.check_shops()()
    assert "access_token" not in shop.calls
    clock.pass_(days=11)
    await desk.check_shops()()
    assert shop.calls.count("access_token") == 1
    assert (await account(desk)).settings["webhooks"] == "registered"


async def test_a_shop_that_was_not_told_is_told_when_that_can_be(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    known = await account(desk)
    await evolve(desk.register_webhooks(), uri=None)(acme.id, known.id)
    await desk.check_shops()()
    await run_jobs(desk)
    assert (await account(desk)).settings["webhooks"] == "registered"


async def test_a_shop_in_trouble_is_left_to_its_admins(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    await run_jobs(desk)
    shop.refresh_tokens.clear()
    clock.pass_(days=31)
    for _ in range(2):
        await desk.check_shops()()
    assert "invalid_grant" in (await account(desk)).settings["trouble"]
    assert shop.calls.count("access_token") == 1


async def test_a_connected_shop_is_told_where_to_send_every_topic(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    await run_jobs(desk)
    assert set(shop.subscriptions) == TOPICS
    assert set(shop.subscriptions.values()) == {"https://desk.example/api/webhooks/shopify"}
    assert (await account(desk)).settings["webhooks"] == "registered"
    await desk.connect_integration()(acme.id, "shopify", SHOP, {"access_token": "shpat_1"})
    await run_jobs(desk)
    assert (await account(desk)).settings["webhooks"] == "registered", "what is there already is no failure"


async def test_a_topic_that_is_refused_is_told_and_tried_again(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    shop.refused_topics["ORDERS_CREATE"] = "You do not have access to protected customer data"
    await run_jobs(desk, may_fail=True)
    told = (await account(desk)).settings["webhooks"]
    assert told == "not registered: orders/create (You do not have access to protected customer data)"
    assert set(shop.subscriptions) == TOPICS - {"ORDERS_CREATE"}
    shop.refused_topics.clear()
    clock.pass_(minutes=1)
    await run_jobs(desk)
    assert (await account(desk)).settings["webhooks"] == "registered"


async def test_a_shop_that_is_busy_is_asked_again(
    desk: Container, shop: FakeShop, clock: Clock, acme: Organization
) -> None:
    shop.throttled = 1
    await run_jobs(desk, may_fail=True)
    assert "patience" in (await account(desk)).settings["webhooks"]
    clock.pass_(minutes=1)
    await run_jobs(desk)
    assert (await account(desk)).settings["webhooks"] == "registered"


async def test_a_token_that_the_shop_does_not_take_is_renewed_on_the_way(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    shop.access_tokens = {"another"}
    await run_jobs(desk)
    assert (await account(desk)).settings["webhooks"] == "registered"
    assert shop.calls.count("access_token") == 1
    assert FORMER not in (await account(desk)).sealed, "the new token was used"


async def test_without_a_public_address_it_says_what_is_missing(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    nameless = evolve(desk.register_webhooks(), uri=None)
    known = await account(desk)
    await nameless(acme.id, known.id)
    assert (await account(desk)).settings["webhooks"].startswith("HELPDESK_PUBLIC_URL is not set")
    assert shop.calls == []


async def test_a_shop_that_was_disconnected_is_left_alone(
    desk: Container, shop: FakeShop, acme: Organization
) -> None:
    await desk.disconnect_integration()(acme.id, (await account(desk)).id, DESK)
    await run_jobs(desk)
    assert shop.calls == []
    with pytest.raises(GiveUp):
        await token(desk)
    dead = await desk.store().read(
        lambda view: view.jobs.page(JobFilter(state=JobState.DEAD), Page(sort="created_at"))
    )
    assert [*dead.items] == []
