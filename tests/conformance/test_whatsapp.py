"""WhatsApp's signatures over HTTP, and what its published payloads mean."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.messaging.whatsapp import WHATSAPP
from helpdesk_adapters.settings import Settings
from helpdesk_core.commands import Command, HearMessage, LinkContacts, Nothing, TellAccount, TellAfterwords
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery
from helpdesk_http.app import create_app

PATH = "/api/webhooks/whatsapp"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "whatsapp"


async def test_every_vector_is_answered_as_it_deserves(folder: Path) -> None:
    vectors = json.loads((folder / "vectors.json").read_bytes())["vectors"]
    assert len(vectors) == 20
    answered = {one["name"]: await _answer(one) for one in vectors}
    expected = {one["name"]: 200 if one["valid"] else 401 for one in vectors}
    expected["empty app secret configured"] = 503
    expected["empty body, correct hmac"] = 400
    expected["raw utf-8 body signed as raw bytes"] = 400  # it is proven, and then it has no entries
    assert answered == expected


async def _answer(vector: Mapping[str, Any]) -> int:
    asked = vector["request"]
    desk = in_memory(Settings(secret_key=("a key",), whatsapp_app_secret=(vector["secret"],)))
    headers = {name.lower().encode(): value.encode() for name, value in asked["headers"].items()}
    transport = httpx2.ASGITransport(create_app(desk, jobs=False))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        answer = await client.post(PATH, content=b64decode(asked["body_base64"]), headers=headers)
    return answer.status_code


def payloads(folder: Path) -> dict[str, Mapping[str, Any]]:
    """Every published webhook body, by file."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(folder.glob("*.json")):
        told = json.loads(file.read_bytes())
        if isinstance(told, dict) and "entry" in told:
            found[file.stem] = told
    return found


def items(body: object) -> Sequence[Item]:
    return WHATSAPP.split(Delivery({}, json.dumps(body).encode()), Proven(None, None))


def commands(body: object) -> list[Command]:
    return [
        one
        for item in items(body)
        if (means := WHATSAPP.translation_of(item.type))
        for one in means(item.raw)
    ]


def test_every_published_payload_means_something_or_says_why_not(folder: Path) -> None:
    bodies = payloads(folder)
    assert len(bodies) == 98
    nobodys = []
    for name, body in bodies.items():
        assert items(body), name
        try:
            commands(body)
        except UnreadableDelivery:
            nobodys.append(name)
    assert nobodys == ["courier_no_from"]


MEANS: Mapping[str, type] = {
    "message_": HearMessage,
    "courier_hello": HearMessage,
    "callback_": HearMessage,
    "flow_": HearMessage,
    "status_": TellAfterwords,
    "template_": TellAccount,
    "deleted_": TellAfterwords,
    "edited_": TellAfterwords,
    "echo_edit": TellAfterwords,
    "echo_delete": TellAfterwords,
    "echo_text": HearMessage,
    "courier_error_errors": TellAccount,
    "courier_ignore_status": Nothing,
    "courier_invalid_status": Nothing,
    "system_phone": LinkContacts,
    "system_identity": Nothing,
}
REACTIONS = ("message_reaction", "message_unreaction_empty", "message_unreaction_no_emoji")


def test_each_kind_means_what_it_is(folder: Path) -> None:
    for name, body in payloads(folder).items():
        wanted = next((kind for start, kind in MEANS.items() if name.startswith(start)), None)
        if wanted is not None:
            wanted = TellAfterwords if name in REACTIONS else wanted
            assert type(commands(body)[-1]) is wanted, name


def test_a_duplicate_in_one_body_is_one_event(folder: Path) -> None:
    assert len(items(payloads(folder)["courier_duplicate"])) == 1


def test_an_id_in_the_place_of_a_number_is_an_id(folder: Path) -> None:
    bodies = payloads(folder)
    for name in ("courier_hello_bsuid_in_from", "courier_hello_from_bsuid"):
        [*_, heard] = commands(bodies[name])
        assert isinstance(heard, HearMessage)
        assert heard.message.threads == ("US.1234",)
        assert [one.kind for one in heard.message.sender.contacts] == ["whatsapp"]
    [*_, heard] = commands(bodies["courier_hello_invalid_user_id"])
    assert isinstance(heard, HearMessage)
    assert heard.message.threads == ("5678",)


def test_a_closed_window_is_told_as_one(folder: Path) -> None:
    [told] = commands(payloads(folder)["status_failed_131047_window_closed"])
    assert isinstance(told, TellAfterwords)
    [report] = told.told.reports
    assert report.state is DeliveryState.FAILED
    assert "template" in report.detail


def test_a_batch_of_two_tenants_names_both(folder: Path) -> None:
    found = commands(payloads(folder)["batch_mixed_two_tenants"])
    accounts = [one.message.account for one in found if isinstance(one, HearMessage)]
    assert accounts == ["106540352242922", "106540352242922", "999000999000999"]
    reports = [one.told.reports[0].state.value for one in found if isinstance(one, TellAfterwords)]
    assert reports == ["sent", "delivered", "read"]
