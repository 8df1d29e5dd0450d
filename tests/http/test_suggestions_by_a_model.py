"""A running desk and a model's server, each in a process of its own: from the ticket to the reply, whatever fails."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import define

from tests.fakes.model_server import ModelServer, Order, model_server, piece, refuses, says, sends
from tests.http.running import RunningDesk, eventually
from tests.http.test_suggestions_whole import RETURNS, events_of

URL = "/api/ai/stream-reply-suggestions"
ASKS = "I am Ida Berg, ida@garden.example. How can I send back a parcel of order AX4711982 and get a refund?"
CUSTOMER = {"email": "ida@garden.example", "name": "Ida Berg"}
KEY = "sk-of-the-desk-0123456789"


@define
class Place:
    """An organization of a desk that has a model, and one ticket of its."""

    desk: RunningDesk
    model: ModelServer
    agent: httpx2.Client
    ticket: str

    def asked(self, *orders: Order, count: int = 1) -> list[tuple[str, dict[str, Any]]]:
        """What the desk streams when the model does this."""
        self.model.orders(*orders)
        return events_of(self.agent.post(URL, json={"ticketId": self.ticket, "count": count}))

    def kept(self) -> list[Mapping[str, Any]]:
        return list(self.agent.get(f"/api/v1/tickets/{self.ticket}/suggestions").json()["data"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with model_server() as model:
        desk = RunningDesk(
            folder / "data",
            {
                "HELPDESK_AI_BASE_URL": model.base,
                "HELPDESK_AI_MODEL": "small",
                "HELPDESK_AI_API_KEY": KEY,
                "HELPDESK_AI_PRICE_PROMPT": "2.50",
                "HELPDESK_AI_PRICE_COMPLETION": "10",
            },
        )
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
        with (
            desk.serving(),
            httpx2.Client(
                base_url=desk.base, timeout=60, headers={"authorization": f"Bearer {key}"}
            ) as agent,
        ):
            article = {"title": "Returns and refunds", "body_text": RETURNS, "published": True}
            assert agent.post("/api/v1/articles", json=article).status_code == 201
            opened = {"subject": "Sending it back", "message": ASKS, "customer": CUSTOMER}
            ticket = agent.post("/api/v1/tickets", json=opened).json()["id"]
            eventually(lambda: is_known(agent.get("/api/v1/knowledge").json()))
            yield Place(desk, model, agent, ticket)


def is_known(knowledge: Mapping[str, Any]) -> bool:
    """Whether the article can be found by all that there is to find it by."""
    passages = knowledge["passages"]
    return bool(passages) and (knowledge["model"] is None or knowledge["with_vector"] == passages)


def text_of(events: list[tuple[str, dict[str, Any]]]) -> str:
    return "".join(data["text"] for event, data in events if event == "token")


def test_a_reply_of_the_model_is_streamed_and_kept_with_its_cost(place: Place) -> None:
    said = "Dear [name 1], print the label (https://evil.example). We refund order [number 1]. <b>Acme</b>"
    events = place.asked(says(said, usage=(1_000, 50), bytes_a_part=3))
    assert events[0] == ("suggestion.start", {"index": 0, "made_by": "small"})
    assert [event for event, _ in events[-2:]] == ["suggestion.end", "done"]
    end = events[-2][1]
    assert end["text"] == "Dear Ida Berg, print the label ([…]). We refund order AX4711982. Acme"
    assert text_of(events) == end["text"]
    (kept,) = [one for one in place.kept() if one["id"] == end["id"]]
    assert kept["made_by"] == "small"
    assert [source["title"] for source in kept["sources"]] == ["Returns and refunds"]
    (asked,) = place.model.asked
    material = asked["body"]["messages"][1]["content"]
    assert "return label" in material
    for personal in ("Ida", "garden.example", "4711982"):
        assert personal not in material
    eventually(lambda: "helpdesk_model_cost_total 0.003" in httpx2.get(f"{place.desk.base}/metrics").text)


@pytest.mark.parametrize(
    "trouble",
    [
        sends(piece("Dear [name 1], print "), end="break"),
        sends(piece("Dear [name 1], "), "data: <html>\n\n"),
        refuses(401, f'{{"error": "no such key {KEY}"}}'),
        sends("<html>Welcome</html>", type="text/html"),
        says("<script>alert(1)</script>"),
    ],
    ids=["breaks off", "broken events", "refused", "a page", "nothing to show"],
)
def test_where_the_model_fails_the_desk_writes_the_reply_itself_in_the_same_stream(
    place: Place, trouble: Order
) -> None:
    events = place.asked(trouble, trouble, trouble)
    starts = [data for event, data in events if event == "suggestion.start"]
    assert starts == [
        {"index": 0, "made_by": "small"},
        {"index": 0, "made_by": "embedded", "restarted": True},
    ]
    assert [event for event, _ in events[-2:]] == ["suggestion.end", "done"]
    assert "return label" in events[-2][1]["text"]
    assert KEY not in str(events)


def test_whoever_goes_away_ends_the_models_work_and_nothing_is_kept(place: Place) -> None:
    before = place.kept()
    place.model.orders(sends(piece("And on, "), pause=0.05, end="repeat"))
    with place.agent.stream("POST", URL, json={"ticketId": place.ticket}) as answer:
        for line in answer.iter_lines():
            if "And on" in line:
                break
    eventually(lambda: place.model.left)
    assert place.kept() == before


def test_a_summary_is_the_models_and_the_desks_own_where_it_fails(place: Place) -> None:
    place.model.orders(says("[name 1] wants to send back order [number 1]."))
    url = f"/api/v1/tickets/{place.ticket}/summary"
    assert place.agent.get(url).json()["text"] == "Ida Berg wants to send back order AX4711982."
    place.model.orders(refuses(400))
    summary = place.agent.get(url).json()
    assert summary["made_by"] == "embedded"
    assert "send back a parcel" in summary["text"]
