"""Deliveries of shops and payment providers, made beforehand."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from tests.benchmarks.load import request
from tests.fakes.shops import Parcel, a_customer, an_order
from tests.http.running import signed
from tests.use_cases.stripe_events import a_payment, a_subscription, an_event, an_invoice

BASE = "http://127.0.0.1"
TOPIC = "arn:aws:sns:eu-west-1:210987654321:seller-notifications"
ENVIRONMENT = {
    "AMAZON_SNS_TOPIC_ARNS": TOPIC,
    "SHOPIFY_API_SECRET": "what Shopify and the benchmark know",
    "STRIPE_WEBHOOK_SECRET": "whsec_of the benchmark",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_of the accounts",
}
SHOP = "oak-and-iron.myshopify.com"
CUSTOMERS = 200
MORNING = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)


def settings(data: Path) -> Settings:
    """Those of the environment, for whoever signs beside the desk."""
    return Settings(
        data_dir=data,
        amazon_sns_topic_arns=(TOPIC,),
        shopify_api_secret=(ENVIRONMENT["SHOPIFY_API_SECRET"],),
        stripe_webhook_secret=(ENVIRONMENT["STRIPE_WEBHOOK_SECRET"],),
        stripe_connect_webhook_secret=(ENVIRONMENT["STRIPE_CONNECT_WEBHOOK_SECRET"],),
    )


def examples(data: Path, provider: str, event: str, number: int, name: str) -> list[bytes]:
    """So many events like the provider's example, each one of its own."""
    entry = REGISTRY[provider]
    secret, now = entry.secret(settings(data)), datetime.now(UTC)
    bodies = [
        (f"{name}-{place}", entry.renew(entry.example(event), f"{name}-{place}", now))
        for place in range(number)
    ]
    return [_posted(entry.sign(entry.delivery(event, BASE, body), secret, now, id)) for id, body in bodies]


def to_the_floor(requests: Sequence[bytes], name: str) -> list[bytes]:
    """The same bodies, signed as the bare route expects it."""
    made = []
    for place, delivery in enumerate(requests):
        told = json.loads(delivery.partition(b"\r\n\r\n")[2])
        body = json.dumps({"type": "event", "created_at": "2026-04-06", **told}).encode()
        headers = {key.replace("-", "_"): value for key, value in signed(body, f"{name}-{place}").items()}
        made.append(request("POST", "/webhook", body, **headers))
    return made


def mixed(data: Path, number: int, part: int) -> list[bytes]:
    """The same as `mixed_deliveries`, as they go over the wire."""
    now, known = datetime.now(UTC), settings(data)
    secrets = {provider: REGISTRY[provider].secret(known) for provider in ("shopify", "stripe")}
    return [
        _posted(REGISTRY[provider].sign(delivery, secrets[provider], now, id))
        for provider, delivery, id in mixed_deliveries(number, part)
    ]


def mixed_deliveries(number: int, part: int) -> Iterator[tuple[str, Delivery, str]]:
    """Events of some hundred customers in turn: orders of a shop, and what is paid for the desk; new in each part.

    With whom each is from, and its id; not signed yet.
    """
    for place in range(part * number, (part + 1) * number):
        id = f"event-{place}"
        provider, event, body = _of_a_shop(place) if place % 2 else _of_stripe(place, id)
        yield provider, REGISTRY[provider].delivery(event, BASE, json.dumps(body).encode()), id


def _of_a_shop(place: int) -> tuple[str, str, dict[str, Any]]:
    """Three words about each order, and each customer has many."""
    number = place // 6
    at = MORNING + timedelta(seconds=place)
    order = an_order(number, MORNING, a_customer(number % CUSTOMERS, MORNING))
    topic, changes = (
        ("orders/create", {}),
        ("orders/updated", {"financial_status": "paid"}),
        ("orders/fulfilled", {"fulfillment_status": "fulfilled", "fulfillments": [Parcel(number, at).told]}),
    )[place // 2 % 3]
    return "shopify", topic, {**order, **changes, "updated_at": at.isoformat()}


def _of_stripe(place: int, id: str) -> tuple[str, str, dict[str, Any]]:
    mine = {"customer": f"cus_{place % CUSTOMERS}", "metadata": {"organization_id": "acme"}}
    kind, about = (
        ("customer.subscription.updated", a_subscription("active", id=f"sub_{place % CUSTOMERS}", **mine)),
        ("invoice.paid", an_invoice("paid", id=f"in_{id}", customer_email=None, **mine)),
        (
            "payment_intent.succeeded",
            a_payment(id=f"pi_{id}", invoice=f"in_{id}", amount_received=4900, **mine),
        ),
    )[place // 2 % 3]
    return "stripe", kind, {**an_event(kind, about, place % 86_400), "id": f"evt_{id}"}


def _posted(delivery: Delivery) -> bytes:
    headers = {name.replace("-", "_"): value for name, value in delivery.headers.items()}
    return request("POST", delivery.url.removeprefix(BASE), delivery.body, **headers)
