"""Mail that is pushed: proven, kept, and answered with the ticket it went to."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.signatures import timestamped_hmac
from helpdesk_core.use_cases.mail.prepare_mail import PrepareMail
from helpdesk_core.use_cases.mail.push_mail import HEAD_START
from helpdesk_core.webhooks import Delivery, EventState, WebhookEvent
from tests.http.conftest import Office

PATH = "/api/webhooks/inbound-email"
SECRET = "a secret between two programs"
MIB = 1 << 20


def a_message(
    *,
    sender: str = "Ida <ida@garden.example>",
    to: str = "acme@desk.example",
    id: str | None = "1@garden.example",
) -> bytes:
    lines = [
        f"From: {sender}",
        f"To: {to}",
        "Subject: The kettle leaks",
        *([f"Message-ID: <{id}>"] if id else []),
    ]
    return "\r\n".join([*lines, "", "It drips.", ""]).encode()


@pytest.fixture
def proving(desk: Container) -> None:
    desk.settings.override(providers.Object(evolve(desk.settings(), inbound_email_secret=(SECRET,))))


async def push(
    client: httpx2.AsyncClient,
    body: bytes,
    media_type: str = "message/rfc822",
    *,
    secret: str = SECRET,
    late: timedelta = timedelta(0),
) -> httpx2.Response:
    signed = timestamped_hmac.sign(body, secret, datetime.now(UTC) - late)
    return await client.post(PATH, content=body, headers={"content-type": media_type, **signed})


async def pushed(
    client: httpx2.AsyncClient, body: bytes, media_type: str = "message/rfc822"
) -> dict[str, Any]:
    answer = await push(client, body, media_type)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def as_json(message: bytes, **more: str) -> bytes:
    return json.dumps({"raw": b64encode(message).decode(), **more}).encode()


async def events(desk: Container) -> list[WebhookEvent]:
    page = Page(100, "-received_at")
    return list((await desk.store().read(lambda view: view.inbox.page(EventFilter(), page))).items)


async def perform_jobs(desk: Container, at: datetime) -> int:
    """Performs what is due by then, as an engine would; how many jobs there were."""
    database: Any = desk.database()
    jobs = await database.job_table.claim("tests", 100, at)
    for job in jobs:
        await desk.perform_job()(job)
    return len(jobs)


async def test_without_its_secret_the_door_is_shut_and_says_which_setting_opens_it(
    visitor: httpx2.AsyncClient,
) -> None:
    answer = await push(visitor, a_message())
    assert answer.status_code == 503
    assert "HELPDESK_INBOUND_EMAIL_SECRET" in answer.text


@pytest.mark.usefixtures("proving")
async def test_a_pushed_mail_is_a_ticket_and_the_answer_names_it(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    answer = await pushed(visitor, a_message())
    ticket = (await acme.client.get(f"/api/v1/tickets/{answer['ticketId']}?include=conversations")).json()
    (message,) = ticket["conversations"]
    assert answer == {
        "success": True,
        "ticketId": ticket["id"],
        "conversationId": message["id"],
        "duplicate": False,
    }
    assert (ticket["subject"], message["content_text"]) == ("The kettle leaks", "It drips.")


@pytest.mark.usefixtures("proving", "acme")
@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-302)], ids=["old", "new"])
async def test_an_old_signature_and_one_from_the_future_are_refused(
    visitor: httpx2.AsyncClient, late: timedelta
) -> None:
    assert (await push(visitor, a_message(), late=late)).status_code == 401


@pytest.mark.usefixtures("proving", "acme")
async def test_what_another_secret_has_signed_leaves_no_trace(
    desk: Container, visitor: httpx2.AsyncClient
) -> None:
    answer = await push(visitor, a_message(), secret="a guess")
    bare = await visitor.post(PATH, content=a_message(), headers={"content-type": "message/rfc822"})
    assert (answer.status_code, bare.status_code) == (401, 401)
    assert answer.json()["code"] == "bad_signature"
    assert await events(desk) == []


@pytest.mark.usefixtures("proving")
async def test_json_names_the_organization_or_the_mailbox(
    acme: Office, other: Office, visitor: httpx2.AsyncClient
) -> None:
    by_slug = await pushed(
        visitor, as_json(a_message(to="team@x.example"), organization="other"), "application/json"
    )
    assert (await other.client.get(f"/api/v1/tickets/{by_slug['ticketId']}")).status_code == 200

    await acme.desk.connect_integration()(OrganizationId(acme.id), "imap", "help@acme.example", {})
    message = a_message(to="team@x.example", id="2@garden.example")
    by_mailbox = await pushed(visitor, as_json(message, mailbox="help@acme.example"), "application/json")
    assert (await acme.client.get(f"/api/v1/tickets/{by_mailbox['ticketId']}")).status_code == 200


@pytest.mark.usefixtures("proving", "acme")
async def test_the_organization_that_is_named_wins_over_the_headers(
    other: Office, visitor: httpx2.AsyncClient
) -> None:
    body = as_json(a_message(to="acme@desk.example"), organization="other")
    answer = await pushed(visitor, body, "application/json")
    assert (await other.client.get(f"/api/v1/tickets/{answer['ticketId']}")).status_code == 200


@pytest.mark.usefixtures("proving", "acme")
@pytest.mark.parametrize("id", ["1@garden.example", None], ids=["with a Message-ID", "without"])
async def test_the_same_mail_again_is_the_same_message(visitor: httpx2.AsyncClient, id: str | None) -> None:
    """A sender that has missed the answer pushes again; another relay pushes the same message in another wrapping."""
    first = await pushed(visitor, a_message(id=id))
    again = await pushed(visitor, a_message(id=id))
    wrapped = await pushed(visitor, as_json(a_message(id=id), organization="acme"), "application/json")
    assert first["ticketId"]
    assert again == wrapped == {**first, "duplicate": True}


@pytest.mark.usefixtures("proving")
async def test_mail_that_is_left_out_is_answered_without_a_ticket(
    acme: Office, desk: Container, visitor: httpx2.AsyncClient
) -> None:
    await acme.client.post("/api/v1/blocked-senders", json={"pattern": "@garden.example"})
    nothing = {"success": True, "ticketId": None, "conversationId": None, "duplicate": False}
    assert await pushed(visitor, a_message()) == nothing
    assert await pushed(visitor, a_message(to="nobody@elsewhere.example", id="2@x.example")) == nothing
    assert (
        await pushed(visitor, as_json(a_message(id="3@x"), organization="nobody"), "application/json")
        == nothing
    )
    states = [event.state for event in await events(desk)]
    assert sorted(states) == [EventState.IGNORED, EventState.UNMATCHED, EventState.UNMATCHED]


@pytest.mark.usefixtures("proving", "acme")
@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "message/rfc822", 400),
        (b"{", "application/json", 400),
        (b'{"raw": "not base64!"}', "application/json", 400),
        (b'{"raw": ""}', "application/json", 400),
        (b'{"organization": "acme"}', "application/json", 400),
        (a_message(), "text/plain", 415),
        (b"x" * (25 * MIB + 1), "message/rfc822", 413),
    ],
    ids=["empty", "no JSON", "no base64", "empty in JSON", "no message", "another type", "too large"],
)
async def test_what_is_no_mail_is_refused(
    desk: Container, visitor: httpx2.AsyncClient, body: bytes, media_type: str, status: int
) -> None:
    assert (await push(visitor, body, media_type)).status_code == status
    assert await events(desk) == []


@pytest.mark.usefixtures("proving", "acme")
async def test_a_mail_of_25_mib_is_taken(visitor: httpx2.AsyncClient) -> None:
    head = a_message()
    assert (await pushed(visitor, head + b"x" * (25 * MIB - len(head))))["ticketId"]


@pytest.mark.usefixtures("proving")
@pytest.mark.parametrize("body", [b"\x00\xff\xfe", b"\n\n\n", b"{}\n{}", b"From" * 9000])
async def test_no_bytes_are_too_broken_to_be_taken(
    acme: Office, visitor: httpx2.AsyncClient, body: bytes
) -> None:
    answer = await pushed(visitor, as_json(body, organization="acme"), "application/json")
    assert (await acme.client.get(f"/api/v1/tickets/{answer['ticketId']}")).status_code == 200


class Away:
    """Blobs that cannot be stored until they are back."""

    def __init__(self, blobs: Any) -> None:
        self._blobs = blobs
        self.back = False

    async def put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        if not self.back:
            raise StoreUnavailable("The disk is full.")
        return list(await self._blobs.put_all(organization_id, contents))


@pytest.fixture
def away(desk: Container) -> Away:
    """The desk's blobs; asked for before the desk is opened."""
    blobs = Away(desk.blobs())
    desk.prepare_mail.override(providers.Singleton(PrepareMail, providers.Object(blobs), desk.offload))
    return blobs


