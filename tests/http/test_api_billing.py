"""Stripe's door, and what is read behind it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.signatures import stripe
from helpdesk_core.users import Scope
from tests.due_jobs import run_jobs
from tests.http.conftest import Office
from tests.use_cases.stripe_events import (
    DAY,
    START,
    a_card,
    a_checkout,
    a_subscription,
    an_event,
    an_invoice,
)

SECRET = "whsec_of the door"


@pytest.fixture
def desk() -> Container:
    return in_memory(Settings(secret_key=("a key for tests",), stripe_webhook_secret=("whsec_old", SECRET)))


async def told(client: httpx2.AsyncClient, body: bytes, **headers: str) -> httpx2.Response:
    """The answer to a signed delivery."""
    signed = stripe.sign(body, SECRET, datetime.now(UTC))
    return await client.post("/api/webhooks/stripe", content=body, headers={**signed, **headers})


async def hear(acme: Office, *events: dict[str, Any]) -> None:
    for event in events:
        answer = await told(acme.client, json.dumps(event).encode())
        assert answer.status_code == 200, answer.text
    await run_jobs(acme.desk, may_fail=True)


async def test_billing_is_shown_as_stripe_told_it(acme: Office) -> None:
    newer = an_invoice("paid", id="in_2", number="ACME-0002", created=START + 30 * DAY)
    await hear(
        acme,
        an_event("customer.subscription.created", a_subscription()),
        an_event("invoice.paid", an_invoice("paid")),
        an_event("invoice.paid", newer, 30 * DAY),
        an_event("payment_method.attached", a_card()),
        an_event("payment_method.attached", a_card(id="pm_2")),
        an_event("payment_method.detached", a_card(id="pm_2", customer=None), DAY),
        an_event("checkout.session.completed", a_checkout()),
    )
    told = (await acme.client.get("/api/v1/billing")).json()
    assert told["subscription"]["id"] == "sub_1"
    assert told["subscription"]["status"] == "active"
    assert told["subscription"]["current_period_end"] == "2026-04-30T23:33:20.000Z"
    assert [method["id"] for method in told["payment_methods"]] == ["pm_1"]
    card = {"type": "card", "brand": "visa", "last4": "1881", "exp_month": 8, "exp_year": 2031}
    assert told["payment_methods"][0].items() >= card.items()
    assert [invoice["id"] for invoice in told["invoices"]] == ["in_2", "in_1"]
    assert (
        told["invoices"][1].items()
        >= {
            "number": "ACME-0001",
            "status": "paid",
            "currency": "eur",
            "amount_due": 4900,
            "amount_paid": 4900,
            "hosted_url": "https://invoice.stripe.com/i/in_1",
            "created_at": "2026-03-31T23:33:25.000Z",
        }.items()
    )
    assert told["connected_accounts"] == []


async def test_the_subscription_in_force_is_shown_before_a_newer_one_that_has_ended(acme: Office) -> None:
    ended = a_subscription("canceled", id="sub_2", created=START + DAY)
    await hear(
        acme,
        an_event("checkout.session.completed", a_checkout()),
        an_event("customer.subscription.created", a_subscription("trialing", trial_end=START + DAY)),
        an_event("customer.subscription.deleted", ended, DAY),
    )
    assert (await acme.client.get("/api/v1/billing")).json()["subscription"]["id"] == "sub_1"


async def test_nobody_sees_the_billing_of_another_organization(acme: Office, other: Office) -> None:
    await hear(
        acme,
        an_event("checkout.session.completed", a_checkout()),
        an_event("invoice.paid", an_invoice("paid")),
    )
    empty: dict[str, Any] = {
        "subscription": None,
        "payment_methods": [],
        "invoices": [],
        "connected_accounts": [],
    }
    assert (await other.client.get("/api/v1/billing")).json() == empty


async def test_a_key_that_may_read_sees_billing_and_a_stranger_does_not(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    async with await acme.client_with(Scope.READ) as reader:
        assert (await reader.get("/api/v1/billing")).status_code == 200
    assert (await visitor.get("/api/v1/billing")).status_code == 401


async def test_what_is_not_signed_is_refused_and_leaves_no_trace(acme: Office) -> None:
    answer = await acme.client.post(
        "/api/webhooks/stripe", content=b"{}", headers={"stripe-signature": "t=1,v1=0"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_an_unknown_customer_is_unmatched_and_an_unknown_event_ignored(acme: Office) -> None:
    await hear(
        acme, an_event("invoice.paid", an_invoice("paid")), an_event("charge.refunded", {"id": "ch_1"})
    )
    events = (await acme.client.get("/api/v1/webhook-events")).json()["data"]
    assert {event["type"]: event["state"] for event in events} == {
        "invoice.paid": "unmatched",
        "charge.refunded": "ignored",
    }


@given(
    signature=st.binary(max_size=60)
    | st.lists(
        st.sampled_from(
            [b"t=", b"t=1", b"v1=", b"v1=\xc3\xa9", b"v0=1", b",", b"=", b"t=9" * 99, b"v1=" + b"0" * 64]
        )
    ).map(b",".join),
    body=st.binary(max_size=80),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_no_header_or_body_breaks_the_door(app: Any, signature: bytes, body: bytes) -> None:
    status = await posted(app, body, [(b"stripe-signature", signature)])
    assert status == 400


@given(
    body=st.binary(max_size=80)
    | st.sampled_from(
        [b"[]", b"null", b"{}", b'{"id": 1, "type": 2}', b'{"id": "\\ud800", "type": "a"}', b"[" * 9000]
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
async def test_no_signed_body_breaks_the_door(app: Any, body: bytes) -> None:
    signed = stripe.sign(body, SECRET, datetime.now(UTC))
    status = await posted(app, body, [(name.encode(), value.encode()) for name, value in signed.items()])
    assert status in (200, 400)


async def posted(app: Any, body: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of an answer to headers that no client would send."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/webhooks/stripe",
        "raw_path": b"/api/webhooks/stripe",
        "query_string": b"",
        "root_path": "",
        "server": ("desk.example", 80),
        "client": ("203.0.113.9", 4711),
        "headers": [(b"host", b"desk.example"), *headers],
    }
    statuses: list[int] = []
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    (status,) = statuses
    return status


def test_neither_stripe_nor_svix_is_loaded_with_the_desk() -> None:
    """Their packages take longer to load than all the rest; the schemes are the desk's own."""
    code = (
        "import sys, helpdesk_http.app, helpdesk_adapters.container;"
        "print([name for name in ('stripe', 'svix', 'standardwebhooks', 'httpx2') if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
