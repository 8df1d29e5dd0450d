"""What a key is told of its limit, and what happens beyond it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.rate_limits import Rate
from helpdesk_core.users import Scope
from helpdesk_http.app import create_app
from tests.http.conftest import Office, a_client, an_office


async def office_with(rate: Rate | None) -> tuple[Container, Any]:
    desk = in_memory(Settings(secret_key=("a key for tests",), api_rate_limit=rate))
    return desk, create_app(desk, jobs=False)


@pytest.fixture
async def hurried() -> AsyncIterator[Office]:
    """An office whose keys may make three requests an hour."""
    desk, app = await office_with(Rate(3, 3600))
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "acme")
        async with office.client:
            yield office


async def test_every_answer_to_a_key_tells_what_is_left(acme: Office) -> None:
    answers = [
        await acme.client.get("/api/v1/tickets"),
        await acme.client.get("/api/v1/tickets?limit=0"),
        await acme.client.post("/api/v1/tickets", content=b"{"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 400]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"api";q=6000;w=60'}
    left = [re.fullmatch(r'"api";r=(\d+);t=(\d+)', answer.headers["ratelimit"]) for answer in answers]
    assert [int(found[1]) for found in left if found] == [5999, 5998, 5997]
    assert all(1 <= int(found[2]) <= 60 for found in left if found)


async def test_beyond_it_the_answer_is_a_429_that_says_when_to_come_back(hurried: Office) -> None:
    for _ in range(3):
        assert (await hurried.client.get("/api/v1/tickets")).status_code == 200
    refused = await hurried.client.get("/api/v1/tickets")
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["ratelimit"] == f'"api";r=0;t={refused.headers["retry-after"]}'


async def test_another_key_and_a_stranger_have_nothing_to_do_with_it(hurried: Office) -> None:
    for _ in range(4):
        await hurried.client.get("/api/v1/tickets")
    async with await hurried.client_with(Scope.READ) as another, a_client(hurried.app) as stranger:
        assert (await another.get("/api/v1/tickets")).status_code == 200
        assert (await another.get("/api/v1/tickets")).headers["ratelimit"].startswith('"api";r=1;')
        unknown = await stranger.get("/api/v1/tickets")
    assert unknown.status_code == 401
    assert "ratelimit" not in unknown.headers


async def test_a_desk_without_a_limit_tells_nothing() -> None:
    desk, app = await office_with(None)
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "acme")
        async with office.client:
            answer = await office.client.get("/api/v1/tickets")
    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers
