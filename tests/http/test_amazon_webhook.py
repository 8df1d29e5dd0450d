"""What topics of Amazon post is proven, kept, and takes effect, over HTTP."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve
from structlog.testing import capture_logs

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from tests.due_jobs import run_jobs
from tests.fakes.sns import (
    CERTIFICATE_URL,
    TOKEN,
    TOPIC,
    Confirmed,
    FakeSns,
    body_of,
    certificate,
    fake_sns,
    message,
    rsa_key,
    signed,
)
from tests.http.conftest import Office, a_client

DOOR = "/api/amazon/webhook"
SELLER = "A2QKEXAMPLE7X"


@pytest.fixture
def sns() -> Iterator[FakeSns]:
    with fake_sns() as fake:
        yield fake


@pytest.fixture
def told(tmp_path: Path, sns: FakeSns) -> Settings:
    return Settings(
        secret_key=("a key for tests",),
        inbound_email_domain="desk.example",
        data_dir=tmp_path,
        amazon_sns_topic_arns=("arn:aws:sns:eu-west-1:210987654321:another", TOPIC),
        api_bases={"amazon": sns.base},
    )


@pytest.fixture
async def desk(told: Settings) -> Container:
    return in_memory(told)


@pytest.fixture
async def door(acme: Office) -> httpx2.AsyncClient:
    await acme.desk.connect_integration()(acme.id, "amazon", SELLER, {})
    return a_client(acme.app, {"content-type": "text/plain; charset=UTF-8"})


def example(event: str) -> str:
    """The text of the example's notification."""
    return str(json.loads(REGISTRY["amazon"].example(event))["Message"])


def posted(sns: FakeSns, text: str = "Hello", **more: Any) -> bytes:
    return body_of(signed(message(text, SigningCertURL=sns.certificate_url, **more)))


async def events_of(acme: Office) -> list[dict[str, Any]]:
    return list((await acme.client.get("/api/v1/webhook-events?provider=amazon")).json()["data"])


