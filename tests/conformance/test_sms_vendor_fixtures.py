"""What Telnyx, Vonage and MessageBird have published, or are known to send, means what it should."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.messaging.sms.messagebird import MESSAGEBIRD
from helpdesk_adapters.messaging.sms.telnyx import TELNYX
from helpdesk_adapters.messaging.sms.vonage import VONAGE
from helpdesk_core.commands import Command, HearMessage, HearPart, Nothing, OnLine, TellAfterwords
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, WebhookProvider

PROVEN = Proven(None, None)
FOLDERS = {"sms_telnyx": TELNYX, "sms_vonage": VONAGE, "sms_messagebird": MESSAGEBIRD}
NO_DELIVERIES = {"vectors.json", "SOURCES.md", "published_signature_test_data.json"}


def delivery_of(file: Path) -> Delivery:
    """As the file's name says that it came: `.json` and `.form.txt` were posted, `.query.txt` was in the address."""
    text = file.read_text().strip()
    if file.name.endswith(".query.txt"):
        return Delivery({}, b"", f"https://desk.example/api/webhooks/sms?{text}", "GET")
    return Delivery({}, text.encode())


def told(shared: Path, folder: str, name: str) -> tuple[Item, Sequence[Command]]:
    file = next((shared / "protocols" / "messaging" / "fixtures" / folder).glob(f"{name}.*"))
    provider: WebhookProvider = FOLDERS[folder]
    (item,) = provider.split(delivery_of(file), PROVEN)
    return item, provider.events[item.type](item.raw)


@pytest.mark.parametrize(("folder", "count"), [("sms_telnyx", 6), ("sms_vonage", 15), ("sms_messagebird", 5)])
def test_every_delivery_is_understood(shared: Path, folder: str, count: int) -> None:
    files = [
        file
        for file in sorted((shared / "protocols" / "messaging" / "fixtures" / folder).iterdir())
        if file.name not in NO_DELIVERIES
    ]
    assert len(files) == count
    for file in files:
        item, commands = told(shared, folder, file.name.partition(".")[0])
        assert item.external_id.startswith(f"{folder.removeprefix('sms_')}:"), file.name
        assert commands, file.name


def heard(shared: Path, folder: str, name: str) -> Any:
    _, (command,) = told(shared, folder, name)
    assert isinstance(command, HearMessage)
    return command.message


def test_a_message_by_telnyx_is_from_and_to_numbers_and_bears_its_time(shared: Path) -> None:
    message = heard(shared, "sms_telnyx", "message_received")
    assert (message.account, message.threads) == ("+18445550001", ("+18665550001",))
    assert (message.text, message.external_id) == ("Hello, World!", "7ee4241c-f127-47e5-9c34-3aac291f8058")
    assert message.at == datetime(2019, 1, 23, 18, 10, 2, 574000, tzinfo=UTC)


def test_an_mms_by_telnyx_has_its_files_and_no_words(shared: Path) -> None:
    message = heard(shared, "sms_telnyx", "message_received_mms")
    assert message.text == ""
    [file] = message.files
    assert (file.reference, file.content_type) == ("https://media.telnyx.example/AAAA.jpg", "image/jpeg")


def test_a_further_attempt_of_telnyx_is_the_same_event(shared: Path) -> None:
    first, again = (
        told(shared, "sms_telnyx", name)[0]
        for name in ("message_received", "message_received_retry_attempt2")
    )
    assert first.external_id == again.external_id


def state(shared: Path, folder: str, name: str) -> tuple[DeliveryState, str]:
    _, (command, *_) = told(shared, folder, name)
    assert isinstance(command, TellAfterwords)
    [report] = command.told.reports
    return report.state, report.detail


def test_telnyx_tells_how_messages_stand(shared: Path) -> None:
    assert state(shared, "sms_telnyx", "message_sent")[0] is DeliveryState.QUEUED
    assert state(shared, "sms_telnyx", "message_finalized_delivered")[0] is DeliveryState.DELIVERED
    failed = state(shared, "sms_telnyx", "message_finalized_delivery_failed")
    assert failed == (
        DeliveryState.FAILED,
        "40008 Undeliverable The recipient carrier did not accept the message.",
    )


