"""Suggested replies over HTTP, with writers that the test plays."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from attrs import define
from dependency_injector import providers

from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.suggestions.suggestions import Usage
from helpdesk_core.use_cases.suggestions.suggest_replies import NOTHING_FOUND
from helpdesk_core.users import Role, Scope
from tests.fakes.suggesting import ScriptedSuggester, Shelf
from tests.http.conftest import PASSWORD, Office

URL = "/api/ai/stream-reply-suggestions"


@define
class Stage:
    """What the writers know, and what they write."""

    shelf: Shelf
    model: ScriptedSuggester
    embedded: ScriptedSuggester


@pytest.fixture
async def stage(acme: Office) -> Stage:
    stage = Stage(Shelf(), ScriptedSuggester(), ScriptedSuggester((("By ", "itself."),), "embedded"))
    stage.shelf.put("Kettles that leak", "Descale it, then close the lid until it drips no more.")
    acme.desk.retrieve_answers.override(providers.Object(stage.shelf))
    acme.desk.retrieve_quotes.override(providers.Object(stage.shelf))
    acme.desk.suggester.override(providers.Object(stage.model))
    acme.desk.embedded_suggester.override(providers.Object(stage.embedded))
    return stage


def told(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream."""
    events = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            events.append((lines["event"], json.loads(lines["data"])))
    return events


