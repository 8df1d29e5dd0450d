"""SMS over HTTP, end to end: a customer writes, an agent answers, and their carrier tells how it fared."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from attrs import define
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.sms.twilio import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.fakes.twilio_api import (
    ACCOUNT,
    BUSY,
    KEY,
    KEY_SECRET,
    LOST,
    OPTED_OUT,
    TOKEN,
    FakeTwilio,
    Trouble,
    fake_twilio,
)
from tests.http.conftest import Office
from tests.http.sending_files import PNG, upload

DESK = "https://desk.example"
OURS, IDA = "+14155550142", "+14155550117"
MEDIA = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME"


@define
class Clock:
    """The time, as a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with fake_twilio() as twilio:
        yield twilio


@pytest.fixture
def clock() -> Clock:
    return Clock(system_clock())


@pytest.fixture
async def desk(twilio: FakeTwilio, clock: Clock) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url=DESK,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=(TOKEN,),
        api_bases={"twilio": twilio.base},
    )
    desk = in_memory(settings)
    desk.clock.override(providers.Object(clock))
    return desk


@define
class Carrier:
    """Twilio as it posts to the desk."""

    visitor: httpx2.AsyncClient
    office: Office
    twilio: FakeTwilio
    clock: Clock

    async def tell(self, secret: str = TOKEN, query: str = "", **told: str) -> httpx2.Response:
        body = urlencode({"AccountSid": ACCOUNT, **told}).encode()
        path = f"/api/webhooks/sms{query}"
        delivery = sign(Delivery({}, body, DESK + path), secret, system_clock(), "")
        return await self.visitor.post(path, content=body, headers=dict(delivery.headers))

    async def message(self, sid: str, text: str, **more: str) -> httpx2.Response:
        self.clock.now += timedelta(seconds=1)
        told = {"MessageSid": sid, "From": IDA, "To": OURS, "Body": text, "SmsStatus": "received"}
        answer = await self.tell(**(told | more))
        await self.work()
        return answer

    async def status(self, sid: str, state: str, query: str = "", **more: str) -> None:
        told = {} if query else {"From": OURS}
        answer = await self.tell(MessageSid=sid, MessageStatus=state, To=IDA, query=query, **told, **more)
        assert answer.status_code == 200
        await self.work()

    async def work(self, later: timedelta = timedelta(0)) -> None:
        self.clock.now += later
        await run_jobs(self.office.desk, may_fail=True)

    async def ticket(self) -> dict[str, Any]:
        found = (await self.office.client.get("/api/v1/tickets?include=customer,conversations")).json()[
            "data"
        ]
        [ticket] = found
        return dict(ticket)

    async def answer(self, text: str = "It is, come by.", **more: Any) -> str:
        """An agent's answer, in the hands of the jobs; its id."""
        path = f"/api/v1/tickets/{(await self.ticket())['id']}/conversations"
        made = await self.office.client.post(path, json={"text": text, **more})
        assert made.status_code == 201, made.text
        await self.work()
        return str(made.json()["id"])

    async def fate(self, answer: str) -> tuple[str, str | None]:
        found = (await self.office.client.get(f"/api/v1/conversations/{answer}")).json()["delivery"]
        return found["state"], found["detail"]


@pytest.fixture
async def carrier(acme: Office, visitor: httpx2.AsyncClient, twilio: FakeTwilio, clock: Clock) -> Carrier:
    await acme.desk.connect_integration()(acme.id, "sms", OURS, {})
    return Carrier(visitor, acme, twilio, clock)


async def test_a_customer_writes_and_is_answered(carrier: Carrier, twilio: FakeTwilio) -> None:
    answer = await carrier.message("SM1", "Is my bike ready?")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert b"<Response/>" in answer.content
    ticket = await carrier.ticket()
    assert (ticket["channel"], ticket["subject"]) == ("sms", f"SMS: {IDA}")
    assert ticket["customer"]["phones"] == [IDA]
    await carrier.status("SM" + "0" * 32, "delivered")  # before we knew that it was sent
    reply = await carrier.answer()
    [(sid, sent)] = twilio.sent.items()
    assert (sent["From"], sent["To"], sent["Body"]) == (OURS, IDA, "It is, come by.")
    await carrier.status(sid, "sent")
    assert await carrier.fate(reply) == ("delivered", None)


