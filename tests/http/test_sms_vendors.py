"""SMS by Telnyx, Vonage and MessageBird over HTTP, end to end, all at one door."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from attrs import define

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.jobs.engine import after_try
from helpdesk_adapters.settings import Settings
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.signatures import sorted_parameters
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.fakes.carrier import BUSY, LOST, FakeCarrier, Trouble
from tests.fakes.messagebird_api import fake_messagebird
from tests.fakes.telnyx_api import BLOCKED, fake_telnyx
from tests.fakes.vonage_api import fake_vonage
from tests.http.conftest import Office
from tests.http.sms_vendors import (
    IDA,
    OURS,
    SIGNING_KEY,
    TRIAL_KEY,
    VENDORS,
    VONAGE_SECRET,
    Told,
    Vendor,
    messagebird_status,
    telnyx_message,
    telnyx_status,
    vonage_message,
)

DESK = "https://desk.example"
DOOR = "/api/webhooks/sms"


@pytest.fixture
def carriers() -> Iterator[Mapping[str, FakeCarrier]]:
    with fake_telnyx() as telnyx, fake_vonage() as vonage, fake_messagebird() as messagebird:
        yield {"telnyx": telnyx, "vonage": vonage, "messagebird": messagebird}


@pytest.fixture
async def desk(carriers: Mapping[str, FakeCarrier]) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url=DESK,
        telnyx_public_key=("MCowBQYDK2VwAyEA", TRIAL_KEY),
        vonage_signature_secret=("an older secret", VONAGE_SECRET),
        messagebird_signing_key=("an older key", SIGNING_KEY),
        api_bases={name: carrier.base for name, carrier in carriers.items()},
    )
    return in_memory(settings)


@define
class Line:
    """A number at a carrier: the carrier posts to the desk, and the desk calls its API."""

    vendor: Vendor
    api: FakeCarrier
    visitor: httpx2.AsyncClient
    office: Office

    async def post(self, told: Told, secret: str | None = None) -> httpx2.Response:
        body = urlencode(told).encode() if self.vendor.form else json.dumps(told).encode()
        plain = Delivery({}, body, DESK + DOOR)
        signed = self.vendor.sign(plain, secret or self.vendor.secret, system_clock(), "delivery")
        answer = await self.visitor.request(
            signed.method, signed.url, content=signed.body, headers=dict(signed.headers)
        )
        await run_jobs(self.office.desk, may_fail=True)
        return answer

    async def hear(self, name: str, text: str) -> httpx2.Response:
        return await self.post(self.vendor.message(name, text))

    async def tell(self, name: str, state: str, mark: str = "") -> httpx2.Response:
        return await self.post(self.vendor.status(name, state, mark))

    async def ticket(self) -> Told:
        path = "/api/v1/tickets?include=customer,conversations"
        [ticket] = (await self.office.client.get(path)).json()["data"]
        return dict(ticket)

    async def answer(self, text: str) -> str:
        path = f"/api/v1/tickets/{(await self.ticket())['id']}/conversations"
        made = await self.office.client.post(path, json={"text": text})
        assert made.status_code == 201, made.text
        await run_jobs(self.office.desk, may_fail=True)
        return str(made.json()["id"])

    async def delivery(self, conversation_id: str) -> Told:
        for one in (await self.ticket())["conversations"]:
            if one["id"] == conversation_id:
                return dict(one["delivery"])
        raise AssertionError("there is no such answer")

    def mark(self) -> str:
        return self.vendor.mark_in(next(iter(self.api.sent.values())))


@pytest.fixture(params=sorted(VENDORS))
async def line(
    request: Any, acme: Office, visitor: httpx2.AsyncClient, carriers: Mapping[str, FakeCarrier]
) -> Line:
    vendor = VENDORS[request.param]
    settings = {"vendor": vendor.name, **vendor.access}
    await acme.desk.connect_integration()(acme.id, "sms", OURS, settings)
    return Line(vendor, carriers[vendor.name], visitor, acme)


async def test_a_customer_writes_and_is_answered(line: Line) -> None:
    answer = await line.hear("m1", "Is my bike ready?")
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    ticket = await line.ticket()
    assert (ticket["channel"], ticket["subject"]) == ("sms", f"SMS: {IDA}")
    assert ticket["customer"]["phones"] == [IDA]
    ours = await line.answer("It is, come by. 🚲")
    [(name, sent)] = line.api.sent.items()
    assert sent[line.vendor.text_in] == "It is, come by. 🚲"
    assert (await line.delivery(ours))["state"] == "sent"
    await line.tell(name, "delivered", line.mark())
    assert (await line.delivery(ours))["state"] == "delivered"
    await line.tell(name, "sent", line.mark())
    assert (await line.delivery(ours))["state"] == "delivered"


async def test_an_answer_that_does_not_arrive_says_so(line: Line) -> None:
    await line.hear("m1", "Is my bike ready?")
    ours = await line.answer("It is.")
    [name] = line.api.sent
    await line.tell(name, line.vendor.failed, line.mark())
    assert (await line.delivery(ours))["state"] == "failed"
    assert (await line.ticket())["status"] == "open"


async def test_what_is_signed_by_somebody_else_changes_nothing(line: Line, acme: Office) -> None:
    answer = await line.post(
        line.vendor.message("m1", "Hi"), "trial:another" if line.vendor.name == "telnyx" else "another"
    )
    assert answer.status_code == 401
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_the_same_message_again_and_one_more_stay_in_one_ticket(line: Line) -> None:
    for name, text in (("m1", "One"), ("m1", "One"), ("m2", "Two")):
        assert (await line.hear(name, text)).status_code == 200
    assert [one["content_text"] for one in (await line.ticket())["conversations"]] == ["One", "Two"]


async def test_who_says_stop_is_sent_nothing_until_they_say_start(line: Line) -> None:
    await line.hear("m1", "Is my bike ready?")
    await line.hear("m2", "Stop")
    refused = await line.answer("It is.")
    assert (await line.delivery(refused))["state"] == "failed"
    assert line.api.sent == {}
    if line.vendor.name == "telnyx":
        assert "no more messages" in (await line.delivery(refused))["detail"]


async def test_a_busy_carrier_is_tried_again_and_a_lost_answer_is_not_sent_twice(line: Line) -> None:
    await line.hear("m1", "Is my bike ready?")
    line.api.troubles.append(LOST)
    ours = await line.answer("It is.")
    assert (await line.delivery(ours))["state"] == "queued"
    [name] = line.api.sent
    await line.tell(name, "delivered", line.mark())  # the carrier tells what its answer did not
    assert (await line.delivery(ours))["state"] == "delivered"
    assert len(line.api.sent) == 1
    line.api.troubles.append(BUSY)
    second = await line.answer("And it is clean.")
    state = await line.delivery(second)
    assert state["state"] == "queued"
    assert "tried again" in state["detail"]
    assert len(line.api.sent) == 1


async def test_an_account_that_is_not_let_in_waits_for_its_admins(line: Line) -> None:
    await line.hear("m1", "Is my bike ready?")
    line.api.troubles.append(Trouble(401, "{}"))
    waiting = await line.delivery(await line.answer("It is."))
    assert waiting["state"] == "queued"
    assert "connected again" in waiting["detail"]


async def test_what_a_carrier_refuses_for_good_fails_with_its_words(line: Line) -> None:
    await line.hear("m1", "Is my bike ready?")
    line.api.troubles.append(Trouble(422, "{}"))
    assert (await line.delivery(await line.answer("It is.")))["state"] == "failed"


async def test_a_long_answer_leaves_in_pieces(line: Line) -> None:
    await line.hear("m1", "How does it work?")
    words = " ".join(f"word{number}" for number in range(400))
    ours = await line.answer(words)
    texts = [sent[line.vendor.text_in] for sent in line.api.sent.values()]
    assert len(texts) > 1
    assert " ".join(texts) == words
    marks = {line.vendor.mark_in(sent) for sent in line.api.sent.values()}
    assert len(marks) == len(texts)
    assert (await line.delivery(ours))["state"] == "sent"


async def line_of(name: str, acme: Office, visitor: httpx2.AsyncClient, api: FakeCarrier) -> Line:
    vendor = VENDORS[name]
    settings = {"vendor": vendor.name, **vendor.access}
    await acme.desk.connect_integration()(acme.id, "sms", OURS, settings)
    return Line(vendor, api, visitor, acme)


@pytest.fixture
async def by_telnyx(acme: Office, visitor: httpx2.AsyncClient, carriers: Mapping[str, FakeCarrier]) -> Line:
    return await line_of("telnyx", acme, visitor, carriers["telnyx"])


@pytest.fixture
async def by_vonage(acme: Office, visitor: httpx2.AsyncClient, carriers: Mapping[str, FakeCarrier]) -> Line:
    return await line_of("vonage", acme, visitor, carriers["vonage"])


@pytest.fixture
async def by_bird(acme: Office, visitor: httpx2.AsyncClient, carriers: Mapping[str, FakeCarrier]) -> Line:
    return await line_of("messagebird", acme, visitor, carriers["messagebird"])


async def test_what_telnyx_blocks_for_a_stop_is_noted_as_one(by_telnyx: Line) -> None:
    await by_telnyx.hear("m1", "Is my bike ready?")
    by_telnyx.api.troubles.append(BLOCKED)
    assert (await by_telnyx.delivery(await by_telnyx.answer("It is.")))["state"] == "failed"
    again = await by_telnyx.delivery(await by_telnyx.answer("Hello?"))
    assert again["detail"] == "The customer has asked for no more messages."
    assert by_telnyx.api.sent == {}


async def test_telnyx_tells_for_whom_of_several_a_message_failed(by_telnyx: Line) -> None:
    await by_telnyx.hear("m1", "Is my bike ready?")
    ours = await by_telnyx.answer("It is.")
    [name] = by_telnyx.api.sent
    told = telnyx_status(name, "delivered", by_telnyx.mark())
    told["data"]["payload"]["to"].append({"phone_number": "+14155550199", "status": "delivery_failed"})
    told["data"]["payload"]["errors"] = [{"code": "40008", "title": "Undeliverable"}]
    await by_telnyx.post(told)
    delivery = await by_telnyx.delivery(ours)
    assert (delivery["state"], delivery["detail"]) == ("failed", "40008 Undeliverable")


async def test_an_error_of_messagebird_that_means_stop_is_noted_as_one(by_bird: Line) -> None:
    await by_bird.hear("m1", "Is my bike ready?")
    ours = await by_bird.answer("It is.")
    [name] = by_bird.api.sent
    told = messagebird_status(name, "delivery_failed", by_bird.mark()) | {"statusErrorCode": "103"}
    await by_bird.post(told | {"statusDatetime": "2026-02-27T16:09:04+00:00"})
    assert (await by_bird.delivery(ours))["state"] == "failed"
    again = await by_bird.delivery(await by_bird.answer("Hello?"))
    assert again["detail"] == "The customer has asked for no more messages."


async def test_messagebird_is_asked_whether_it_took_a_message(by_bird: Line, acme: Office) -> None:
    await by_bird.hear("m1", "Is my bike ready?")
    by_bird.api.troubles.append(LOST)
    ours = await by_bird.answer("It is.")
    [name] = by_bird.api.sent
    await by_bird.office.client.post(f"/api/v1/conversations/{ours}/retry")
    await all_jobs(acme)
    assert (await by_bird.delivery(ours))["state"] == "sent"
    assert list(by_bird.api.sent) == [name]


async def test_a_carrier_that_cannot_be_asked_is_not_sent_the_same_twice(
    by_vonage: Line, acme: Office
) -> None:
    await by_vonage.hear("m1", "Is my bike ready?")
    by_vonage.api.troubles.append(LOST)
    ours = await by_vonage.answer("It is.")
    await all_jobs(acme)
    delivery = await by_vonage.delivery(ours)
    assert delivery["state"] == "failed"
    assert delivery["detail"].startswith("Vonage did not say")
    assert len(by_vonage.api.sent) == 1


async def all_jobs(acme: Office) -> None:
    """Also those that wait for a later time."""
    store: Any = acme.desk.database()
    later = system_clock() + timedelta(hours=1)
    for job in await store.job_table.claim("tests", 10, later):
        error: Exception | None = None
        try:
            await acme.desk.perform_job()(job)
        except (TryLater, GiveUp) as raised:
            error = raised
        await store.job_table.settle("tests", [after_try(job, error, later, 0)])


SMS = {"msisdn": IDA[1:], "to": OURS[1:], "type": "text", "message-timestamp": "2026-02-27 16:04:11"}


async def sms_api(line: Line, way: str, told: Told, secret: str = VONAGE_SECRET) -> httpx2.Response:
    """A delivery of Vonage's SMS API, in one of the ways that an account can choose."""
    signed = sorted_parameters.sign(told, secret, system_clock())
    if way == "query":
        answer = await line.visitor.get(f"{DOOR}?{urlencode(signed)}")
    elif way == "form":
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await line.visitor.post(DOOR, content=urlencode(signed).encode(), headers=form)
    else:
        answer = await line.visitor.post(DOOR, json=signed)
    await run_jobs(line.office.desk)
    return answer


