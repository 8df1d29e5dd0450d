"""Messenger between processes: a real desk, Facebook in a process of its own, and somebody who writes, over HTTP."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
from attrs import define

from helpdesk_adapters.messaging.messenger import sign
from helpdesk_core.webhooks import Delivery
from tests.fakes.messenger_api import APP_ID, APP_SECRET, IDA, PAGE, TOKEN
from tests.fakes.processes import fake_process
from tests.http.running import RunningDesk, eventually

DOOR = "/api/webhooks/messenger"


@define
class Facebook:
    """The other process."""

    base: str

    def answers(self, *answers: tuple[int, object, Mapping[str, str]], **more: Any) -> None:
        """What the next calls are answered, before it takes messages as usual again."""
        told = [
            {"status": status, "body": json.dumps(body), "headers": dict(headers)}
            for status, body, headers in answers
        ]
        httpx2.post(f"{self.base}/_next", json={"answers": told, **more}).raise_for_status()

    def sent(self) -> list[dict[str, Any]]:
        return list(httpx2.get(f"{self.base}/_sent").json())


@contextmanager
def a_facebook() -> Iterator[Facebook]:
    with fake_process("messenger_api") as (said, _):
        yield Facebook(said)


@define
class Talk:
    """Somebody who writes to the page, and an agent."""

    desk: RunningDesk
    client: httpx2.Client

    def tell(self, **event: Any) -> None:
        now = round(datetime.now(UTC).timestamp() * 1000)
        told = {"sender": {"id": IDA}, "recipient": {"id": PAGE}, "timestamp": now, **event}
        body = json.dumps({"object": "page", "entry": [{"id": PAGE, "messaging": [told]}]}).encode()
        url = self.desk.base + DOOR
        delivery = sign(Delivery({}, body, url), APP_SECRET, datetime.now(UTC), "")
        answer = httpx2.post(url, content=body, headers=dict(delivery.headers))
        assert answer.status_code == 200, answer.text

    def echo(self, mid: str, text: str, mark: str) -> None:
        said = {"mid": mid, "text": text, "is_echo": True, "app_id": int(APP_ID), "metadata": mark}
        self.tell(sender={"id": PAGE}, recipient={"id": IDA}, message=said)

    def ticket(self) -> dict[str, Any] | None:
        found = self.client.get("/api/v1/tickets?include=conversations,customer").json()["data"]
        return found[0] if found else None

    def answer(self, text: str) -> str:
        ticket = eventually(self.ticket)
        made = self.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": text})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def stands(self, answer: str, state: str, words: str = "") -> dict[str, Any]:
        """Its delivery, once it stands so."""

        def look() -> dict[str, Any] | None:
            delivery = self.client.get(f"/api/v1/conversations/{answer}").json()["delivery"]
            told = delivery.get("detail") or ""
            return dict(delivery) if delivery["state"] == state and words in told else None

        return eventually(look, 40)


@contextmanager
def a_talk(folder: Path, facebook: Facebook) -> Iterator[Talk]:
    desk = RunningDesk(folder / "data")
    desk.settings = {
        "HELPDESK_PUBLIC_URL": desk.base,
        "HELPDESK_META_API_BASE": facebook.base,
        "HELPDESK_LOG_LEVEL": "error",
        "MESSENGER_APP_ID": APP_ID,
        "MESSENGER_APP_SECRET": APP_SECRET,
    }
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    page = ["integration", "connect", "--org", "acme", "messenger", "--external-id", PAGE]
    desk.command(*page, "--set", "access_token=-", input=TOKEN)
    with (
        desk.serving(),
        httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
    ):
        yield Talk(desk, client)


def test_a_conversation_with_a_facebook_that_has_its_bad_moments(tmp_path: Path) -> None:
    with a_facebook() as facebook, a_talk(tmp_path, facebook) as talk:
        _somebody_writes_with_a_picture(talk, facebook)
        _the_answer_arrives_and_is_read(talk, facebook)
        _it_is_busy_and_fails_and_then_takes_it(talk, facebook)
        _the_echo_comes_while_the_call_is_still_open(talk, facebook)
        _the_answer_to_the_call_is_lost_and_the_echo_tells(talk, facebook)
        _what_it_will_never_take_is_told_to_the_agent(talk, facebook)


def _somebody_writes_with_a_picture(talk: Talk, facebook: Facebook) -> None:
    picture = {"type": "image", "payload": {"url": f"{facebook.base}/files/kettle.png"}}
    for _ in range(2):
        talk.tell(message={"mid": "m_1", "text": "It leaks", "attachments": [picture]})

    def stored() -> bool:
        ticket = talk.ticket()
        files = ticket["conversations"][0]["attachments"] if ticket else []
        return [(one["state"], one["content_type"]) for one in files] == [("stored", "image/png")]

    assert eventually(stored, 30)
    ticket = talk.ticket()
    assert ticket is not None
    assert ticket["customer"]["name"] == "Ida Lind"
    assert [one["content_text"] for one in ticket["conversations"]] == ["It leaks"]


def _the_answer_arrives_and_is_read(talk: Talk, facebook: Facebook) -> None:
    answer = talk.answer("A new one is on its way.")
    talk.stands(answer, "sent")
    [sent] = facebook.sent()
    assert (sent["message"]["text"], sent["message"]["metadata"]) == ("A new one is on its way.", answer)
    later = round((datetime.now(UTC) + timedelta(seconds=1)).timestamp() * 1000)
    talk.tell(read={"watermark": later})
    talk.tell(delivery={"watermark": later, "mids": [sent["mid"]]})
    talk.stands(answer, "read")


def _it_is_busy_and_fails_and_then_takes_it(talk: Talk, facebook: Facebook) -> None:
    transient = {"error": {"message": "Temporary", "code": 1200}}
    facebook.answers((429, {}, {"retry-after": "2"}), (500, transient, {}))
    began = monotonic()
    talk.stands(talk.answer("Busy?"), "sent")
    assert monotonic() - began >= 2
    assert [one["message"]["text"] for one in facebook.sent()].count("Busy?") == 1


def _the_echo_comes_while_the_call_is_still_open(talk: Talk, facebook: Facebook) -> None:
    mid = f"m_out{len(facebook.sent())}"
    facebook.answers((200, {"message_id": mid, "recipient_id": IDA}, {}), takes=True, late=3)
    answer = talk.answer("Slow?")
    eventually(lambda: facebook.sent()[-1]["message"]["text"] == "Slow?")
    talk.echo(mid, "Slow?", answer)
    talk.stands(answer, "sent")


def _the_answer_to_the_call_is_lost_and_the_echo_tells(talk: Talk, facebook: Facebook) -> None:
    facebook.answers((502, {}, {}), takes=True)
    answer = talk.answer("Lost?")
    talk.stands(answer, "queued", "It may have left")
    sent = facebook.sent()[-1]
    talk.echo(sent["mid"], "Lost?", sent["message"]["metadata"])
    talk.stands(answer, "sent")
    ticket = talk.ticket()
    assert ticket is not None
    texts = [one["content_text"] for one in ticket["conversations"]]
    assert [texts.count("Slow?"), texts.count("Lost?")] == [1, 1]
    assert [one["message"]["text"] for one in facebook.sent()].count("Lost?") == 1


def _what_it_will_never_take_is_told_to_the_agent(talk: Talk, facebook: Facebook) -> None:
    window = {"error": {"message": "outside of allowed window", "code": 10, "error_subcode": 2018278}}
    facebook.answers((400, window, {}))
    talk.stands(talk.answer("Too late?"), "failed", "Wait until they write")
