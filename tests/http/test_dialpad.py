"""Dialpad over HTTP, end to end: customers call and write, agents answer, and everything is told in any order."""

import json
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

import httpx2
import pytest
from attrs import define

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.dialpad import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app
from tests.calls import BEGAN, IDA, LINE, Leg
from tests.due_jobs import run_jobs
from tests.fakes.dialpad_api import KEY, PICTURE, FakeDialpad, fake_dialpad
from tests.fakes.http_server import Reply
from tests.http.conftest import Office

SECRET = "the webhook secret of the tests"
PATH = "/api/webhooks/dialpad"
ADA = Leg(1, "Ada")


@pytest.fixture
def dialpad() -> Iterator[FakeDialpad]:
    with fake_dialpad() as dialpad:
        yield dialpad


@pytest.fixture
async def desk(dialpad: FakeDialpad) -> Container:
    return in_memory(
        Settings(
            secret_key=("a key for tests",),
            dialpad_webhook_secret=(SECRET,),
            api_bases={"dialpad": dialpad.base},
        )
    )


@define
class Line:
    """Dialpad as it posts to the desk."""

    visitor: httpx2.AsyncClient
    office: Office

    async def connect(self, account: str = LINE, **settings: str) -> None:
        await self.office.desk.connect_integration()(
            self.office.id, "dialpad", account, {"api_key": KEY, **settings}
        )

    async def post(self, body: bytes) -> int:
        return (await self.visitor.post(PATH, content=body)).status_code

    async def tell(self, *words: Mapping[str, Any], works: bool = True) -> None:
        for word in words:
            delivery = Delivery({}, json.dumps(word).encode(), PATH)
            assert await self.post(sign(delivery, SECRET, system_clock(), "").body) == 200
            if works:
                await run_jobs(self.office.desk, may_fail=True)

    async def text(self, id_: int, text: str | None, at: int = 0, **more: Any) -> None:
        told = {
            "id": id_,
            "created_date": BEGAN + at,
            "event_timestamp": BEGAN + at + 300,
            "direction": "inbound",
            "from_number": IDA,
            "to_number": [LINE],
            "contact": {"name": "Ida Green", "phone_number": IDA},
            "target": {"id": 9001, "type": "user", "name": "Ada", "phone_number": "(415) 555-0142"},
            "message_status": "pending",
            **({} if text is None else {"text": text, "text_content": text}),
            **more,
        }
        await self.tell(told)

    async def sent(self, id_: int, text: str | None, status: str = "pending", **more: Any) -> None:
        """What left this line, as Dialpad tells of it."""
        ways = {"direction": "outbound", "from_number": LINE, "to_number": [IDA]}
        await self.text(id_, text, **{**ways, "message_status": status, **more})

    async def tickets(self) -> list[dict[str, Any]]:
        found = await self.office.client.get("/api/v1/tickets?include=customer,conversations&sort=created_at")
        return list(found.json()["data"])

    async def said(self) -> list[str]:
        (ticket,) = await self.tickets()
        return [one["content_text"] for one in ticket["conversations"]]

    async def events(self) -> list[tuple[str, str | None]]:
        found = (await self.office.client.get("/api/v1/webhook-events")).json()["data"]
        return [(one["state"], one["error"]) for one in found]

    async def answer(self, ticket: Mapping[str, Any], text: str) -> dict[str, Any]:
        path = f"/api/v1/tickets/{ticket['id']}/conversations"
        made = await self.office.client.post(path, json={"text": text})
        assert made.status_code == 201, made.text
        await run_jobs(self.office.desk, may_fail=True)
        found = await self.office.client.get(f"/api/v1/conversations/{made.json()['id']}")
        return dict(found.json())


@pytest.fixture
async def line(acme: Office, visitor: httpx2.AsyncClient) -> Line:
    line = Line(visitor, acme)
    await line.connect()
    return line


async def test_a_text_that_does_not_say_when_it_was_sent_is_heard_all_the_same(line: Line) -> None:
    await line.text(4001, "Is my bike ready?", created_date=None, event_timestamp=None)
    await line.text(4002, "STOP", created_date=None, event_timestamp=None)
    assert await line.said() == ["Is my bike ready?", "STOP"]
    (ticket,) = await line.tickets()
    assert (await line.answer(ticket, "It is."))["delivery"]["state"] == "failed"


