"""SMS over HTTP, end to end: a customer writes, an agent answers, and their carrier tells how it fared."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from attrs import define

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.sms.twilio import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app
from tests.due_jobs import run_jobs
from tests.fakes.twilio_api import ACCOUNT, TOKEN, FakeTwilio, fake_twilio
from tests.http.conftest import Office

DESK = "https://desk.example"
OURS, IDA = "+14155550142", "+14155550117"


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with fake_twilio() as twilio:
        yield twilio


@pytest.fixture
async def desk(twilio: FakeTwilio) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url=DESK,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=(TOKEN,),
        api_bases={"twilio": twilio.base},
    )
    return in_memory(settings)


@pytest.fixture
async def app(desk: Container) -> AsyncIterator[Any]:
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        yield app


@define
class Carrier:
    """Twilio as it posts to the desk."""

    visitor: httpx2.AsyncClient
    office: Office

    async def tell(self, secret: str = TOKEN, **told: str) -> httpx2.Response:
        body = urlencode({"AccountSid": ACCOUNT, **told}).encode()
        delivery = sign(Delivery({}, body, f"{DESK}/api/webhooks/sms"), secret, system_clock(), "")
        return await self.visitor.post("/api/webhooks/sms", content=body, headers=dict(delivery.headers))

    async def message(self, sid: str, text: str, **more: str) -> httpx2.Response:
        told = {"MessageSid": sid, "From": IDA, "To": OURS, "Body": text, "SmsStatus": "received"}
        answer = await self.tell(**(told | more))
        await run_jobs(self.office.desk)
        return answer

    async def status(self, sid: str, state: str, **more: str) -> None:
        await self.tell(MessageSid=sid, MessageStatus=state, From=OURS, To=IDA, **more)
        await run_jobs(self.office.desk)


@pytest.fixture
async def carrier(acme: Office, visitor: httpx2.AsyncClient) -> Carrier:
    await acme.desk.connect_integration()(acme.id, "sms", OURS, {})
    return Carrier(visitor, acme)


async def the_ticket(acme: Office) -> dict[str, Any]:
    [ticket] = (await acme.client.get("/api/v1/tickets?include=customer,conversations")).json()["data"]
    return dict(ticket)


async def test_a_customer_writes_and_is_answered(carrier: Carrier, acme: Office, twilio: FakeTwilio) -> None:
    answer = await carrier.message("SM1", "Is my bike ready?")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert b"<Response/>" in answer.content
    ticket = await the_ticket(acme)
    assert (ticket["channel"], ticket["subject"]) == ("sms", f"SMS: {IDA}")
    assert ticket["customer"]["phones"] == [IDA]
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    made = await acme.client.post(path, json={"text": "It is, come by."})
    assert made.status_code == 201, made.text
    await carrier.status("SM" + "0" * 32, "delivered")  # before we knew that it was sent
    await run_jobs(acme.desk)
    [(sid, sent)] = twilio.sent.items()
    assert (sent["From"], sent["To"], sent["Body"]) == (OURS, IDA, "It is, come by.")
    await carrier.status(sid, "sent")
    [_, reply] = (await the_ticket(acme))["conversations"]
    assert reply["delivery"]["state"] == "delivered"


async def test_what_is_signed_by_somebody_else_changes_nothing(carrier: Carrier, acme: Office) -> None:
    answer = await carrier.tell("another token", MessageSid="SM1", From=IDA, To=OURS, Body="Hi")
    assert answer.status_code == 401
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_the_same_message_again_and_one_more_stay_in_one_ticket(carrier: Carrier, acme: Office) -> None:
    for sid, text in (("SM1", "One"), ("SM1", "One"), ("SM2", "Two")):
        await carrier.message(sid, text)
    ticket = await the_ticket(acme)
    assert [one["content_text"] for one in ticket["conversations"]] == ["One", "Two"]
