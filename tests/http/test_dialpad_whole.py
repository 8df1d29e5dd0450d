"""Dialpad between processes: a real desk, a Dialpad in a process of its own, and a customer, over HTTP."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from attrs import define

from helpdesk_adapters.messaging.dialpad import sign
from helpdesk_core.webhooks import Delivery
from tests.calls import BEGAN, IDA, LINE, Leg
from tests.fakes.dialpad_api import KEY
from tests.fakes.processes import fake_process
from tests.http.running import RunningDesk, eventually

SECRET = "the webhook secret of the tests"


@define
class Dialpad:
    """The other process."""

    base: str
    process: "subprocess.Popen[str]"

    def sent(self) -> dict[str, Any]:
        """The next message that was sent through it."""
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))


@contextmanager
def a_dialpad() -> Iterator[Dialpad]:
    with fake_process("dialpad_api") as (said, process):
        yield Dialpad(f"http://127.0.0.1:{said}", process)


def tell(desk: RunningDesk, *words: Mapping[str, Any]) -> None:
    url = f"{desk.base}/api/webhooks/dialpad"
    for word in words:
        body = sign(Delivery({}, json.dumps(word).encode(), url), SECRET, datetime.now(UTC), "").body
        assert httpx2.post(url, content=body).status_code == 200


def text(direction: str, id_: int, said: str, status: str, at: int) -> Mapping[str, Any]:
    ways = (IDA, LINE) if direction == "inbound" else (LINE, IDA)
    return {
        "id": id_,
        "direction": direction,
        "from_number": ways[0],
        "to_number": [ways[1]],
        "created_date": BEGAN + at,
        "event_timestamp": BEGAN + at,
        "text": said,
        "message_status": status,
        "target": {"id": 9001, "type": "user", "name": "Ada"},
    }


def test_a_missed_call_is_answered_by_text_though_dialpad_is_slow_busy_and_broken(tmp_path: Path) -> None:
    with a_dialpad() as dialpad:
        desk = RunningDesk(tmp_path / "data")
        desk.settings = {
            "HELPDESK_DIALPAD_API_BASE": dialpad.base,
            "HELPDESK_LOG_LEVEL": "error",
            "DIALPAD_WEBHOOK_SECRET": SECRET,
        }
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
        line = ("dialpad", "--external-id", "+1 415-555-0142", "--set", "api_key=-")
        desk.command("integration", "connect", "--org", "acme", *line, input=KEY)
        with (
            desk.serving(),
            httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
        ):
            a_missed_call_is_answered(desk, client, dialpad)


def a_missed_call_is_answered(desk: RunningDesk, client: httpx2.Client, dialpad: Dialpad) -> None:
    def ticket() -> dict[str, Any] | None:
        found = client.get("/api/v1/tickets?include=conversations").json()["data"]
        return found[0] if found else None

    def said() -> dict[str, str | None]:
        known = ticket() or {"conversations": []}
        return {
            one["content_text"]: one["delivery"] and one["delivery"]["state"]
            for one in known["conversations"]
        }

    ada = Leg(1, "Ada")
    transcript = ada("transcription", 60_000, transcription_text="It squeaks.")
    tell(desk, transcript, *reversed(ada.misses(0, 30_000)))
    path = f"/api/v1/tickets/{eventually(ticket)['id']}/conversations"
    eventually(lambda: "Voicemail: It squeaks." in said())
    assert client.post(path, json={"text": "You called?"}).status_code == 201
    sent = dialpad.sent()
    assert (sent["from_number"], sent["to_numbers"], sent["text"]) == (LINE, [IDA], "You called?")
    tell(desk, text("outbound", int(sent["id"]), "You called?", "success", 90_000))
    tell(desk, text("inbound", 5, "Yes.", "pending", 95_000))
    expected = {"Voicemail: It squeaks.": None, "You called?": "delivered", "Yes.": None}
    eventually(lambda: said() == expected)
    simulated = desk.command("simulate", "dialpad", "call.hangup", "--url", desk.base)
    assert simulated["status"] == 200
