"""A visitor's conversation as a live stream, on real processes."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
from attrs import define, field

from tests.contracts.postgres_server import empty_database
from tests.http.running import RunningDesk, eventually


@define
class Listener:
    """A widget that listens, in a thread of its own."""

    desk: RunningDesk
    token: str
    last: str | None = None
    heard: list[dict[str, Any]] = field(factory=list)
    at: dict[str, float] = field(factory=dict)
    _client: httpx2.Client = field(factory=lambda: httpx2.Client(timeout=30))

    def begin(self) -> "Listener":
        Thread(target=self._listen, daemon=True).start()
        sleep(0.3)
        return self

    def end(self) -> None:
        self._client.close()

    def texts(self) -> list[str]:
        return [message["content_text"] for message in self.heard]

    def _listen(self) -> None:
        headers = {"x-widget-session": self.token}
        if self.last is not None:
            headers["last-event-id"] = self.last
        try:
            with self._client.stream("GET", f"{self.desk.base}/api/widget/stream", headers=headers) as answer:
                for line in answer.iter_lines():
                    if line.startswith("id: "):
                        self.last = line.removeprefix("id: ")
                    if line.startswith("data: ") and "content_text" in line:
                        self.heard.append(json.loads(line.removeprefix("data: ")))
                        self.at[self.heard[-1]["content_text"]] = monotonic()
        except httpx2.HTTPError:
            return  # the desk, or the test, has hung up


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningDesk]:
    if request.param == "sqlite":
        yield RunningDesk(tmp_path / "data")
    else:
        with empty_database() as url:
            yield RunningDesk(tmp_path / "data", {"HELPDESK_DATABASE_URL": url})


def test_an_answer_reaches_the_visitor_at_once_and_none_is_lost_between_two_streams(
    desk: RunningDesk,
) -> None:
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    api_key = desk.command("widget", "create", "--org", "acme", "--name", "Shop")["apiKey"]
    with desk.serving("--workers", "2"), httpx2.Client(base_url=desk.base, timeout=20) as visitor:
        agent = {"authorization": f"Bearer {key}"}
        token = visitor.post("/api/widget/init", json={"apiKey": api_key}).json()["sessionToken"]
        body = {"sessionToken": token, "message": "Where is my order?"}
        ticket = visitor.post("/api/widget/message", json=body).json()["ticketId"]
        url = f"/api/v1/tickets/{ticket}/conversations"
        listener = Listener(desk, token).begin()
        sent = monotonic()
        visitor.post(url, json={"text": "On its way."}, headers=agent)
        visitor.post(url, json={"text": "A secret", "kind": "note"}, headers=agent)
        eventually(lambda: "On its way." in listener.texts())
        assert listener.at["On its way."] - sent < 2.0
        listener.end()
        visitor.post(url, json={"text": "It is at the door."}, headers=agent)
        again = Listener(desk, token, listener.last).begin()
        eventually(lambda: "It is at the door." in again.texts())
        visitor.post(url, json={"text": "Anything else?"}, headers=agent)
        eventually(lambda: "Anything else?" in again.texts())
        assert listener.texts() == ["Where is my order?", "On its way."]
        assert again.texts() == ["It is at the door.", "Anything else?"]
        again.end()