@pytest.mark.parametrize("way", ["query", "form", "json"])
async def test_vonages_older_api_is_heard_whichever_way_it_tells(by_vonage: Line, way: str) -> None:
    told = {**SMS, "messageId": "A1", "text": "Hello & goodbye=x"}
    assert (await sms_api(by_vonage, way, told)).status_code == 200
    ticket = await by_vonage.ticket()
    assert [one["content_text"] for one in ticket["conversations"]] == ["Hello & goodbye=x"]
    ours = await by_vonage.answer("Hello")
    [name] = by_vonage.api.sent
    receipt = {"msisdn": IDA[1:], "to": OURS[1:], "messageId": name, "status": "failed", "err-code": "6"}
    await sms_api(by_vonage, way, receipt)
    assert (await by_vonage.delivery(ours))["detail"] == "err-code 6"


@pytest.mark.parametrize("secret", ["sha512:another", "md5hash:a secret", "sha1:a secret", "a secret"])
async def test_another_secret_or_a_weaker_method_is_refused(by_vonage: Line, secret: str) -> None:
    told = {**SMS, "messageId": "A1", "text": "Hello"}
    assert (await sms_api(by_vonage, "json", told, secret)).status_code == 401


async def test_what_vonage_forgot_to_sign_is_to_come_again(by_vonage: Line, acme: Office) -> None:
    for told in (vonage_message("m1", "Hi"), {**SMS, "messageId": "A1", "text": "Hi"}):
        assert (await by_vonage.visitor.post(DOOR, json=told)).status_code == 503
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_parts_become_one_message_once_all_are_there(by_vonage: Line) -> None:
    for number, text in ((3, "third."), (1, "First, "), (3, "third."), (2, "second, ")):
        part = {"messageId": f"P{number}", "concat": "true", "concat-ref": "7", "concat-total": "3"}
        await sms_api(by_vonage, "json", SMS | part | {"concat-part": str(number), "text": text})
    [heard] = (await by_vonage.ticket())["conversations"]
    assert (heard["content_text"], heard["warnings"]) == ("First, second, third.", [])


async def test_a_message_for_a_number_that_nobody_has_connected_waits(by_telnyx: Line, acme: Office) -> None:
    told = telnyx_message("m1", "Hi")
    told["data"]["payload"]["to"] = [{"phone_number": "+14155550188"}]
    assert (await by_telnyx.post(told)).status_code == 200
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []
    await acme.desk.connect_integration()(acme.id, "sms", "+14155550188", {"vendor": "telnyx"})
    await run_jobs(acme.desk)
    assert (await by_telnyx.ticket())["conversations"][0]["content_text"] == "Hi"
