"""Outgoing webhooks over the API."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx2
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.web import OutgoingHttp
from tests.due_jobs import run_jobs
from tests.fakes.http_server import Reply
from tests.fakes.webhook_receiver import Receiver, receiving
from tests.http.conftest import Office

pytestmark = pytest.mark.anyio

PATH = "/api/v1/webhook-endpoints"


@pytest.fixture
def receiver(desk: Container) -> Iterator[Receiver]:
    """To be named before the office, which opens the desk."""
    desk.http.override(providers.Object(OutgoingHttp((ip_network("127.0.0.0/8"),))))
    with receiving() as one:
        yield one


async def set_up(office: Office, url: str = "https://hooks.parcels.example/x", **more: Any) -> dict[str, Any]:
    body = {"name": "CRM", "url": url, "events": ["ticket.*"], **more}
    answer = await office.client.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def work(office: Office) -> None:
    """Follows the log and does every job that is due."""
    await office.desk.follow_log()()
    await run_jobs(office.desk, may_fail=True)


async def test_an_endpoint_is_set_up_with_a_secret_that_is_shown_once(acme: Office) -> None:
    shown = await set_up(acme)
    assert shown["secret"].startswith("whsec_")
    assert (shown["events"], shown["active"], shown["disabled_reason"]) == (["ticket.*"], True, None)
    without = {name: value for name, value in shown.items() if name != "secret"}
    read = await acme.client.get(f"{PATH}/{shown['id']}")
    assert read.json() == without
    assert (await acme.client.get(PATH)).json()["data"] == [without]
    changed = await acme.client.patch(f"{PATH}/{shown['id']}", json={"events": ["*"]})
    assert changed.json()["events"] == ["*"]
    assert "secret" not in changed.json()
    assert (await acme.client.delete(f"{PATH}/{shown['id']}")).status_code == 204
    assert (await acme.client.get(f"{PATH}/{shown['id']}")).status_code == 404


async def test_the_deliveries_carry_the_ids_of_the_feed(acme: Office) -> None:
    endpoint = await set_up(acme)
    await acme.ticket()
    await acme.desk.follow_log()()
    listed = (await acme.client.get(f"{PATH}/{endpoint['id']}/deliveries")).json()
    feed = (await acme.client.get("/api/v1/events?type=ticket.*")).json()
    assert [one["event_id"] for one in listed["data"]] == [event["id"] for event in feed["data"]]
    assert {one["state"] for one in listed["data"]} == {"pending"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/",
        "https://",
        "https:///x",
        "hooks.example",
        "http://hooks.example/",
        "https://user:secret@hooks.example/",
        "https://user@hooks.example/",
        "https://127.0.0.1/",
        "https://10.1.2.3:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://[::1/",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "",
    ],
)
async def test_a_url_that_can_never_be_called_is_refused(acme: Office, url: str) -> None:
    made = await acme.client.post(PATH, json={"name": "CRM", "url": url})
    assert made.status_code == 422, made.text
    endpoint = await set_up(acme)
    changed = await acme.client.patch(f"{PATH}/{endpoint['id']}", json={"url": url})
    assert changed.status_code == 422
    assert [error["path"] for error in changed.json()["errors"]] == ["url"]


@pytest.mark.parametrize(
    "more",
    [{"events": []}, {"events": ["ticket.sung"]}, {"events": ["songs.*"]}, {"events": [""]}, {"name": " "}],
)
async def test_what_no_event_matches_is_refused(acme: Office, more: dict[str, Any]) -> None:
    made = await acme.client.post(PATH, json={"name": "CRM", "url": "https://hooks.example/", **more})
    assert made.status_code == 422


async def test_allowed_networks_may_be_named_and_called_without_tls(receiver: Receiver, acme: Office) -> None:
    await set_up(acme, receiver.url)
    refused = await acme.client.post(PATH, json={"name": "other", "url": "http://10.0.0.1/"})
    assert refused.status_code == 422


async def test_every_try_can_be_read_and_the_delivery_made_again(receiver: Receiver, acme: Office) -> None:
    receiver.answers = [Reply(500, b"\xffboom\x00")]
    endpoint = await set_up(acme, receiver.url)
    await acme.ticket()
    await work(acme)
    failed = (await acme.client.get(f"{PATH}/{endpoint['id']}/deliveries?state=pending")).json()["data"][0]
    assert (failed["attempts"], failed["last_status"], failed["last_error"]) == (
        1,
        500,
        "The endpoint answered 500.",
    )
    assert failed["next_try_at"] is not None
    again = await acme.client.post(f"/api/v1/webhook-deliveries/{failed['id']}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    await work(acme)
    whole = (await acme.client.get(f"/api/v1/webhook-deliveries/{failed['id']}")).json()
    assert (whole["state"], whole["attempts"], whole["next_try_at"]) == ("delivered", 2, None)
    assert [(one["status"], one["answer"]) for one in whole["tries"]] == [(500, "�boom"), (204, "")]
    last = receiver.received[-1]
    assert whole["request"]["body"] == last.body.decode()
    assert whole["request"]["url"] == receiver.url
    for name, value in whole["request"]["headers"].items():
        assert last.headers[name] == value
    by_type = await acme.client.get(f"{PATH}/{endpoint['id']}/deliveries?event_type=team.created")
    assert by_type.json()["data"] == []


async def test_a_test_call_is_a_delivery_like_any_other(receiver: Receiver, acme: Office) -> None:
    endpoint = await set_up(acme, receiver.url)
    asked = await acme.client.post(f"{PATH}/{endpoint['id']}/test")
    assert (asked.status_code, asked.json()["event_type"], asked.json()["seq"]) == (202, "webhook.test", 0)
    await work(acme)
    (call,) = receiver.received
    assert call.event["type"] == "webhook.test"
    assert call.id == asked.json()["event_id"]


async def test_a_secret_is_rotated_and_the_old_one_ends_when_it_is_said(acme: Office) -> None:
    endpoint = await set_up(acme)
    path = f"{PATH}/{endpoint['id']}/rotate-secret"
    rotated = (await acme.client.post(path)).json()
    assert rotated["secret"] != endpoint["secret"]
    assert [one["expires_at"] is None for one in rotated["secrets"]] == [True, False]
    at_once = (await acme.client.post(path, json={"overlap_hours": 0})).json()
    assert len(at_once["secrets"]) == 1
    for _ in range(4):
        assert (await acme.client.post(path)).status_code == 200
    assert (await acme.client.post(path)).status_code == 409
    assert (await acme.client.post(path, json={"overlap_hours": 200})).status_code == 422
    audited = (await acme.client.get("/api/v1/audit-log?type=webhook_endpoint.secret_rotated")).json()
    assert len(audited["data"]) == 6


async def test_a_range_is_put_in_line_and_a_disabled_endpoint_must_be_made_active_first(
    receiver: Receiver, acme: Office
) -> None:
    endpoint = await set_up(acme, receiver.url)
    at = endpoint["created_at"]
    one = f"{PATH}/{endpoint['id']}"
    await acme.client.patch(one, json={"active": False})
    await acme.ticket()
    await work(acme)
    assert (await acme.client.post(f"{one}/redeliver", json={"since": at})).status_code == 409
    await acme.client.patch(one, json={"active": True})
    asked = await acme.client.post(f"{one}/redeliver", json={"since": at})
    assert asked.status_code == 202
    assert asked.json()["job_id"]
    await work(acme)
    assert [call.event["type"] for call in receiver.received] == ["ticket.created"]
    for wrong in (
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "2019-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "yesterday"},
        {},
    ):
        assert (await acme.client.post(f"{one}/redeliver", json=wrong)).status_code == 422
    delivery = (await acme.client.get(f"{one}/deliveries")).json()["data"][0]
    await acme.client.patch(one, json={"active": False})
    refused = await acme.client.post(f"/api/v1/webhook-deliveries/{delivery['id']}/redeliver")
    assert refused.status_code == 409


async def test_another_organization_finds_nothing_of_it(
    receiver: Receiver, acme: Office, other: Office
) -> None:
    endpoint = await set_up(acme, receiver.url)
    await acme.ticket()
    await acme.desk.follow_log()()
    delivery = (await acme.client.get(f"{PATH}/{endpoint['id']}/deliveries")).json()["data"][0]
    one, made = f"{PATH}/{endpoint['id']}", f"/api/v1/webhook-deliveries/{delivery['id']}"
    since = {"since": endpoint["created_at"]}
    tries: list[tuple[str, str, Any]] = [
        ("GET", one, None),
        ("PATCH", one, {"active": False}),
        ("DELETE", one, None),
        ("POST", f"{one}/rotate-secret", None),
        ("POST", f"{one}/test", None),
        ("GET", f"{one}/deliveries", None),
        ("POST", f"{one}/redeliver", since),
        ("GET", made, None),
        ("POST", f"{made}/redeliver", None),
    ]
    for method, path, body in tries:
        answer: httpx2.Response = await other.client.request(method, path, json=body)
        assert answer.status_code == 404, (method, path)
    assert (await acme.client.get(one)).json()["active"]


async def test_a_request_sent_twice_under_one_key_sets_up_one_endpoint_with_one_secret(acme: Office) -> None:
    body = {"name": "CRM", "url": "https://hooks.parcels.example/"}
    answers = [await acme.client.post(PATH, json=body, headers={"idempotency-key": "once"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await acme.client.get(PATH)).json()["data"]) == 1