async def test_a_call_is_one_message_from_its_ring_to_its_recap(line: Line) -> None:
    ring, connected, hold, hangup = ADA.talks(5_000, 125_000)
    await line.tell(ring)
    assert await line.tickets() == []
    await line.tell(connected, hold)
    assert await line.said() == ["Call with Ada"]
    await line.tell(hangup)
    assert await line.said() == ["Call of 2:00 with Ada"]
    await line.tell(
        ADA("recap_summary", 140_000, recap_summary="Brakes."), ADA("csat", 150_000, csat_score="5")
    )
    (ticket,) = await line.tickets()
    (message,) = ticket["conversations"]
    assert message["content_text"] == "Call of 2:00 with Ada\n\nSummary: Brakes.\n\nThe customer's rating: 5"
    assert (ticket["channel"], ticket["subject"], ticket["status"]) == ("dialpad", f"Call: {IDA}", "open")
    assert (ticket["customer"]["name"], ticket["customer"]["phones"]) == ("Ida Green", [IDA])
    assert ticket["created_at"] == message["created_at"] == "2026-03-01T09:00:00.000Z"
    assert ticket["first_response_at"] == "2026-03-01T09:00:05.000Z"
    assert (ticket["metadata"], ticket["message_count"]) == ({"call_id": "1", "csat": "5"}, 1)


async def test_each_change_of_a_call_is_told_as_the_same_message_updated(line: Line, acme: Office) -> None:
    await line.tell(*ADA.talks(5_000, 125_000), ADA.talks(5_000, 125_000)[-1])
    (ticket,) = await line.tickets()
    (message,) = ticket["conversations"]
    feed = (await acme.client.get("/api/v1/events?limit=100")).json()["data"]
    told = [one["type"] for one in feed if one["subject"]["id"] == message["id"]]
    assert told == ["conversation.created", "conversation.updated"]


async def test_what_somebody_else_signs_or_nobody_changes_nothing(line: Line) -> None:
    word = json.dumps(ADA("ringing", 0)).encode()
    other = sign(Delivery({}, word, PATH), "another secret", system_clock(), "").body
    assert [await line.post(body) for body in (word, other, b"", b"a.b.c")] == [401] * 4
    assert await line.events() == []


async def test_without_a_secret_no_call_is_taken(dialpad: FakeDialpad) -> None:
    app = create_app(in_memory(Settings(secret_key=("a key for tests",))), jobs=False)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as visitor:
            answer = await visitor.post(PATH, content=b"a.b.c")
    assert (answer.status_code, "DIALPAD_WEBHOOK_SECRET" in answer.text) == (503, True)


def a_whole_life() -> list[Mapping[str, Any]]:
    """A call to Support: four phones miss it, Ada takes it and hands it to Ben; afterwards much is told of it."""
    ada, ben = Leg(7, "Ada", of=1), Leg(8, "Ben", of=1)
    recording = [{"id": "r1", "url": "https://dialpad.com/r1.mp3"}]
    return [
        Leg(1)("ringing", 0),
        *(word for n in range(2, 6) for word in Leg(n, f"Agent {n}", of=1).misses(1_000, 20_000)),
        *ada.talks(21_000, 60_000),
        *ben.talks(62_000, 120_000),
        Leg(1)("hangup", 120_300, date_ended=BEGAN + 120_300),
        ada("recording", 130_000, recording_details=recording),
        ben("recap_summary", 131_000, recap_summary="Brakes."),
        ben("csat", 132_000, csat_score="4"),
        ben("dispositions", 133_000, call_dispositions=[{"name": "Repair"}]),
    ]


def shown(tickets: Iterable[Mapping[str, Any]]) -> list[Any]:
    """All that must not depend on the order in which things were told."""
    ticket = ("subject", "status", "channel", "message_count", "metadata", "created_at", "last_message_at")
    message = ("kind", "content_text", "content_html", "created_at", "delivery", "metadata")
    return [
        (
            [one.get(name) for name in (*ticket, "first_response_at")],
            (one["customer"]["name"], one["customer"]["phones"]),
            [[said.get(name) for name in message] for said in one["conversations"]],
        )
        for one in tickets
    ]


