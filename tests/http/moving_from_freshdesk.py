"""Moving in from Freshdesk, for tests: orders over HTTP, and what has come over."""

from typing import Any

from tests.due_jobs import run_jobs
from tests.fakes.freshdesk_api import DOMAIN, KEY, FakeFreshdesk, a_ticket
from tests.fakes.http_server import Reply, Request
from tests.http.conftest import Office

Told = dict[str, Any]


async def order(office: Office, key: str | None = KEY, **more: Any) -> str:
    body = {"domain": DOMAIN, **({"apiKey": key} if key else {}), **more}
    answer = await office.client.post("/api/freshdesk/import", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["importId"])


async def status(office: Office, import_id: str) -> Told:
    answer = await office.client.get(f"/api/freshdesk/import/{import_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def imported(office: Office, *, may_fail: bool = False, **more: Any) -> Told:
    import_id = await order(office, **more)
    await run_jobs(office.desk, may_fail=may_fail)
    return await status(office, import_id)


async def rows(office: Office, path: str) -> list[Told]:
    answer = await office.client.get(path)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def ticket_of(office: Office, there: int) -> Told:
    listed = await rows(office, "/api/v1/tickets?limit=100&include=customer,conversations")
    return next(one for one in listed if one["metadata"]["imported"]["id"] == str(there))


async def files_of(office: Office, there: int) -> dict[str, bytes]:
    ticket = await ticket_of(office, there)
    found = {}
    for message in ticket["conversations"]:
        for file in message["attachments"]:
            answer = await office.client.get(
                f"/api/v1/attachments/{file['id']}/content", follow_redirects=True
            )
            found[file["filename"]] = answer.content if answer.status_code == 200 else b""
    return found


def many_tickets(shop: FakeFreshdesk, count: int, **more: Any) -> None:
    shop.tickets = {id: a_ticket(id, minute=id, **more) for id in range(1, count + 1)}


async def everything_once(office: Office, count: int) -> bool:
    found: list[str] = []
    path: str | None = "/api/v1/tickets?limit=100"
    while path:
        answer = (await office.client.get(path)).json()
        found += [one["metadata"]["imported"]["id"] for one in answer["data"]]
        path = f"/api/v1/tickets?limit=100&cursor={answer['next_cursor']}" if answer["next_cursor"] else None
    return sorted(map(int, found)) == list(range(1, count + 1))


class Storm:
    """Answers every so many calls as told, a limited number of times."""

    def __init__(self, every: int, reply: Reply, most: int = 10_000, where: str = "/api/v2/") -> None:
        self.every, self.reply, self.most, self.where = every, reply, most, where
        self.calls = 0

    def __call__(self, request: Request) -> Reply | None:
        if self.where not in request.target:
            return None
        self.calls += 1
        if self.calls % self.every or self.most <= 0:
            return None
        self.most -= 1
        return self.reply
