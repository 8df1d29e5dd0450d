"""`helpdesk simulate`, for every event of every provider there is, against a desk that runs."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from helpdesk_adapters.providers import REGISTRY
from tests.fakes.resend_api import KEY, FakeResend, fake_resend
from tests.http.commands import Commands, commands
from tests.http.running import WEBHOOK_SECRET, eventually
from tests.http.test_main_job import keep
from tests.http.test_what_waits import MESSAGING, OF_THE_TOPIC, TOPIC

ACCOUNTS = {
    "stripe": "cus_BrightlaneBike",
    "stripe-connect": "acct_1QoBrightlane",
    "shopify": "oak-and-iron.myshopify.com",
    "amazon": "A2QKEXAMPLE7X",
}
ENDINGS = ("account.application.deauthorized", "app/uninstalled", "shop/redact")
"""Events after which the account is not connected any more: they come last, and in this order."""
TALKING = [name for name, entry in REGISTRY.items() if entry.webhooks.name in MESSAGING]
"""Providers of messages: one event of each, since each has a test of its own for what becomes of them."""
EVENTS = sorted(
    (
        (name, event)
        for name, entry in REGISTRY.items()
        for event in list(entry.webhooks.events)[: 1 if name in TALKING else None]
        if event not in OF_THE_TOPIC
    ),
    key=lambda pair: ENDINGS.index(pair[1]) if pair[1] in ENDINGS else -1,
)
EXPECTED = {
    **{
        ("resend", event): "unmatched"  # the examples are of a mail that this desk did not send
        for event in REGISTRY["resend"].webhooks.events
        if event != "email.received"
    },
    ("stripe-connect", "account.application.authorized"): "ignored",
    **{pair: "unmatched" for pair in EVENTS if pair[0] in TALKING},  # their accounts are nobody's
}
"""What becomes of an example, where that is not that it takes effect."""


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    with fake_resend() as fake:
        example = json.loads(REGISTRY["resend"].example("email.received"))["data"]
        keep(fake, example["email_id"], to=example["to"], received_for=example["received_for"])
        yield fake


def a_desk(tmp_path: Path, resend: FakeResend) -> Commands:
    """One that receives from everybody, with the accounts of the examples connected."""
    on = commands(tmp_path).having(
        AMAZON_SNS_TOPIC_ARNS=TOPIC,
        HELPDESK_INBOUND_EMAIL_DOMAIN="inbound.desk.example",
        HELPDESK_INBOUND_EMAIL_SECRET="what only we know",
        HELPDESK_RESEND_API_BASE=resend.base,
        RESEND_API_KEY=KEY,
        RESEND_WEBHOOK_SECRET=WEBHOOK_SECRET,
        SHOPIFY_API_SECRET="what Shopify and the desk know",
        STRIPE_WEBHOOK_SECRET="whsec_of the desk",
        STRIPE_CONNECT_WEBHOOK_SECRET="whsec_of the accounts",
        **{REGISTRY[name].webhooks.secret_setting: "trial:of the desk" for name in TALKING},
    )
    on.json("org", "create", "--slug", "brightlane", "--name", "Brightlane")
    for provider, account in ACCOUNTS.items():
        on.json("integration", "connect", "--org", "brightlane", provider, "--external-id", account)
    return on


def test_every_event_there_is_can_be_simulated_and_comes_to_what_it_should(
    tmp_path: Path, resend: FakeResend
) -> None:
    on = a_desk(tmp_path, resend)
    key = on.json("apikey", "create", "--org", "brightlane", "--name", "tests", "--scope", "admin")["key"]
    reached = {}
    with on.going("serve", "--port", "0") as desk, desk.client(key) as client:
        for provider, event in EVENTS:
            told = on.json("simulate", provider, event, "--url", desk.told["url"])
            assert 200 <= told["status"] < 300, told
            settled = partial(_settled, client, provider, event)
            reached[provider, event] = eventually(settled)["state"]
        ignored = client.get("/api/v1/webhook-events", params={"state": "ignored"}).json()["data"]
        on.json("events", "replay", *(event["id"] for event in ignored))
        again = [eventually(partial(_performed_again, client, event["id"])) for event in ignored]
    assert reached == {pair: EXPECTED.get(pair, "processed") for pair in EVENTS}
    assert {event["state"] for event in again} == {"ignored"}


def _settled(client: httpx2.Client, provider: str, event: str) -> Mapping[str, Any] | None:
    """The event, once something has become of it."""
    asked = {"provider": REGISTRY[provider].webhooks.name, "type": event}
    found = client.get("/api/v1/webhook-events", params=asked).json()["data"]
    return found[0] if found and found[0]["state"] != "received" else None


def _performed_again(client: httpx2.Client, id: str) -> Mapping[str, Any] | None:
    event: Mapping[str, Any] = client.get(f"/api/v1/webhook-events/{id}").json()
    return event if event["attempts"] > 1 else None
