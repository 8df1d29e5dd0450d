"""What an account was heard of last is shown with it, whatever its provider calls it, over HTTP."""

from pathlib import Path

import httpx2
import pytest
from attrs import frozen

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from tests.due_jobs import run_jobs
from tests.http.conftest import Office


@pytest.fixture
async def desk(tmp_path: Path) -> Container:
    return in_memory(
        Settings(
            secret_key=("a key for tests",),
            data_dir=tmp_path,
            public_url="http://desk.example",
            shopify_api_secret=("what Shopify and the desk know",),
            stripe_connect_webhook_secret=("whsec_of the accounts",),
            twilio_auth_token=("what Twilio knows",),
            dialpad_webhook_secret=("what Dialpad knows",),
            inbound_email_secret=("what the pusher knows",),
        )
    )


@frozen
class Told:
    """An example of an event, and the account that it is of."""

    provider: str
    event: str
    account: str


@pytest.mark.parametrize(
    "told",
    [
        Told("dialpad", "call.ringing", "+14155550142"),
        Told("sms", "message", "+14155550142"),
        Told("shopify", "orders/create", "oak-and-iron.myshopify.com"),
    ],
    ids=lambda told: told.provider,
)
async def test_each_account_tells_its_newest_event(
    acme: Office, visitor: httpx2.AsyncClient, told: Told
) -> None:
    entry = REGISTRY[told.provider]
    now = acme.desk.clock()()
    made = await acme.desk.connect_integration()(acme.id, told.provider, told.account, {})
    silent = await acme.desk.connect_integration()(acme.id, "whatsapp", "1001", {})
    delivery = entry.delivery(told.event, "http://desk.example")
    sent = entry.sign(delivery, entry.secret(acme.desk.settings()), now, "delivery-1")
    answer = await visitor.post(sent.url, content=sent.body, headers=dict(sent.headers))
    assert answer.status_code == 200
    await run_jobs(acme.desk, may_fail=True)
    shown = {one["id"]: one for one in (await acme.client.get("/api/v1/integrations")).json()["data"]}
    assert shown[str(made.id)]["last_event_type"] == told.event
    assert shown[str(made.id)]["last_event_at"] is not None
    assert shown[str(silent.id)]["last_event_type"] is None
