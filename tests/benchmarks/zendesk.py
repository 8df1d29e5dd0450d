"""Zendesk as far as an import reads it: one process that answers with as many tickets as it is told to have."""

import argparse
import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import orjson
import uvloop

TOKEN = "the token of the benchmark"
CUSTOMERS = 2_000
AGENTS = 20
COMPANIES = 500
PAGE = 1_000
"""Rows of an export's page, as Zendesk gives them."""
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SYSTEM = {"client": "Mozilla/5.0", "ip_address": "203.0.113.7", "latitude": 52.52, "longitude": 13.4}
SAID = "The kettle leaks from below since this morning. I filled it up to the second line only, and it drips."


class Answering(asyncio.Protocol):
    """Answers whatever is asked on one connection."""

    def __init__(self, tickets: int) -> None:
        self._tickets = tickets
        self._given = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._given += data
        while b"\r\n\r\n" in self._given:
            head, _, self._given = self._given.partition(b"\r\n\r\n")
            told = answer(head.split(b" ", 2)[1].decode(), self._tickets)
            body = orjson.dumps(told if told is not None else {"error": "RecordNotFound"})
            status = b"200 OK" if told is not None else b"404 Not Found"
            self._transport.write(
                b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (status, len(body), body)
            )


def answer(target: str, tickets: int) -> dict[str, Any] | None:
    """What the account tells at this address; None where there is nothing."""
    url = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    if found := COMMENTS.match(url.path):
        return {"comments": [a_comment(int(found[1]), place) for place in range(4)], "meta": ENDED}
    if url.path == "/api/v2/incremental/tickets/cursor.json":
        start = int(query.get("cursor", "0"))
        end = min(start + PAGE, tickets)
        rows = [a_ticket(number) for number in range(start + 1, end + 1)]
        return {"tickets": rows, "after_cursor": str(end), "end_of_stream": end >= tickets}
    if url.path == "/api/v2/incremental/users/cursor.json":
        rows = [a_customer(number) for number in range(1, min(CUSTOMERS, tickets) + 1)]
        return {"users": rows, "after_cursor": "all", "end_of_stream": True}
    lists = {
        "/api/v2/groups.json": ("groups", lambda: [{"id": 1, "name": "Repairs"}]),
        "/api/v2/users.json": ("users", lambda: [an_agent(number) for number in range(AGENTS)]),
        "/api/v2/organizations.json": (
            "organizations",
            lambda: [{"id": number, "name": f"Company {number}"} for number in range(COMPANIES)],
        ),
    }
    if url.path not in lists:
        return None
    member, rows_of = lists[url.path]
    return {member: rows_of(), "meta": ENDED}


COMMENTS = re.compile(r"/api/v2/tickets/(\d+)/comments\.json")
ENDED = {"has_more": False, "after_cursor": None}


def a_ticket(number: int) -> dict[str, Any]:
    at = FIRST + timedelta(minutes=number)
    return {
        "id": number,
        "subject": f"The kettle leaks ({number})",
        "description": SAID,
        "status": ("open", "pending", "solved", "closed")[number % 4],
        "priority": "normal",
        "requester_id": 1_000 + number % CUSTOMERS + 1,
        "assignee_id": number % AGENTS,
        "organization_id": number % COMPANIES,
        "group_id": 1,
        "tags": ["kettle", f"batch_{number % 50}"],
        "custom_fields": [{"id": 70 + place, "value": None} for place in range(10)],
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": at.isoformat(),
        "updated_at": (at + timedelta(hours=4)).isoformat(),
        "generated_timestamp": int(at.timestamp()),
        "is_public": True,
    }


def a_comment(ticket: int, place: int) -> dict[str, Any]:
    at = FIRST + timedelta(minutes=ticket, hours=place)
    mine = place % 2
    return {
        "id": ticket * 10 + place,
        "type": "Comment",
        "author_id": ticket % AGENTS if mine else 1_000 + ticket % CUSTOMERS + 1,
        "body": f"{SAID} ({ticket}, {place})",
        "html_body": f'<div class="zd-comment" dir="auto"><p dir="auto">{SAID} ({ticket}, {place})</p></div>',
        "plain_body": f"{SAID} ({ticket}, {place})",
        "public": place != 3,
        "attachments": [],
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": at.isoformat(),
        "metadata": {"system": SYSTEM, "custom": {}},
    }


def a_customer(number: int) -> dict[str, Any]:
    return {
        "id": 1_000 + number,
        "name": f"Ida {number}",
        "email": f"ida{number}@garden.example",
        "role": "end-user",
        "organization_id": number % COMPANIES,
        "created_at": FIRST.isoformat(),
        "updated_at": FIRST.isoformat(),
    }


def an_agent(number: int) -> dict[str, Any]:
    email = f"agent{number}@desk.example"
    return {"id": number, "name": f"Jo {number}", "email": email, "role": "agent", "default_group_id": 1}


async def serve(port: int, tickets: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(tickets), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--tickets", type=int)
    arguments = parser.parse_args()
    uvloop.run(serve(arguments.port, arguments.tickets))
