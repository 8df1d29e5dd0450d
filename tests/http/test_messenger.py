"""Messenger over HTTP, end to end: somebody writes to a page, an agent answers, and Facebook tells how it fared."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx2
import pytest
from attrs import define, field

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.messenger import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app
from tests.due_jobs import run_jobs
from tests.fakes.http_server import Reply
from tests.fakes.messenger_api import (
    APP_ID,
    APP_SECRET,
    IDA,
    PAGE,
    TOKEN,
    FakeMessenger,
    fake_messenger,
    refusal,
)
from tests.http.conftest import Office

DESK = "https://desk.example"
DOOR = "/api/webhooks/messenger"


@pytest.fixture
def messenger() -> Iterator[FakeMessenger]:
    with fake_messenger() as messenger:
        yield messenger


@pytest.fixture
async def desk(messenger: FakeMessenger) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url=DESK,
        messenger_app_id=APP_ID,
        messenger_app_secret=(APP_SECRET,),
        messenger_verify_token=("a word",),
        api_bases={"meta": messenger.base},
    )
    return in_memory(settings)


@pytest.fixture
async def app(desk: Container) -> AsyncIterator[Any]:
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        yield app


def stamp(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@define
class Facebook:
    """Facebook as it posts to the desk."""

    visitor: httpx2.AsyncClient
    office: Office
    now: datetime = field(factory=system_clock)

    async def post(self, *entries: dict[str, Any], secret: str = APP_SECRET) -> httpx2.Response:
        body = json.dumps({"object": "page", "entry": entries}).encode()
        delivery = sign(Delivery({}, body, DESK + DOOR), secret, self.now, "")
        answer = await self.visitor.post(DOOR, content=body, headers=dict(delivery.headers))
        await run_jobs(self.office.desk)
        return answer

    async def tell(self, page: str = PAGE, name: str = "messaging", **event: Any) -> httpx2.Response:
        told = {"sender": {"id": IDA}, "recipient": {"id": page}, "timestamp": stamp(self.now), **event}
        return await self.post({"id": page, "time": stamp(self.now), name: [told]})

    async def message(self, mid: str, text: str, **more: Any) -> httpx2.Response:
        return await self.tell(message={"mid": mid, "text": text, **more})

    async def echo(self, mid: str, text: str, at: datetime | None = None, **more: Any) -> None:
        said = {"mid": mid, "text": text, "is_echo": True, **more}
        sides = {"sender": {"id": PAGE}, "recipient": {"id": IDA}, "timestamp": stamp(at or self.now)}
        await self.tell(**sides, message=said)


@pytest.fixture
async def facebook(acme: Office, visitor: httpx2.AsyncClient) -> Facebook:
    await acme.desk.connect_integration()(acme.id, "messenger", PAGE, {"access_token": TOKEN})
    return Facebook(visitor, acme)


async def the_ticket(acme: Office) -> dict[str, Any]:
    [ticket] = (await acme.client.get("/api/v1/tickets?include=customer,conversations")).json()["data"]
    return dict(ticket)


async def messages_of(acme: Office) -> list[dict[str, Any]]:
    return list((await the_ticket(acme))["conversations"])


async def answer(acme: Office, text: str, **more: Any) -> str:
    ticket = await the_ticket(acme)
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    made = await acme.client.post(path, json={"text": text, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def delivery_of(acme: Office, conversation_id: str) -> dict[str, Any]:
    [found] = [one for one in await messages_of(acme) if one["id"] == conversation_id]
    return dict(found["delivery"])


async def test_somebody_writes_to_a_page_and_is_answered(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    assert (await facebook.message("m_1", "Is my kettle ready? 🫖")).status_code == 200
    ticket = await the_ticket(acme)
    assert (ticket["channel"], ticket["subject"]) == ("messenger", "Messenger: Ida Lind")
    assert ticket["customer"]["name"] == "Ida Lind"
    reply = await answer(acme, "It is, come by.")
    await run_jobs(acme.desk)
    [sent] = messenger.sent
    assert sent.told == {
        "recipient": {"id": IDA},
        "messaging_type": "RESPONSE",
        "message": {"text": "It is, come by.", "metadata": reply},
    }
    assert (await delivery_of(acme, reply))["state"] == "sent"
    await facebook.echo(sent.mid, "It is, come by.", metadata=reply, app_id=int(APP_ID))
    assert [one["content_text"] for one in await messages_of(acme)] == [
        "Is my kettle ready? 🫖",
        "It is, come by.",
    ]
    later = stamp(system_clock() + timedelta(seconds=1))
    await facebook.tell(delivery={"watermark": later})
    assert (await delivery_of(acme, reply))["state"] == "delivered"
    await facebook.tell(read={"watermark": later})
    await facebook.tell(delivery={"watermark": later, "mids": [sent.mid]})
    assert (await delivery_of(acme, reply))["state"] == "read"


async def test_what_is_signed_by_somebody_else_changes_nothing(facebook: Facebook, acme: Office) -> None:
    refused = await facebook.post({"id": PAGE, "messaging": []}, secret="another secret")
    assert refused.status_code == 401
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_two_pages_in_one_delivery_are_two_organizations(
    facebook: Facebook, acme: Office, other: Office
) -> None:
    await acme.desk.connect_integration()(other.id, "messenger", "page-2", {"access_token": TOKEN})

    def entry(page: str, *texts: str) -> dict[str, Any]:
        ids = count()
        sides = {"sender": {"id": IDA}, "recipient": {"id": page}}
        return {
            "id": page,
            "messaging": [
                {**sides, "timestamp": stamp(facebook.now), "message": {"mid": f"m_{next(ids)}", "text": text}}
                for text in texts
            ],
        }

    await facebook.post(entry(PAGE, "One", "Two"), entry("page-2", "Somewhere else"), entry(PAGE, "One"))
    assert sorted(one["content_text"] for one in await messages_of(acme)) == ["One", "Two"]
    assert [one["content_text"] for one in await messages_of(other)] == ["Somewhere else"]


async def test_a_name_that_facebook_does_not_tell_is_no_hindrance(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    messenger.names.clear()
    await facebook.message("m_1", "Hello")
    ticket = await the_ticket(acme)
    assert (ticket["subject"], ticket["customer"]["name"]) == (f"Messenger: {IDA}", "")
    messenger.names[IDA] = ("Ida", "Lind")
    await facebook.message("m_2", "Hello?")
    await facebook.message("m_3", "Anybody?")
    assert (await the_ticket(acme))["customer"]["name"] == "Ida Lind"
    assert messenger.asked == [IDA, IDA]  # who is known is not looked up again


async def test_an_echo_before_the_call_returned_is_the_same_message(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    """The answer to the call is lost, and so Facebook's echo is the first that is known of it."""
    await facebook.message("m_1", "Hello")
    messenger.answers, messenger.takes = [Reply(502, b"<html>")], True
    reply = await answer(acme, "Hello Ida")
    await run_jobs(acme.desk)
    waiting = await delivery_of(acme, reply)
    assert waiting["state"] == "queued"
    assert "may have left" in waiting["detail"]
    await facebook.echo("m_out0", "Hello Ida", metadata=reply, app_id=int(APP_ID))
    assert (await delivery_of(acme, reply))["state"] == "sent"
    await facebook.tell(reaction={"mid": "m_out0", "action": "react", "emoji": "👍"})
    assert [one["content_text"] for one in await messages_of(acme)] == ["Hello", "Hello Ida"]
    assert len(messenger.sent) == 1


