"""A real desk in its own process: webhooks survive its sudden death, live streams end with it in good order."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from helpdesk_core.jobs import LEASE
from tests.fakes.http_server import Reply
from tests.fakes.webhook_receiver import receiving
from tests.http.running import RunningDesk, eventually, kill, stop

ALLOW = {"HELPDESK_OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8", "HELPDESK_API_RATE_LIMIT": "0"}


@contextmanager
def a_desk(tmp_path: Path) -> Iterator[tuple[RunningDesk, httpx2.Client]]:
    """A desk, not yet running, and a client with an admin's key."""
    desk = RunningDesk(tmp_path / "data", ALLOW)
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    with httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}, timeout=20) as client:
        yield desk, client


def open_tickets(client: httpx2.Client, number: int) -> None:
    for place in range(number):
        body = {
            "subject": f"Matter {place}",
            "message": "It drips.",
            "customer": {"email": "ida@garden.example"},
        }
        assert client.post("/api/v1/tickets", json=body).status_code == 201


def feed(client: httpx2.Client, type: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = client.get("/api/v1/events", params={"after": after, "type": type, "limit": 100}).json()
        found += page["data"]
        after = page["last_seq"]
        if page["next_cursor"] is None:
            return found


def test_kill_9_between_the_log_and_the_delivery_loses_no_event(tmp_path: Path) -> None:
    with receiving() as receiver, a_desk(tmp_path) as (desk, client):
        receiver.slow = 0.03
        process = desk.start()
        made = client.post(
            "/api/v1/webhook-endpoints",
            json={"name": "CRM", "url": receiver.url, "events": ["ticket.created"]},
        )
        assert made.status_code == 201, made.text
        for start in (desk.start, desk.start, partial(desk.start_later, LEASE)):
            open_tickets(client, 30)
            kill(process)  # in the middle of the deliveries
            process = start()
        try:
            open_tickets(client, 1)
            expected = [event["id"] for event in feed(client, "ticket.created")]
            assert len(expected) == 91
            eventually(lambda: set(receiver.ids) >= set(expected), 90)
            path = f"{made.headers['location']}/deliveries?state=delivered&limit=100"
            delivered = eventually(lambda: _when(client.get(path).json()["data"], 91), 60)
            assert sorted(one["event_id"] for one in delivered) == sorted(expected)
            assert set(receiver.ids) == set(expected)
            bodies: dict[str, bytes] = {}
            for (
                call
            ) in receiver.received:  # what was sent twice, for nobody knew that it had arrived, is the same
                assert bodies.setdefault(call.id, call.body) == call.body
        finally:
            stop(process)


def test_a_receiver_that_is_slow_holds_up_neither_the_desk_nor_other_receivers(tmp_path: Path) -> None:
    with receiving() as slow, receiving() as quick, a_desk(tmp_path) as (desk, client), desk.serving():
        slow.slow = 3.0
        for receiver, name in ((slow, "slow"), (quick, "quick")):
            body = {"name": name, "url": receiver.url, "events": ["ticket.created"]}
            client.post("/api/v1/webhook-endpoints", json=body)
        begun = time.monotonic()
        open_tickets(client, 20)
        assert time.monotonic() - begun < 10
        eventually(lambda: len(set(quick.ids)) == 20, 60)
        assert len(slow.received) < 20


def test_sigterm_ends_open_streams_at_once_and_nothing_was_lost_or_doubled(tmp_path: Path) -> None:
    with a_desk(tmp_path) as (desk, client):
        process = desk.start()
        streams = [_Stream(client) for _ in range(5)]
        eventually(lambda: all(stream.lines for stream in streams))
        open_tickets(client, 40)
        expected = [event["seq"] for event in feed(client, "ticket.created")]
        eventually(lambda: all(len(stream.seqs("ticket.created")) == 40 for stream in streams))
        for stream in streams:
            assert stream.seqs("ticket.created") == expected
        begun = time.monotonic()
        stop(process)
        assert time.monotonic() - begun < 4
        for stream in streams:
            stream.thread.join(5)
            assert stream.ended == "in good order"


def test_commits_of_another_process_reach_a_listener(tmp_path: Path) -> None:
    with a_desk(tmp_path) as (desk, client), desk.serving():
        stream = _Stream(client)
        eventually(lambda: stream.lines)
        desk.command("apikey", "create", "--org", "acme", "--name", "another")
        eventually(lambda: stream.seqs("api_key.created"), 20)


def test_an_endpoint_that_answers_with_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        receiving() as elsewhere,
        a_desk(tmp_path) as (desk, client),
        desk.serving(),
    ):
        receiver.answer = Reply(307, headers={"location": elsewhere.url})
        made = client.post("/api/v1/webhook-endpoints", json={"name": "CRM", "url": receiver.url}).json()
        delivery = client.post(f"/api/v1/webhook-endpoints/{made['id']}/test").json()
        path = f"/api/v1/webhook-deliveries/{delivery['id']}"
        failed = eventually(lambda: _when(client.get(path).json()["tries"], 1))
        assert failed[0]["status"] == 307
        assert elsewhere.received == []


class _Stream:
    """A listener in a thread of its own."""

    def __init__(self, client: httpx2.Client) -> None:
        self.lines: list[str] = []
        self.ended = ""
        self._client = client
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def seqs(self, type: str) -> list[int]:
        events = [json.loads(line[6:]) for line in tuple(self.lines) if line.startswith("data: ")]
        return [event["seq"] for event in events if event["type"] == type]

    def _listen(self) -> None:
        url = f"{self._client.base_url}/api/v1/events/stream".replace("//api", "/api")
        headers = {"authorization": self._client.headers["authorization"]}
        try:
            with httpx2.stream("GET", url, headers=headers, timeout=30) as answer:
                for line in answer.iter_lines():
                    self.lines.append(line)
            self.ended = "in good order"
        except httpx2.TransportError as error:
            self.ended = repr(error)


def _when(found: list[Any], number: int) -> list[Any] | None:
    return found if len(found) >= number else None
