"""Levy Fleets' backend reports for its riders, over HTTP."""

import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import KEYED
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import WebhookEventId
from tests.contracts.test_webhook_providers import as_json
from tests.due_jobs import run_jobs
from tests.fakes.http_server import Reply, Request, serving
from tests.http.conftest import Office
from tests.http.running import RunningDesk
from tests.use_cases.conftest import Clock, PostOffice

DOOR, KEY = "/api/levy-fleets/tickets", "the key of the fleet"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\x1f\x15\xc4\x89"
REPORT = {
    "email": "Rider@Fleet.example",
    "message": "Battery issue on ride",
    "subject": "Ride issue",
    "vehicle_number": "LF-1021",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def desk(clock: Clock, post: PostOffice) -> Container:
    made = in_memory(
        Settings(
            secret_key=("a key for tests",),
            inbound_email_domain="desk.example",
            levy_fleets_api_key=("an old key", KEY),
            levy_fleets_organization="acme",
            outbound_allow_networks=(ip_network("127.0.0.1/32"),),
        )
    )
    made.clock.override(providers.Object(clock))
    made.mail_sender.override(providers.Object(post))
    return made


async def report(visitor: httpx2.AsyncClient, key: str | None = KEY, /, **changes: Any) -> httpx2.Response:
    body = {name: value for name, value in {**REPORT, **changes}.items() if value is not None}
    return await visitor.post(DOOR, json=body, headers={} if key is None else {"x-api-key": key})


async def tickets(office: Office) -> list[dict[str, Any]]:
    include = "?include=customer,conversations&sort=created_at"
    return list((await office.client.get(f"/api/v1/tickets{include}")).json()["data"])


async def events(office: Office) -> list[dict[str, Any]]:
    return list((await office.client.get("/api/v1/webhook-events")).json()["data"])


async def test_a_report_opens_a_ticket_of_the_organization_in_the_settings(
    acme: Office, other: Office, visitor: httpx2.AsyncClient
) -> None:
    answer = await report(visitor)
    assert answer.status_code == 201
    (ticket,) = await tickets(acme)
    told = {"success": True, "ticketId": ticket["id"], "ticketNumber": 1, "duplicate": False}
    assert answer.json() == told
    assert (ticket["subject"], ticket["channel"]) == ("Ride issue", "levy_fleets")
    assert ticket["custom_fields"] == ticket["metadata"] == {"vehicle_number": "LF-1021"}
    assert ticket["customer"]["email"] == "rider@fleet.example"
    assert ticket["conversations"][0]["content_text"] == "Battery issue on ride"
    assert await tickets(other) == []
    (event,) = await events(acme)
    assert (event["provider"], event["type"], event["state"]) == ("levy-fleets", "ticket", "processed")


async def test_a_rider_who_is_known_becomes_better_known(acme: Office, visitor: httpx2.AsyncClient) -> None:
    await report(visitor, email=None, phone="+1 415-555-0117")
    await report(visitor, phone="+14155550117", name="Rio Adler", message="And it beeps")
    first, second = await tickets(acme)
    assert first["customer_id"] == second["customer_id"]
    assert second["customer"]["name"] == "Rio Adler"
    assert second["customer"]["phones"] == ["+14155550117"]
    assert second["customer"]["email"] == "rider@fleet.example"


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"subject": None}, "LF-1021: Battery issue on ride"),
        ({"subject": "  ", "vehicle_number": None}, "Battery issue on ride"),
        ({"subject": "Ride\tissue\n"}, "Ride issue"),
    ],
)
async def test_a_report_without_a_subject_is_called_by_its_vehicle_and_its_words(
    acme: Office, visitor: httpx2.AsyncClient, changes: dict[str, Any], subject: str
) -> None:
    assert (await report(visitor, **changes)).status_code == 201
    assert [one["subject"] for one in await tickets(acme)] == [subject]


async def test_an_answer_goes_by_mail(acme: Office, visitor: httpx2.AsyncClient, post: PostOffice) -> None:
    ticket_id = (await report(visitor)).json()["ticketId"]
    await acme.client.post(f"/api/v1/tickets/{ticket_id}/conversations", json={"text": "We come."})
    await run_jobs(acme.desk)
    ((_, mail),) = post.sent
    assert [one.email for one in mail.to] == ["rider@fleet.example"]


