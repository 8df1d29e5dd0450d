"""Whatever is sent, the answer is a clear 4xx and nothing has changed."""

from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from helpdesk_adapters.container import Container
from helpdesk_http.app import contract
from tests.http.conftest import Office

TICKETS = "/api/v1/tickets"


def assert_problem(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    body = answer.json()
    assert {"type", "title", "status", "detail", "error", "code"} <= body.keys()
    assert body["status"] == status


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"{'a': 1}", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"subject": "\\ud800"}', 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (b'{"subject": 1, "message": true, "customer": []}', 422),
        (b'{"subject": "a\\u0000b", "message": "m", "customer": {"email": "a@b.example"}}', 422),
        (b'{"subject": "a", "message": "m", "customer": {}}', 422),
        (b'{"subject": "a", "message": "m", "customer": {"email": "a@b.example"}, "priority": "mild"}', 422),
        (b'{"x": "' + b"y" * (1 << 20) + b'"}', 413),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_body_that_is_none_is_refused_and_opens_nothing(
    acme: Office, content: bytes, status: int
) -> None:
    answer = await acme.client.post(TICKETS, content=content, headers={"content-type": "application/json"})
    assert_problem(answer, status)
    assert (await acme.client.get(TICKETS)).json()["data"] == []


async def test_a_body_of_another_type_is_refused(acme: Office) -> None:
    answer = await acme.client.post(TICKETS, content=b"<a/>", headers={"content-type": "application/xml"})
    assert_problem(answer, 415)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "query.limit"),
        ("limit=101", "query.limit"),
        ("limit=ten", "query.limit"),
        ("status=ajar", "query.status"),
        ("sort=subject", "query.sort"),
        ("created_after=yesterday", "query.created_after"),
        ("assignee_id=7", "query.assignee_id"),
        ("include=everything", "query.include"),
        ("colour=red", "query.colour"),
        ("q=" + "x" * 201, "query.q"),
    ],
)
async def test_a_parameter_out_of_its_range_is_refused_not_clamped(
    acme: Office, query: str, path: str
) -> None:
    answer = await acme.client.get(f"{TICKETS}?{query}")
    assert_problem(answer, 422)
    assert answer.json()["errors"][0]["path"].startswith(path)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer hd_" + "x" * 9000]
)
async def test_without_a_key_that_is_known_nothing_is_shown(visitor: httpx2.AsyncClient, header: str) -> None:
    answer = await visitor.get(TICKETS, headers={"authorization": header} if header else {})
    assert_problem(answer, 401)
    assert "www-authenticate" in answer.headers


async def test_a_revoked_key_is_unknown_from_that_moment(acme: Office) -> None:
    key, text = await acme.desk.create_api_key()(acme.id, "short-lived")
    headers = {"authorization": f"Bearer {text}"}
    assert (await acme.client.get(TICKETS, headers=headers)).status_code == 200
    await acme.desk.revoke_api_key()(acme.id, key.id)
    assert_problem(await acme.client.get(TICKETS, headers=headers), 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/tickets/", 404),
        ("GET", "/api/v1/tickets/7", 404),
        ("PUT", TICKETS, 405),
        ("GET", "/api/webhooks/resend", 405),
        ("POST", "/api/health", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_too(acme: Office, method: str, path: str, status: int) -> None:
    answer = await acme.client.request(method, path)
    assert_problem(answer, status)
    if status == 405:
        assert "allow" in answer.headers


async def test_a_webhook_without_its_secret_is_refused_and_names_the_setting(
    visitor: httpx2.AsyncClient,
) -> None:
    answer = await visitor.post("/api/webhooks/resend", content=b"{}")
    assert_problem(answer, 503)
    assert "RESEND_WEBHOOK_SECRET" in answer.json()["detail"]


async def test_a_sane_request_id_is_kept_and_another_is_not(visitor: httpx2.AsyncClient) -> None:
    kept = await visitor.get("/api/health", headers={"x-request-id": "from-the-proxy-1"})
    assert kept.headers["x-request-id"] == "from-the-proxy-1"
    other = await visitor.get("/api/health", headers={"x-request-id": "a b <c>"})
    assert other.headers["x-request-id"] not in ("a b <c>", "from-the-proxy-1")


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
known = st.sampled_from(
    ["subject", "message", "customer", "priority", "tags", "custom_fields", "text", "html"]
)


@given(st.dictionaries(known | st.text(max_size=5), any_json, max_size=6))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_makes_the_desk_fail(acme: Office, body: dict[str, Any]) -> None:
    ticket = (await acme.client.get(TICKETS)).json()["data"] or [await acme.ticket()]
    for path in (
        TICKETS,
        "/api/v1/customers",
        f"{TICKETS}/{ticket[0]['id']}/conversations",
        "/api/auth/login",
    ):
        answer = await acme.client.post(path, json=body)
        assert answer.status_code < 500, answer.text


async def test_the_contract_is_valid_and_names_every_operation(desk: Container) -> None:
    document = contract(desk)
    validate(document)
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    assert len(names) == len(set(names)) > 25
