"""Ordering an import, following it, stopping it, and saying what its words mean, over HTTP."""

from typing import Any

import pytest
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.ports.imports import CredentialsRefused
from helpdesk_core.users import Role, Scope
from tests.due_jobs import run_jobs
from tests.fakes.import_source import Script, opening, script
from tests.http.conftest import PASSWORD, Office, a_client
from tests.use_cases.moving import a_customer, a_ticket

START, FRESH = "/api/zendesk/import", "/api/freshdesk/import"
MAPPING = "/api/v1/import-mappings/zendesk"
PROGRESS = {"done": 1, "total": None, "created": 1, "updated": 0, "skipped": 0, "failed": 0}


@pytest.fixture
def source() -> Script:
    return script([a_customer(), a_ticket(status="parked")])


@pytest.fixture
async def desk(source: Script) -> Container:
    made = in_memory(Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example"))
    [opened] = opening(source).values()
    made.import_sources.override(providers.Object({"zendesk": opened, "freshdesk": opened}))
    return made


async def _started(acme: Office, door: str = START, **body: Any) -> str:
    given = {"subdomain": "acme"} if door == START else {"domain": "acme.freshdesk.com"}
    answer = await acme.client.post(door, json={**given, **body})
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told.keys(), told["success"], told["status"]) == (
        {"success", "importId", "status"},
        True,
        "queued",
    )
    return str(told["importId"])


@pytest.mark.parametrize("door", [START, FRESH])
async def test_an_import_is_ordered_and_followed_to_its_end(acme: Office, source: Script, door: str) -> None:
    import_id = await _started(acme, door)
    queued = (await acme.client.get(f"{door}/{import_id}")).json()
    assert (queued["status"], queued["progress"], queued["startedAt"]) == ("queued", {}, None)
    await run_jobs(acme.desk)
    told = (await acme.client.get(f"{door}/{import_id}")).json()
    assert told["importId"] == import_id
    assert told["status"] == "completed"
    assert told["progress"]["tickets"] == PROGRESS
    assert told["errors"] == [
        {"kind": "tickets", "externalId": "t1", "message": "No status is set for 'parked': it is open."}
    ]
    assert told["startedAt"] <= told["finishedAt"]
    [ticket] = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert ticket["channel"] == "import"
    one = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert one["metadata"]["imported"]["number"] == "1"


async def test_two_orders_at_once_are_one_import(acme: Office) -> None:
    assert await _started(acme) == await _started(acme)
    listed = (await acme.client.get("/api/v1/imports")).json()["data"]
    assert len(listed) == 1


async def test_the_door_of_another_source_does_not_show_it(acme: Office) -> None:
    import_id = await _started(acme)
    assert (await acme.client.get(f"{FRESH}/{import_id}")).status_code == 404


async def test_only_what_is_wanted_is_brought(acme: Office) -> None:
    import_id = await _started(acme, entities=["customers"])
    await run_jobs(acme.desk)
    told = (await acme.client.get(f"{START}/{import_id}")).json()
    assert told["progress"]["customers"]["created"] == 1
    assert "tickets" not in told["progress"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subdomain": ""},
        {"subdomain": "evil.example/x"},
        {"subdomain": "acme.zendesk.com.evil.example"},
        {"subdomain": 7},
        {"subdomain": "acme", "since": "yesterday"},
        {"subdomain": "acme", "since": "9999-12-31T23:59:59Z"},
        {"subdomain": "acme", "since": "0001-01-01T00:00:00Z"},
        {"subdomain": "acme", "entities": ["secrets"]},
        {"subdomain": "acme", "surprise": 1},
        [],
    ],
)
async def test_an_order_that_cannot_be_is_refused(acme: Office, body: Any) -> None:
    answer = await acme.client.post(START, json=body)
    assert answer.status_code in (400, 422), answer.text
    assert (await acme.client.get("/api/v1/imports")).json()["data"] == []


async def test_an_account_that_does_not_let_us_in_lets_it_rest(acme: Office, source: Script) -> None:
    source.troubles = [CredentialsRefused("acme is not connected.")]
    import_id = await _started(acme)
    await run_jobs(acme.desk)
    told = (await acme.client.get(f"{START}/{import_id}")).json()
    assert told["status"] == "paused"
    assert "not connected" in told["detail"]


async def test_an_import_is_paused_and_taken_up_again(acme: Office) -> None:
    import_id = await _started(acme)
    paused = await acme.client.post(f"/api/v1/imports/{import_id}/pause")
    assert paused.json()["status"] == "paused"
    await run_jobs(acme.desk)
    assert (await acme.client.get(f"/api/v1/imports/{import_id}")).json()["status"] == "paused"
    assert await _started(acme) == import_id
    await run_jobs(acme.desk)
    assert (await acme.client.get(f"/api/v1/imports/{import_id}")).json()["status"] == "completed"
    assert (await acme.client.post(f"/api/v1/imports/{import_id}/pause")).status_code == 409
    problems = (await acme.client.get(f"/api/v1/imports/{import_id}/problems")).json()["data"]
    assert [one["kind"] for one in problems] == ["tickets"]


