"""Stripe's API, asked over HTTP, also on its bad days."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from attrs import define, field

from helpdesk_adapters.payments.stripe.client import StripeApi, is_live
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.billing import CardLooks
from tests.fakes.http_server import Reply, Request, serving

KEY = "sk_test_brightlane"
CARD = {"brand": "visa", "last4": "1881", "exp_month": 8, "exp_year": 2031}


@define
class FakeStripe:
    """Answers as it is told to, and keeps what it was asked."""

    reply: Reply = Reply()
    asked: list[Request] = field(factory=list)

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.reply

    def says(self, body: Any, status: int = 200) -> None:
        self.reply = Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeStripe, StripeApi]]:
    stripe, http = FakeStripe(), OutgoingHttp()
    with serving(stripe.answer) as port:
        base = f"http://127.0.0.1:{port}"
        yield stripe, StripeApi(http.trusting(base), KEY, base)
        await http.close()


async def test_a_card_is_asked_for_with_the_key(fake: tuple[FakeStripe, StripeApi]) -> None:
    stripe, api = fake
    stripe.says({"id": "pm_1", "type": "card", "card": CARD, "customer": None})
    assert await api.looks("pm_1/../x") == CardLooks("card", "visa", "1881", 8, 2031)
    (request,) = stripe.asked
    assert request.target == "/v1/payment_methods/pm_1%2F..%2Fx"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["stripe-version"]


async def test_what_is_not_there_is_nothing(fake: tuple[FakeStripe, StripeApi]) -> None:
    stripe, api = fake
    stripe.says({"error": {"code": "resource_missing"}}, 404)
    assert await api.looks("pm_1") is None
    assert await api.invoice_of("pi_1") is None


async def test_the_invoice_of_a_payment_is_found(fake: tuple[FakeStripe, StripeApi]) -> None:
    stripe, api = fake
    stripe.says({"object": "list", "data": [{"object": "invoice_payment", "invoice": "in_1"}]})
    assert await api.invoice_of("pi_1") == "in_1"
    assert "payment_intent%5D=pi_1" in stripe.asked[0].target
    stripe.says({"object": "list", "data": []})
    assert await api.invoice_of("pi_1") is None


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"error": {"message": f"Invalid API Key {KEY}"}}, 401, GiveUp),
        ({}, 403, GiveUp),
        ({}, 429, TryLater),
        ({}, 500, TryLater),
        (b"<html>", 200, TryLater),
        ({"object": "payment_method"}, 200, TryLater),
    ],
)
async def test_its_bad_days(
    fake: tuple[FakeStripe, StripeApi], body: Any, status: int, error: type[Exception]
) -> None:
    stripe, api = fake
    stripe.says(body, status)
    with pytest.raises(error) as raised:
        await api.looks("pm_1")
    assert KEY not in str(raised.value)
    assert KEY not in repr(api)


@pytest.mark.parametrize(
    ("key", "live"),
    [
        ("sk_live_1", True),
        ("rk_live_1", True),
        ("sk_test_1", False),
        ("rk_test_1", False),
        ("sk", None),
        ("", None),
    ],
)
def test_a_key_says_its_mode(key: str, live: bool | None) -> None:
    assert is_live(key) is live