async def test_a_mail_whose_files_cannot_be_stored_is_kept_and_its_job_takes_it_in(
    away: Away, proving: None, acme: Office, desk: Container, visitor: httpx2.AsyncClient
) -> None:
    message = b"Content-Type: image/png\r\n" + a_message()
    first = await push(visitor, message)
    assert first.status_code == 202
    assert first.json() == {"success": True, "ticketId": None, "conversationId": None, "duplicate": False}
    (event,) = await events(desk)
    assert (event.state, event.attempts) == (EventState.FAILED, 1)

    away.back = True
    assert await perform_jobs(desk, datetime.now(UTC) + HEAD_START) == 1
    again = await pushed(visitor, message)
    assert again["ticketId"]
    assert again["duplicate"] is True


@pytest.mark.usefixtures("proving", "acme")
async def test_a_mail_that_was_accepted_by_a_process_that_died_is_taken_in_by_another(
    desk: Container, visitor: httpx2.AsyncClient
) -> None:
    message = a_message()
    headers = {"content-type": "message/rfc822", **timestamped_hmac.sign(message, SECRET, datetime.now(UTC))}
    provider = desk.webhook_providers()["imap"]
    await desk.take_pushed_mail().receive(provider, [SECRET], Delivery(headers, message))  # and no further
    assert await perform_jobs(desk, datetime.now(UTC)) == 0
    assert await perform_jobs(desk, datetime.now(UTC) + HEAD_START) == 1
    (event,) = await events(desk)
    assert event.state is EventState.PROCESSED
    assert (await pushed(visitor, message))["duplicate"] is True


