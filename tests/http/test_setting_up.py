"""An empty desk is set up in a browser by whoever started it, once."""

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_http.app import create_app
from tests.http.conftest import a_client

FIRST = {
    "organization": "Brightlane",
    "slug": "brightlane",
    "name": "Ada",
    "email": "ada@brightlane.example",
    "password": "correct horse",
}


@pytest.fixture
async def empty() -> tuple[httpx2.AsyncClient, str]:
    desk = in_memory(Settings())
    token = await desk.set_up_desk().offer()
    assert token is not None
    return a_client(create_app(desk, jobs=False)), token


async def test_the_link_makes_an_organization_and_its_admin_who_is_logged_in(
    empty: tuple[httpx2.AsyncClient, str],
) -> None:
    visitor, token = empty
    assert "Set up your desk" in (await visitor.get(f"/setup?token={token}")).text
    done = await visitor.post("/setup", data={"token": token, **FIRST})
    assert (done.status_code, done.headers["location"]) == (303, "/app")
    assert "Brightlane" in (await visitor.get("/app")).text
    assert (await visitor.get("/app/settings/teams")).status_code == 200
    assert (await visitor.get(f"/setup?token={token}")).status_code == 404
    assert (await visitor.post("/setup", data={"token": token, **FIRST})).status_code == 404


@pytest.mark.parametrize(
    ("organization", "slug"),
    [
        ("Brightlane Ltd.", "brightlane-ltd"),
        ("Garden & Söhne", "garden-sohne"),
        ("Groß " * 9, "gross-" * 5 + "gr"),
    ],
)
async def test_a_short_name_is_made_of_the_name_where_none_is_given(
    empty: tuple[httpx2.AsyncClient, str], organization: str, slug: str
) -> None:
    visitor, token = empty
    named = {"token": token, **FIRST, "organization": organization, "slug": ""}
    assert (await visitor.post("/setup", data=named)).status_code == 303
    assert f"{slug}@inbound.localhost" in (await visitor.get("/app")).text


async def test_a_name_without_a_latin_letter_asks_for_a_short_name(
    empty: tuple[httpx2.AsyncClient, str],
) -> None:
    visitor, token = empty
    named = {"token": token, **FIRST, "organization": "園芸", "slug": ""}
    refused = await visitor.post("/setup", data=named)
    assert refused.status_code == 422
    assert "must be 1 to 32 lower-case letters" in refused.text


async def test_an_inbox_that_never_had_a_ticket_tells_an_admin_where_to_begin(
    empty: tuple[httpx2.AsyncClient, str],
) -> None:
    visitor, token = empty
    await visitor.post("/setup", data={"token": token, **FIRST})
    fresh = (await visitor.get("/app")).text
    for room in ("integrations#mailbox", "widgets/new", "users/invite", "imports"):
        assert f'href="/app/settings/{room}"' in fresh
    opened = {"who": "customer", "email": "ida@garden.example", "subject": "Kettle", "message": "It leaks."}
    assert (await visitor.post("/app/tickets/new", data=opened)).status_code == 303
    assert "widgets/new" not in (await visitor.get("/app?queue=done")).text


async def test_another_token_opens_nothing(empty: tuple[httpx2.AsyncClient, str]) -> None:
    visitor, _ = empty
    for wrong in ("", "x", "0" * 43):
        assert (await visitor.get(f"/setup?token={wrong}")).status_code == 404
        assert (await visitor.post("/setup", data={"token": wrong, **FIRST})).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [("slug", "No Such!"), ("email", "nobody"), ("password", "short"), ("organization", " ")],
)
async def test_what_cannot_be_is_told_and_makes_nothing(
    empty: tuple[httpx2.AsyncClient, str], name: str, value: str
) -> None:
    visitor, token = empty
    refused = await visitor.post("/setup", data={"token": token, **FIRST, name: value})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "correct horse" not in refused.text
    assert (await visitor.post("/setup", data={"token": token, **FIRST})).status_code == 303


async def test_a_newer_link_voids_an_older_one_and_a_desk_with_somebody_offers_none() -> None:
    desk = in_memory(Settings())
    setting_up = desk.set_up_desk()
    old, new = await setting_up.offer(), await setting_up.offer()
    assert old is not None
    assert new is not None
    assert not await setting_up.is_open_to(old)
    assert await setting_up.is_open_to(new)
    await desk.create_organization()("acme", "Acme")
    assert not await setting_up.is_open_to(new)
    assert await setting_up.offer() is None
