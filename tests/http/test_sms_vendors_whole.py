"""SMS between processes: a real desk, a carrier in a process of its own, and a customer, over HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from attrs import define

from helpdesk_core.webhooks import Delivery
from tests.fakes.processes import fake_process
from tests.http.running import RunningDesk, eventually
from tests.http.sms_vendors import OURS, SIGNING_KEY, TRIAL_KEY, VENDORS, VONAGE_SECRET, Told, Vendor


@contextmanager
def a_carrier(vendor: Vendor) -> Iterator[str]:
    """The other process; its address."""
    with fake_process(f"{vendor.name}_api") as (said, _):
        yield said


@define
class Talk:
    """A customer, an agent, and the carrier between them."""

    vendor: Vendor
    carrier: str
    desk: RunningDesk
    client: httpx2.Client

    def post(self, told: Told) -> int:
        body = urlencode(told).encode() if self.vendor.form else json.dumps(told).encode()
        plain = Delivery({}, body, f"{self.desk.base}/api/webhooks/sms")
        signed = self.vendor.sign(plain, self.vendor.secret, datetime.now(UTC), "delivery")
        return httpx2.request(
            signed.method, signed.url, content=signed.body, headers=dict(signed.headers)
        ).status_code

    def ticket(self) -> dict[str, Any] | None:
        found = self.client.get("/api/v1/tickets?include=conversations").json()["data"]
        return found[0] if found else None

    def answer(self, text: str) -> str:
        ticket = eventually(self.ticket)
        made = self.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": text})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def stands(self, answer: str, state: str) -> dict[str, Any]:
        """Its delivery, once it stands so."""

        def look() -> dict[str, Any] | None:
            delivery = self.client.get(f"/api/v1/conversations/{answer}").json()["delivery"]
            return dict(delivery) if delivery["state"] == state else None

        return eventually(look, 30)

    def order(self, *troubles: dict[str, Any]) -> None:
        """What the carrier is to do with the next calls."""
        httpx2.post(f"{self.carrier}/orders", json={"troubles": troubles}).raise_for_status()

    def sent(self) -> dict[str, dict[str, Any]]:
        return dict(httpx2.get(f"{self.carrier}/orders").json()["sent"])


@contextmanager
def a_talk(folder: Path, vendor: Vendor, carrier: str) -> Iterator[Talk]:
    desk = RunningDesk(folder / "data")
    desk.settings = {
        "HELPDESK_PUBLIC_URL": desk.base,
        f"HELPDESK_{vendor.name.upper()}_API_BASE": carrier,
        "HELPDESK_LOG_LEVEL": "error",
        "TELNYX_PUBLIC_KEY": TRIAL_KEY,
        "VONAGE_SIGNATURE_SECRET": VONAGE_SECRET,
        "MESSAGEBIRD_SIGNING_KEY": SIGNING_KEY,
    }
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    given = {"vendor": vendor.name, **vendor.access}
    setting = [text for name, value in given.items() for text in ("--set", f"{name}={value}")]
    desk.command("integration", "connect", "--org", "acme", "sms", "--external-id", OURS, *setting)
    with (
        desk.serving(),
        httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
    ):
        yield Talk(vendor, carrier, desk, client)


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_a_conversation_with_a_carrier_that_has_its_bad_moments(name: str, tmp_path: Path) -> None:
    vendor = VENDORS[name]
    with a_carrier(vendor) as carrier, a_talk(tmp_path, vendor, carrier) as talk:
        for _ in range(2):
            assert talk.post(vendor.message("m1", "Is my bike ready?")) == 200
        talk.order({"status": 429, "body": "{}", "headers": {"Retry-After": "1"}})
        first = talk.answer("It is. 🚲")
        talk.stands(first, "sent")
        [(known_as, sent)] = talk.sent().items()
        assert sent[vendor.text_in] == "It is. 🚲"
        assert talk.post(vendor.status(known_as, "delivered", vendor.mark_in(sent))) == 200
        talk.stands(first, "delivered")
        _an_answer_is_lost(talk)
        assert talk.post(vendor.message("m2", "STOP")) == 200
        eventually(lambda: len((talk.ticket() or {})["conversations"]) == 4)
        assert "no more messages" in talk.stands(talk.answer("Hello?"), "failed")["detail"]
        assert len(talk.sent()) == 2


def _an_answer_is_lost(talk: Talk) -> None:
    """The carrier has it, and only one of the three can be asked whether it does."""
    talk.order({"status": 502, "takes": True, "seconds": 1.0, "headers": {"Retry-After": "1"}})
    lost = talk.answer("Come by.")
    if talk.vendor.name == "messagebird":
        talk.stands(lost, "sent")
    else:
        assert "did not say" in talk.stands(lost, "failed")["detail"]
    assert [one[talk.vendor.text_in] for one in talk.sent().values()] == ["It is. 🚲", "Come by."]
