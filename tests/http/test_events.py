"""The event feed, its live stream, and the audit log."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from helpdesk_core.event_log import Occasion
from helpdesk_core.users import DESK, Scope
from helpdesk_http import event_stream
from tests.http.conftest import Office

pytestmark = pytest.mark.anyio


async def happen(office: Office, number: int = 1, type: str = "ticket.created") -> None:
    desk = office.desk
    occasion = Occasion(desk.clock()(), desk.new_id(), DESK)
    events = [occasion.event(office.id, type, desk.new_id()()) for _ in range(number)]
    await desk.store().transact(lambda work: work.log.append(*events))


async def seqs(office: Office, query: str) -> tuple[list[int], Any]:
    answer = await office.client.get(f"/api/v1/events?{query}")
    assert answer.status_code == 200, answer.text
    return [event["seq"] for event in answer.json()["data"]], answer.json()


async def test_the_feed_has_no_gaps_and_is_read_on_from_where_it_ended(acme: Office) -> None:
    ticket = await acme.ticket()
    await happen(acme, 60)
    seen: list[int] = []
    url, last = "/api/v1/events?limit=25", 0
    while url:
        answer = await acme.client.get(url)
        seen += [event["seq"] for event in answer.json()["data"]]
        url = answer.links.get("next", {}).get("url", "")
        assert (answer.json()["next_cursor"] is None) == (not url)
        last = answer.json()["last_seq"]
    assert seen == list(range(1, last + 1))
    assert await seqs(acme, f"after={last}") == ([], {"data": [], "next_cursor": None, "last_seq": last})
    await happen(acme, 2)
    assert (await seqs(acme, f"after={last}"))[0] == [last + 1, last + 2]
    _, page = await seqs(acme, "type=ticket.created&limit=1")
    (event,) = page["data"]
    assert event["subject"] == {"type": "ticket", "id": ticket["id"]}
    assert event["actor"]["type"] == "api_key"
    assert event["actor"]["name"] == "tests"


async def test_a_rare_type_is_looked_for_page_by_page_at_a_bounded_cost(acme: Office) -> None:
    await happen(acme, 4500)
    await happen(acme, 1, "ticket.merged")
    found: list[int] = []
    query, pages = "type=ticket.merged,team.*", 0
    cursor = ""
    while True:
        some, page = await seqs(acme, query + cursor)
        found += some
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(found) == 1
    assert pages == 3


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        "after=100000",
        "type=ticket.sung",
        "type=nothing.*",
        "cursor=x",
        "sort=seq",
        "limit=0",
    ],
)
async def test_what_the_feed_does_not_take_is_a_problem(acme: Office, query: str) -> None:
    for path in ("/api/v1/events", "/api/v1/events/stream"):
        answer = await acme.client.get(f"{path}?{query}")
        assert answer.status_code == 422, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_cursor_is_good_for_its_own_types_only(acme: Office) -> None:
    await happen(acme, 3)
    _, page = await seqs(acme, "limit=1&type=ticket.*")
    answer = await acme.client.get(f"/api/v1/events?type=team.*&cursor={page['next_cursor']}")
    assert answer.status_code == 422


async def test_the_feed_of_another_organization_is_its_own(acme: Office, other: Office) -> None:
    await happen(acme, 5)
    seen, _ = await seqs(other, "limit=100")
    theirs = (await other.client.get("/api/v1/events")).json()["data"]
    mine = (await acme.client.get("/api/v1/events")).json()["data"]
    assert not {event["id"] for event in theirs} & {event["id"] for event in mine}
    assert seen == list(range(1, len(seen) + 1))


async def test_the_audit_log_shows_what_decides_how_the_desk_works(acme: Office) -> None:
    await acme.ticket()
    made = (await acme.client.post("/api/v1/teams", json={"name": "Returns"})).json()
    everything = (await acme.client.get("/api/v1/audit-log")).json()["data"]
    assert everything[0]["type"] == "team.created"
    assert "ticket.created" not in {event["type"] for event in everything}
    key_id = everything[0]["actor"]["id"]
    for query in (f"actor_id={key_id}", f"subject_id={made['id']}", "type=team.created"):
        shown = (await acme.client.get(f"/api/v1/audit-log?{query}")).json()["data"]
        assert [event["subject"]["id"] for event in shown] == [made["id"]], query
    at = everything[0]["recorded_at"]
    assert (await acme.client.get("/api/v1/audit-log?before=2020-01-01T00:00:00Z")).json()["data"] == []
    later = await acme.client.get("/api/v1/audit-log", params={"after": at})
    assert [event["type"] for event in later.json()["data"]] in (
        ["team.created"],
        [],
    )  # times show milliseconds
    first = (await acme.client.get("/api/v1/audit-log?limit=1")).json()
    rest = await acme.client.get(f"/api/v1/audit-log?limit=100&cursor={first['next_cursor']}")
    assert [*first["data"], *rest.json()["data"]] == everything


async def test_the_audit_log_is_for_admins_and_the_feed_for_readers(acme: Office) -> None:
    async with await acme.client_with(Scope.WRITE) as client:
        assert (await client.get("/api/v1/audit-log")).status_code == 403
        assert (await client.get("/api/v1/events")).status_code == 200
        assert (await client.get("/api/v1/webhook-endpoints")).status_code == 403


class Listener:
    """A client of the live stream, spoken to as the server speaks to an app: nothing is buffered between."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.asked = False
        self.frames: list[dict[str, str]] = []
        self.comments: list[str] = []
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.away = asyncio.Event()
        self.ended = asyncio.Event()
        self._news = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self.away.is_set() and not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.away.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            for frame in message.get("body", b"").decode().split("\n\n"):
                lines = [line.partition(": ") for line in frame.split("\n") if line]
                if lines and lines[0][0] == "":
                    self.comments.append(frame)
                elif lines:
                    self.frames.append({name: value for name, _, value in lines})
            if not message.get("more_body"):
                self.ended.set()
        self._news.set()
        await self.may_read.wait()

    async def until(self, number: int) -> list[dict[str, str]]:
        """The first so many events."""
        async with asyncio.timeout(5):
            while len(self.frames) < number:
                self._news.clear()
                await self._news.wait()
        return self.frames[:number]

    async def connected(self) -> None:
        async with asyncio.timeout(5):
            while not self.comments:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def listening(
    office: Office, query: str = "", method: str = "GET", **headers: str
) -> AsyncIterator[Listener]:
    listener = Listener()
    given = {"authorization": office.client.headers["authorization"], "host": "desk.example", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": "/api/v1/events/stream",
        "raw_path": b"/api/v1/events/stream",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("203.0.113.9", 4711),
        "server": ("desk.example", 80),
        "root_path": "",
    }
    task = asyncio.ensure_future(office.app(scope, listener.receive, listener.send))
    try:
        if method == "GET":
            await listener.connected()
        yield listener
    finally:
        listener.away.set()
        listener.may_read.set()
        async with asyncio.timeout(5):
            await task


