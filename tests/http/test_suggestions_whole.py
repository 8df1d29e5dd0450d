"""Suggestions from the first article to the answer that was sent, with the desk's own parts."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import pytest
from attrs import frozen

from tests.contracts.postgres_server import empty_database
from tests.fakes.model_server import ModelServer, model_server, piece, refuses, says, sends
from tests.http.running import RunningDesk, eventually

STREAM = "/api/ai/stream-reply-suggestions"
RETURNS = (
    "You can send back anything within 30 days of delivery. Print the return label from your account, put it on the "
    "parcel and hand it in at any post office. We refund you within five days after the parcel has arrived."
)


def events_of(answer: httpx2.Response) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block.splitlines() for block in answer.text.split("\n\n") if block.startswith("event:")]
    return [(one[0].removeprefix("event: "), json.loads(one[1].removeprefix("data: "))) for one in blocks]


@frozen
class Asking:
    """An agent at a desk that has a model, and an article. No ticket over the API gets a suggestion by itself."""

    agent: httpx2.Client
    model: ModelServer

    def ticket(self) -> str:
        body = {
            "subject": "Sending back",
            "message": "How can I send back a parcel and get a refund?",
            "customer": {"email": "ida@garden.example", "name": "Ida Fox"},
        }
        return str(self.agent.post("/api/v1/tickets", json=body).json()["id"])

    def events(self, ticket_id: str) -> list[tuple[str, dict[str, Any]]]:
        return events_of(self.agent.post(STREAM, json={"ticketId": ticket_id}))

    def kept(self, ticket_id: str) -> list[dict[str, Any]]:
        return list(self.agent.get(f"/api/v1/tickets/{ticket_id}/suggestions").json()["data"])

    def figures(self) -> dict[str, Any]:
        return dict(self.agent.get("/api/v1/metrics").json()["total"]["suggestions"])


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with model_server() as model:
        settings = {
            "HELPDESK_AI_BASE_URL": f"{model.base}/v1",
            "HELPDESK_AI_MODEL": "a-model",
            "HELPDESK_AI_PRICE_PROMPT": "2.5",
            "HELPDESK_AI_PRICE_COMPLETION": "10",
        }
        desk = RunningDesk(tmp_path_factory.mktemp("desk") / "data", settings)
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
        headers = {"authorization": f"Bearer {key}"}
        with desk.serving(), httpx2.Client(base_url=desk.base, timeout=30, headers=headers) as agent:
            article = {"title": "Returns and refunds", "body_text": RETURNS, "published": True}
            assert agent.post("/api/v1/articles", json=article).status_code == 201
            eventually(lambda: agent.get("/api/v1/knowledge").json()["passages"] > 0)
            yield Asking(agent, model)


def test_a_model_writes_and_what_it_has_counted_is_told(ask: Asking) -> None:
    ticket_id, before = ask.ticket(), ask.figures()["offered"]
    ask.model.orders(says("Print the ", "label.", usage=(1_000, 20)))
    events = ask.events(ticket_id)
    assert events[0] == ("suggestion.start", {"index": 0, "made_by": "a-model"})
    assert events[-2][1]["text"] == "Print the label."
    eventually(lambda: ask.figures()["offered"] == before + 1)
    figures = ask.figures()
    assert (figures["prompt_tokens"], figures["completion_tokens"], figures["cost"]) == (1_000, 20, "0.0027")


def test_a_model_summarizes_and_without_it_the_sentences_that_say_most_do(ask: Asking) -> None:
    url = f"/api/v1/tickets/{ask.ticket()}/summary"
    ask.model.orders(says("They want to send a parcel back."))
    summary = ask.agent.get(url).json()
    assert (summary["text"], summary["made_by"], summary["points"]) == (
        "They want to send a parcel back.",
        "a-model",
        [],
    )
    ask.model.orders(refuses(401))
    without = ask.agent.get(url).json()
    assert (without["text"], without["made_by"]) == (
        "Customer: How can I send back a parcel and get a refund?",
        "embedded",
    )


def test_a_model_that_breaks_off_is_replaced_in_the_same_stream(ask: Asking) -> None:
    ticket_id = ask.ticket()
    ask.model.orders(sends(piece("Just "), piece("call "), piece("me "), end="break"))
    events = ask.events(ticket_id)
    starts = [data for event, data in events if event == "suggestion.start"]
    assert starts[-1] == {"index": 0, "made_by": "embedded", "restarted": True}
    assert events[-1] == ("done", {})
    (kept,) = ask.kept(ticket_id)
    assert kept["made_by"] == "embedded"
    assert "return label" in kept["text"]
    assert "call me" not in kept["text"]


def test_a_reader_who_hangs_up_ends_the_request_to_the_model(ask: Asking) -> None:
    ticket_id = ask.ticket()
    ask.model.orders(says(*["and so on "] * 400, pause=0.1))
    with ask.agent.stream("POST", STREAM, json={"ticketId": ticket_id}) as answer:
        assert any("event: token" in line for line in answer.iter_lines())
    eventually(lambda: ask.model.left == 1, within=5)
    assert ask.kept(ticket_id) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningDesk]:
    if request.param == "sqlite":
        yield RunningDesk(tmp_path / "data")
    else:
        with empty_database() as url:
            yield RunningDesk(tmp_path / "data", {"HELPDESK_DATABASE_URL": url})


def test_an_article_becomes_a_suggestion_by_itself_is_streamed_and_sent(desk: RunningDesk) -> None:
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
    api_key = desk.command("widget", "create", "--org", "acme", "--name", "Shop")["apiKey"]
    with (
        desk.serving(),
        httpx2.Client(base_url=desk.base, timeout=30) as visitor,
        httpx2.Client(base_url=desk.base, timeout=30, headers={"authorization": f"Bearer {key}"}) as agent,
    ):
        article = {"title": "Returns and refunds", "body_text": RETURNS, "published": True}
        source_id = agent.post("/api/v1/articles", json=article).json()["id"]
        token = visitor.post("/api/widget/init", json={"apiKey": api_key}).json()["sessionToken"]
        asks = "Hello, how can I send back a parcel and get a refund? I do not like the colour."
        said = visitor.post("/api/widget/message", json={"sessionToken": token, "message": asks}).json()
        url = f"/api/v1/tickets/{said['ticketId']}"

        def automatic() -> list[Any]:
            return list(agent.get(f"{url}/suggestions").json()["data"])

        (made,) = eventually(automatic)
        assert (made["automatic"], made["made_by"], made["state"]) == (True, "embedded", "offered")
        assert [one["id"] for one in made["sources"]] == [source_id]
        assert "return label" in made["text"]
        assert "Visitor" not in made["text"]

        begun = monotonic()
        body = {"ticketId": said["ticketId"], "count": 2}
        events = events_of(agent.post(STREAM, json=body))
        assert monotonic() - begun < 5
        assert events[0] == ("suggestion.start", {"index": 0, "made_by": "embedded"})
        assert events[-1] == ("done", {})
        end = next(data for event, data in events if event == "suggestion.end")
        told = "".join(data["text"] for event, data in events if event == "token" and data["index"] == 0)
        assert told.strip() == end["text"]

        sent = {"text": end["text"], "suggestion_id": end["id"]}
        assert agent.post(f"{url}/conversations", json=sent).status_code == 201
        states = {one["id"]: one["state"] for one in automatic()}
        assert states[end["id"]] == "used"
        assert states[made["id"]] == "offered"
        read = visitor.get("/api/widget/message", params={"sessionToken": token}).json()["messages"]
        assert [one["content_text"] for one in read] == [asks, end["text"]]

        def counted() -> bool:
            figures = agent.get("/api/v1/metrics").json()["total"]["suggestions"]
            return bool(figures["used"] == 1 and figures["offered"] >= 2)

        eventually(counted)
        assert 'helpdesk_suggestions_total{state="used"} 1.0' in visitor.get("/metrics").text
