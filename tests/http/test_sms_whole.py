"""SMS between processes: a real desk, a Twilio in a process of its own, and a customer, over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
from attrs import define

from helpdesk_adapters.messaging.sms.twilio import sign
from helpdesk_core.webhooks import Delivery
from tests.fakes.processes import fake_process
from tests.fakes.twilio_api import ACCOUNT, TOKEN
from tests.http.running import RunningDesk, eventually
from tests.http.sending_files import PNG

OURS, IDA = "+14155550142", "+14155550117"
MEDIA = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
PICTURE = PNG.decode("latin-1")


@define
class Twilio:
    """The other process."""

    base: str

    def order(self, **told: Any) -> None:
        """What it is to do from now on."""
        httpx2.post(f"{self.base}/orders", json=told).raise_for_status()

    def told(self) -> dict[str, Any]:
        """What was sent through it, and what became of that."""
        return dict(httpx2.get(f"{self.base}/orders").json())

    def sent(self) -> list[str]:
        return [one.get("Body", "") for one in self.told()["sent"].values()]


@contextmanager
def a_twilio() -> Iterator[Twilio]:
    with fake_process("twilio_api") as (said, _):
        yield Twilio(said)


@define
class Talk:
    """A customer and an agent."""

    desk: RunningDesk
    client: httpx2.Client

    def say(self, sid: str, text: str, **more: str) -> int:
        """The customer's words, as Twilio posts them."""
        told = {"MessageSid": sid, "From": IDA, "To": OURS, "Body": text, "SmsStatus": "received", **more}
        url = f"{self.desk.base}/api/webhooks/sms"
        delivery = sign(Delivery({}, urlencode(told).encode(), url), TOKEN, datetime.now(UTC), "")
        return httpx2.post(url, content=delivery.body, headers=dict(delivery.headers)).status_code

    def ticket(self) -> dict[str, Any] | None:
        found = self.client.get("/api/v1/tickets?include=conversations").json()["data"]
        return found[0] if found else None

    def answer(self, text: str, **more: Any) -> str:
        ticket = eventually(self.ticket)
        path = f"/api/v1/tickets/{ticket['id']}/conversations"
        made = self.client.post(path, json={"text": text, **more})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def stands(self, answer: str, state: str) -> dict[str, Any]:
        """Its delivery, once it stands so."""

        def look() -> dict[str, Any] | None:
            delivery = self.client.get(f"/api/v1/conversations/{answer}").json()["delivery"]
            return dict(delivery) if delivery["state"] == state else None

        return eventually(look, 30)


@contextmanager
def a_talk(folder: Path, twilio: Twilio) -> Iterator[Talk]:
    desk = RunningDesk(folder / "data")
    desk.settings = {
        "HELPDESK_PUBLIC_URL": desk.base,
        "HELPDESK_TWILIO_API_BASE": twilio.base,
        "HELPDESK_LOG_LEVEL": "error",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    desk.command("integration", "connect", "--org", "acme", "sms", "--external-id", "+1 415-555-0142")
    with (
        desk.serving(),
        httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
    ):
        yield Talk(desk, client)


def test_a_conversation_with_a_twilio_that_has_its_bad_moments(tmp_path: Path) -> None:
    with a_twilio() as twilio, a_talk(tmp_path, twilio) as talk:
        twilio.order(media={MEDIA: PICTURE})
        assert talk.say("SM1", "Is my bike ready?", MediaUrl0=twilio.base + MEDIA, NumMedia="1") == 200
        assert talk.say("SM1", "Is my bike ready?", MediaUrl0=twilio.base + MEDIA, NumMedia="1") == 200
        _a_picture_arrives(talk)
        _reports_come_before_the_answer_to_the_call(talk, twilio)
        _it_fails_is_busy_and_loses_an_answer(talk, twilio)
        _whoever_says_stop_is_left_alone(talk, twilio)


def _a_picture_arrives(talk: Talk) -> None:
    def stored() -> bool:
        ticket = talk.ticket()
        files = ticket["conversations"][0]["attachments"] if ticket else []
        return [(one["state"], one["content_type"]) for one in files] == [("stored", "image/png")]

    assert eventually(stored, 30)
    ticket = talk.ticket()
    assert ticket is not None
    assert [one["content_text"] for one in ticket["conversations"]] == ["Is my bike ready?"]


def _reports_come_before_the_answer_to_the_call(talk: Talk, twilio: Twilio) -> None:
    twilio.order(reports=["sent", "delivered", "queued"])
    files = {"file": ("bike.png", PNG, "image/png")}
    uploaded = talk.client.post("/api/v1/attachments", files=files).json()
    talk.stands(talk.answer("Here it is.", attachment_ids=[uploaded["id"]]), "delivered")
    assert eventually(lambda: twilio.told()["fetched"]) == [len(PNG)]
    assert twilio.told()["answers"] == [200, 200, 200]
    talk.stands(talk.answer("word " * 400), "delivered")
    assert [len(text) for text in twilio.sent()[1:]] == [1599, 399]


def _it_fails_is_busy_and_loses_an_answer(talk: Talk, twilio: Twilio) -> None:
    busy = {"status": 429, "body": '{"code": 20429}', "headers": {"Retry-After": "1"}}
    lost = {"status": 502, "takes": True, "headers": {"Retry-After": "1"}}
    late = {"status": 201, "takes": True, "seconds": 2.0}
    twilio.order(reports=[], troubles=[busy, lost, late])
    first, second = talk.answer("One."), talk.answer("Two.")
    talk.stands(first, "sent")
    talk.stands(second, "sent")
    assert twilio.sent()[3:] == ["One.", "Two."]
    never = {"status": 400, "body": '{"code": 21211, "message": "Invalid \'To\' Phone Number"}'}
    twilio.order(troubles=[never])
    told = talk.stands(talk.answer("Three."), "failed")
    assert "21211" in told["detail"]


def _whoever_says_stop_is_left_alone(talk: Talk, twilio: Twilio) -> None:
    calls = twilio.told()["calls"]
    assert talk.say("SM2", "STOP") == 200
    eventually(lambda: "STOP" in [one["content_text"] for one in (talk.ticket() or {})["conversations"]])
    talk.stands(talk.answer("Hello?"), "failed")
    assert twilio.told()["calls"] == calls