def test_both_apis_of_vonage_tell_of_messages(shared: Path) -> None:
    old = heard(shared, "sms_vonage", "inbound_sms")
    assert (old.account, old.threads, old.text) == ("2020", ("+2349067554729",), "Join")
    new = heard(shared, "sms_vonage", "messages_api_inbound_sms")
    assert (new.account, new.threads, new.text) == (
        "+447700900000",
        ("+447700900001",),
        "Hello From Vonage!",
    )
    [image] = heard(shared, "sms_vonage", "messages_api_inbound_mms").files
    assert (image.filename, image.reference[:30]) == ("image.jpg", "https://api-us.nexmo.com/v3/me")


def test_a_name_is_heard_though_nobody_can_answer_it(shared: Path) -> None:
    message = heard(shared, "sms_vonage", "inbound_invalid_msisdn")
    assert (message.threads, message.sender.contacts) == (("MTN",), ())


def test_parts_by_vonage_say_which_of_how_many_they_are(shared: Path) -> None:
    parts = []
    for number in (1, 2, 3):
        _, (command,) = told(shared, "sms_vonage", f"inbound_concat_part{number}")
        assert isinstance(command, HearPart)
        parts.append((command.reference, command.number, command.total, command.part.text))
    assert parts == [
        ("108", 1, 3, "First part, "),
        ("108", 2, 3, "second part, "),
        ("108", 3, 3, "third."),
    ]


def test_vonage_tells_how_messages_stand(shared: Path) -> None:
    assert state(shared, "sms_vonage", "messages_api_status_delivered")[0] is DeliveryState.DELIVERED
    rejected = state(shared, "sms_vonage", "messages_api_status_rejected")
    assert rejected[0] is DeliveryState.FAILED
    assert rejected[1].startswith("TTL was invalid")
    assert state(shared, "sms_vonage", "status_delivered") == (DeliveryState.DELIVERED, "")
    assert state(shared, "sms_vonage", "status_buffered")[0] is DeliveryState.SENT
    assert state(shared, "sms_vonage", "status_expired")[0] is DeliveryState.FAILED
    assert state(shared, "sms_vonage", "status_failed_6") == (DeliveryState.FAILED, "err-code 6")
    _, (unknown,) = told(shared, "sms_vonage", "status_unknown")
    assert isinstance(unknown, Nothing)


def test_messagebird_tells_of_messages_and_of_their_files(shared: Path) -> None:
    """Of an id, or a text, that is there twice the last counts; another name for the message's id counts more."""
    twice = heard(shared, "sms_messagebird", "inbound_sms_duplicate_id_param")
    assert (twice.external_id, twice.text) == ("3b53c137369242138120d6b0b2122607", "Test 3")
    assert twice.at == datetime(2023, 7, 27, 0, 49, 29, tzinfo=UTC)
    mms = heard(shared, "sms_messagebird", "inbound_mms")
    assert (mms.external_id, mms.text) == ("3b53c137369242138120d6b0b2122607", "Test again")
    assert [file.reference for file in mms.files] == ["https://foo.bar/image.jpg"]


def test_a_short_codes_message_finds_the_code_or_the_number(shared: Path) -> None:
    _, (command,) = told(shared, "sms_messagebird", "inbound_shortcode")
    assert isinstance(command, OnLine)
    assert command.lines == ("51515", "+18005551515")
    [part] = command.commands
    assert isinstance(part, HearMessage)
    assert (part.message.text, part.message.at) == ("Test 3", datetime(2023, 7, 27, 0, 49, 29, tzinfo=UTC))


@pytest.mark.parametrize("name", ["status_sent", "status_delivery_failed_103_stop"])
def test_a_report_of_messagebird_about_a_message_that_is_not_ours_means_nothing(
    shared: Path, name: str
) -> None:
    """It names no account, and its reference is not one that the desk gives."""
    _, (command,) = told(shared, "sms_messagebird", name)
    assert isinstance(command, Nothing)
