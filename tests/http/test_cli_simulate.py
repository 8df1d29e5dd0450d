"""`helpdesk simulate` against a desk that runs."""

import json
from pathlib import Path

from tests.http.commands import commands

SECRET = "what only we know"


def test_a_simulated_event_reaches_a_running_desk_as_another_one_each_time(tmp_path: Path) -> None:
    on = commands(tmp_path).having(HELPDESK_INBOUND_EMAIL_SECRET=SECRET)
    on.json("org", "create", "--slug", "brightlane", "--name", "Brightlane")
    with on.going("serve", "--port", "0") as desk:
        url = desk.told["url"]
        told = [on.json("simulate", "imap", "email.received", "--url", url) for _ in range(2)]
    assert {one["status"] for one in told} == {200}
    answers = [json.loads(one["answer"]) for one in told]
    assert all(answer["success"] and not answer["duplicate"] for answer in answers)
    assert len({answer["conversationId"] for answer in answers}) == 2


def test_what_is_not_known_is_answered_with_what_is(tmp_path: Path) -> None:
    on = commands(tmp_path)
    assert "resend" in on.run("simulate", "nobody", "email.received").complaint[1]
    assert "email.received" in on.run("simulate", "resend", "email.sung").complaint[1]
    assert "RESEND_WEBHOOK_SECRET" in on.run("simulate", "resend", "email.received").complaint[1]
    assert "AMAZON_SNS_TOPIC_ARNS" in on.run("simulate", "amazon", "ORDER_CHANGE").complaint[1]


def test_without_a_desk_it_says_so(tmp_path: Path) -> None:
    on = commands(tmp_path).having(HELPDESK_INBOUND_EMAIL_SECRET=SECRET)
    code, line = on.run("simulate", "imap", "email.received", "--url", "http://127.0.0.1:9").complaint
    assert code == 1
    assert "could not be reached" in line


def test_what_signs_its_address_too_is_believed_wherever_the_desk_is_reached(tmp_path: Path) -> None:
    on = commands(tmp_path).having(
        TWILIO_AUTH_TOKEN="a token", HELPDESK_PUBLIC_URL="https://desk.example", TWILIO_ACCOUNT_SID="AC1"
    )
    on.json("org", "create", "--slug", "brightlane", "--name", "Brightlane")
    on.json("integration", "connect", "--org", "brightlane", "sms", "--external-id", "1 415 555 0142")
    with on.going("serve", "--port", "0") as desk:
        url = desk.told["url"]
        told = [on.json("simulate", "sms", event, "--url", url) for event in ("message", "message", "status")]
    assert [one["status"] for one in told] == [200, 200, 200]
    assert len(on.json("events", "list", "--provider", "sms")) == 3


def test_what_needs_a_certificate_is_believed_by_a_desk_of_the_same_folder(tmp_path: Path) -> None:
    topic = "arn:aws:sns:eu-west-1:210987654321:seller-notifications"
    on = commands(tmp_path).having(AMAZON_SNS_TOPIC_ARNS=topic)
    on.json("org", "create", "--slug", "brightlane", "--name", "Brightlane")
    on.json("integration", "connect", "--org", "brightlane", "amazon", "--external-id", "A2QKEXAMPLE7X")
    with on.going("serve", "--port", "0") as desk:
        url = desk.told["url"]
        told = [on.json("simulate", "amazon", "ORDER_CHANGE", "--url", url) for _ in range(2)]
    assert {one["status"] for one in told} == {200}
    assert len(on.json("events", "list", "--provider", "amazon")) == 2
    kept = [path.read_text() for path in tmp_path.rglob("sns-certificates/*")]
    assert [("CERTIFICATE" in text, "PRIVATE" in text) for text in kept] == [(True, False)] * 2


def test_carriers_of_sms_can_be_played(tmp_path: Path) -> None:
    """One signs with a key that is for trials, one the address as it is known outside, one by GET."""
    on = commands(tmp_path).having(
        HELPDESK_PUBLIC_URL="https://desk.example",
        TELNYX_PUBLIC_KEY="trial:what only we know",
        VONAGE_SIGNATURE_SECRET="sha512:what only we know",
        MESSAGEBIRD_SIGNING_KEY=SECRET,
    )
    on.json("org", "create", "--slug", "brightlane", "--name", "Brightlane")
    with on.going("serve", "--port", "0") as desk:
        told = [
            on.json("simulate", f"sms-{vendor}", event, "--url", desk.told["url"])
            for vendor, events in PLAYED.items()
            for event in events
        ]
    assert [(one["status"], json.loads(one["answer"])) for one in told] == [(200, {"received": True})] * len(
        told
    )
    assert len(on.json("events", "list", "--provider", "sms")) == len(told)


PLAYED = {
    "telnyx": ("telnyx.message.received", "telnyx.message.finalized"),
    "vonage": ("vonage.message.inbound", "vonage.sms.inbound"),
    "messagebird": ("messagebird.message", "messagebird.status"),
}