async def test_an_answer_in_the_pages_inbox_is_one_of_the_desks_too(facebook: Facebook, acme: Office) -> None:
    await facebook.message("m_1", "Hello")
    await facebook.echo("m_2", "Hello from Menlo Park", at=facebook.now + timedelta(seconds=1))
    await facebook.echo("m_2", "Hello from Menlo Park", at=facebook.now + timedelta(seconds=1))
    _, reply = await messages_of(acme)
    assert (reply["author"]["name"], reply["kind"], reply["delivery"]["state"]) == (
        "Page inbox",
        "reply",
        "sent",
    )
    await facebook.tell(read={"watermark": stamp(facebook.now + timedelta(seconds=2))})
    assert (await messages_of(acme))[1]["delivery"]["state"] == "read"


async def test_what_another_app_answers_is_kept_and_sets_nothing_going(
    facebook: Facebook, acme: Office
) -> None:
    await facebook.tell(name="standby", message={"mid": "m_1", "text": "Opening hours?"})
    [said] = await messages_of(acme)
    assert said["metadata"]["standby"] is True
    told = (await acme.desk.store().read(lambda view: view.log.after(acme.id, 0, 50)))
    mine = [event for event in told if event.type in ("ticket.created", "conversation.created")]
    assert mine
    assert all(event.quiet for event in mine)
    await facebook.message("m_2", "And on Sunday?")
    assert [one["metadata"].get("standby") for one in await messages_of(acme)] == [True, None]
