"""An account of a shared data set moves in over HTTP, and what comes over is what is expected; hostile cases too."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
import pytest
from attrs import define, field

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.imports.freshdesk.domains import domain_of
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.users import Scope
from helpdesk_http.app import create_app
from tests.fakes.http_server import Reply, Request, serving

LOOSE = {"per_page", "include"}
Told = dict[str, Any]


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "freshdesk"


@pytest.fixture
def expected(folder: Path) -> Told:
    return dict(json.loads((folder / "expected.json").read_bytes()))


@define
class Played:
    """The routes of the data set, found by path and query, whatever size of page is asked for."""

    folder: Path
    routes: list[Told] = field(init=False)

    def __attrs_post_init__(self) -> None:
        rows = json.loads((self.folder / "routes.json").read_bytes())["routes"]
        self.routes = [row for row in rows if "__force" not in row["query"]]

    def answer(self, request: Request) -> Reply:
        parts = urlsplit(request.target)
        asked = {name: value for name, value in parse_qsl(parts.query) if name not in LOOSE}
        for row in self.routes:
            if row["path"] == parts.path and self._fits(row["query"], asked):
                return self._reply(row)
        return Reply(404, b"")

    def _fits(self, query: Told, asked: dict[str, str]) -> bool:
        wanted = {name: value for name, value in query.items() if name not in LOOSE}
        return {"page": "1", **wanted} == {"page": "1", **asked}

    def _reply(self, row: Told) -> Reply:
        body = (self.folder / row["file"]).read_bytes() if row["file"] else b""
        headers = {name: value for name, value in row["headers"].items() if name.lower() != "content-length"}
        return Reply(row["status"], body, headers)


@pytest.fixture
def base(folder: Path) -> Iterator[str]:
    with serving(Played(folder).answer) as port:
        yield f"http://127.0.0.1:{port}"


@define
class Moving:
    """An organization into which the account moves."""

    desk: Container
    organization_id: OrganizationId
    client: httpx2.AsyncClient

    async def imported(self) -> Told:
        body = {"domain": "acmedemo.freshdesk.com", "apiKey": "abcdefghij1234567890"}
        made = await self.client.post("/api/freshdesk/import", json=body)
        assert made.status_code == 202, made.text
        import_id = made.json()["importId"]
        await self.desk.run_import()(self.organization_id, ImportId(UUID(import_id)), 1)
        return dict((await self.client.get(f"/api/freshdesk/import/{import_id}")).json())

    async def rows(self, path: str) -> list[Told]:
        found: list[Told] = []
        cursor = ""
        while True:
            answer = (await self.client.get(f"{path}limit=100{cursor}")).json()
            found += answer["data"]
            if not answer["next_cursor"]:
                return found
            cursor = f"&cursor={answer['next_cursor']}"


@pytest.fixture
async def moving(base: str) -> AsyncIterator[Moving]:
    desk = in_memory(Settings(secret_key=("a key for tests",), api_bases={"freshdesk": base}))
    app = create_app(desk, jobs=False)
    organization = await desk.create_organization()("acme", "Acme")
    _, text = await desk.create_api_key()(organization.id, "tests", (Scope.ADMIN,))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        headers = {"authorization": f"Bearer {text}"}
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://desk.example", headers=headers
        ) as client:
            yield Moving(desk, organization.id, client)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_the_account_comes_over_as_expected(moving: Moving, expected: Told) -> None:
    done = await moving.imported()
    assert done["status"] == "completed", done
    progress = done["progress"]
    contacts = progress["customers"]
    assert contacts["created"] + contacts["updated"] == expected["contacts"]
    assert progress["tickets"]["created"] == expected["tickets"]
    assert progress["users"]["created"] == expected["agents"]
    tickets = await moving.rows("/api/v1/tickets?include=conversations,customer&")
    by_id = {int(one["metadata"]["imported"]["id"]): one for one in tickets}
    assert sum(one["message_count"] - 1 for one in tickets) == expected["conversations"]
    assert not by_id.keys() & {*expected["deleted_ids"], *expected["spam_ids"]}
    assert by_id.keys() >= {*expected["tickets_sharing_updated_at"]}
    assert len({one["customer"]["company"] for one in tickets} - {None}) <= expected["companies"]
    orphan = by_id[expected["requester_missing_from_contacts"]]
    assert orphan["customer"]["name"] == "Former customer"
    assert by_id[expected["ticket_with_two_conversation_pages"]]["message_count"] > 30


async def test_customers_are_who_they_are_there(moving: Moving, expected: Told, folder: Path) -> None:
    await moving.imported()
    customers = await moving.rows("/api/v1/customers?")
    pages = [json.loads((folder / f"contacts.p{page}.json").read_bytes()) for page in (1, 2)]
    contacts = {one["id"]: one for page in pages for one in page}
    first, second = (contacts[id]["email"].lower() for id in expected["contact_emails_equal_ignoring_case"])
    assert first == second
    assert len([one for one in customers if first in one["emails"]]) == 1
    assert contacts[expected["contact_html_name"]]["name"] in {one["name"] for one in customers}
    nameless = {contacts[id]["name"] for id in expected["contact_without_email"]}
    assert nameless <= {one["name"] for one in customers if not one["emails"]}


async def test_private_notes_are_notes_and_custom_statuses_are_told(
    moving: Moving, expected: Told, folder: Path
) -> None:
    done = await moving.imported()
    tickets = await moving.rows("/api/v1/tickets?include=conversations&")
    kinds = {one["content_text"]: one["kind"] for ticket in tickets for one in ticket["conversations"]}
    told = [json.loads(path.read_bytes()) for path in (folder / "conversations").iterdir()]
    private = [one["body_text"] for page in told for one in page if one["private"]]
    assert private
    assert {kinds[text] for text in private if text in kinds} == {"note"}
    words = " ".join(one["message"] for one in done["errors"])
    assert all(f"'{status}'" in words for status in expected["custom_statuses"])


async def test_running_it_again_creates_nothing(moving: Moving) -> None:
    await moving.imported()
    again = await moving.imported()
    assert {kind: one["created"] for kind, one in again["progress"].items() if one["created"]} == {}


def test_every_domain_gets_the_verdict_it_expects(folder: Path) -> None:
    cases = json.loads((folder / "domain_cases.json").read_bytes())["cases"]
    found = {case["in"]: domain_of(case["in"]) for case in cases}
    wanted = {case["in"]: case.get("normal", case["in"]) if case["ok"] else None for case in cases}
    assert found == wanted


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("error_401", "invalid_credentials"),
        ("error_403", "access_denied"),
        ("error_403_account_suspended", "access_denied"),
    ],
)
async def test_the_validation_call_tells_what_is_wrong(folder: Path, error: str, code: str) -> None:
    body = (folder / f"{error}.json").read_bytes()
    with serving(lambda request: Reply(int(error[6:9]), body)) as port:
        desk = in_memory(Settings(secret_key=("k",), api_bases={"freshdesk": f"http://127.0.0.1:{port}"}))
        app = create_app(desk, jobs=False)
        organization = await desk.create_organization()("acme", "Acme")
        _, text = await desk.create_api_key()(organization.id, "tests", (Scope.ADMIN,))
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://desk.example") as client,
        ):
            answer = await client.post(
                "/api/freshdesk/connect",
                json={"domain": "acmedemo.freshdesk.com", "apiKey": "abcdefghij1234567890"},
                headers={"authorization": f"Bearer {text}"},
            )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