async def test_an_order_appears_from_the_notification_alone(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    answer = await door.post(DOOR, content=posted(sns, example("ORDER_CHANGE")))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    await run_jobs(acme.desk)
    (order,) = (await acme.client.get("/api/v1/orders")).json()["data"]
    assert (order["provider"], order["shop"], order["status"]) == ("amazon", SELLER, "Unshipped")
    assert (order["external_id"], order["total_price"]) == ("305-4410977-8125940", None)
    assert [(item["sku"], item["quantity"]) for item in order["line_items"]] == [
        ("OAK-BOARD-30", 1),
        ("IRON-HOOK-2", 2),
    ]
    (ticket,) = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert (ticket["id"], ticket["channel"]) == (order["ticket_id"], "amazon")
    assert ticket["subject"] == "Cancel order 305-4410977-8125940?"
    (event,) = await events_of(acme)
    assert (event["type"], event["state"]) == ("ORDER_CHANGE", "processed")


@pytest.mark.parametrize("media", ["text/plain", "application/json"])
async def test_the_same_message_again_changes_nothing(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient, media: str
) -> None:
    body = posted(sns, example("ORDER_CHANGE"))
    for _ in range(2):
        assert (await door.post(DOOR, content=body, headers={"content-type": media})).status_code == 200
        await run_jobs(acme.desk)
    assert len(await events_of(acme)) == 1
    assert len(sns.fetched) == 1


async def test_without_a_topic_nothing_is_accepted(acme: Office, sns: FakeSns, told: Settings) -> None:
    desk = in_memory(evolve(told, amazon_sns_topic_arns=()))
    acme.desk.settings.override(desk.settings)
    answer = await a_client(acme.app).post(DOOR, content=posted(sns))
    assert (answer.status_code, answer.json()["code"]) == (503, "missing_setting")
    assert "AMAZON_SNS_TOPIC_ARNS" in answer.json()["detail"]


async def test_another_topic_is_refused_before_anything_is_fetched(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    for topic in ("arn:aws:sns:eu-west-1:999999999999:seller-notifications", TOPIC + "x", ""):
        answer = await door.post(DOOR, content=posted(sns, TopicArn=topic))
        assert answer.status_code == 403
    assert sns.fetched == []


async def test_what_is_not_signed_by_sns_leaves_no_trace(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    honest = message(SigningCertURL=sns.certificate_url)
    forged = signed(honest, rsa_key("somebody else"))
    for told in (forged, {**honest, "Signature": "AAAA"}, {**signed(honest), "Message": "Bye"}):
        answer = await door.post(DOOR, content=body_of(told))
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert await events_of(acme) == []


async def test_a_certificate_from_elsewhere_is_not_fetched(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    url = "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem"
    answer = await door.post(DOOR, content=body_of(signed(message(SigningCertURL=url))))
    assert answer.status_code == 401
    assert sns.fetched == []


async def test_a_header_that_contradicts_what_is_signed_is_refused(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    headers = {"x-amz-sns-message-type": "SubscriptionConfirmation"}
    assert (await door.post(DOOR, content=posted(sns), headers=headers)).status_code == 401
    headers = {"x-amz-sns-message-type": "Notification"}
    assert (await door.post(DOOR, content=posted(sns), headers=headers)).status_code == 200


async def test_a_certificate_that_cannot_be_fetched_is_asked_for_again_next_time(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    body = posted(sns)
    for pem, status in (
        (None, 200),
        ("<html>", 200),
        (certificate(), 302),
        ("x" * 40_000, 200),
        (certificate(), 500),
    ):
        sns.pem, sns.status = pem, status
        answer = await door.post(DOOR, content=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "certificate_unavailable")
    assert await events_of(acme) == []
    assert len(sns.fetched) == 5
    sns.pem, sns.status = certificate(), 200
    assert (await door.post(DOOR, content=body)).status_code == 200


async def test_a_certificate_in_the_folder_is_used_without_a_fetch(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient, told: Settings
) -> None:
    folder = told.data_dir / "sns-certificates"
    folder.mkdir()
    (folder / f"{sha256(CERTIFICATE_URL.encode()).hexdigest()}.pem").write_text(certificate())
    assert (await door.post(DOOR, content=body_of(signed(message())))).status_code == 200
    assert sns.fetched == []


async def test_a_fetched_certificate_is_kept_for_the_next_process(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient, told: Settings
) -> None:
    assert (await door.post(DOOR, content=posted(sns))).status_code == 200
    (kept,) = (told.data_dir / "sns-certificates").iterdir()
    assert kept.name == f"{sha256(sns.certificate_url.encode()).hexdigest()}.pem"
    assert kept.read_text() == certificate()


async def test_raw_delivery_is_refused_and_the_log_says_why(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    await door.post(DOOR, content=body_of({**message(), "Signature": ""}))
    with capture_logs() as logs:
        answer = await door.post(
            DOOR, content=example("ORDER_CHANGE").encode(), headers={"x-amz-sns-rawdelivery": "true"}
        )
    assert answer.status_code == 401
    assert "RawMessageDelivery" in answer.json()["detail"]
    assert [(one["reason"], "RawMessageDelivery" in one["told"]) for one in logs] == [("unsigned", True)]


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"[1]", b"\xff\xfe", b"{}", b"[" * 100_000, b'{"Type": "Notification"}']
)
async def test_what_is_no_message_is_answered_with_400(door: httpx2.AsyncClient, body: bytes) -> None:
    answer = await door.post(DOOR, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_delivery")


async def test_a_message_without_a_notification_is_kept_and_shown_as_dead(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    for place, text in enumerate(("Hello world!", '{"notificationType": 5}', "[]", "\0")):
        answer = await door.post(DOOR, content=posted(sns, text, MessageId=f"m-{place}"))
        assert answer.status_code == 200
    await run_jobs(acme.desk, may_fail=True)
    page = (await acme.client.get("/api/v1/webhook-events?state=dead")).json()["data"]
    assert [(event["type"], event["attempts"]) for event in page] == [("Notification", 1)] * 4


async def test_a_notification_that_nobody_handles_is_ignored(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    text = json.dumps({"NotificationType": "REPORT_PROCESSING_FINISHED", "Payload": {}})
    assert (await door.post(DOOR, content=posted(sns, text))).status_code == 200
    await run_jobs(acme.desk)
    (event,) = await events_of(acme)
    assert (event["type"], event["state"]) == ("REPORT_PROCESSING_FINISHED", "ignored")


async def test_a_subscription_is_confirmed_once_by_a_job(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    body = posted(sns, type="SubscriptionConfirmation", SubscribeURL=sns.subscribe_url)
    assert (await door.post(DOOR, content=body)).status_code == 200
    assert sns.confirmed == []
    await run_jobs(acme.desk)
    assert (await door.post(DOOR, content=body)).status_code == 200
    await run_jobs(acme.desk)
    assert sns.confirmed == [Confirmed(TOPIC, TOKEN)]
    (event,) = await events_of(acme)
    assert (event["type"], event["state"]) == ("SubscriptionConfirmation", "processed")


@pytest.mark.parametrize(
    "change", [("ConfirmSubscription", "DeleteTopic"), ("/?", "/x?"), (TOKEN, "y"), ("http", "https")]
)
async def test_a_confirmation_that_leads_elsewhere_is_refused(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient, change: tuple[str, str]
) -> None:
    url = sns.subscribe_url.replace(*change, 1)
    answer = await door.post(DOOR, content=posted(sns, type="SubscriptionConfirmation", SubscribeURL=url))
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_delivery")
    await run_jobs(acme.desk)
    assert (await events_of(acme), sns.confirmed) == ([], [])


async def test_a_confirmation_that_sns_refuses_rests_as_dead(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    body = posted(sns, type="SubscriptionConfirmation", SubscribeURL=sns.subscribe_url)
    await door.post(DOOR, content=body)
    sns.status = 403
    await run_jobs(acme.desk, may_fail=True)
    id = message()["MessageId"]
    event = await acme.desk.store().read(lambda view: view.inbox.by_external_id("amazon", id))
    assert event is not None
    assert (event.state, event.attempts) == ("dead", 1)
    assert "403" in str(event.error)
    assert TOKEN not in str(event.error)


async def test_an_ended_subscription_is_shown_and_nothing_is_called(
    acme: Office, sns: FakeSns, door: httpx2.AsyncClient
) -> None:
    body = posted(sns, type="UnsubscribeConfirmation", SubscribeURL=sns.subscribe_url)
    assert (await door.post(DOOR, content=body)).status_code == 200
    await run_jobs(acme.desk, may_fail=True)
    assert sns.confirmed == []
    (account,) = (await acme.client.get("/api/v1/integrations")).json()["data"]
    assert account["settings"] == {"topic_ended_at": "2026-04-06T09:29:58.120000+00:00"}