@pytest.mark.parametrize("policy", ["ring", "answer", "end"])
@pytest.mark.parametrize("seed", range(4))
async def test_a_whole_call_in_any_order_is_the_same_ticket(line: Line, policy: str, seed: int) -> None:
    await line.connect(tickets_for_calls=policy)
    words = a_whole_life()
    shuffled = Random(seed).sample(words, len(words)) if seed else list(words)
    await line.tell(*shuffled, works=seed % 2 == 0)
    await line.tell(*Random(seed).choices(words, k=5))
    ((ticket, customer, messages),) = shown(await line.tickets())
    assert ticket == [
        f"Call: {IDA}",
        "open",
        "dialpad",
        1,
        {"call_id": "1", "csat": "4", "dispositions": ["Repair"]},
        "2026-03-01T09:00:00.000Z",
        "2026-03-01T09:00:00.000Z",
        "2026-03-01T09:00:21.000Z",
    ]
    assert customer == ("Ida Green", [IDA])
    ((kind, text, _, at, _, _),) = messages
    assert (kind, at) == ("inbound", "2026-03-01T09:00:00.000Z")
    assert text.startswith(
        "Call of 1:39 with Ada and Ben\n\nRecording: https://dialpad.com/r1.mp3\n\nSummary"
    )


@pytest.mark.parametrize("first", [0, 1])
async def test_two_tickets_of_one_call_become_one_when_a_word_links_them(line: Line, first: int) -> None:
    legs = [Leg(1, "Ada").talks(5_000, 20_000), Leg(2, "Ben").talks(30_000, 65_000)]
    await line.tell(*legs[first], *legs[1 - first])
    both = await line.tickets()
    assert len(both) == 2
    await line.tell(Leg(2, "Ben")("postcall", 66_000, master_call_id=1))
    (ticket,) = await line.tickets()
    assert [one["content_text"] for one in ticket["conversations"]] == ["Call of 1:00 with Ada and Ben"]
    assert (ticket["message_count"], ticket["metadata"]["call_id"]) == (1, "1")
    old = next(one["id"] for one in both if one["id"] != ticket["id"])
    assert (await line.office.client.get(f"/api/v1/tickets/{old}")).status_code == 308


async def test_a_missed_call_gets_its_voicemail_and_what_it_says(line: Line) -> None:
    await line.tell(*ADA.misses(0, 30_000))
    assert await line.said() == ["Missed call"]
    link = "https://dialpad.com/blob/voicemail/1.mp3"
    await line.tell(ADA("voicemail", 60_000, voicemail_link=link))
    await line.tell(ADA("transcription", 90_000, transcription_text="It squeaks."))
    assert await line.said() == [f"Voicemail: It squeaks.\n\nVoicemail recording: {link}"]


async def test_a_line_may_want_tickets_of_missed_calls_alone(line: Line) -> None:
    await line.connect(tickets_for_calls="missed")
    await line.tell(*ADA.talks(5_000, 9_000), *Leg(2, "Ada", direction="outbound").misses(0, 9_000))
    assert await line.tickets() == []
    await line.tell(*Leg(3, "Ada").misses(0, 9_000))
    assert await line.said() == ["Missed call"]


async def test_a_call_of_ours_is_an_answer_of_ours(line: Line) -> None:
    await line.tell(*Leg(1, "Ada", direction="outbound").talks(5_000, 65_000))
    (ticket,) = await line.tickets()
    (message,) = ticket["conversations"]
    assert (message["kind"], message["author"]["name"]) == ("reply", "Ada")
    assert message["content_text"] == "Outgoing call of 1:00 by Ada"
    assert message["delivery"]["state"] == "delivered"


async def test_whoever_hides_their_number_is_somebody_new_with_each_call(line: Line) -> None:
    for n in (1, 2):
        await line.tell(*Leg(n, "Ada", number="anonymous").talks(5_000, 9_000))
    tickets = await line.tickets()
    assert len({one["customer_id"] for one in tickets}) == 2
    assert {(one["customer"]["name"], tuple(one["customer"]["phones"])) for one in tickets} == {
        ("Anonymous caller", ())
    }
    failed = await line.answer(tickets[0], "Who are you?")
    assert (failed["delivery"]["state"], "number is not known" in failed["delivery"]["detail"]) == (
        "failed",
        True,
    )


async def test_calls_among_colleagues_are_nobodys_tickets(line: Line) -> None:
    await line.tell({**ADA("hangup", 9_000), "is_internal": True})
    assert (await line.tickets(), await line.events()) == ([], [("ignored", None)])


async def test_a_line_is_also_known_by_whom_it_belongs_to(acme: Office, visitor: httpx2.AsyncClient) -> None:
    line = Line(visitor, acme)
    await line.tell(*ADA.misses(0, 9_000))
    assert {state for state, _ in await line.events()} == {"unmatched"}
    await line.connect("9001")
    await line.tell(*Leg(1, "Ada").misses(20_000, 29_000))
    assert await line.said() == ["Missed call"]


