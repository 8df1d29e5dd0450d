"""Messenger over HTTP, end to end: somebody writes to a page, an agent answers, and Facebook tells how it fared."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
import pytest
from attrs import define, evolve, field

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.messenger import sign
from helpdesk_adapters.messaging.meta.login import GRANTED_BY
from helpdesk_adapters.settings import Settings
from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import ConversationId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import JobKind
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.signatures import signed_request
from helpdesk_core.webhooks import Delivery
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
        sides: dict[str, Any] = {"sender": {"id": PAGE}, "recipient": {"id": IDA}}
        sides["timestamp"] = stamp(at or self.now)
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


async def kept(acme: Office, conversation_id: str) -> Conversation:
    id_ = ConversationId(UUID(conversation_id))
    found = await acme.desk.store().read(lambda view: view.conversations.get(acme.id, id_))
    assert found is not None
    return found


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
                {
                    **sides,
                    "timestamp": stamp(facebook.now),
                    "message": {"mid": f"m_{next(ids)}", "text": text},
                }
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


async def test_while_facebook_cannot_be_asked_for_names_no_message_waits_for_it(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    messenger.silent = True
    for number in range(3):
        await facebook.message(f"m_{number}", "Hello")
    assert messenger.asked == [IDA]
    assert len(await messages_of(acme)) == 3


async def test_an_echo_before_the_call_returned_is_the_same_message(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    """The answer to the call is lost, and so Facebook's echo is the first that is known of it."""
    await facebook.message("m_1", "Hello")
    messenger.answers, messenger.takes = [Reply(502, b"<html>")], True
    reply = await answer(acme, "Hello Ida")
    await run_jobs(acme.desk, may_fail=True)
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
    await facebook.message("m_2", "And on Sunday?")
    [overheard, asked] = [await kept(acme, one["id"]) for one in await messages_of(acme)]
    assert [one.metadata.get("marks") for one in (overheard, asked)] == [{"standby": True}, None]
    told = await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 50))
    quiet = {event.subject_id: event.quiet for event in told.events if event.type.endswith(".created")}
    assert [quiet[overheard.ticket_id], quiet[overheard.id], quiet[asked.id]] == [True, True, False]


async def test_a_press_without_an_id_that_is_told_again_is_one_message(
    facebook: Facebook, acme: Office
) -> None:
    pressed = {"title": "Track my order", "payload": "TRACK"}
    await facebook.tell(postback=pressed)
    await facebook.post(
        {
            "id": PAGE,
            "time": 1,
            "messaging": [
                {
                    "recipient": {"id": PAGE},
                    "sender": {"id": IDA},
                    "postback": {**pressed, "new": "member"},
                    "timestamp": stamp(facebook.now),
                }
            ],
        }
    )
    [said] = await messages_of(acme)
    assert said["content_text"] == "Track my order"
    assert (await kept(acme, said["id"])).metadata["marks"] == {"postback": "TRACK"}


