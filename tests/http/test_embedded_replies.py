"""Replies without any model that writes: from an article over HTTP to an answer in the customer's language."""

import json
from typing import Any

import pytest

from helpdesk_adapters.ai.embedding import INSTALL, installed
from helpdesk_core.use_cases.suggestions.suggest_replies import NOTHING_FOUND
from tests.conftest import requires
from tests.due_jobs import run_jobs
from tests.http.conftest import Office

URL = "/api/ai/stream-reply-suggestions"
RETURNS = {
    "title": "Sending a lamp back",
    "body": "<p>You may return any lamp within 30 days of receiving it. Open your orders, choose Return, and print "
    "the label.</p><p>We pay the price back to the card you used. Postage for the way back is on us.</p>",
    "language": "en",
    "published": True,
}


@pytest.fixture
async def office(acme: Office) -> Office:
    """An office that has written something down."""
    requires("the embedding model", installed(), INSTALL)
    for article in (
        RETURNS,
        {"title": "Invoices", "body": "<p>They stand under Billing, as a PDF.</p>", "language": "en"},
    ):
        answer = await acme.client.post("/api/v1/articles", json=article)
        assert answer.status_code == 201, answer.text
    await acme.desk.follow_log()()
    await run_jobs(acme.desk)
    return acme


async def ends(office: Office, message: str, count: int = 1) -> list[dict[str, Any]]:
    """What each suggestion for a new ticket comes to."""
    ticket = await office.ticket(
        subject="Hi", message=message, customer={"email": "ida@garden.example", "name": "Ida Brandt"}
    )
    answer = await office.client.post(URL, json={"ticketId": ticket["id"], "count": count})
    assert answer.status_code == 200, answer.text
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in answer.text.split("\n\n")
        if block
    ]
    return [json.loads(one["data"]) for one in blocks if one["event"] == "suggestion.end"]


async def test_a_question_in_other_words_is_answered_from_the_article(office: Office) -> None:
    (end,) = await ends(office, "How do I get a refund for my lamp?")
    assert end["text"].startswith("Hello Ida,\n\n")
    assert "You may return any lamp within 30 days of receiving it." in end["text"]
    assert [source["title"] for source in end["sources"]] == ["Sending a lamp back"]


async def test_three_replies_differ(office: Office) -> None:
    told = await ends(office, "How do I return the lamp, and who pays the postage?", 3)
    assert len({end["text"] for end in told}) == 3
    assert all("Postage for the way back is on us." in end["text"] for end in told)


async def test_who_asks_in_another_language_is_told_that_the_answer_is_in_english(office: Office) -> None:
    (end,) = await ends(office, "Guten Tag, wie kann ich die Lampe zurückgeben?")
    assert end["text"].startswith("Hallo Ida,\n\n")
    assert "in einer anderen Sprache" in end["text"]
    assert "You may return any lamp within 30 days" in end["text"]


async def test_what_nobody_has_written_down_is_not_guessed(office: Office) -> None:
    (end,) = await ends(office, "Could you sponsor the theatre festival of our school?")
    assert (end["text"], end["sources"]) == (NOTHING_FOUND, [])