@pytest.mark.parametrize("key", [None, "", "another", f"{KEY} ", KEY.upper(), "K\u00e9y", "x" * 10_000])
async def test_nobody_without_the_key_gets_in_whatever_they_send(
    acme: Office, visitor: httpx2.AsyncClient, key: str | None
) -> None:
    headers = {} if key is None else {b"x-api-key": key.encode("latin-1")}
    for content in (json.dumps(REPORT).encode(), b"{", b""):
        answer = await visitor.post(DOOR, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert (await tickets(acme), await events(acme)) == ([], [])


async def test_while_a_key_is_changed_both_count(acme: Office, visitor: httpx2.AsyncClient) -> None:
    assert (await report(visitor, "an old key")).status_code == 201


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"levy_fleets_api_key": ()}, "LEVY_FLEETS_API_KEY"),
        ({"levy_fleets_api_key": (" ",)}, "LEVY_FLEETS_API_KEY"),
        ({"levy_fleets_organization": None}, "LEVY_FLEETS_ORGANIZATION"),
        ({"levy_fleets_organization": "nobody"}, "LEVY_FLEETS_ORGANIZATION"),
    ],
)
async def test_what_is_not_set_is_named(
    acme: Office, visitor: httpx2.AsyncClient, changes: dict[str, Any], named: str
) -> None:
    desk = acme.desk
    desk.settings.override(providers.Object(evolve(desk.settings(), **changes)))
    desk.take_fleet_report.reset()
    answer = await report(visitor)
    assert (answer.status_code, answer.json()["code"]) == (503, "missing_setting")
    assert named in answer.json()["detail"]
    assert await events(acme) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"message": None}, "message"),
        ({"message": ""}, "message"),
        ({"message": " \u200b\n"}, "message"),
        ({"message": 3}, "message"),
        ({"email": None}, "email"),
        ({"email": "", "phone": " "}, "email"),
        ({"email": "rider"}, "email"),
        ({"email": ["a@b.example"]}, "email"),
        ({"phone": "12"}, "phone"),
        ({"vehicle_number": 1021}, "vehicle_number"),
        ({"image_url": "https://x.example/" + "a" * 2000}, "image_url"),
        ({"image_url": {}}, "image_url"),
    ],
)
async def test_what_will_not_do_is_named_with_a_400_and_nothing_is_kept(
    acme: Office, visitor: httpx2.AsyncClient, changes: dict[str, Any], path: str
) -> None:
    answer = await report(visitor, **changes)
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"]] == [path]
    assert (await tickets(acme), await events(acme)) == ([], [])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"message":"\\ud800"}'])
async def test_what_is_no_report_is_a_400(acme: Office, visitor: httpx2.AsyncClient, body: bytes) -> None:
    answer = await visitor.post(DOOR, content=body, headers={"x-api-key": KEY})
    assert answer.status_code == 400
    form = {"x-api-key": KEY, "content-type": "application/x-www-form-urlencoded"}
    assert (await visitor.post(DOOR, content=b"a=b", headers=form)).status_code == 415
    large = json.dumps({**REPORT, "more": "x" * (1 << 20)}).encode()
    assert (await visitor.post(DOOR, content=large, headers={"x-api-key": KEY})).status_code == 413


async def test_what_is_said_beyond_that_is_passed_over(acme: Office, visitor: httpx2.AsyncClient) -> None:
    assert (await report(visitor, trip={"id": 7}, organization="other")).status_code == 201


async def test_the_same_report_twice_is_one_ticket(
    acme: Office, visitor: httpx2.AsyncClient, clock: Clock
) -> None:
    first = (await report(visitor)).json()
    again = await report(visitor, message=" Battery  issue on ride ")
    assert (again.status_code, again.json()) == (201, {**first, "duplicate": True})
    for changes in ({"vehicle_number": "LF-1022"}, {"image_url": "https://x.example/1.png"}):
        assert (await report(visitor, **changes)).json()["duplicate"] is False
    clock.pass_(seconds=30)
    assert (await report(visitor)).json()["duplicate"] is False
    assert len(await tickets(acme)) == 4


async def test_twenty_at_the_same_instant_are_one_ticket(acme: Office, visitor: httpx2.AsyncClient) -> None:
    answers: list[dict[str, Any]] = []

    async def one() -> None:
        answers.append((await report(visitor)).json())

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(one)
    assert len({answer["ticketId"] for answer in answers}) == 1
    assert [answer["duplicate"] for answer in answers].count(False) == 1
    assert len(await tickets(acme)) == 1