async def test_files_are_fetched_from_where_facebook_keeps_them_and_nowhere_else(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    places = [
        f"{messenger.base}/files/kettle.png",
        "https://fbcdn.net.attacker.example/kettle.png",
        "http://scontent.xx.fbcdn.net/kettle.png",
        "https://attacker.example/.fbcdn.net",
    ]
    files = [{"type": "image", "payload": {"url": place}} for place in places]
    sticker = {"type": "sticker", "payload": {"sticker_id": 369239263222822, "url": places[1]}}
    await facebook.message("m_1", "", attachments=[*files, sticker, {"type": "fallback", "title": "A map"}])
    [said] = await messages_of(acme)
    assert said["content_text"] == "👍\n[Link] A map"
    assert [one["state"] for one in said["attachments"]] == ["stored", "failed", "failed", "failed"]
    assert {one.get("detail") for one in said["attachments"][1:]} == {
        "The file is not where Facebook keeps files, so it was not fetched."
    }


REFUSALS = [
    (refusal(10, "outside of allowed window", 2018278), "failed", "only within 24 hours"),
    (refusal(10, "another app is controlling this thread", 2018300), "failed", "Another app holds"),
    (refusal(551, "This person isn't available"), "failed", "cannot be reached"),
    (refusal(100, "No matching user found", 2018001), "failed", "No matching user found (100/2018001)"),
    (refusal(190, "Error validating access token", 460), "queued", "Waits until the account is connected"),
    (refusal(613, "Calls exceeded the rate limit", retry_after="90"), "queued", "Messenger answered (#613)"),
    (refusal(4, "Application request limit", status=403), "queued", "Messenger answered (#4)"),
    (refusal(1200, "Temporary send failure"), "queued", "Messenger answered (#1200)"),
    (Reply(429, b"slow down", {"retry-after": "30"}), "queued", "answered 429"),
    (Reply(504, b"<html>"), "queued", "It may have left"),
]


@pytest.mark.parametrize(("reply", "state", "detail"), REFUSALS, ids=[row[2] for row in REFUSALS])
async def test_what_messenger_refuses_is_told_for_what_it_is(
    facebook: Facebook, acme: Office, messenger: FakeMessenger, reply: Reply, state: str, detail: str
) -> None:
    await facebook.message("m_1", "Hello")
    messenger.answers = [reply]
    id_ = await answer(acme, "Hello Ida")
    await run_jobs(acme.desk, may_fail=True)
    told = await delivery_of(acme, id_)
    assert told["state"] == state
    assert detail in told["detail"]
    assert messenger.sent == []


async def test_messenger_is_left_alone_for_as_long_as_it_asks(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    await facebook.message("m_1", "Hello")
    usage = json.dumps({"1": [{"type": "messenger", "estimated_time_to_regain_access": 7}]})
    messenger.answers = [refusal(613, "Rate limit", x_business_use_case_usage=usage)]
    await answer(acme, "Hello Ida")
    before = system_clock()
    await run_jobs(acme.desk, may_fail=True)
    jobs = await acme.desk.store().read(lambda view: view.jobs.page(JobFilter(), Page()))
    [waiting] = [job for job in jobs.items if job.kind is JobKind.SEND_MESSAGE]
    assert timedelta(minutes=7) <= waiting.run_at - before < timedelta(minutes=9)


@pytest.mark.parametrize(
    ("days", "human", "tag"),
    [(0.9, "false", None), (2, "true", "HUMAN_AGENT"), (6.9, "true", "HUMAN_AGENT")],
)
async def test_a_human_agent_may_answer_for_a_week(
    facebook: Facebook, acme: Office, messenger: FakeMessenger, days: float, human: str, tag: str | None
) -> None:
    values = {"access_token": TOKEN, "human_agent": human}
    await acme.desk.connect_integration()(acme.id, "messenger", PAGE, values)
    facebook.now -= timedelta(days=days)
    await facebook.message("m_1", "Hello")
    await answer(acme, "Hello Ida")
    await run_jobs(acme.desk)
    assert messenger.sent[0].told.get("tag") == tag


@pytest.mark.parametrize(("days", "human"), [(1.1, "false"), (7.1, "true")])
async def test_after_that_nothing_is_sent_and_the_agent_knows_why(
    facebook: Facebook, acme: Office, messenger: FakeMessenger, days: float, human: str
) -> None:
    values = {"access_token": TOKEN, "human_agent": human}
    await acme.desk.connect_integration()(acme.id, "messenger", PAGE, values)
    facebook.now -= timedelta(days=days)
    await facebook.message("m_1", "Hello")
    id_ = await answer(acme, "Hello Ida")
    await run_jobs(acme.desk, may_fail=True)
    told = await delivery_of(acme, id_)
    assert (told["state"], messenger.sent) == ("failed", [])
    assert "Wait until they write" in told["detail"]


async def test_a_long_answer_leaves_in_pieces_that_break_no_character(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    await facebook.message("m_1", "Hello")
    family = "👩‍👩‍👧‍👦"
    text = family * 400 + " and all the best"
    id_ = await answer(acme, text)
    await run_jobs(acme.desk)
    said = [one.told["message"]["text"] for one in messenger.sent]
    assert "".join(said) == text.replace(" and", "and") or "".join(said) == text
    assert all(len(one.encode("utf-16-le")) <= 4000 for one in said)
    assert all(one.count("\u200d") == 3 * one.count("👦") for one in said)
    assert {one.metadata for one in messenger.sent} == {id_}
    assert (await delivery_of(acme, id_))["state"] == "sent"


async def test_files_of_an_answer_leave_by_address_or_else_as_bytes(
    facebook: Facebook, acme: Office, messenger: FakeMessenger
) -> None:
    await facebook.message("m_1", "Hello")
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    files = [
        (await acme.client.post("/api/v1/attachments", files={"file": (name, picture, "image/png")})).json()
        for name in ("one.png", "two.png")
    ]
    not_fetched = refusal(100, "Failed to fetch the file from the url", 2018008)
    ticket = await the_ticket(acme)
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    body = {"text": "Here", "attachment_ids": [one["id"] for one in files]}
    made = await acme.client.post(path, json=body)
    assert made.status_code == 201, made.text
    taken = Reply(200, b'{"recipient_id": "1", "message_id": "m_first"}')
    messenger.answers = [taken, not_fetched]
    await run_jobs(acme.desk)
    uploaded, linked = messenger.sent
    assert uploaded.file == picture
    assert uploaded.told["message"]["attachment"] == {"type": "image", "payload": {"is_reusable": False}}
    payload = linked.told["message"]["attachment"]["payload"]
    assert payload["url"].startswith(f"{DESK}/files/")
    assert (await delivery_of(acme, made.json()["id"]))["state"] == "sent"


async def asked(
    facebook: Facebook, path: str, user: str, secret: str = APP_SECRET, **more: Any
) -> httpx2.Response:
    told = {"algorithm": "HMAC-SHA256", "issued_at": 1790000000, "user_id": user, **more}
    form = {"signed_request": signed_request.sign(json.dumps(told).encode(), secret)}
    return await facebook.visitor.post(f"/api/messenger/{path}", data=form)


async def connected_by(acme: Office, user: str) -> None:
    """As after somebody of that id has connected the page by logging in at Facebook."""

    async def unit(work: Work) -> None:
        [page] = await work.integrations.of(acme.id)
        await work.integrations.replace(evolve(page, settings={**page.settings, GRANTED_BY: user}))

    await acme.desk.store().transact(unit)


async def page_of(acme: Office) -> Integration:
    [page] = await acme.desk.store().read(lambda view: view.integrations.of(acme.id))
    return page


async def test_whoever_connected_a_page_takes_it_back_at_facebook(facebook: Facebook, acme: Office) -> None:
    await connected_by(acme, "4711")
    await facebook.message("m_1", "Hello")
    assert (await asked(facebook, "deauthorize", "somebody else")).status_code == 200
    assert (await page_of(acme)).state is IntegrationState.CONNECTED
    assert (await asked(facebook, "deauthorize", "4711")).json() == {"received": True}
    page = await page_of(acme)
    assert (page.state, dict(page.sealed)) == (IntegrationState.DISCONNECTED, {})
    assert len(await messages_of(acme)) == 1  # what customers said stays


async def test_whoever_wants_to_be_forgotten_gets_a_receipt(facebook: Facebook, acme: Office) -> None:
    await connected_by(acme, "4711")
    receipt = (await asked(facebook, "data-deletion", "4711")).json()
    again = (await asked(facebook, "data-deletion", "4711")).json()
    assert receipt == again
    assert receipt["url"] == f"{DESK}/api/messenger/data-deletion/{receipt['confirmation_code']}"
    page = await page_of(acme)
    assert (page.state, GRANTED_BY in page.settings) == (IntegrationState.DISCONNECTED, False)
    shown = await facebook.visitor.get(receipt["url"].removeprefix(DESK))
    assert shown.json()["confirmation_code"] == receipt["confirmation_code"]
    assert (await facebook.visitor.get("/api/messenger/data-deletion/nobodys")).status_code == 404


async def test_a_customer_who_wants_to_be_forgotten_is(facebook: Facebook, acme: Office) -> None:
    await facebook.message("m_1", "My secret is safe")
    assert (await asked(facebook, "data-deletion", IDA)).status_code == 200
    await run_jobs(acme.desk)
    ticket = await the_ticket(acme)
    assert ticket["customer"]["name"] == ""
    assert [one["content_text"] for one in ticket["conversations"]] == [""]


@pytest.mark.parametrize("path", ["deauthorize", "data-deletion"])
async def test_a_request_that_facebook_has_not_signed_ends_nothing(
    facebook: Facebook, acme: Office, path: str
) -> None:
    await connected_by(acme, "4711")
    assert (await asked(facebook, path, "4711", secret="another")).status_code == 401
    assert (await asked(facebook, path, "4711", algorithm="none")).status_code == 401
    bare = await facebook.visitor.post(f"/api/messenger/{path}", data={"signed_request": "e30.e30"})
    empty = await facebook.visitor.post(f"/api/messenger/{path}", data={"other": "x"})
    assert [bare.status_code, empty.status_code] == [401, 401]
    assert (await page_of(acme)).state is IntegrationState.CONNECTED