async def test_what_is_signed_by_somebody_else_changes_nothing(carrier: Carrier, acme: Office) -> None:
    answer = await carrier.tell("another token", MessageSid="SM1", From=IDA, To=OURS, Body="Hi")
    assert answer.status_code == 401
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_the_same_message_again_and_one_more_stay_in_one_ticket(carrier: Carrier) -> None:
    for sid, text in (("SM1", "One"), ("SM1", "One"), ("SM2", "Two")):
        await carrier.message(sid, text)
    assert [one["content_text"] for one in (await carrier.ticket())["conversations"]] == ["One", "Two"]


async def test_a_message_may_come_by_get(carrier: Carrier) -> None:
    query = "?" + urlencode({"MessageSid": "SM1", "From": IDA, "To": OURS, "Body": "Hi"})
    delivery = sign(Delivery({}, b"", f"{DESK}/api/webhooks/sms{query}"), TOKEN, system_clock(), "")
    headers = {"x-twilio-signature": delivery.headers["x-twilio-signature"]}
    assert (await carrier.visitor.get(f"/api/webhooks/sms{query}", headers=headers)).status_code == 200
    await carrier.work()
    assert (await carrier.ticket())["conversations"][0]["content_text"] == "Hi"


async def test_the_number_is_connected_in_any_spelling_and_nothing_else_is(acme: Office) -> None:
    for written, number in (("1 (415) 555-0142", OURS), ("384387", "384387")):
        made = await acme.client.post("/api/v1/integrations", json=an_account(written))
        assert (made.status_code, made.json()["external_id"]) == (201, number)
    for written in ("FEDEX", "12", "+1"):
        refused = await acme.client.post("/api/v1/integrations", json=an_account(written))
        assert refused.status_code == 422, refused.text


async def test_an_account_is_carried_by_somebody_who_is_known(acme: Office) -> None:
    refused = await acme.client.post("/api/v1/integrations", json=an_account(OURS, vendor="pigeon"))
    assert refused.status_code == 422
    made = await acme.client.post("/api/v1/integrations", json=an_account(OURS, vendor="twilio"))
    path = f"/api/v1/integrations/{made.json()['id']}"
    assert (await acme.client.patch(path, json={"settings": {"vendor": "pigeon"}})).status_code == 422
    assert (await acme.client.patch(path, json={"settings": {"vendor": None}})).status_code == 200


def an_account(number: str, **settings: str) -> dict[str, Any]:
    return {"provider": "sms", "external_id": number, "settings": settings}


async def test_pictures_arrive_and_what_cannot_be_had_leaves_its_place(
    carrier: Carrier, twilio: FakeTwilio
) -> None:
    twilio.media |= {f"{MEDIA}0": PNG}
    media = [f"{twilio.base}{MEDIA}0", "http://169.254.169.254/latest", "cat.jpg", f"{twilio.base}{MEDIA}3"]
    told = {f"MediaUrl{place}": url for place, url in enumerate(media)}
    types = {f"MediaContentType{place}": "image/jpeg" for place in range(4)}
    await carrier.message("MM1", "", NumMedia="4", **told, **types)
    [message] = (await carrier.ticket())["conversations"]
    states = [(one["state"], one["content_type"]) for one in message["attachments"]]
    assert states[0] == ("stored", "image/png")  # whatever it was said to be
    assert [state for state, _ in states[1:]] == ["failed", "failed", "pending"]
    assert "not one of Twilio's" in message["attachments"][1]["detail"]
    twilio.media[f"{MEDIA}3"] = PNG
    await carrier.work(timedelta(minutes=5))
    [message] = (await carrier.ticket())["conversations"]
    assert message["attachments"][3]["state"] == "stored"