async def asked(office: Office, ticket: Any, client: Any = None, **more: Any) -> list[tuple[str, Any]]:
    answer = await (client or office.client).post(URL, json={"ticketId": ticket["id"], **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    return told(answer.text)


async def kept(office: Office, ticket: Any, **query: Any) -> list[dict[str, Any]]:
    answer = await office.client.get(f"/api/v1/tickets/{ticket['id']}/suggestions", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def test_a_reply_is_told_piece_by_piece_and_kept_with_its_sources(acme: Office, stage: Stage) -> None:
    ticket = await acme.ticket()
    start, one, two, end, done = await asked(acme, ticket)
    assert start == ("suggestion.start", {"index": 0, "made_by": "scripted"})
    assert (one, two) == (
        ("token", {"index": 0, "text": "Descale "}),
        ("token", {"index": 0, "text": "it."}),
    )
    (passage,) = stage.shelf.passages
    source = {
        "kind": "article",
        "id": str(passage.source_id),
        "title": "Kettles that leak",
        "excerpt": "Descale it, then close the lid until it drips no more.",
    }
    (suggestion,) = await kept(acme, ticket)
    assert end == (
        "suggestion.end",
        {"index": 0, "id": suggestion["id"], "text": "Descale it.", "sources": [source]},
    )
    assert done == ("done", {})
    assert suggestion["sources"] == [source]
    assert (suggestion["text"], suggestion["state"], suggestion["automatic"]) == (
        "Descale it.",
        "offered",
        False,
    )


async def test_several_replies_differ_and_two_that_are_the_same_are_one(acme: Office, stage: Stage) -> None:
    stage.model.scripts = (("One.",), ("Two.",), (" One. ",))
    ticket = await acme.ticket()
    ends = [data for event, data in await asked(acme, ticket, count=3) if event == "suggestion.end"]
    assert [(end["index"], end["text"]) for end in ends] == [(0, "One."), (1, "Two."), (2, "One.")]
    assert ends[0]["id"] == ends[2]["id"] != ends[1]["id"]
    assert {one["text"] for one in await kept(acme, ticket)} == {"One.", "Two."}


async def test_a_model_that_fails_midway_gives_way_in_the_same_stream(acme: Office, stage: Stage) -> None:
    stage.model.scripts = (("Call ", Usage(90, 4, Decimal("0.000012")), ModelUnavailable("It is gone.")),)
    ticket = await acme.ticket()
    events = await asked(acme, ticket, count=2)
    assert [event for event, _ in events if event != "token"] == [
        *("suggestion.start", "suggestion.start", "suggestion.end"),
        *("suggestion.start", "suggestion.end", "done"),
    ]
    assert events[2] == ("suggestion.start", {"index": 0, "made_by": "embedded", "restarted": True})
    (suggestion,) = await kept(acme, ticket)
    assert (suggestion["text"], suggestion["made_by"]) == ("By itself.", "embedded")
    assert len(stage.model.asked) == 1
    await acme.desk.follow_log()()
    figures = (await acme.client.get("/api/v1/metrics")).json()["total"]["suggestions"]
    assert figures == {
        "offered": 1,
        "used": 0,
        "edited": 0,
        "dismissed": 0,
        "gaps": 0,
        "model_fallbacks": 1,
        "prompt_tokens": 90,
        "completion_tokens": 4,
        "cost": "0.000012",
    }


async def test_where_nothing_is_known_the_only_reply_says_so(acme: Office, stage: Stage) -> None:
    ticket = await acme.ticket("Bicycles", message="Do you sell bicycles?")
    events = await asked(acme, ticket, count=3)
    assert [event for event, _ in events] == ["suggestion.start", "token", "suggestion.end", "done"]
    assert (events[2][1]["text"], events[2][1]["sources"]) == (NOTHING_FOUND, [])
    assert stage.model.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"ticketId": "seven"}, 400),
        ({"ticketId": None}, 400),
        ({"ticketId": "019d61f0-6c00-7000-8000-0000000000aa"}, 404),
        ({"ticketId": "019d61f0-6c00-7000-8000-0000000000aa", "count": 0}, 400),
        ({"ticketId": "019d61f0-6c00-7000-8000-0000000000aa", "count": 4}, 400),
        ({"ticketId": "019d61f0-6c00-7000-8000-0000000000aa", "count": "2"}, 400),
        ({"ticketId": "019d61f0-6c00-7000-8000-0000000000aa", "number": 2}, 400),
        ([], 400),
    ],
)
async def test_a_request_that_is_not_one_is_refused_before_anything_is_streamed(
    acme: Office, stage: Stage, body: Any, status: int
) -> None:
    answer = await acme.client.post(URL, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_foreign_ticket_is_not_found_and_one_without_a_question_says_so(
    acme: Office, other: Office, stage: Stage
) -> None:
    ticket = await acme.ticket()
    assert (await other.client.post(URL, json={"ticketId": ticket["id"]})).status_code == 404
    (message,) = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    redacted = await acme.client.post(f"/api/v1/conversations/{message['id']}/redact")
    assert redacted.status_code == 200, redacted.text
    answer = await acme.client.post(URL, json={"ticketId": ticket["id"]})
    assert answer.status_code == 409
    assert "no words of its customer" in answer.json()["detail"]


async def test_a_merged_ticket_is_the_one_it_was_merged_into(acme: Office, stage: Stage) -> None:
    ticket, into = await acme.ticket(), await acme.ticket("The lid leaks")
    merged = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/merge", json={"into_id": into["id"]})
    assert merged.status_code == 200, merged.text
    await asked(acme, ticket)
    assert [one["ticket_id"] for one in await kept(acme, into)] == [into["id"]]
    assert await kept(acme, ticket) == await kept(acme, into)


async def test_of_a_very_long_message_only_the_beginning_counts(acme: Office, stage: Stage) -> None:
    ticket = await acme.ticket()
    for _ in range(12):  # more than 1 MB
        posted = await acme.client.post(
            f"/api/v1/tickets/{ticket['id']}/conversations",
            json={"kind": "inbound", "text": "kettle leak " * 8_300},
        )
        assert posted.status_code == 201
    assert (await asked(acme, ticket))[-1] == ("done", {})
    (question, _, _), (searched,) = stage.model.asked[0], stage.shelf.asked
    assert len(question.text) <= 8_000
    assert len(searched) <= 8_600
    assert sum(len(words) for _, words in question.earlier) <= 8_000


async def test_an_endless_reply_is_cut(acme: Office, stage: Stage) -> None:
    stage.model.scripts = (("kettle " * 1_000,) * 50,)
    ticket = await acme.ticket()
    await asked(acme, ticket)
    assert len((await kept(acme, ticket))[0]["text"]) <= 20_000
    assert stage.model.ended == ["GeneratorExit"]


async def test_a_session_may_ask_from_our_own_pages_only(acme: Office, stage: Stage, visitor: Any) -> None:
    ticket = await acme.ticket()
    email = await acme.user(Role.AGENT)
    assert (await visitor.post(URL, json={"ticketId": ticket["id"]})).status_code == 401
    logged_in = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert logged_in.status_code == 200, logged_in.text
    foreign = {"origin": "https://evil.example"}
    assert (await visitor.post(URL, json={"ticketId": ticket["id"]}, headers=foreign)).status_code == 403
    assert (await asked(acme, ticket, visitor))[-1] == ("done", {})
    reading = await acme.client_with(Scope.READ)
    assert (await reading.post(URL, json={"ticketId": ticket["id"]})).status_code == 403
    writing = await acme.client_with(Scope.WRITE)
    assert (await asked(acme, ticket, writing))[-1] == ("done", {})


async def test_what_is_sent_settles_the_suggestion(acme: Office, stage: Stage) -> None:
    stage.model.scripts = (("Descale it.\n\nThen close the lid.",), ("Two.",), ("Three.",))
    ticket = await acme.ticket()
    ends = [data for event, data in await asked(acme, ticket, count=3) if event == "suggestion.end"]
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    sent = {"text": "Descale it.\nThen close  the lid.", "suggestion_id": ends[0]["id"]}
    assert (await acme.client.post(url, json=sent)).status_code == 201
    changed = {"html": "<p>Two, please.</p>", "suggestion_id": ends[1]["id"]}
    assert (await acme.client.post(url, json=changed)).status_code == 201
    dismissed = await acme.client.post(f"/api/v1/suggestions/{ends[2]['id']}/dismiss")
    assert (dismissed.status_code, dismissed.json()["state"]) == (200, "dismissed")
    assert (await acme.client.post(f"/api/v1/suggestions/{ends[2]['id']}/dismiss")).json() == dismissed.json()
    states = {one["text"]: one["state"] for one in await kept(acme, ticket)}
    assert states == {"Descale it.\n\nThen close the lid.": "used", "Two.": "edited", "Three.": "dismissed"}
    assert [one["text"] for one in await kept(acme, ticket, state="edited")] == ["Two."]
    await acme.desk.follow_log()()
    figures = (await acme.client.get("/api/v1/metrics")).json()["total"]["suggestions"]
    assert (figures["offered"], figures["used"], figures["edited"], figures["dismissed"]) == (3, 1, 1, 1)
    text = (await acme.client.get("/metrics")).text
    assert 'helpdesk_suggestions_total{state="used"} 1.0' in text
    assert 'helpdesk_suggestions_total{state="offered"} 3.0' in text
    log = (await acme.client.get("/api/v1/events", params={"type": "suggestion.*"})).json()["data"]
    assert [one["type"] for one in log] == [
        *["suggestion.created"] * 3,
        *("suggestion.used", "suggestion.edited", "suggestion.dismissed"),
    ]
    assert "Descale" not in json.dumps(log)


async def test_a_suggestion_is_settled_once_and_only_by_an_answer_on_its_ticket(
    acme: Office, other: Office, stage: Stage
) -> None:
    ticket, elsewhere = await acme.ticket(), await acme.ticket("Another leak")
    theirs = await other.ticket()
    end = (await asked(acme, ticket))[-2][1]
    gap = (await asked(acme, await acme.ticket("Bicycles", message="Do you sell bicycles?")))[-2][1]
    sent = {"text": "Descale it.", "suggestion_id": end["id"]}

    async def posted(office: Office, on: Any, **more: Any) -> tuple[int, int]:
        url = f"/api/v1/tickets/{on['id']}/conversations"
        answer = await office.client.post(url, json={**sent, **more})
        if answer.status_code == 422:
            assert answer.json()["errors"][0]["path"] == "suggestion_id"
        return answer.status_code, len((await office.client.get(url)).json()["data"])

    assert await posted(acme, elsewhere) == (422, 1)
    assert await posted(other, theirs) == (422, 1)
    assert await posted(acme, ticket, kind="note") == (422, 1)
    assert await posted(acme, ticket, suggestion_id=gap["id"]) == (422, 1)
    assert (await other.client.post(f"/api/v1/suggestions/{end['id']}/dismiss")).status_code == 404
    assert await posted(acme, ticket) == (201, 2)
    assert await posted(acme, ticket) == (409, 2)
    assert (await acme.client.post(f"/api/v1/suggestions/{end['id']}/dismiss")).status_code == 409


async def test_what_was_suggested_before_a_merge_goes_with_it(acme: Office, stage: Stage) -> None:
    ticket, into = await acme.ticket(), await acme.ticket("The lid leaks")
    end = (await asked(acme, ticket))[-2][1]
    await acme.client.post(f"/api/v1/tickets/{ticket['id']}/merge", json={"into_id": into["id"]})
    assert await kept(acme, into) == []
    sent = {"text": "Descale it.", "suggestion_id": end["id"]}
    answer = await acme.client.post(f"/api/v1/tickets/{into['id']}/conversations", json=sent)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "suggestion_id")