async def test_a_listener_hears_at_once_in_the_words_of_the_feed(acme: Office) -> None:
    async with listening(acme) as listener:
        assert (listener.status, listener.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        assert "content-length" not in listener.headers
        await acme.ticket()
        frames = await listener.until(1)
        after = int(frames[0]["id"]) - 1
        feed = (await acme.client.get(f"/api/v1/events?after={after}")).json()["data"]
        frames = await listener.until(len(feed))
        assert [json.loads(frame["data"]) for frame in frames] == feed
        assert [(frame["id"], frame["event"]) for frame in frames] == [
            (str(event["seq"]), event["type"]) for event in feed
        ]


async def test_a_listener_that_comes_back_gets_what_it_missed_once(acme: Office) -> None:
    await happen(acme, 250)
    async with listening(acme, "after=3", **{"last-event-id": "20"}) as listener:
        first = await listener.until(100)
        await happen(acme, 50)
        _, all_ = await seqs(acme, f"after={20 + 279}&limit=100")
        frames = await listener.until(all_["last_seq"] - 20)
        assert [int(frame["id"]) for frame in frames] == list(range(21, all_["last_seq"] + 1))
        assert first == frames[:100]
        await asyncio.sleep(0.05)
        assert len(listener.frames) == len(frames)


async def test_a_listener_hears_only_the_types_it_asked_for_and_only_its_own_organization(
    acme: Office, other: Office
) -> None:
    async with listening(acme, "type=ticket.merged") as listener:
        await happen(other, 3, "ticket.merged")
        await happen(acme, 3)
        await happen(acme, 1, "ticket.merged")
        await happen(acme, 1)
        await listener.until(1)
        await asyncio.sleep(0.05)
        assert [frame["event"] for frame in listener.frames] == ["ticket.merged"]


async def test_a_slow_listener_keeps_nobody_waiting_and_loses_nothing(acme: Office) -> None:
    async with listening(acme) as slow, listening(acme) as quick:
        slow.may_read.clear()
        for _ in range(30):
            await happen(acme, 10)
        quick_ids = [frame["id"] for frame in await quick.until(300)]
        assert len(slow.frames) < 300
        slow.may_read.set()
        assert [frame["id"] for frame in await slow.until(300)] == quick_ids
        assert len(set(quick_ids)) == 300


async def test_silence_is_broken_by_comments(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT", 0.02)
    async with listening(acme) as listener:
        async with asyncio.timeout(5):
            while len(listener.comments) <= 3:  # noqa: ASYNC110  comments come as they come; nothing tells of them
                await asyncio.sleep(0.01)
        assert listener.frames == []


async def test_the_stream_ends_when_its_key_is_revoked(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT", 0.02)
    key, text = await acme.desk.create_api_key()(acme.id, "listener", (Scope.READ,))
    async with listening(acme, authorization=f"Bearer {text}") as listener:
        await acme.desk.revoke_api_key()(acme.id, key.id)
        await asyncio.wait_for(listener.ended.wait(), 5)
        await happen(acme)
        assert [frame["event"] for frame in listener.frames] == ["api_key.revoked"]


async def test_the_desk_that_stops_ends_every_stream(acme: Office, other: Office) -> None:
    async with listening(acme) as one, listening(other) as two:
        acme.desk.live().end_all()
        for listener in (one, two):
            await asyncio.wait_for(listener.ended.wait(), 5)
        assert one.frames == two.frames == []


async def test_whoever_goes_away_is_forgotten(acme: Office) -> None:
    for _ in range(3):
        async with listening(acme):
            assert len(acme.desk.live()._listeners[acme.id]) == 1
    assert acme.desk.live()._listeners == {}


async def test_head_tells_what_there_would_be_and_ends(acme: Office) -> None:
    async with listening(acme, method="HEAD") as listener:
        await asyncio.sleep(0.05)
    assert (listener.status, listener.frames, listener.comments) == (200, [], [])


async def test_without_a_key_or_with_a_wrong_place_it_is_a_problem(acme: Office, visitor: Any) -> None:
    answer = await visitor.get("/api/v1/events/stream")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    for wrong in ("x", "-1", "99999", ""):
        answer = await acme.client.get("/api/v1/events/stream", headers={"last-event-id": wrong})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), (
            wrong
        )
