"""A small Zendesk: what an account holds, told over HTTP as far as an import reads it."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

SUBDOMAIN, TOKEN = "oakiron", "a token of the tests"
Row = dict[str, Any]
Path = str

NO_HELP_DESK = {"error": {"title": "No help desk at oakiron.zendesk.com", "message": "Nobody is here."}}
TOO_MANY = {"error": "APIRateLimitExceeded", "description": "Number of allowed requests exceeded"}


@define
class FakeZendesk:
    """What it holds by kind, in order. `answers` are taken in turn before the usual ones, each by the first call whose
    path holds its name; whatever is called is written down in `called`.
    """

    base: str = ""
    tokens: set[str] = Factory(lambda: {TOKEN})
    groups: list[Row] = Factory(list)
    group_memberships: list[Row] = Factory(list)
    users: list[Row] = Factory(list)
    identities: list[Row] = Factory(list)
    organizations: list[Row] = Factory(list)
    ticket_fields: list[Row] = Factory(list)
    custom_statuses: list[Row] = Factory(list)
    macros: list[Row] = Factory(list)
    articles: list[Row] = Factory(list)
    sections: list[Row] = Factory(list)
    tickets: list[Row] = Factory(list)
    comments: dict[int, list[Row]] = Factory(dict)
    files: dict[Path, Reply] = Factory(dict)
    page: int = 100
    """Rows of a page at most, whatever is asked for."""
    answers: list[tuple[str, Reply]] = Factory(list)
    called: list[str] = Factory(list)
    before: Callable[[str], None] = lambda _: None
    """Is told of every call before it is answered."""
    _lock: threading.Lock = Factory(threading.Lock)

    def answer(self, request: Request) -> Reply:
        url = urlsplit(request.target)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self.before(request.target)
        with self._lock:
            self.called.append(request.target)
            for place, (part, reply) in enumerate(self.answers):
                if part in request.target:
                    del self.answers[place]
                    return reply
        if url.path in self.files:
            return self.files[url.path]
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return told({"error": "invalid_token", "error_description": "It is expired."}, 401)
        found = self._found(url.path, query)
        return told(found) if found is not None else told({"error": "RecordNotFound"}, 404)

    def _found(self, path: str, query: dict[str, str]) -> Row | None:
        if about := re.fullmatch(r"/api/v2/tickets/(\d+)/comments\.json", path):
            rows = self.comments.get(int(about[1]))
            return None if rows is None else self._listed("comments", rows, query)
        if path == "/api/v2/users/show_many.json":
            ids = set(query["ids"].split(","))
            identities = [one for one in self.identities if str(one["user_id"]) in ids]
            return {"users": [one for one in self.users if str(one["id"]) in ids], "identities": identities}
        if exported := re.fullmatch(r"/api/v2/incremental/(users|tickets)/cursor\.json", path):
            return self._exported(exported[1], query)
        if path.endswith("/count.json"):
            return {"count": {"value": len(getattr(self, path.split("/")[3]))}}
        listed = re.fullmatch(r"/api/v2/(?:help_center/)?(\w+)\.json", path)
        if listed is None or not hasattr(self, listed[1]):
            return None
        rows = getattr(self, listed[1])
        if listed[1] == "users":
            rows = [one for one in rows if one.get("role") in ("agent", "admin")]
        found = self._listed(listed[1], rows, query)
        return {**found, "sections": self.sections} if listed[1] == "articles" else found

    def _listed(self, member: str, rows: Sequence[Row], query: dict[str, str]) -> Row:
        start = int(query.get("page[after]", "0"))
        end = start + min(self.page, int(query.get("page[size]", "100")))
        return {
            member: rows[start:end],
            "meta": {"has_more": end < len(rows), "after_cursor": str(end)},
            "links": {"next": "https://elsewhere.example/never"},
        }

    def _exported(self, what: str, query: dict[str, str]) -> Row:
        """In the order of `generated_timestamp` of tickets; a cursor names the last row before it, as Zendesk's do."""
        rows: list[Row] = sorted(getattr(self, what), key=place_of)
        after = tuple(map(int, query["cursor"].split("-"))) if "cursor" in query else (-1, -1)
        coming = [one for one in rows if place_of(one) > after]
        now = coming[: self.page]
        cursor = "-".join(map(str, place_of(now[-1]))) if now else query.get("cursor", "0-0")
        return {
            what: now,
            "after_cursor": cursor,
            "after_url": f"https://elsewhere.example/never?cursor={cursor}",
            "end_of_stream": len(coming) <= self.page,
        }