async def test_what_is_told_beside_a_ticket(acme: Office, other: Office, stage: Stage) -> None:
    solved, ticket = await acme.ticket(tags=["leak"], priority="high"), await acme.ticket()
    stage.shelf.put("A kettle", "The kettle leaks.", SourceKind.TICKET, UUID(solved["id"]))
    url = f"/api/v1/tickets/{ticket['id']}"
    summary = (await acme.client.get(f"{url}/summary")).json()
    assert (summary["text"], summary["made_by"], summary["messages"]) == ("", "embedded", 1)
    long = {"kind": "inbound", "text": "The kettle drips onto the table. I bought it in March."}
    (message,) = [(await acme.client.post(f"{url}/conversations", json=long)).json()]
    summary = (await acme.client.get(f"{url}/summary")).json()
    assert summary["text"] == "Customer: The kettle drips onto the table. I bought it in March."
    assert {point["conversation_id"] for point in summary["points"]} == {message["id"]}
    (similar,) = (await acme.client.get(f"{url}/similar")).json()["data"]
    assert (similar["id"], similar["tags"]) == (solved["id"], ["leak"])
    properties = (await acme.client.get(f"{url}/suggested-properties")).json()
    assert properties == {
        "tags": [{"tag": "leak", "share": 1.0, "tickets": 1}],
        "priority": {"priority": "high", "share": 1.0, "tickets": 1},
        "based_on": 1,
    }
    for path in ("summary", "similar", "suggested-properties", "suggestions"):
        assert (await other.client.get(f"{url}/{path}")).status_code == 404
    gap = await acme.ticket("Bicycles", message="Do you sell bicycles?")
    await asked(acme, gap)
    (told_gap,) = (await acme.client.get("/api/v1/knowledge/gaps")).json()["data"]
    assert (told_gap["count"], told_gap["ticket_ids"]) == (1, [gap["id"]])
    assert "bicycles" in told_gap["question"]
    assert (await other.client.get("/api/v1/knowledge/gaps")).json() == {"data": []}