async def test_an_answers_file_goes_along_by_a_link(
    carrier: Carrier, acme: Office, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "What does it look like?")
    uploaded = (
        await upload(acme.client, PNG, "bike.png", declared="image/png", path="/api/v1/attachments")
    ).json()
    await carrier.answer("So:", attachment_ids=[uploaded["id"]])
    [[link]] = twilio.media_sent.values()
    assert link.startswith(f"{DESK}/files/")
    assert (await carrier.visitor.get(urlsplit(link).path)).content == PNG


async def test_who_says_stop_is_answered_no_more_until_they_say_start(
    carrier: Carrier, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    await carrier.message("SM2", "Stop")
    [_, stop] = (await carrier.ticket())["conversations"]
    assert stop["content_text"] == "Stop"
    reply = await carrier.answer()
    assert await carrier.fate(reply) == ("failed", "The customer has asked for no more messages.")
    await carrier.message("SM3", "Ok", OptOutType="START")
    assert (await carrier.office.client.post(f"/api/v1/conversations/{reply}/retry")).status_code == 200
    await carrier.work()
    assert (await carrier.fate(reply))[0] == "sent"
    assert len(twilio.sent) == 1


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
async def test_a_word_for_the_carrier_opens_no_ticket(carrier: Carrier, acme: Office, word: str) -> None:
    await carrier.message("SM1", word)
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_a_closed_ticket_is_not_followed_by_a_stop(carrier: Carrier, acme: Office) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    ticket = await carrier.ticket()
    closed = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "closed"})
    assert closed.status_code == 200
    await carrier.message("SM2", "STOP")
    assert len((await carrier.ticket())["conversations"]) == 1


async def test_what_twilio_refuses_for_an_opt_out_is_remembered(carrier: Carrier, twilio: FakeTwilio) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    twilio.troubles.append(OPTED_OUT)
    words = "The customer has asked for no more messages."
    assert await carrier.fate(await carrier.answer()) == ("failed", f"{words} (Twilio 21610)")
    assert await carrier.fate(await carrier.answer("Hello?")) == ("failed", words)
    assert twilio.calls == 1