async def test_an_agent_answers_a_call_by_text_and_the_customer_writes_back(
    line: Line, dialpad: FakeDialpad
) -> None:
    await line.tell(*ADA.misses(0, 9_000))
    (ticket,) = await line.tickets()
    answer = await line.answer(ticket, "You called?")
    assert answer["delivery"]["state"] == "sent"
    ((id_, sent),) = dialpad.sent.items()
    assert (sent["from_number"], sent["to_numbers"], sent["text"]) == (LINE, [IDA], "You called?")
    await line.sent(int(id_), "You called?", "success", at=20_000)
    await line.text(77, "Yes, it squeaks.", at=30_000)
    (after,) = await line.tickets()
    said = {
        one["content_text"]: one["delivery"] and one["delivery"]["state"] for one in after["conversations"]
    }
    assert said == {"Missed call": None, "You called?": "delivered", "Yes, it squeaks.": None}


async def test_a_text_and_its_answer_go_on_in_one_ticket(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "Is my bike ready?")
    await line.text(1, "Is my bike ready?")
    (ticket,) = await line.tickets()
    assert (ticket["channel"], ticket["customer"]["phones"]) == ("dialpad", [IDA])
    answer = await line.answer(ticket, "It is.")
    ((id_, _),) = dialpad.sent.items()
    await line.sent(int(id_), "It is.", "failed", message_delivery_result="rejected_spam")
    found = (await line.office.client.get(f"/api/v1/conversations/{answer['id']}")).json()["delivery"]
    assert found == {"state": "failed", "detail": "Dialpad could not deliver it: rejected spam"}


async def test_what_is_written_in_the_app_is_an_answer_and_its_states_are_no_messages(line: Line) -> None:
    await line.text(1, "Hello?")
    for status in ("success", "pending", "success"):
        await line.sent(2, "Hello from Dialpad", status, at=5_000)
    (ticket,) = await line.tickets()
    _, reply = ticket["conversations"]
    assert (reply["kind"], reply["author"]["name"]) == ("reply", "Ada")
    assert (reply["content_text"], reply["delivery"]["state"]) == ("Hello from Dialpad", "delivered")


async def test_a_text_that_is_not_shared_says_so(line: Line) -> None:
    await line.text(1, None)
    assert await line.said() == ["(Dialpad did not share what this message says.)"]


async def test_a_picture_is_fetched_with_the_lines_key_and_kept(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "", mms=True, mms_url=f"{dialpad.base}/blob/mms/1.png")
    (ticket,) = await line.tickets()
    (file,) = ticket["conversations"][0]["attachments"]
    assert (file["state"], file["content_type"]) == ("stored", "image/png")


async def test_no_key_goes_to_an_address_that_is_not_dialpads(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "Look", mms=True, mms_url="http://127.0.0.1:9/blob/mms/1.png")
    (ticket,) = await line.tickets()
    (file,) = ticket["conversations"][0]["attachments"]
    assert (file["state"], dialpad.asked) == ("failed", [])


async def test_whoever_says_stop_is_sent_nothing_until_they_say_start(
    line: Line, dialpad: FakeDialpad
) -> None:
    await line.text(1, "Hello?")
    (ticket,) = await line.tickets()
    await line.text(2, "sTOp", at=1_000)
    refused = await line.answer(ticket, "Hello!")
    assert (refused["delivery"]["state"], dialpad.sent) == ("failed", {})
    await line.text(3, "Start", at=2_000)
    assert (await line.answer(ticket, "Hello again!"))["delivery"]["state"] == "sent"


async def test_a_stop_by_text_holds_for_the_ticket_of_a_call(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "STOP")
    await line.tell(*ADA.misses(5_000, 9_000))
    (ticket,) = await line.tickets()
    refused = await line.answer(ticket, "You called?")
    assert (refused["delivery"]["state"], dialpad.sent) == ("failed", {})


@pytest.mark.parametrize(
    ("reply", "state", "detail"),
    [
        (
            Reply(400, b'{"error": {"message": "Bad number"}}'),
            "failed",
            "Dialpad refuses the message: 400 Bad number",
        ),
        (Reply(429, b"{}", {"retry-after": "60"}), "queued", "Will be tried again: Dialpad answered 429"),
        (Reply(503, b"{}"), "queued", "Will be tried again: Dialpad answered 503"),
        (Reply(500, b"{}"), "queued", "It may have left. Dialpad answered 500"),
        (
            Reply(200, b'{"id": 5, "message_status": "failed", "message_delivery_result": "no_route"}'),
            "failed",
            None,
        ),
    ],
)
async def test_what_dialpad_says_to_an_answer_is_shown_to_the_agent(
    line: Line, dialpad: FakeDialpad, reply: Reply, state: str, detail: str | None
) -> None:
    await line.text(1, "Hello?")
    (ticket,) = await line.tickets()
    dialpad.answers.append(reply)
    delivery = (await line.answer(ticket, "Hello!"))["delivery"]
    assert delivery["state"] == state
    assert detail is None or delivery["detail"].startswith(detail)
    assert dialpad.sent == {}


