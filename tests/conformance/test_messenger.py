"""Messenger's signatures over HTTP, and what its published payloads mean."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.messaging.messenger import MESSENGER
from helpdesk_adapters.messaging.meta.graph import proof_of
from helpdesk_adapters.settings import Settings
from helpdesk_core.afterwords import Afterwords, Edit, Reaction, Report
from helpdesk_core.commands import Command, HearMessage, Nothing, TellAfterwords, TellArrival
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.customers import Contact
from helpdesk_core.messages import Message
from helpdesk_core.signatures import Proven
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import Delivery, Item
from helpdesk_http.app import create_app

PATH = "/api/webhooks/messenger"
PSID = "PSID_24512345678901"
AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "messenger"


@pytest.fixture
def told(folder: Path) -> Mapping[str, Any]:
    """Every published webhook body by its name; those that show less than a whole one stand in one."""
    bodies = {}
    for file in sorted(folder.glob("*.json")):
        if not file.stem.startswith(("api_", "vectors")):
            bodies[file.stem] = _whole(json.loads(file.read_bytes()))
    return bodies


async def test_every_vector_is_answered_as_it_deserves(folder: Path) -> None:
    vectors = json.loads((folder / "vectors.json").read_bytes())["vectors"]
    assert len(vectors) == 20
    answered = {one["name"]: await _answer(one) for one in vectors}
    expected = {one["name"]: 200 if one["valid"] else 401 for one in vectors}
    expected["empty app secret configured"] = 503
    expected["empty body, correct hmac"] = 400
    assert answered == expected


def test_the_proof_of_the_app_is_the_published_one(folder: Path) -> None:
    vector = json.loads((folder / "vectors.json").read_bytes())["appsecret_proof"]
    assert proof_of(vector["access_token"], vector["app_secret"]) == vector["appsecret_proof"]


def test_every_published_body_means_something_or_rests(told: Mapping[str, Any]) -> None:
    assert len(told) >= 40
    for name, body in told.items():
        for item in items(body):
            translate = MESSENGER.translation_of(item.type)
            assert translate is None or all(isinstance(one, Command) for one in translate(item.raw)), name


def test_what_nobody_handles_is_kept_by_its_name(told: Mapping[str, Any]) -> None:
    kept = {name: [item.type for item in items(told[name])] for name in told}
    assert kept["referral"] == kept["referral_seconds"] == ["messaging_referrals"]
    assert kept["referral_optin"] == kept["notification_messages_optin"] == ["messaging_optins"]
    assert kept["not_page"] == kept["unknown_messaging_entry"] == ["unknown"]
    assert kept["no_entries"] == kept["no_messaging_entries"] == []


def test_a_batch_is_one_event_a_message_each_for_its_page(told: Mapping[str, Any]) -> None:
    heard = [message(one) for one in commands(told["batch_two_pages_out_of_order"])]
    assert [(one.account, one.external_id, one.text) for one in heard] == [
        ("PAGE_1001", "m_B2", "second"),
        ("PAGE_1001", "m_B1", "first"),
        ("PAGE_2002", "m_OTHER", "another organization"),
    ]
    assert heard[0].at == AT + timedelta(seconds=1)
    assert len(items(told["duplicate_msg"])) == 1


def test_a_message_is_its_senders_at_that_page(told: Mapping[str, Any]) -> None:
    [heard] = map(message, commands(told["message_text"]))
    assert (heard.text, heard.threads, heard.by_us) == ("Where is my parcel? 📦 é", (PSID,), None)
    assert heard.sender.contacts == (Contact("messenger", f"PAGE_1001/{PSID}"),)


def test_a_message_for_another_page_than_it_is_delivered_for_means_nothing(told: Mapping[str, Any]) -> None:
    [command] = commands(told["different_page"])
    assert isinstance(command, Nothing)


def test_echoes_are_ours_by_their_mark_and_else_the_pages(told: Mapping[str, Any]) -> None:
    [ours] = map(message, commands(told["echo_of_our_reply"]))
    assert (str(ours.ours), ours.external_id, ours.threads) == (
        "0198c0de-0000-7000-8000-000000000002",
        "m_OUT1",
        (PSID,),
    )
    [by_hand] = map(message, commands(told["echo_from_page_inbox_human"]))
    assert (by_hand.ours, by_hand.by_us) == (None, "Page inbox")
    [overheard] = map(message, commands(told["docs_standby_echo"]))
    assert (overheard.by_us, overheard.overheard, overheard.text) == (
        "Another app",
        True,
        "[Template]\nhttps://www.facebook.com/commerce/update/",
    )


@pytest.mark.parametrize(
    ("name", "text", "files", "marks"),
    [
        ("attachment", "", ["foo.png"], {}),
        ("message_multi_attachments", "", ["a.jpg", "invoice.pdf", "voice.mp4", "v.mp4"], {}),
        ("message_sticker_new_type", "👍", [], {"sticker": "369239263222822"}),
        ("thumbs_up", "👍", [], {"sticker": "369239263222822"}),
        ("fallback", "[Link] Foo", [], {}),
        ("reel", "[Reel]", [], {}),
        (
            "location_attachment",
            "[Location] 1.2, -1.3",
            [],
            {"location": {"latitude": 1.2, "longitude": -1.3}},
        ),
        ("docs_text_quick_reply", "hello, world!", [], {"quick_reply": "<DEVELOPER_DEFINED_PAYLOAD>"}),
        ("docs_reply_to", "hello, world!", [], {"reply_to": "m_1fTq8oLumEyIp3Q2MR-aY7IfLZDamVrALniheU"}),
        ("postback_get_started", "Get Started", [], {"postback": "GET_STARTED"}),
    ],
)
def test_what_comes_beside_the_words_is_kept(
    told: Mapping[str, Any], name: str, text: str, files: list[str], marks: dict[str, Any]
) -> None:
    [heard] = map(message, commands(told[name]))
    assert (heard.text, [file.filename for file in heard.files], heard.marks) == (text, files, marks)


def test_a_press_without_an_id_has_the_same_one_each_time_it_is_told(told: Mapping[str, Any]) -> None:
    first, again = (message(commands(told["postback"])[0]) for _ in range(2))
    other = message(commands(told["postback_referral"])[0])
    assert first.external_id == again.external_id != other.external_id
    assert first.marks["referral"] == {
        "ref": "postback ref",
        "source": "postback source",
        "type": "postback type",
    }


def test_word_of_arrival_names_messages_or_a_time_or_both(told: Mapping[str, Any]) -> None:
    until = AT + timedelta(seconds=100.5)
    arrival = TellArrival(Channel.MESSENGER, "PAGE_1001", PSID, until)
    named = Afterwords(reports=(Report("m_OUT1", DeliveryState.DELIVERED),))
    assert commands(told["delivery_without_mids"]) == [arrival]
    assert commands(told["delivery_with_mids"]) == [
        TellAfterwords(Channel.MESSENGER, "PAGE_1001", "m_OUT1", named),
        arrival,
    ]
    assert commands(told["read"]) == [TellArrival(Channel.MESSENGER, "PAGE_1001", PSID, until, read=True)]


def test_edits_and_reactions_are_told_of_the_message(told: Mapping[str, Any]) -> None:
    edit = Edit(AT + timedelta(seconds=210), "Where is my parcel now?")
    liked = Reaction(PSID, AT + timedelta(seconds=200), "👍")
    assert commands(told["message_edit"]) == [
        TellAfterwords(Channel.MESSENGER, "PAGE_1001", "m_AAA111", Afterwords(edits=(edit,)))
    ]
    assert commands(told["reaction"]) == [
        TellAfterwords(Channel.MESSENGER, "PAGE_1001", "m_OUT1", Afterwords(reactions=(liked,)))
    ]


def items(body: object) -> Sequence[Item]:
    return MESSENGER.split(Delivery({}, json.dumps(body).encode()), Proven(None, None))


def commands(body: object) -> list[Command]:
    return [command for item in items(body) for command in MESSENGER.events[item.type](item.raw)]


def message(command: Command) -> Message:
    assert isinstance(command, HearMessage)
    return command.message


def _whole(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Some of the documentation's examples are an entry alone, or an event; their page is a placeholder."""
    if "object" in body:
        return body
    if "messaging" in body:
        return {"object": "page", "entry": [{**body, "id": "<PAGE_ID>"}]}
    return {"object": "page", "entry": [{"id": "<PAGE_ID>", "messaging": [body]}]}


async def _answer(vector: Mapping[str, Any]) -> int:
    asked = vector["request"]
    desk = in_memory(Settings(secret_key=("a key",), messenger_app_secret=(vector["secret"],)))
    headers = {name.lower().encode(): value.encode() for name, value in asked["headers"].items()}
    transport = httpx2.ASGITransport(create_app(desk, jobs=False))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        answer = await client.post(PATH, content=b64decode(asked["body_base64"]), headers=headers)
    return answer.status_code
