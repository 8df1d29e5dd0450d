"""A reader of suggestions who goes away, over a real connection to a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
import uvicorn
from attrs import define
from dependency_injector import providers

from helpdesk_http import suggestion_stream
from tests.fakes.suggesting import ScriptedSuggester, Shelf
from tests.http.conftest import Office

URL = "/api/ai/stream-reply-suggestions"
ENDLESS = (("Well, ", *(part for _ in range(5_000) for part in (0.02, "and "))),)


@define
class Served:
    """The office's desk behind a port."""

    base: str
    model: ScriptedSuggester
    headers: dict[str, str]

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=self.base, headers=self.headers, timeout=20)


@pytest.fixture
async def served(acme: Office) -> AsyncIterator[Served]:
    shelf, model = Shelf(), ScriptedSuggester(ENDLESS)
    shelf.put("Kettles that leak", "Descale it.")
    acme.desk.retrieve_quotes.override(providers.Object(shelf))
    acme.desk.suggester.override(providers.Object(model))
    acme.desk.embedded_suggester.override(providers.Object(ScriptedSuggester()))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(acme.app, lifespan="off", log_level="error"))
    serving = asyncio.create_task(server.serve([listening]))
    key = acme.client.headers["authorization"]
    yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", model, {"authorization": key})
    server.should_exit = True
    await serving


async def until(happened: Callable[[], object]) -> None:
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_a_reader_who_goes_away_ends_the_work_at_once_and_keeps_nothing(
    acme: Office, served: Served
) -> None:
    ticket = await acme.ticket()
    async with served.client() as client:
        async with client.stream("POST", URL, json={"ticketId": ticket["id"], "count": 3}) as answer:
            lines = answer.aiter_lines()
            seen = [await anext(lines) for _ in range(8)]
        assert "event: token" in seen
        await until(lambda: served.model.ended)
    assert served.model.ended == ["CancelledError"]
    assert len(served.model.asked) == 1
    written = await acme.client.get(f"/api/v1/tickets/{ticket['id']}/suggestions")
    assert written.json()["data"] == []
    log = await acme.client.get("/api/v1/events", params={"type": "suggestion.*"})
    assert log.json()["data"] == []


async def test_a_stream_comes_piece_by_piece_with_comments_while_nothing_comes(
    acme: Office, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestion_stream, "HEARTBEAT", 0.05)
    served.model.scripts = (("One ", 0.3, "two."),)
    ticket = await acme.ticket()
    begun = asyncio.get_running_loop().time()
    async with (
        served.client() as client,
        client.stream("POST", URL, json={"ticketId": ticket["id"]}) as answer,
    ):
        came = [(asyncio.get_running_loop().time() - begun, line) async for line in answer.aiter_lines()]
    first = next(at for at, line in came if '"One "' in line)
    second = next(at for at, line in came if '"two."' in line)
    assert second - first > 0.2
    assert any(line == ": still there" and first < at < second for at, line in came)
    assert [line for _, line in came if line][-2:] == ["event: done", "data: {}"]


async def test_a_stream_that_takes_too_long_is_given_up(
    acme: Office, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestion_stream, "LONGEST", 0.3)
    ticket = await acme.ticket()
    async with served.client() as client:
        answer = await client.post(URL, json={"ticketId": ticket["id"]})
    assert answer.text.endswith('event: error\ndata: {"message":"It took too long, and was given up."}\n\n')
    assert served.model.ended == ["CancelledError"]


async def test_a_fault_of_ours_is_told_as_one_and_shows_nothing_of_the_inside(
    acme: Office, served: Served
) -> None:
    served.model.scripts = (("One ", ZeroDivisionError("a secret")),)
    ticket = await acme.ticket()
    async with served.client() as client:
        answer = await client.post(URL, json={"ticketId": ticket["id"]})
    assert answer.text.endswith('event: error\ndata: {"message":"Something went wrong here."}\n\n')
    assert "secret" not in answer.text


async def test_a_ticket_that_goes_meanwhile_has_nothing_kept_and_the_stream_says_so(
    acme: Office, served: Served
) -> None:
    served.model.scripts = (("One ", 0.3, "two."),)
    ticket = await acme.ticket()
    async with served.client() as client:
        asking = asyncio.create_task(client.post(URL, json={"ticketId": ticket["id"]}))
        await until(lambda: served.model.asked)
        assert (await acme.client.delete(f"/api/v1/tickets/{ticket['id']}")).status_code == 204
        answer = await asking
    assert "event: error\n" in answer.text
    assert "There is no ticket" in answer.text
    assert "event: done" not in answer.text