async def test_a_report_of_an_opt_out_is_remembered_though_it_names_no_sender(
    carrier: Carrier, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    reply = await carrier.answer()
    [(sid, sent)] = twilio.sent.items()
    query = "?" + urlsplit(sent["StatusCallback"]).query
    await carrier.status(sid, "failed", query, ErrorCode="21610")
    assert (await carrier.fate(reply))[0] == "failed"
    assert (await carrier.fate(await carrier.answer("Hello?")))[0] == "failed"
    assert twilio.calls == 1


@pytest.mark.parametrize("sender", ["FEDEX", "384387"])
async def test_whoever_cannot_be_answered_is_heard_all_the_same(
    carrier: Carrier, twilio: FakeTwilio, sender: str
) -> None:
    for sid in ("SM1", "SM2"):
        await carrier.message(sid, "Your parcel is here.", From=sender)
    ticket = await carrier.ticket()
    assert (len(ticket["conversations"]), ticket["customer"]["name"]) == (2, sender)
    state, detail = await carrier.fate(await carrier.answer())
    assert (state, twilio.calls) == ("failed", 0)
    assert detail is not None
    assert "no answer can be sent there" in detail


async def test_a_known_customer_is_known_over_whatsapp_and_answered_there(
    carrier: Carrier, acme: Office, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    known = (await carrier.ticket())["customer"]["id"]
    told = {"From": f"whatsapp:{IDA}", "To": f"whatsapp:{OURS}", "ExternalUserId": "whatsapp:US.1"}
    place = {"Latitude": "52.5", "Longitude": "13.4"}
    await carrier.message("SM2", "", **told, **place)
    await carrier.message("SM3", "Only by my id", **(told | {"From": "whatsapp:US.1"}))
    tickets = (await acme.client.get("/api/v1/tickets?include=conversations")).json()["data"]
    [here] = [one for one in tickets if one["subject"].startswith("WhatsApp")]
    assert (here["customer_id"], len(here["conversations"])) == (known, 2)
    assert here["conversations"][0]["content_text"] == "52.5, 13.4"
    made = await acme.client.post(f"/api/v1/tickets/{here['id']}/conversations", json={"text": "Here"})
    assert made.status_code == 201
    await carrier.work()
    [sent] = twilio.sent.values()
    assert (sent["To"], sent["From"]) == ("whatsapp:US.1", f"whatsapp:{OURS}")  # as they wrote last


async def test_a_busy_twilio_is_left_alone_for_as_long_as_it_asks(
    carrier: Carrier, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    twilio.troubles.append(BUSY)
    reply = await carrier.answer()
    assert (await carrier.fate(reply))[0] == "queued"
    await carrier.work(timedelta(seconds=6))
    assert twilio.calls == 1
    await carrier.work(timedelta(seconds=2))
    assert ((await carrier.fate(reply))[0], twilio.calls) == ("sent", 2)


@pytest.mark.parametrize("told", [False, True])
async def test_a_message_whose_answer_was_lost_is_sent_once(
    carrier: Carrier, twilio: FakeTwilio, told: bool
) -> None:
    """Either Twilio's report finds the answer, or the desk looks for the message."""
    await carrier.message("SM1", "Is my bike ready?")
    twilio.troubles.append(LOST)
    reply = await carrier.answer("It is. " * 300)
    assert (await carrier.fate(reply))[0] == "queued"
    if told:
        [(sid, sent)] = twilio.sent.items()
        await carrier.status(sid, "delivered", "?" + urlsplit(sent["StatusCallback"]).query)
    await carrier.work(timedelta(minutes=11))
    assert ((await carrier.fate(reply))[0], twilio.calls) == ("sent", 2)
    assert " ".join(one["Body"] for one in twilio.sent.values()).count("It is.") == 300


async def test_an_account_that_twilio_lets_in_no_more_says_so(
    carrier: Carrier, acme: Office, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    twilio.troubles.append(Trouble.of_code(401, 20003, "Authenticate"))
    reply = await carrier.answer()
    [account] = (await acme.client.get("/api/v1/integrations")).json()["data"]
    assert "20003" in account["settings"]["trouble"]
    assert (await carrier.fate(reply))[0] == "queued"
    await carrier.work(timedelta(minutes=16))
    assert (await carrier.fate(reply))[0] == "sent"


async def test_what_waits_for_an_account_leaves_once_it_is_connected_again(
    carrier: Carrier, acme: Office, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    twilio.troubles.append(Trouble.of_code(401, 20003, "Authenticate"))
    replies = [await carrier.answer("It is."), await carrier.answer("Come by.")]
    assert [(await carrier.fate(one))[0] for one in replies] == ["queued", "queued"]
    await acme.desk.connect_integration()(
        acme.id, "sms", OURS, {"account_sid": ACCOUNT, "api_key": KEY, "api_secret": KEY_SECRET}
    )
    await carrier.work()
    await carrier.work(timedelta(seconds=4))
    assert [(await carrier.fate(one))[0] for one in replies] == ["sent", "sent"]
    assert [one["Body"] for one in twilio.sent.values()] == ["It is.", "Come by."]


async def test_a_lost_message_is_not_taken_for_an_earlier_one_of_the_same_words(
    carrier: Carrier, twilio: FakeTwilio
) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    first = await carrier.answer("It is.")
    twilio.troubles.append(Trouble(502, "<html>Bad Gateway</html>"))
    second = await carrier.answer("It is.")
    await carrier.work(timedelta(minutes=1))
    assert [(await carrier.fate(one))[0] for one in (first, second)] == ["sent", "sent"]
    assert [one["Body"] for one in twilio.sent.values()] == ["It is.", "It is."]


async def test_a_status_that_nobody_knows_changes_nothing(carrier: Carrier, twilio: FakeTwilio) -> None:
    await carrier.message("SM1", "Is my bike ready?")
    reply = await carrier.answer()
    [sid] = twilio.sent
    for state in ("huh", "accepted", "undelivered", "sending", "huh"):
        await carrier.status(sid, state, ErrorCode="30003")
    assert await carrier.fate(reply) == (
        "failed",
        "The phone is switched off or out of reach. (Twilio 30003)",
    )
    await carrier.status(sid, "delivered")
    assert (await carrier.fate(reply))[0] == "delivered"
