"""A small Freshdesk: what one account holds, over HTTP, as far as an import asks for it."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

DOMAIN, KEY = "oak-and-iron.freshdesk.com", "kX7rPq2LmN9sT4vW"
Told = dict[str, Any]
Fault = Callable[[Request], Reply | None]


@define
class FakeFreshdesk:
    """What there is, by the path of its list; `faults` are asked first, and whoever answers keeps it from the rest."""

    base: str = ""
    key: str = KEY
    lists: dict[str, list[Told]] = Factory(dict)
    tickets: dict[int, Told] = Factory(dict)
    conversations: dict[int, list[Told]] = Factory(dict)
    gone: dict[str, list[Told]] = Factory(dict)
    files: dict[str, bytes] = Factory(dict)
    expired: int = 0
    """Addresses of files up to this one are good no more."""
    faults: list[Fault] = Factory(list)
    wall: int = 300
    largest_page: int = 100
    asked: list[str] = Factory(list)
    issued: int = 0

    def answer(self, request: Request) -> Reply:
        self.asked.append(request.target)
        for fault in self.faults:
            reply = fault(request)
            if reply is not None:
                return reply
        parts = urlsplit(request.target)
        query = dict(parse_qsl(parts.query))
        if parts.path.startswith("/files/"):
            return self._file(parts.path, query)
        known = b64encode(f"{self.key}:X".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return an_error(401, "invalid_credentials", "You have to be logged in to perform this action.")
        return self._told(parts.path.removeprefix("/api/v2"), query)

    def url(self, name: str) -> str:
        """A new address of the file."""
        self.issued += 1
        return f"{self.base}/files/{name}?signed={self.issued}"

    def _told(self, path: str, query: Mapping[str, str]) -> Reply:
        match path.strip("/").split("/"):
            case ["agents", "me"]:
                return a_reply({"id": 1, "contact": {"name": "Vera Moss"}})
            case ["tickets"]:
                return self._listed(query)
            case ["tickets", id]:
                return self._ticket(int(id), query)
            case ["tickets", id, "conversations"]:
                return self._page(
                    path, [self._with_files(one) for one in self.conversations.get(int(id), [])], query
                )
        if path == "/contacts" and "state" in query:
            path = f"/contacts/{query['state']}"
        if path not in self.lists:
            return Reply(404, b"")
        since = query.get("updated_since", "")
        rows = [one for one in self.lists[path] if str(one.get("updated_at", "9")) >= since]
        return self._page(path, rows, query)

    def _listed(self, query: Mapping[str, str]) -> Reply:
        if "filter" in query:
            return self._page("/tickets", self.gone.get(query["filter"], []), query)
        since = query["updated_since"]
        rows = [one for one in self.tickets.values() if one["updated_at"] >= since]
        rows.sort(key=lambda one: (one["updated_at"], one["id"]))
        left_out = ("description", "description_text", "attachments", "stats")
        bare = [{name: value for name, value in one.items() if name not in left_out} for one in rows]
        return self._page("/tickets", bare, query)

    def _ticket(self, id: int, query: Mapping[str, str]) -> Reply:
        if id not in self.tickets:
            return Reply(404, b"")
        told = self._with_files(self.tickets[id])
        if "conversations" in query.get("include", ""):
            told["conversations"] = [self._with_files(one) for one in self.conversations.get(id, [])[:10]]
        return a_reply(told)

    def _with_files(self, told: Told) -> Told:
        files = [{**one, "attachment_url": self.url(one["name"])} for one in told.get("attachments", [])]
        return {**told, "attachments": files}

    def _page(self, path: str, rows: list[Told], query: Mapping[str, str]) -> Reply:
        page, size = int(query.get("page", 1)), min(int(query.get("per_page", 30)), self.largest_page)
        if page > self.wall:
            message = "You cannot access tickets beyond the 300th page. Please provide a smaller page number."
            told = {"description": "Validation failed", "errors": [{"field": "page", "message": message}]}
            return a_reply(told, 400)
        some = rows[(page - 1) * size : page * size]
        link = f'<https://elsewhere.example{path}?page={page + 1}>; rel="next"'
        return a_reply(some, headers={"link": link} if len(rows) > page * size else {})

    def _file(self, path: str, query: Mapping[str, str]) -> Reply:
        name = path.removeprefix("/files/")
        if int(query["signed"]) <= self.expired:
            return Reply(
                403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
            )
        return Reply(200, self.files[name]) if name in self.files else Reply(404, b"")


def a_reply(told: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json", **(headers or {})})


def an_error(status: int, code: str, message: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return a_reply({"code": code, "message": message}, status, named)


def a_ticket(id: int, *, minute: int = 0, **more: Any) -> Told:
    at = f"2025-03-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"
    return {
        "id": id,
        "subject": f"The kettle leaks ({id})",
        "description": f"<div>It drips since morning. {id}</div>",
        "description_text": f"It drips since morning. {id}",
        "status": 2,
        "priority": 1,
        "source": 1,
        "requester_id": 501,
        "responder_id": 1,
        "tags": [],
        "custom_fields": {},
        "attachments": [],
        "stats": {},
        "created_at": "2025-02-28T09:00:00Z",
        "updated_at": at,
        **more,
    }


def a_conversation(id: int, **more: Any) -> Told:
    return {
        "id": id,
        "body": f"<div>Word {id}</div>",
        "body_text": f"Word {id}",
        "incoming": False,
        "private": False,
        "user_id": 1,
        "source": 0,
        "attachments": [],
        "created_at": f"2025-03-20T{id // 3600 % 24:02d}:{id // 60 % 60:02d}:{id % 60:02d}Z",
        **more,
    }


def a_contact(id: int, **more: Any) -> Told:
    return {
        "id": id,
        "name": f"Ida Fern {id}",
        "email": f"ida{id}@garden.example",
        "other_emails": [],
        "created_at": "2025-01-02T08:00:00Z",
        "updated_at": "2025-01-02T08:00:00Z",
        **more,
    }


def a_small_shop() -> FakeFreshdesk:
    """Two agents, a group, a company, three contacts and three tickets, with whatever else an account has."""
    shop = FakeFreshdesk()
    shop.lists = {
        "/groups": [{"id": 11, "name": "Workshop"}],
        "/agents": [
            {"id": 1, "group_ids": [11], "contact": {"name": "Vera Moss", "email": "vera@oak.example"}},
            {"id": 2, "deactivated": True, "contact": {"name": "Old Tom", "email": "tom@oak.example"}},
        ],
        "/companies": [{"id": 71, "name": "Garden & Sons"}],
        "/contacts": [
            a_contact(501, company_id=71, phone="+14155550123", custom_fields={"loyalty": "gold"}),
            a_contact(502, email=None, name="<b>=HYPERLINK(1)</b>"),
        ],
        "/contacts/blocked": [a_contact(503)],
        "/ticket_fields": [
            {"id": 1, "name": "status", "type": "default_status", "default": True,
             "choices": {"2": ["Open", "Open"], "6": ["Waiting on Customer", "Waiting"], "8": ["In the oven", "-"]}},
            {"id": 2, "name": "cf_size", "label": "Size", "type": "custom_dropdown", "choices": ["S", "L"]},
            {"id": 3, "name": "cf_country", "label": "Country", "type": "nested_field", "choices": {"DE": {}},
             "nested_ticket_fields": [{"name": "cf_city", "label": "City", "level": 2}]},
        ],
        "/canned_response_folders": [
            {"id": 21, "name": "General", "personal": False}, {"id": 22, "name": "Mine", "personal": True},
        ],
        "/canned_response_folders/21/responses": [
            {"id": 211, "title": "Thanks", "content": "Thank you, {{ticket.requester.name}}: {{ticket.url}}"},
        ],
        "/canned_response_folders/22/responses": [{"id": 221, "title": "Secret", "content": "Mine alone."}],
        "/solutions/categories": [{"id": 31, "name": "Help"}],
        "/solutions/categories/31/folders": [
            {"id": 41, "name": "Kettles", "visibility": 1}, {"id": 42, "name": "Inside", "visibility": 3},
        ],
        "/solutions/folders/41/articles": [
            {"id": 411, "title": "Descaling", "description": "<p>Vinegar.</p>", "status": 2,
             "attachments": [{"id": 9, "name": "how.pdf"}]},
            {"id": 412, "title": "Draft", "description": "<p>Soon.</p>", "status": 1},
        ],
        "/solutions/folders/42/articles": [
            {"id": 421, "title": "For agents", "description": "<p>Psst.</p>", "status": 2},
        ],
        "/surveys/satisfaction_ratings": [
            {"ticket_id": 1, "ratings": {"default_question": 103}, "feedback": "Quick!",
             "created_at": "2025-03-21T10:00:00Z"},
            {"ticket_id": 2, "ratings": {"default_question": 100}},
        ],
    }  # fmt: skip
    shop.tickets = {
        1: a_ticket(1, minute=1, status=4, custom_fields={"cf_size": "L", "cf_city": "Kiel"},
                    tags=["vip"], group_id=11),
        2: a_ticket(2, minute=2, status=6, priority=4, requester_id=502),
        3: a_ticket(3, minute=3, status=8, source=10, requester_id=999),
    }  # fmt: skip
    shop.conversations = {
        1: [
            a_conversation(100, incoming=True, user_id=501),
            a_conversation(101),
            a_conversation(102, private=True, source=2),
            a_conversation(103, source=8),
        ]
    }
    shop.gone = {"deleted": [a_ticket(90, deleted=True)], "spam": [a_ticket(91, spam=True)]}
    return shop


@contextmanager
def serving_freshdesk(shop: FakeFreshdesk) -> Iterator[FakeFreshdesk]:
    with serving(shop.answer) as port:
        shop.base = f"http://127.0.0.1:{port}"
        yield shop
