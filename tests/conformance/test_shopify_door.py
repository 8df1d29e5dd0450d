"""What Shopify's door answers to every vector, and that it keeps nothing of what it refuses."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter, JobFilter
from helpdesk_http.app import create_app

DOORS = {"shopify": "/api/webhooks/shopify", "shopify-gdpr": "/api/webhooks/shopify/gdpr"}


@pytest.mark.parametrize("provider", DOORS)
async def test_every_vector_gets_the_status_it_expects(shared: Path, provider: str) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / provider / "vectors.json"
    told = json.loads(file.read_bytes())
    usual = [told["client_secret"]]
    answered, expected = {}, {}
    for vector in told["vectors"]:
        desk = _desk(tuple(vector.get("client_secrets_configured", usual)))
        status = await _posted(desk, DOORS[provider], vector)
        answered[vector["name"]] = (status, await _kept(desk))
        wanted = _status(vector)
        expected[vector["name"]] = (wanted, int(wanted == 200))
    assert answered == expected


async def test_without_a_secret_nothing_is_accepted(shared: Path) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / "shopify-gdpr" / "vectors.json"
    for vector in json.loads(file.read_bytes())["vectors"]:
        desk = _desk(())
        assert (await _posted(desk, DOORS["shopify-gdpr"], vector), await _kept(desk)) == (503, 0)


async def test_a_delivery_that_comes_again_is_kept_once(shared: Path) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / "shopify-gdpr" / "vectors.json"
    told = json.loads(file.read_bytes())
    desk, vector = _desk((told["client_secret"],)), told["vectors"][0]
    assert [await _posted(desk, DOORS["shopify-gdpr"], vector) for _ in range(3)] == [200, 200, 200]
    assert await _kept(desk) == 1


def _status(vector: dict[str, Any]) -> int:
    """What the vector says, or what follows: 401 for what is not proven, 400 for what cannot be read then."""
    if "http_status" in vector:
        return int(vector["http_status"])
    if vector["expect"] == "valid":
        return 400 if vector.get("then", "").startswith("400") else 200
    return 400 if vector["name"] in UNREADABLE else 401


UNREADABLE = frozenset({"empty_body", "missing_topic", "missing_shop_domain", "bad_shop_domain"})
"""Their signatures hold; a header that must be there is missing, or there is nothing to read."""


def _desk(secrets: tuple[str, ...]) -> Container:
    settings = Settings(secret_key=("a key for tests",))
    return in_memory(evolve(settings, shopify_api_secret=secrets))


async def _posted(desk: Container, path: str, vector: dict[str, Any]) -> int:
    transport = httpx2.ASGITransport(create_app(desk, jobs=False), client=("203.0.113.9", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="https://desk.example") as client:
        headers = [(name.encode(), value.encode()) for name, value in vector["headers"].items()]
        answer = await client.post(path, headers=headers, content=b64decode(vector["body_base64"]))
        return answer.status_code


async def _kept(desk: Container) -> int:
    """How many events there are; each has its job, and there is nothing else."""
    page = Page(limit=100, sort="received_at")
    events = (await desk.store().read(lambda view: view.inbox.page(EventFilter(), page))).items
    jobs = (await desk.store().read(lambda view: view.jobs.page(JobFilter(), Page(limit=100)))).items
    assert len(jobs) == len(events)
    return len(events)
