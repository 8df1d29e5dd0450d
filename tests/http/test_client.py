"""The typed client: whole, current, light, and stubborn where that is safe."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx2
import pytest
from attrs import Factory, define
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.rate_limits import Rate
from helpdesk_core.tickets import Priority, Status
from helpdesk_http.app import create_app, operations
from helpdesk_http.client import ApiProblem, Client, ServerEvent, UnexpectedAnswer
from helpdesk_http.client.answers import structured
from helpdesk_http.client.generated.shared import TicketView
from helpdesk_http.client.streams import Parser
from tests.http.client_source import FOLDER, render
from tests.http.conftest import Office, an_office

SERVERS = (
    "starlette",
    "sqlalchemy",
    "sqlmodel",
    "dependency_injector",
    "helpdesk_adapters",
    "jinja2",
    "uvicorn",
)


@define
class Unsteady(httpx2.AsyncBaseTransport):
    """A way to the desk on which things happen to requests, one after the other; then nothing more does."""

    to: httpx2.AsyncBaseTransport
    happens: list[Any] = Factory(list)
    passed: list[httpx2.Request] = Factory(list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        event = self.happens.pop(0) if self.happens else None
        if isinstance(event, httpx2.Response | httpx2.ConnectError):
            if isinstance(event, Exception):
                raise event
            return event
        self.passed.append(request)
        answer = await self.to.handle_async_request(request)
        if isinstance(event, Exception):
            raise event  # the request has arrived and taken effect, its answer is lost
        return answer


@pytest.fixture
async def client(acme: Office) -> AsyncIterator[Client]:
    async with Client("http://desk.example", http=acme.client) as client:
        yield client


def unsteady(office: Office, *happens: Any) -> tuple[Client, Unsteady]:
    way = Unsteady(httpx2.ASGITransport(office.app), list(happens))
    http = httpx2.AsyncClient(transport=way, base_url="http://desk.example", headers=office.client.headers)
    return Client("http://desk.example", http=http), way


def test_the_generated_modules_are_what_the_declarations_say() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.py")}
    assert written == render(), "write them anew: .venv/bin/python -m tests.http.client_source"


def test_every_operation_has_a_method_that_asks_for_it() -> None:
    source = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.py"))
    for operation in operations(in_memory()):
        path = operation.path.partition("{")[0]
        assert f'"{operation.method}"' in source or operation.method == "GET"
        assert path in source, operation.name


def test_importing_it_imports_no_server() -> None:
    code = "import sys, json, helpdesk_http.client; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in json.loads(done.stdout)}.isdisjoint(SERVERS)


async def test_a_ticket_is_opened_answered_changed_and_deleted(client: Client) -> None:
    ticket = await client.tickets.create(
        subject="The kettle leaks",
        message="It drips.",
        customer={"email": "ida@garden.example"},
        tags=["spout"],
    )
    assert (ticket.number, ticket.status, ticket.priority) == (1, Status.OPEN, Priority.NORMAL)
    assert ticket.created_at.tzinfo is not None
    reply = await client.conversations.create(ticket.id, text="A new seal is on its way.")
    assert (reply.ticket_id, reply.author.role) == (ticket.id, "agent")
    changed = await client.tickets.change(ticket.id, status=Status.RESOLVED, assignee_id=None)
    assert (changed.status, changed.tags, changed.assignee_id) == (Status.RESOLVED, ("spout",), None)
    read = await client.tickets.read(ticket.id, include=["customer", "conversations"])
    assert read.customer
    assert read.customer.emails == ("ida@garden.example",)
    await client.tickets.delete(ticket.id)
    with pytest.raises(ApiProblem, match="404") as refused:
        await client.tickets.read(ticket.id)
    assert refused.value.code == "not_found"
    assert refused.value.request_id


async def test_a_list_is_walked_to_its_end_or_page_by_page(acme: Office, client: Client) -> None:
    for number in range(5):
        await acme.ticket(f"Matter {number}")
    assert [one.number async for one in client.tickets.list(limit=2)] == [5, 4, 3, 2, 1]
    pages = client.tickets.list(status=[Status.OPEN, Status.PENDING], limit=3, sort="number")
    first = await pages.page()
    second = await pages.page(first.next_cursor)
    assert [one.number for one in (*first.data, *second.data)] == [1, 2, 3, 4, 5]
    assert second.next_cursor is None
    assert [one async for one in client.tickets.list(status=Status.CLOSED)] == []


async def test_a_refusal_says_which_value_it_is_about(client: Client) -> None:
    with pytest.raises(ApiProblem) as refused:
        await client.tickets.create(subject="", message="x", customer={"email": "nobody"})
    assert (refused.value.status, refused.value.code) == (422, "invalid_body")
    assert [error.path for error in refused.value.errors] == ["subject", "customer.email"]


async def test_a_request_whose_answer_was_lost_is_sent_again_and_takes_one_effect(acme: Office) -> None:
    client, way = unsteady(acme, httpx2.ConnectError("refused"), httpx2.ReadError("gone"))
    async with client:
        ticket = await client.tickets.create(
            subject="Once", message="x", customer={"email": "ida@garden.example"}
        )
        assert ticket.number == 1
        assert [one.subject async for one in client.tickets.list()] == ["Once"]
    keys = {request.headers.get("idempotency-key") for request in way.passed if request.method == "POST"}
    assert len(keys) == 1
    assert None not in keys


async def test_a_request_that_may_not_be_repeated_is_not(acme: Office) -> None:
    client, way = unsteady(acme, httpx2.ReadError("gone"))
    async with client:
        body = {"subject": "Once", "message": "x", "customer": {"email": "ida@garden.example"}}
        with pytest.raises(httpx2.ReadError):
            await client.request("POST", "/api/v1/tickets", body=body)
    assert len(way.passed) == 1


async def test_a_desk_that_is_away_is_asked_again_when_it_says_and_given_up_after_a_while(
    acme: Office,
) -> None:
    away = httpx2.Response(503, headers={"retry-after": "0"})
    client, _ = unsteady(acme, away, away)
    async with client:
        assert [one async for one in client.tickets.list()] == []
    client, _ = unsteady(acme, *[away] * 9)
    async with client:
        with pytest.raises(ApiProblem) as refused:
            await client.teams.list().page()
        assert (refused.value.status, refused.value.code) == (503, "http_503")
    client, way = unsteady(acme, httpx2.Response(503, headers={"retry-after": "3600"}))
    async with client:
        with pytest.raises(ApiProblem):
            await client.teams.list().page()
    assert way.passed == [], "an hour is longer than its patience"


async def test_it_waits_where_the_desk_says_that_it_asks_too_often() -> None:
    desk = in_memory(Settings(secret_key=("a key for tests",), api_rate_limit=Rate(2, 1)))
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "acme")
        async with Client("http://desk.example", http=office.client) as client:
            for _ in range(5):
                assert (await client.tickets.list().page()).data == ()


async def test_what_the_typed_operations_hide_is_had_by_a_plain_request(acme: Office, client: Client) -> None:
    path = f"/api/v1/tickets/{(await acme.ticket())['id']}"
    answer = await client.request("GET", path, query={"fields": ["id", "number"]})
    assert answer.json().keys() == {"id", "number"}
    again = await client.request("GET", path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 200
    whole = await client.request("GET", path)
    known = await client.request("GET", path, headers={"If-None-Match": whole.headers["etag"]})
    assert known.status_code == 304
    with pytest.raises(ApiProblem, match="412"):
        await client.tickets.change(path.rpartition("/")[2], priority=Priority.LOW, if_match='"stale"')


async def test_what_a_newer_desk_adds_is_no_trouble(acme: Office) -> None:
    told = {**await acme.ticket(), "channel": "telepathy", "mood": "sunny"}
    ticket = structured(TicketView, told)
    assert (ticket.channel, ticket.status) == ("telepathy", Status.OPEN)
    with pytest.raises(UnexpectedAnswer):
        structured(TicketView, {"number": 1})


async def test_what_is_no_desk_is_said_to_be_none() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<p>It works!</p>"})

    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(page), base_url="http://desk.example")
    async with Client("http://desk.example", http=http) as client:
        with pytest.raises(UnexpectedAnswer):
            await client.teams.list().page()


STREAMED = (
    b': hello\n\nid: 7\nevent: ticket.created\ndata: {"a":\ndata: "\xe2\x80\xa8"}\n\n'
    b"retry: 20\r\ndata: last\r\n\r\n"
)


@given(st.lists(st.integers(0, len(STREAMED)), max_size=8))
def test_events_are_the_same_however_their_bytes_arrive(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAMED)]
    parser = Parser()
    found = [
        event for start, end in pairwise(places) for event in parser.feed(STREAMED[start:end])
    ] + parser.feed(b"\n")
    assert found == [
        ServerEvent("ticket.created", '{"a":\n"\u2028"}', "7"),
        ServerEvent("message", "last", "7"),
    ]
    assert found[0].value == {"a": "\u2028"}
    assert parser.retry == 0.02


async def test_a_stream_that_breaks_off_goes_on_behind_the_last_event() -> None:
    asked: list[str | None] = []

    async def feed(scope: Any, receive: Any, send: Any) -> None:
        last = dict(scope["headers"]).get(b"last-event-id")
        asked.append(last and last.decode())
        start = int(last or 0)
        status = 200 if start < 6 else 410
        await send({"type": "http.response.start", "status": status, "headers": []})
        events = "".join(f"id: {number}\ndata: {number}\n\n" for number in (start + 1, start + 2, start + 3))
        await send({"type": "http.response.body", "body": b"retry: 1\n" + events.encode()})

    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(feed), base_url="http://desk.example")
    seen: list[Any] = []

    async def listen(client: Client) -> None:
        async for event in client._calls.stream("/events", {}):
            seen.append(event.value)  # noqa: PERF401  the stream ends in a refusal

    async with Client("http://desk.example", http=http) as client:
        with pytest.raises(ApiProblem, match="410"):
            await listen(client)
    assert (seen, asked) == ([1, 2, 3, 4, 5, 6], [None, "3", "6"])
