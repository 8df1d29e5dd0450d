"""What a provider posts that nobody handles yet, or that is nobody's yet, is kept; both can be performed later."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY, Entry
from helpdesk_adapters.settings import Settings
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.http.conftest import Office
from tests.http.running import WEBHOOK_SECRET

TOPIC = "arn:aws:sns:eu-west-1:210987654321:seller-notifications"
POSTED = {name: entry for name, entry in REGISTRY.items() if name != "imap"}
"""Pushed mail is answered with what became of it and is of one type."""
OF_THE_TOPIC = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
"""What Amazon posts about the topic itself, which is the desk's, and no account's."""
EVENTS = [
    (name, event)
    for name, entry in POSTED.items()
    for event in entry.webhooks.events
    if event not in OF_THE_TOPIC
]
MESSAGING = {channel.value for channel in BY_MESSAGE}
WAITS_FOR_NOTHING = {
    ("shopify", "app/uninstalled"),
    ("stripe-connect", "account.application.authorized"),
    ("stripe-connect", "account.application.deauthorized"),
    ("slack", "app_uninstalled"),
    ("slack", "tokens_revoked"),
}
"""Events that mean nothing while their account is not connected, and nothing afterwards."""
MEANS_NOTHING_THEN = {("slack", "file_shared"), ("slack", "shortcut")}
"""Events that are over when their account is connected: a form could have been shown for seconds only, and a file comes
with its message.
"""
OF_NO_ONE_ACCOUNT = {("whatsapp", "account_update"), ("whatsapp", "message_template_status_update")}
"""Events that name a business and no number of it: somebody has to replay them."""


@pytest.fixture
async def desk(tmp_path: Path) -> Container:
    return in_memory(
        Settings(
            secret_key=("a key for tests",),
            data_dir=tmp_path,
            public_url="https://desk.example",
            inbound_email_domain="desk.example",
            amazon_sns_topic_arns=(TOPIC,),
            resend_webhook_secret=(WEBHOOK_SECRET,),
            shopify_api_secret=("what Shopify and the desk know",),
            stripe_webhook_secret=("whsec_of the desk",),
            stripe_connect_webhook_secret=("whsec_of the accounts",),
            twilio_auth_token=("Twilio's token",),
            telnyx_public_key=("trial:Telnyx's key",),
            vonage_signature_secret=("Vonage's secret",),
            messagebird_signing_key=("MessageBird's key",),
            slack_signing_secret=("Slack's secret",),
            whatsapp_app_secret=("WhatsApp's secret",),
            messenger_app_secret=("Messenger's secret",),
            dialpad_webhook_secret=("Dialpad's secret",),
        )
    )


def signed(desk: Container, entry: Entry, delivery: Delivery) -> Delivery:
    return entry.sign(delivery, entry.secret(desk.settings()), desk.clock()(), "delivery-1")


def unheard_of(entry: Entry) -> Delivery:
    """A delivery of a type that the provider may invent tomorrow."""
    example = entry.delivery(next(iter(entry.webhooks.events)))
    body = json.loads(example.body)
    if "x-shopify-topic" in example.headers:
        return evolve(example, headers={**example.headers, "x-shopify-topic": "carts/haunted"})
    if "Message" in body:
        note = json.loads(body["Message"]) | {"NotificationType": "CART_HAUNTED"}
        return evolve(example, body=json.dumps({**body, "Message": json.dumps(note)}).encode())
    return evolve(example, body=json.dumps({**body, "type": "cart.haunted"}).encode())


async def post(visitor: httpx2.AsyncClient, delivery: Delivery) -> None:
    path = delivery.url.removeprefix("https://desk.example")
    headers = dict(delivery.headers)
    answer = await visitor.request(delivery.method, path, content=delivery.body, headers=headers)
    assert answer.status_code == 200, answer.text


async def the_event(acme: Office) -> dict[str, Any]:
    (event,) = (await acme.client.get("/api/v1/webhook-events")).json()["data"]
    return dict(event)


async def replay(acme: Office, event: Mapping[str, Any]) -> dict[str, Any]:
    """The event after somebody had it performed again."""
    answer = await acme.client.post(f"/api/v1/webhook-events/{event['id']}/replay")
    assert (answer.status_code, answer.json()["state"]) == (200, "received"), answer.text
    await run_jobs(acme.desk, may_fail=True)
    return await the_event(acme)


TYPED = [name for name, entry in POSTED.items() if entry.webhooks.name not in MESSAGING]
"""Providers that name the type of an event in so many words; what another one's mean lies in their shape."""


@pytest.mark.parametrize("provider", TYPED)
async def test_a_type_that_nobody_handles_is_ignored_and_can_be_replayed(
    acme: Office, visitor: httpx2.AsyncClient, provider: str
) -> None:
    entry = POSTED[provider]
    await post(visitor, signed(acme.desk, entry, unheard_of(entry)))
    await run_jobs(acme.desk, may_fail=True)
    event = await the_event(acme)
    assert (event["provider"], event["state"], event["attempts"]) == (provider, "ignored", 1)
    assert event["type"] not in entry.webhooks.events
    again = await replay(acme, event)
    assert (again["state"], again["attempts"]) == ("ignored", 2)


@pytest.mark.parametrize(
    ("provider", "event_type"), EVENTS, ids=[f"{name}-{event}" for name, event in EVENTS]
)
async def test_an_event_of_nobodys_account_waits_until_the_account_is_connected(
    acme: Office, visitor: httpx2.AsyncClient, provider: str, event_type: str
) -> None:
    entry = POSTED[provider]
    await post(visitor, signed(acme.desk, entry, entry.delivery(event_type)))
    await run_jobs(acme.desk, may_fail=True)
    event = await the_event(acme)
    if (provider, event_type) in WAITS_FOR_NOTHING:
        assert event["state"] == "ignored"
        assert (await replay(acme, event))["state"] == "ignored"
        return
    assert event["state"] == "unmatched"
    event = await replay(acme, event)
    assert event["state"] == "unmatched"
    account = await _account_of(acme.desk, event)
    if (
        account is None
    ):  # a mail waits for an address, or for an answer that was sent: somebody has to replay it
        assert provider == "resend" or (provider, event_type) in OF_NO_ONE_ACCOUNT
        return
    await acme.desk.connect_integration()(acme.id, entry.webhooks.name, account, {})
    await run_jobs(acme.desk, may_fail=True)
    over = (provider, event_type) in MEANS_NOTHING_THEN
    assert (await the_event(acme))["state"] == ("ignored" if over else "processed")


async def _account_of(desk: Container, event: Mapping[str, Any]) -> str | None:
    """What the event waits for."""
    kept = await desk.store().read(
        lambda view: view.inbox.by_external_id(event["provider"], event["external_id"])
    )
    assert kept is not None
    return kept.account