@pytest.mark.usefixtures("proving", "acme")
async def test_what_was_taken_in_at_once_leaves_no_job(
    acme: Office, desk: Container, visitor: httpx2.AsyncClient
) -> None:
    ticket = (await pushed(visitor, a_message()))["ticketId"]
    assert await perform_jobs(desk, datetime.now(UTC) + HEAD_START) == 0
    assert (await acme.client.get(f"/api/v1/tickets/{ticket}")).json()["message_count"] == 1


@pytest.mark.usefixtures("proving", "acme")
async def test_the_bytes_of_a_mail_are_kept_once_with_its_message_or_with_its_event(
    acme: Office, desk: Container, visitor: httpx2.AsyncClient
) -> None:
    message = a_message()
    answer = await pushed(visitor, message)
    await pushed(visitor, a_message(to="nobody@elsewhere.example", id="2@garden.example"))
    bodies = {}
    for listed in await events(desk):
        event = await desk.store().read(lambda view, id=listed.id: view.inbox.get(id))  # type: ignore[misc]
        bodies[event.state] = event.raw
    assert bodies.keys() == {EventState.PROCESSED, EventState.UNMATCHED}
    assert bodies[EventState.PROCESSED] == b""
    assert bodies[EventState.UNMATCHED].endswith(
        a_message(to="nobody@elsewhere.example", id="2@garden.example")
    )
    kept = await acme.client.get(f"/api/v1/conversations/{answer['conversationId']}/raw")
    assert kept.content == message


@pytest.mark.usefixtures("proving", "acme")
async def test_a_mail_that_is_pushed_twice_at_the_same_instant_is_one_message(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    answers: list[dict[str, Any]] = []

    async def one() -> None:
        answers.append(await pushed(visitor, a_message()))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(one)
    assert len({answer["conversationId"] for answer in answers}) == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False, True, True, True, True]
    listed = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert [ticket["message_count"] for ticket in listed] == [1]