async def test_an_answer_whose_reply_was_lost_is_known_by_its_words(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "Hello?")
    (ticket,) = await line.tickets()
    dialpad.lost = 1
    assert (await line.answer(ticket, "It is ready."))["delivery"]["state"] == "queued"
    ((id_, _),) = dialpad.sent.items()
    await line.sent(int(id_), "It is ready.", "success", at=9_000)
    (after,) = await line.tickets()
    assert [
        (one["content_text"], one["delivery"] and one["delivery"]["state"]) for one in after["conversations"]
    ] == [("Hello?", None), ("It is ready.", "delivered")]
    assert len(dialpad.sent) == 1


async def test_a_customer_who_is_forgotten_is_not_brought_back_by_their_calls(
    line: Line, acme: Office
) -> None:
    await line.tell(*ADA.misses(0, 9_000), ADA("transcription", 20_000, transcription_text="I am Ida."))
    (ticket,) = await line.tickets()
    admin = acme.client
    erased = await admin.post(f"/api/v1/customers/{ticket['customer_id']}/erase")
    assert erased.status_code in (200, 202), erased.text
    await run_jobs(acme.desk)
    await line.tell(ADA("transcription", 30_000, transcription_text="I am Ida, again."))
    (after,) = await line.tickets()
    assert [one["content_text"] for one in after["conversations"]] == [""]
    held = json.dumps([str(row) for row in (await line.tickets())])
    assert "Ida" not in held
    assert IDA not in held


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 1, 0, 2, 2)])
async def test_texts_in_any_order_make_the_same_ticket(line: Line, order: tuple[int, ...]) -> None:
    for step in order:
        match step:
            case 0:
                await line.text(1, "Hello?")
            case 1:
                await line.sent(2, "Hello from Dialpad", "pending", at=5_000)
            case 2:
                await line.sent(2, "Hello from Dialpad", "success", at=5_000)
            case _:
                await line.text(3, "Thanks", at=9_000)
    (ticket,) = await line.tickets()
    said = [
        (one["content_text"], one["delivery"] and one["delivery"]["state"]) for one in ticket["conversations"]
    ]
    assert said == [("Hello?", None), ("Hello from Dialpad", "delivered"), ("Thanks", None)]
    assert (ticket["created_at"], ticket["customer"]["phones"]) == ("2026-03-01T09:00:00.000Z", [IDA])


async def test_a_text_to_several_is_told_to_each_of_them(line: Line) -> None:
    await line.sent(2, "We are closed today.", "success", to_number=[IDA, "+14155550118"])
    assert sorted((one["customer"]["phones"], one["message_count"]) for one in await line.tickets()) == [
        ([IDA], 1),
        (["+14155550118"], 1),
    ]


async def test_a_small_picture_goes_along_and_other_files_as_links(line: Line, dialpad: FakeDialpad) -> None:
    await line.text(1, "How does it look?")
    (ticket,) = await line.tickets()
    ids = []
    for name, content in (("bike.png", PICTURE), ("bill.txt", b"Brakes: 20")):
        made = await line.office.client.post("/api/v1/attachments", files={"file": (name, content)})
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    made = await line.office.client.post(path, json={"text": "Like this.", "attachment_ids": ids})
    assert made.status_code == 201, made.text
    await run_jobs(line.office.desk)
    ((_, sent),) = dialpad.sent.items()
    assert sent["media"] == len(PICTURE)
    first, link = sent["text"].split("\n")
    assert (first, link.startswith("http")) == ("Like this.", True)


async def test_a_line_without_a_key_says_what_is_missing(acme: Office, visitor: httpx2.AsyncClient) -> None:
    line = Line(visitor, acme)
    await acme.desk.connect_integration()(acme.id, "dialpad", LINE, {})
    await line.text(1, "Hello?")
    (ticket,) = await line.tickets()
    delivery = (await line.answer(ticket, "Hello!"))["delivery"]
    assert delivery == {
        "state": "queued",
        "detail": "Dialpad needs the account's api_key: connect it again with --set api_key=…"
        " Waits until the account is connected again.",
    }
