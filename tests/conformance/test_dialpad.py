"""Dialpad's published and computed deliveries: our verdict on each signature, and what each of them comes to."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.messaging.dialpad import DIALPAD
from helpdesk_adapters.settings import Settings
from helpdesk_core import call_reading
from helpdesk_core.call_messages import text_of
from helpdesk_core.calls import Call, Fact, together
from helpdesk_core.commands import Command, HearMessage, OnLine, TellAfterwords, TellCall, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.signatures import BadSignature, Proven
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app

IDA, LINE = "+12125550123", "+14155550100"


def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "dialpad"


def vectors(shared: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder(shared) / "vectors.json").read_bytes())["vectors"])


def commands_of(shared: Path, name: str) -> Sequence[Command]:
    body = (folder(shared) / f"{name}.json").read_bytes()
    kind = json.loads(body)
    event = f"call.{kind['state']}" if "state" in kind else f"sms.{kind['direction']}"
    translate = DIALPAD.translation_of(event)
    assert translate is not None, event
    return translate(body)


def call(shared: Path, *names: str) -> Call:
    told = [one for name in names for one in commands_of(shared, name)]
    return together([one.call for one in told if isinstance(one, TellCall)])


def test_every_vector_gets_the_verdict_it_expects(shared: Path) -> None:
    known = vectors(shared)
    assert len(known) >= 23
    for vector in known:
        body = b64decode(vector["request"]["body_base64"])
        delivery = Delivery({"content-type": "application/jwt"}, body)
        try:
            proven = DIALPAD.verify(delivery, [vector["secret"]], datetime.fromtimestamp(vector["now"], UTC))
        except BadSignature:
            assert vector["valid"] is False, vector["name"]
        else:
            assert vector["valid"] is True, vector["name"]
            assert DIALPAD.split(delivery, proven)[0].type in DIALPAD.events


@pytest.fixture
async def visitor(shared: Path) -> AsyncIterator[httpx2.AsyncClient]:
    secret = vectors(shared)[0]["secret"]
    settings = Settings(secret_key=("a key for tests",), dialpad_webhook_secret=(secret,))
    app = create_app(in_memory(settings), jobs=False)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as visitor:
            yield visitor


async def test_every_vector_is_answered_by_the_running_desk(
    shared: Path, visitor: httpx2.AsyncClient
) -> None:
    for vector in vectors(shared):
        request = vector["request"]
        body, headers = b64decode(request["body_base64"]), request["headers"]
        answer = await visitor.post("/api/webhooks/dialpad", content=body, headers=headers)
        assert answer.status_code == (200 if vector["valid"] else 401), vector["name"]


def test_every_fixture_means_something(shared: Path) -> None:
    names = [path.stem for path in folder(shared).glob("*.json")]
    meant = [name for name in names if name.startswith(("call_", "sms_"))]
    assert len(meant) >= 20
    for name in meant:
        assert all(isinstance(one, TellCall | OnLine) for one in commands_of(shared, name)), name


def test_a_call_that_was_taken_tells_by_whom_and_for_how_long(shared: Path) -> None:
    words = ("call_hangup", "call_ringing_inbound", "call_connected", "call_hold", "call_recording")
    told = call(shared, *words)
    assert text_of(told).startswith("Call of 2:00 with Agent Example\n\nRecording: https://dialpad.com/blob/")
    assert (call_reading.first(told, Fact.NUMBER), call_reading.lines(told)[0]) == (IDA, LINE)


def test_a_call_that_was_missed_says_what_its_voicemail_says(shared: Path) -> None:
    told = call(shared, "call_transcription", "call_voicemail", "call_missed", "call_voicemail_uploaded")
    assert text_of(told).startswith("Voicemail: Hello, this is Ana, please call me back about order 1042.")


def test_the_legs_of_a_group_call_are_one_call(shared: Path) -> None:
    told = call(shared, "call_group_operator_leg_connected", "call_group_entry_leg_ringing")
    assert (told.external_id, told.legs) == ("7000000000000001", ("7000000000000001", "7000000000000002"))
    assert (call_reading.is_answered(told), call_reading.agents(told)) == (True, ("Agent Example",))


def test_a_hidden_number_is_not_known_and_a_blocked_one_is(shared: Path) -> None:
    assert call_reading.first(call(shared, "call_anonymous_caller"), Fact.NUMBER) is None
    blocked = call(shared, "call_blocked_number")
    assert (call_reading.first(blocked, Fact.NUMBER), call_reading.lines(blocked)) == (
        IDA,
        (LINE, "5171365938069504"),
    )


@pytest.mark.parametrize("name", ["call_calling_outbound", "call_ringing_outbound_published"])
def test_calls_of_our_own_are_told_from_customers(shared: Path, name: str) -> None:
    assert call_reading.is_ours(call(shared, name))


def messages(shared: Path, name: str) -> list[Any]:
    (told,) = commands_of(shared, name)
    assert isinstance(told, OnLine)
    assert told.lines == (LINE, "4693435745845248")
    return list(told.commands)


def test_text_messages_that_came_bear_their_choice_and_files(shared: Path) -> None:
    choice, stop = messages(shared, "sms_inbound_published")
    assert isinstance(choice, TellChoice)
    assert (choice.opted_out, stop.message.text, stop.message.opens) == (True, "sTOp", False)
    (picture,) = messages(shared, "sms_inbound_mms")
    assert [file.reference for file in picture.message.files] == ["https://dialpad.com/blob/mms/REDACTED.jpg"]
    (hidden,) = messages(shared, "sms_inbound_no_content_scope")
    assert "did not share" in hidden.message.text


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("sms_outbound_pending", DeliveryState.SENT),
        ("sms_outbound_status_success", DeliveryState.DELIVERED),
        ("sms_outbound_status_failed", DeliveryState.FAILED),
    ],
)
def test_text_messages_that_left_stand_as_they_are_told(
    shared: Path, name: str, state: DeliveryState
) -> None:
    heard, told = messages(shared, name)
    assert isinstance(heard, HearMessage)
    assert isinstance(told, TellAfterwords)
    assert (heard.message.external_id, heard.message.threads) == (told.external_id, (IDA,))
    assert [one.state for one in told.told.reports] == [state]


def test_the_body_is_read_whatever_it_is_said_to_be(shared: Path) -> None:
    vector = vectors(shared)[0]
    delivery = Delivery({"content-type": "text/html"}, b64decode(vector["request"]["body_base64"]))
    assert isinstance(DIALPAD.verify(delivery, [vector["secret"]], datetime.now(UTC)), Proven)