def place_of(row: Row) -> tuple[int, int]:
    return int(row.get("generated_timestamp", 0)), int(row["id"])


def told(body: Any, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON; `retry_after` is the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json", **named})


@contextmanager
def fake_zendesk() -> Iterator[FakeZendesk]:
    zendesk = FakeZendesk()
    with serving(zendesk.answer) as port:
        zendesk.base = f"http://127.0.0.1:{port}"
        yield zendesk


def a_user(id: int, name: str, email: str | None = None, **more: Any) -> Row:
    at = "2026-01-05T08:00:00Z"
    person = {"id": id, "name": name, "email": email, "role": "end-user", "active": True, "updated_at": at}
    return {**person, "created_at": at, "generated_timestamp": id, **more}


def a_ticket(id: int, requester_id: int, **more: Any) -> Row:
    day = f"2026-02-{id % 27 + 1:02d}"
    return {
        "id": id,
        "subject": f"The kettle leaks ({id})",
        "description": "It drips.",
        "status": "open",
        "priority": "normal",
        "requester_id": requester_id,
        "created_at": f"{day}T09:00:00Z",
        "updated_at": f"{day}T10:00:00Z",
        "generated_timestamp": 1_000 + id,
        "is_public": True,
        "via": {"channel": "email"},
        **more,
    }


def a_comment(id: int, author_id: int | None, text: str = "It drips.", **more: Any) -> Row:
    return {
        "id": id,
        "type": "Comment",
        "author_id": author_id,
        "body": text,
        "html_body": f'<div class="zd-comment"><p>{text}</p></div>',
        "public": True,
        "attachments": [],
        "created_at": f"2026-02-10T09:{id % 60:02d}:00Z",
        "via": {"channel": "email"},
        "metadata": {"system": {}, "custom": {}},
        **more,
    }


def a_file(id: int, name: str, **more: Any) -> Row:
    url = f"https://{SUBDOMAIN}.zendesk.com/attachments/token/token-of-{id}/?name={name}"
    scanned = "malware_not_found"
    return {
        "id": id,
        "file_name": name,
        "content_url": url,
        "mapped_content_url": url,
        "content_type": "text/plain",
        "size": 12,
        "inline": False,
        "deleted": False,
        "malware_scan_result": scanned,
        **more,
    }


def a_small_shop(zendesk: FakeZendesk, tickets: int = 3) -> None:
    """Two who work there, three who write in, and so many tickets with three comments each, one of them internal."""
    zendesk.groups += [{"id": 21, "name": "Repairs"}, {"id": 22, "name": "Sales"}]
    zendesk.group_memberships += [{"id": 1, "user_id": 11, "group_id": 22}]
    zendesk.organizations += [{"id": 31, "name": "Garden Ltd"}]
    zendesk.users += [
        a_user(11, "Jo Bell", "jo@oakiron.example", role="agent", default_group_id=21),
        a_user(12, "Kim Stone", "kim@oakiron.example", role="admin"),
        a_user(41, "Ida Marsh", "ida@garden.example", organization_id=31, phone="+14155550117"),
        a_user(42, "Noa Field", "noa@field.example"),
        a_user(43, "Lou Hill", None),
    ]
    for id in range(1, tickets + 1):
        asked, answered = 41 + id % 3, 11 + id % 2
        zendesk.tickets.append(a_ticket(id, asked, assignee_id=answered, group_id=21, organization_id=31))
        zendesk.comments[id] = [
            a_comment(id * 10, asked),
            a_comment(id * 10 + 1, answered, "We send you a new lid."),
            a_comment(id * 10 + 2, answered, "They have broken two before.", public=False),
        ]