async def test_a_blocked_rider_is_refused_and_nothing_is_kept(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    await acme.client.post("/api/v1/blocked-senders", json={"pattern": "@fleet.example"})
    assert (await report(visitor)).status_code == 403
    assert (await tickets(acme), await events(acme)) == ([], [])


async def test_a_rider_who_is_erased_is_gone_from_the_inbox_too(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    await report(visitor)
    (ticket,) = await tickets(acme)
    await acme.client.post(f"/api/v1/customers/{ticket['customer_id']}/erase")
    await run_jobs(acme.desk)
    (event,) = await events(acme)
    kept = await acme.desk.store().read(lambda view: view.inbox.get(WebhookEventId(UUID(event["id"]))))
    assert kept is not None
    assert (kept.state.value, kept.raw) == ("processed", b"")


@pytest.fixture
def pictures() -> Iterator[str]:
    answers = {
        "/photo.png": Reply(200, PNG, {"content-type": "text/plain"}),
        "/page.png": Reply(200, b"<!doctype html><script>alert(1)</script>", {"content-type": "image/png"}),
        "/drawing.svg": Reply(
            200, b'<svg xmlns="http://www.w3.org/2000/svg"/>', {"content-type": "image/svg+xml"}
        ),
        "/away.png": Reply(302, b"", {"location": "/photo.png"}),
        "/inside.png": Reply(302, b"", {"location": "http://169.254.169.254/latest/meta-data"}),
        "/file.png": Reply(302, b"", {"location": "file:///etc/passwd"}),
        "/round.png": Reply(302, b"", {"location": "/round.png"}),
        "/large.png": Reply(200, PNG + b"\0" * (10 << 20)),
    }

    def answer(request: Request) -> Reply:
        return answers.get(request.target, Reply(404))

    with serving(answer) as port:
        yield f"http://127.0.0.1:{port}"


async def attachment(office: Office) -> dict[str, Any]:
    ((file,),) = [one["conversations"][0]["attachments"] for one in await tickets(office)]
    return dict(file)


@pytest.mark.parametrize("path", ["/photo.png", "/away.png"])
async def test_a_picture_is_fetched_by_a_job_and_its_type_told_by_its_bytes(
    acme: Office, visitor: httpx2.AsyncClient, pictures: str, path: str
) -> None:
    await report(visitor, image_url=pictures + path)
    assert (await attachment(acme))["state"] == "pending"
    await run_jobs(acme.desk)
    file = await attachment(acme)
    assert (file["state"], file["content_type"], file["size"]) == ("stored", "image/png", len(PNG))
    assert file["filename"] == path[1:]


@pytest.mark.parametrize(
    "path",
    ["/page.png", "/drawing.svg", "/inside.png", "/file.png", "/round.png", "/large.png", "/nothing.png"],
)
async def test_a_picture_that_is_none_or_leads_inside_stays_as_a_place_with_the_reason(
    acme: Office, visitor: httpx2.AsyncClient, pictures: str, path: str
) -> None:
    await report(visitor, image_url=pictures + path)
    await run_jobs(acme.desk)
    file = await attachment(acme)
    assert (file["state"], file["filename"], file["size"]) == ("failed", path[1:], 0)
    assert file["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/a.png",
        "http://[::1]/a.png",
        "http://127.0.0.2/a.png",
        "http://0x7f000002/a.png",
        "http://[::ffff:10.0.0.1]/a.png",
        "ftp://pictures.example/a.png",
        "javascript:alert(1)",
        "https://user:pass@pictures.example/a.png",
        "//pictures.example/a.png",
        "not a url",
    ],
)
async def test_no_address_inside_is_called_and_the_ticket_stands(
    acme: Office, visitor: httpx2.AsyncClient, url: str
) -> None:
    assert (await report(visitor, image_url=url)).status_code == 201
    await run_jobs(acme.desk)
    assert (await attachment(acme))["state"] == "failed"


def test_the_example_means_what_the_folder_says_and_another_one_is_another_report() -> None:
    entry = KEYED["levy-fleets"]
    (event,) = entry.webhooks.events
    commands = [as_json(one) for one in entry.webhooks.events[event](entry.example(event))]
    assert commands == json.loads(entry.becomes(event))
    guide = entry.guide()
    for name in (event, *entry.webhooks.paths, entry.webhooks.secret_setting, "LEVY_FLEETS_ORGANIZATION"):
        assert name in guide


def test_a_running_desk_takes_the_simulated_report(tmp_path: Path) -> None:
    settings = {"LEVY_FLEETS_API_KEY": KEY, "LEVY_FLEETS_ORGANIZATION": "acme"}
    desk = RunningDesk(tmp_path / "data", settings)
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    with desk.serving():
        for number in (1, 2):
            told = desk.command("simulate", "levy-fleets", "ticket", "--url", desk.base)
            assert told["status"] == 201
            assert json.loads(told["answer"])["ticketNumber"] == number
