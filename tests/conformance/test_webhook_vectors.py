"""What the doors answer to every published or computed delivery of a provider, and that they keep no other."""

import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_http.app import create_app

BOTH_DOORS = ("/api/webhooks/shopify", "/api/webhooks/shopify/gdpr")
DOORS = [
    ("stripe", "/api/webhooks/stripe", 42),
    ("stripe-connect", "/api/webhooks/stripe-connect", 6),
    *(("shopify", door, 23) for door in BOTH_DOORS),
    *(("shopify-gdpr", door, 10) for door in BOTH_DOORS),
]
REFUSED = {"stripe": 400, "stripe-connect": 400, "shopify": 401, "shopify-gdpr": 401}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(("provider", "door", "number"), DOORS)
async def test_every_delivery_is_answered_as_it_deserves_and_kept_only_then(
    shared: Path, provider: str, door: str, number: int
) -> None:
    """`connect_event_on_platform_endpoint` is left to the platform's door, where it is meant for."""
    told = json.loads(
        (shared / "protocols" / "commerce" / "fixtures" / provider / "vectors.json").read_bytes()
    )
    vectors = [one for one in told["vectors"] if one["name"] != "connect_event_on_platform_endpoint"]
    assert len(vectors) == number
    secret = told.get("client_secret", "")
    answered = {one["name"]: await _answer(one, door, _secrets(one, secret)) for one in vectors}
    expected = {one["name"]: (status := _expected(one, provider), int(status == 200)) for one in vectors}
    assert answered == expected


async def test_an_event_of_a_connected_account_does_nothing_at_the_platforms_door(shared: Path) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / "stripe-connect" / "vectors.json"
    (vector,) = [
        one
        for one in json.loads(file.read_bytes())["vectors"]
        if one["name"] == "connect_event_on_platform_endpoint"
    ]
    assert await _answer(vector, "/api/webhooks/stripe", _secrets(vector, "")) == (200, 1)


def _expected(vector: dict[str, Any], provider: str) -> int:
    """The vectors' own words: a verdict on the signature, and then what is to come of the body."""
    if vector["name"] == "secret_not_configured":
        return 503
    if "http_status" in vector:
        return int(vector["http_status"])
    if vector.get("then", "").startswith("400") or vector["why"].startswith(("400", "no body: 400")):
        return 400
    if vector["name"] == "bad_shop_domain":
        return 400
    return 200 if vector["expect"] == "valid" else REFUSED[provider]


def _secrets(vector: dict[str, Any], usual: str) -> tuple[str, ...]:
    for name in ("secrets_configured", "client_secrets_configured"):
        if name in vector:
            return tuple(vector[name])
    return (vector.get("secret", usual),)


async def _answer(vector: dict[str, Any], door: str, secrets: tuple[str, ...]) -> tuple[int, int]:
    """The status, and how many events are kept; the delivery arrives when the vector says."""
    settings = Settings(
        secret_key=("a key for tests",),
        stripe_webhook_secret=secrets if door.endswith("/stripe") else (),
        stripe_connect_webhook_secret=secrets if door.endswith("/stripe-connect") else (),
        shopify_api_secret=secrets if "/shopify" in door else (),
    )
    desk = in_memory(settings)
    now = datetime.fromtimestamp(vector["now"], UTC) if "now" in vector else datetime.now(UTC)
    desk.clock.override(providers.Object(lambda: now))
    headers = [(name.encode(), value.encode()) for name, value in vector["headers"].items()]
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as client:
            body = b64decode(vector["body_base64"])
            answer = await client.post(door, content=body, headers=headers)
        kept = await desk.store().read(lambda view: view.inbox.page(EventFilter(), Page(10, "received_at")))
    events: Sequence[WebhookEvent] = kept.items
    return answer.status_code, len(events)
