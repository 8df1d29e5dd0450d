"""Twilio's published and computed deliveries: our verdict on each signature, and what each of them means."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.messaging.sms.twilio import TWILIO
from helpdesk_adapters.settings import Settings
from helpdesk_core.commands import Command, HearMessage, Nothing, TellAfterwords, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import Message
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.signatures import BadSignature, Proven, url_form_hmac
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app

Vector = dict[str, Any]
DESK = "https://desk.example.com"
ANA, OURS = "+12125550123", "+14155550100"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "sms_twilio"


def vectors(folder: Path) -> list[Vector]:
    found = json.loads((folder / "vectors.json").read_bytes())["vectors"]
    assert len(found) == 44
    return list(found)


def test_every_vector_gets_the_verdict_that_it_expects(folder: Path) -> None:
    for vector in vectors(folder):
        request = vector["request"]
        headers = {name.lower(): value for name, value in request["headers"].items()}
        body = b64decode(request.get("body_base64", ""))
        try:
            url_form_hmac.verify(headers, request["url"], body, [vector["secret"]])
            proven = True
        except BadSignature:
            proven = False
        assert proven is vector["valid"], vector["name"]


async def test_the_door_answers_every_vector_as_it_deserves_and_keeps_no_other(folder: Path) -> None:
    fitting = [one for one in vectors(folder) if "desk.example.com" in one["request"]["url"]]
    assert len(fitting) >= 28
    for vector in fitting:
        status, kept = await answered(vector)
        if urlsplit(vector["request"]["url"]).path != "/api/webhooks/sms":
            assert (status, kept) in {(404, 0), (307, 0), (308, 0)}, vector["name"]
        else:
            assert (status, kept) == ((200, 1) if vector["valid"] else (401, 0)), vector["name"]


async def test_behind_a_proxy_the_address_is_that_of_the_settings(folder: Path) -> None:
    [vector] = [one for one in vectors(folder) if one["name"].startswith("proxy")]
    assert await answered(vector) == (401, 0)
    assert await answered(vector, DESK) == (200, 1)


async def answered(vector: Vector, public: str | None = None) -> tuple[int, int]:
    """The status, and how many events are kept."""
    request = vector["request"]
    url = urlsplit(request["url"])
    public = public or f"{url.scheme}://{url.netloc}"
    desk = in_memory(Settings(public_url=public, twilio_auth_token=(vector["secret"],)))
    app = create_app(desk, jobs=False)
    target = url.path + (f"?{url.query}" if url.query else "")
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://10.0.0.4:8080") as client:
            body = b64decode(request.get("body_base64", ""))
            answer = await client.request(request["method"], target, content=body, headers=request["headers"])
        kept = await desk.store().read(lambda view: view.inbox.page(EventFilter(), Page(10, "received_at")))
    return answer.status_code, len(kept.items)


def meaning(folder: Path, name: str) -> list[Command]:
    """The commands of a fixture, by the way that a delivery goes."""
    body = (folder / f"{name}.form.txt").read_bytes().rstrip(b"\n")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    [item] = TWILIO.split(Delivery(headers, body, f"{DESK}/api/webhooks/sms"), Proven(None, None))
    translate = TWILIO.translation_of(item.type)
    assert translate is not None
    return list(translate(item.raw))


def heard(folder: Path, name: str) -> Message:
    command = meaning(folder, name)[0]
    assert isinstance(command, HearMessage)
    return command.message


def test_every_fixture_means_something(folder: Path) -> None:
    names = [file.name.removesuffix(".form.txt") for file in folder.glob("*.form.txt")]
    assert len(names) == 33
    for name in names:
        kinds = {type(command) for command in meaning(folder, name)}
        assert kinds <= {HearMessage, TellAfterwords, TellChoice, Nothing}
        assert (HearMessage in kinds) is name.startswith("inbound_")


def test_a_message_is_known_by_its_number_and_keeps_its_words(folder: Path) -> None:
    told = heard(folder, "inbound_sms_full")
    assert (told.account, told.threads, told.text) == (OURS, (ANA,), "Hi, my order #1042 is late")
    assert [(one.kind, one.value) for one in told.sender.contacts] == [("phone", ANA)]
    assert told == heard(folder, "inbound_unknown_new_param")
    assert heard(folder, "inbound_unicode_emoji_plus").text == "Grüße + 100% 👍🏽 a&b=c \nline2 "
    assert heard(folder, "inbound_leading_trailing_space").text == "  padded  "
    assert heard(folder, "inbound_null_byte").text == "removenull"
    assert heard(folder, "inbound_base64_looking_body").text.startswith("QmFubm9uIEV4")
    assert heard(folder, "inbound_sms_to_shortcode").account == "384387"


def test_media_are_places_in_their_message_wherever_they_are_said_to_be(folder: Path) -> None:
    """That an address is none of Twilio's is the file's matter, and no reason to lose the message."""
    two = heard(folder, "inbound_mms_two_media")
    assert two.text == "see pictures"
    assert [(one.external_id, one.filename, one.content_type) for one in two.files] == [
        ("0", "media-1.jpg", "image/jpeg"),
        ("1", "media-2.pdf", "application/pdf"),
    ]
    empty = heard(folder, "inbound_mms_empty_body")
    assert (empty.text, [one.content_type for one in empty.files]) == ("", ["audio/amr"])
    assert [one.reference for one in heard(folder, "inbound_mms_relative_urls").files] == [
        "cat.jpg",
        "dog.jpg",
    ]
    assert heard(folder, "inbound_mms_with_body_relative_urls").text == "Msg"
    assert len(heard(folder, "inbound_mms_ssrf_media_url").files) == 1


@pytest.mark.parametrize(("name", "out"), [("inbound_stop_optout", True), ("inbound_start_optin", False)])
def test_stop_and_start_are_choices_that_open_no_ticket(folder: Path, name: str, out: bool) -> None:
    message, choice = meaning(folder, name)
    assert isinstance(message, HearMessage)
    assert not message.message.opens
    assert isinstance(choice, TellChoice)
    assert (choice.account, choice.thread, choice.opted_out) == (OURS, ANA, out)


def test_whatsapp_is_answered_where_it_was_written(folder: Path) -> None:
    number = "+14133881111"
    plain = heard(folder, "inbound_whatsapp_via_twilio")
    assert (plain.account, plain.threads) == ("+12028831111", (f"whatsapp:{number}",))
    assert [one.value for one in plain.sender.contacts] == [number]
    both = heard(folder, "inbound_whatsapp_bsuid")
    assert both.threads == (f"whatsapp:{number}", "whatsapp:US.1234")
    assert [(one.kind, one.value) for one in both.sender.contacts] == [
        ("phone", number),
        ("whatsapp", "US.1234"),
    ]
    only = heard(folder, "inbound_whatsapp_from_bsuid_only")
    assert only.threads == ("whatsapp:US.1234",)
    assert [(one.kind, one.value) for one in only.sender.contacts] == [("whatsapp", "US.1234")]
    assert heard(folder, "inbound_whatsapp_button").marks == {"button": {"text": "Confirm"}}
    place = heard(folder, "inbound_whatsapp_location")
    assert place.sender.name == "Ana"
    assert place.text == "Meet here, Alexanderplatz (52.520007, 13.404954)"
    assert place.marks == {
        "location": {
            "latitude": 52.520007,
            "longitude": 13.404954,
            "name": "Meet here",
            "address": "Alexanderplatz",
        }
    }


@pytest.mark.parametrize(
    ("name", "state", "detail"),
    [
        ("status_queued", DeliveryState.QUEUED, ""),
        ("status_sent", DeliveryState.SENT, ""),
        ("status_sent_messaging_service", DeliveryState.SENT, ""),
        ("status_delivered", DeliveryState.DELIVERED, ""),
        ("status_delivered_rawdlr", DeliveryState.DELIVERED, ""),
        ("status_read", DeliveryState.READ, ""),
        ("status_failed", DeliveryState.FAILED, "Carrier violation (Twilio 30007)"),
        (
            "status_undelivered",
            DeliveryState.FAILED,
            "The phone is switched off or out of reach. (Twilio 30003)",
        ),
    ],
)
def test_a_status_is_how_the_message_stands(
    folder: Path, name: str, state: DeliveryState, detail: str
) -> None:
    [command] = meaning(folder, name)
    assert isinstance(command, TellAfterwords)
    [report] = command.told.reports
    assert (report.part, report.state, report.detail) == (command.external_id, state, detail)


def test_a_status_without_a_sender_is_understood_by_the_address_it_was_sent_to(folder: Path) -> None:
    """Some name neither; ours always do, since the address that Twilio reports to does."""
    for name in ("status_delivered_minimal", "status_failed_63018", "status_failed_21610_stop"):
        [nothing] = meaning(folder, name)
        assert isinstance(nothing, Nothing)
    body = (folder / "status_failed_21610_stop.form.txt").read_bytes().rstrip(b"\n")
    url = f"{DESK}/api/webhooks/sms?account=%2B14155550100&answer=0195"
    [item] = TWILIO.split(Delivery({}, body, url), Proven(None, None))
    told, choice = TWILIO.events[item.type](item.raw)
    assert isinstance(told, TellAfterwords)
    assert (told.account, told.ours) == (OURS, "0195")
    assert choice == TellChoice(told.channel, OURS, "+12028831111", None, opted_out=True)


def test_a_status_that_twilio_invents_tomorrow_changes_nothing(folder: Path) -> None:
    assert meaning(folder, "status_unknown_value") == [Nothing("The status 'huh' means nothing here.")]


def test_what_twilio_is_answered_says_nothing_to_the_customer(folder: Path) -> None:
    assert TWILIO.answer is not None
    reply = TWILIO.answer(Delivery({}, b""))
    assert reply is not None
    expected = (folder / "twiml_empty_reply.xml").read_bytes().strip().replace(b" />", b"/>")
    assert (reply.body, reply.media_type) == (expected, "text/xml")
