"""The check of every answer against the contract notices what it is there for, and costs next to nothing."""

from time import perf_counter

import orjson
import pytest

from helpdesk_http.problems import MEDIA_TYPE
from tests.http.conftest import Office
from tests.http.contract_checks import BrokenContract, the_contract

JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "status", "media", "body"),
    [
        ("GET", "/api/v1/teams", 418, JSON, b"{}"),
        ("GET", "/api/v1/teams", 200, JSON, b'{"data": []}'),
        ("GET", "/api/v1/teams", 200, JSON, b'{"data": [{"id": "x"}], "next_cursor": null}'),
        ("GET", "/api/v1/teams", 200, "text/html", b"<p>"),
        ("GET", "/api/v1/teams", 401, JSON, b"{}"),
        ("GET", "/api/v1/teams", 401, MEDIA_TYPE, b'{"status": "401"}'),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(
    method: str, path: str, status: int, media: str, body: bytes
) -> None:
    with pytest.raises(BrokenContract):
        the_contract().check(method, path, status, media, body)


async def test_the_clients_of_the_tests_check_their_answers(acme: Office) -> None:
    answer = await acme.client.get("/api/v1/tickets")
    assert len(acme.client.event_hooks["response"]) == 1
    with pytest.raises(BrokenContract, match="lists only"):
        the_contract().check("GET", answer.request.url.path, 299, JSON, answer.content)


def test_a_page_of_tickets_is_checked_in_less_than_a_millisecond() -> None:
    contract = the_contract()
    content = contract.pages["GET", "/api/v1/tickets"]["responses"]["200"]["content"][JSON]
    body = orjson.dumps({**content["example"], "data": content["example"]["data"][:1] * 25})
    contract.check("GET", "/api/v1/tickets", 200, JSON, body)
    best = min(_timed(body) for _ in range(20))
    assert best < 0.001


def _timed(body: bytes) -> float:
    begun = perf_counter()
    the_contract().check("GET", "/api/v1/tickets", 200, JSON, body)
    return perf_counter() - begun