async def test_imports_are_listed_page_by_page(acme: Office) -> None:
    ids = [await _started(acme, subdomain=subdomain) for subdomain in ("one", "two", "three")]
    first = (await acme.client.get("/api/v1/imports", params={"limit": 2, "sort": "created_at"})).json()
    cursor = first["pagination"]["next_cursor"] if "pagination" in first else first["next_cursor"]
    rest = await acme.client.get(
        "/api/v1/imports", params={"limit": 2, "sort": "created_at", "cursor": cursor}
    )
    assert [one["id"] for one in (*first["data"], *rest.json()["data"])] == ids


async def test_agents_and_strangers_order_nothing(acme: Office) -> None:
    import_id = await _started(acme)
    doors = [
        ("POST", START),
        ("GET", f"{START}/{import_id}"),
        ("POST", FRESH),
        ("GET", f"{FRESH}/{import_id}"),
    ]
    own = [
        ("GET", "/api/v1/imports"),
        ("GET", f"/api/v1/imports/{import_id}"),
        ("GET", MAPPING),
        ("PUT", MAPPING),
    ]
    writer = await acme.client_with(Scope.READ, Scope.WRITE)
    for method, path in (*doors, *own):
        assert (await writer.request(method, path, json={"subdomain": "acme"})).status_code == 403, path
        async with a_client(acme.app) as stranger:
            assert (await stranger.request(method, path)).status_code == 401, path
    email = await acme.user(Role.AGENT)
    async with a_client(acme.app) as agent:
        await agent.post("/api/v1/session", json={"email": email, "password": PASSWORD})
        for method, path in doors:
            assert (await agent.request(method, path, json={"subdomain": "acme"})).status_code in (
                401,
                403,
            ), path


async def test_another_organization_sees_nothing_of_it(acme: Office, other: Office) -> None:
    import_id = await _started(acme)
    for path in (
        f"{START}/{import_id}",
        f"/api/v1/imports/{import_id}",
        f"/api/v1/imports/{import_id}/problems",
    ):
        assert (await other.client.get(path)).status_code == 404
    assert (await other.client.post(f"/api/v1/imports/{import_id}/pause")).status_code == 404
    assert (await other.client.get("/api/v1/imports")).json()["data"] == []


async def test_an_admin_sets_what_words_mean_before_the_run(acme: Office, other: Office) -> None:
    unset = (await acme.client.get(MAPPING)).json()
    assert (unset["statuses"], unset["usual"]["statuses"]["solved"]) == ({}, "resolved")
    words = {"statuses": {"Parked": "on_hold"}, "priorities": {}, "fields": {"7": ""}}
    put = await acme.client.put(MAPPING, json=words)
    assert put.status_code == 200, put.text
    assert put.json()["statuses"] == {"parked": "on_hold"}
    assert (await acme.client.get(MAPPING)).json() == put.json()
    assert (await other.client.get(MAPPING)).json()["statuses"] == {}
    await _started(acme)
    await run_jobs(acme.desk)
    [ticket] = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert ticket["status"] == "on_hold"


@pytest.mark.parametrize(
    "wrong",
    [
        {"statuses": {"parked": "asleep"}},
        {"statuses": {"": "open"}},
        {"statuses": {"x" * 201: "open"}},
        {"priorities": {"p1": 1}},
        {"fields": {"7": "x" * 201}},
        {"fields": {"7": None}},
        {"statuses": []},
    ],
)
async def test_words_that_mean_nothing_are_refused(acme: Office, wrong: dict[str, Any]) -> None:
    body = {"statuses": {}, "priorities": {}, "fields": {}, **wrong}
    assert (await acme.client.put(MAPPING, json=body)).status_code == 422


async def test_there_is_no_mapping_of_an_unknown_source(acme: Office) -> None:
    assert (await acme.client.get("/api/v1/import-mappings/elsewhere")).status_code == 404


async def test_an_old_number_finds_its_ticket(acme: Office, source: Script) -> None:
    own = await acme.ticket()
    there = a_ticket(str(own["number"]), subject="Of that number there", messages=())
    pages = script([a_customer(), a_ticket("1042", subject="An old one"), there])
    source.pages = pages.pages
    await _started(acme)
    await run_jobs(acme.desk)
    for q, subjects in (
        ("#1042", ["An old one"]),
        (f"{own['number']}", ["The kettle leaks", "Of that number there"]),
        ("#77", []),
    ):
        found = await acme.client.get("/api/v1/search", params={"q": q, "type": "ticket"})
        assert [one["title"] for one in found.json()["data"]][:2] == subjects, found.text


async def test_an_export_of_a_customer_tells_where_they_came_from(acme: Office) -> None:
    await _started(acme)
    await run_jobs(acme.desk)
    [customer] = (await acme.client.get("/api/v1/customers")).json()["data"]
    told = (await acme.client.get(f"/api/v1/customers/{customer['id']}/export")).json()
    assert told["imported_from"] == [{"source": "zendesk", "account": "acme", "id": "c1"}]
