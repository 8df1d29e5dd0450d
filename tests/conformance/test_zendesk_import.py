"""A recorded Zendesk of 140 tickets, with everything odd that one holds, is brought over real HTTP: at once, again, and
by processes that are killed on the way.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from attrs import Factory, define, frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.ids import AttachmentId, CustomerId, OrganizationId
from helpdesk_core.imports.progress import Import, ImportState
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.users import DESK
from tests.fakes.http_server import Reply, Request, serving

ACCOUNT = "acmedemo"
OURS_TO_CHOOSE = frozenset({"page[size]", "role[]", "include"})
"""What a call may ask for without getting another page by it."""


@define
class Recorded:
    """The recorded account: the cursor at its end leads to what has changed since, and that one to nothing more."""

    folder: Path
    base: str = ""
    before: Callable[[int], None] = lambda _: None
    """Is told the number of every call before it is answered."""
    calls: int = 0
    _routes: dict[Any, Mapping[str, Any]] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        for route in json.loads((self.folder / "routes.json").read_bytes())["routes"]:
            if "__force" not in route["query"] and "include" not in route["query"]:
                self._routes.setdefault(_key(unquote(route["path"]), route["query"]), route)

    def answer(self, request: Request) -> Reply:
        self.calls += 1
        self.before(self.calls)
        url = urlsplit(request.target)
        route = self._routes.get(_key(unquote(url.path), dict(parse_qsl(url.query))))
        if route is None:
            nothing_new = {"users": [], "end_of_stream": True}
            known = url.path == "/api/v2/incremental/users/cursor.json"
            return Reply(200 if known else 404, json.dumps(nothing_new).encode())
        body = (self.folder / route["file"]).read_bytes() if route["file"] else b"x" * 40
        headers = {name: value for name, value in route["headers"].items() if name != "Content-Length"}
        return Reply(route["status"], body, headers)


def _key(path: str, query: Mapping[str, str]) -> Any:
    return path, tuple(sorted(one for one in query.items() if one[0] not in OURS_TO_CHOOSE))


@frozen
class Brought:
    """What is in the desk afterwards, by the source's ids."""

    tickets: Mapping[int, Ticket]
    customers: Mapping[str, Customer]
    conversations: Mapping[int, list[Conversation]]
    files: Mapping[int, Attachment]
    import_: Import


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def recorded(shared: Path) -> Iterator[Recorded]:
    account = Recorded(shared / "protocols" / "messaging" / "fixtures" / "zendesk")
    with serving(account.answer) as port:
        account.base = f"http://127.0.0.1:{port}"
        yield account


@pytest.fixture
def expected(recorded: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((recorded.folder / "expected.json").read_bytes())
    return found


@define
class Moved:
    """A desk on SQLite into which the account is moved."""

    data: Path
    recorded: Recorded
    organization_id: OrganizationId | None = None

    def settings(self) -> Settings:
        return Settings(data_dir=self.data, api_bases={"zendesk": self.recorded.base})

    async def begin(self) -> None:
        migrate(self.settings().database)
        desk = Container(settings=self.settings())
        async with desk.desk().opened():
            self.organization_id = (await desk.create_organization()("acme", "Acme")).id

    async def run(self) -> Brought:
        """Runs an import to its end in this process."""
        assert self.organization_id is not None
        desk = Container(settings=self.settings())
        async with desk.desk().opened():
            wanted = Order("zendesk", ACCOUNT, secrets={"access_token": "t"}, foreground=True)
            import_ = await desk.order_import()(self.organization_id, DESK, wanted)
            ended = await desk.run_import()(self.organization_id, import_.id, 1)
            assert ended is not None
            assert (ended.state, ended.detail) == (ImportState.COMPLETED, None)
            return await desk.store().read(lambda view: _all(view, ended))

    async def read(self) -> Brought:
        """What is there, and the import that was ordered last."""
        organization_id = self.organization_id
        assert organization_id is not None
        desk = Container(settings=self.settings())

        async def look(view: View) -> Brought:
            last = (await view.imports.page(organization_id, Page(1, "-created_at"))).items[0]
            return await _all(view, last)

        async with desk.desk().opened():
            return await desk.store().read(look)

    def start(self) -> "subprocess.Popen[bytes]":
        """`helpdesk import zendesk`, a process of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
        environment |= {
            "HELPDESK_DATA_DIR": str(self.data),
            "HELPDESK_ZENDESK_API_BASE": self.recorded.base,
        }
        command = ["import", "zendesk", "--org", "acme", "--subdomain", ACCOUNT, "--token", "-", "--json"]
        process = subprocess.Popen(
            [sys.executable, "-m", "helpdesk_http.cli", *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=self.data.parent,
        )
        assert process.stdin is not None
        process.stdin.write(b"t\n")
        process.stdin.close()
        return process


@pytest.fixture
async def moved(tmp_path: Path, recorded: Recorded) -> Moved:
    moved = Moved(tmp_path / "data", recorded)
    await moved.begin()
    return moved


async def _all(view: View, import_: Import) -> Brought:
    org = import_.organization_id
    first = await view.tickets.page(org, TicketFilter(), Page(100, "number"))
    assert first.next is not None
    second = await view.tickets.page(org, TicketFilter(), Page(100, "number", first.next))
    tickets = {int(one.metadata["imported"]["id"]): one for one in (*first.items, *second.items)}
    assert len(tickets) == len(first.items) + len(second.items), "no ticket is there twice"
    conversations: dict[int, list[Conversation]] = {}
    files: dict[int, Attachment] = {}
    for there, ticket in tickets.items():
        page = Page(100, "created_at")
        while True:
            found = await view.conversations.of_ticket(org, ticket.id, page)
            conversations.setdefault(there, []).extend(found.items)
            if found.next is None:
                break
            page = Page(100, "created_at", found.next)
        ids = [AttachmentId(one) for said in conversations[there] for one in said.attachment_ids]
        for file in (await view.attachments.many(org, ids)).values():
            assert file.external_id is not None
            assert int(file.external_id) not in files, "no file is there twice"
            files[int(file.external_id)] = file
    ours = await view.references.many(
        org, "zendesk", ACCOUNT, "customers", [str(6100000000000 + 7 * place) for place in range(20)]
    )
    people = await view.customers.many(org, [CustomerId(one.our_id) for one in ours.values()])
    customers = {there: people[CustomerId(one.our_id)] for there, one in ours.items()}
    return Brought(tickets, customers, conversations, files, import_)


def check_first(brought: Brought, expected: Mapping[str, Any]) -> None:
    first, edges = expected["after_first_run"], expected["edge_cases"]
    assert len(brought.tickets) == first["distinct_tickets_not_deleted"]
    assert not set(first["deleted_ids"]) & brought.tickets.keys()
    said = sum(len(one) for one in brought.conversations.values())
    assert said == sum(one.message_count for one in brought.tickets.values()) == first["comments"]
    assert len(brought.files) == first["attachments"]
    seen = {kind: tally.seen for kind, tally in brought.import_.tallies.items()}
    assert seen["tickets"] == first["rows_received"]
    assert seen["users"] + seen["customers"] == first["users"]
    assert len(brought.conversations[edges["ticket_with_130_comments_two_pages"]]) == 130
    for there in edges["private_comment_tickets"]:
        if there in brought.tickets:
            assert Kind.NOTE in {one.kind for one in brought.conversations[there]}, there
    for there in set(edges["system_author_minus_1"]) & brought.tickets.keys():
        assert "system" in {one.author.type.value for one in brought.conversations[there]}
    for there in set(edges["comment_author_missing"]) & brought.tickets.keys():
        assert "Former agent" in {one.author.name for one in brought.conversations[there]}
    assert brought.tickets[edges["subject_null"]].subject == "(no subject)"
    assert brought.tickets[edges["assignee_unknown"]].assignee_id is None
    check_files(brought, edges)


def check_files(brought: Brought, edges: Mapping[str, Any]) -> None:
    def of(name: str) -> list[Attachment]:
        return [brought.files[one] for one in edges[name] if one in brought.files]

    assert {one.state.value for one in of("attachments_malware_found")} == {"failed"}
    assert {one.state.value for one in of("attachments_deleted")} == {"failed"}
    large = of("attachments_over_10MiB")
    assert {one.state.value for one in large} == {"failed"}
    links = [one.detail for one in large if one.detail and f"https://{ACCOUNT}.zendesk.com/" in one.detail]
    harmful = set(edges["attachments_malware_found"]) | set(edges["attachments_deleted"])
    assert len(links) == len([one for one in large if int(one.external_id or 0) not in harmful])
    for one in brought.files.values():
        assert not set("/\\\r\n") & set(one.filename), one.filename


async def test_the_first_run_gives_the_expected_totals(moved: Moved, expected: dict[str, Any]) -> None:
    brought = await moved.run()
    check_first(brought, expected)
    alive = set(brought.tickets)
    comments = _comments(moved.recorded.folder, alive)
    assert {there: len(one) for there, one in brought.conversations.items()} == {
        there: len(one) for there, one in comments.items()
    }
    private = {str(one["id"]) for rows in comments.values() for one in rows if one["public"] is not True}
    notes = {
        (one.external_id or "").rpartition("/")[2]
        for said in brought.conversations.values()
        for one in said
        if one.kind is Kind.NOTE
    }
    assert notes == private, "whatever is internal there is internal here, and nothing else is"
    assert len(brought.files) == sum(len(one["attachments"]) for rows in comments.values() for one in rows)


async def test_people_are_who_they_were(moved: Moved, expected: dict[str, Any]) -> None:
    edges, people = expected["edge_cases"], (await moved.run()).customers
    one, other = (people[str(id)].id for id in edges["users_same_email_ignoring_case"])
    assert one == other
    assert people[str(edges["user_html_name"])].name.count("<") > 0
    assert people[str(edges["user_formula_name"])].name.startswith("=")
    assert people[str(edges["suspended_user"])].blocked
    assert {people[str(id)].email for id in edges["user_without_email"]} == {None}


async def test_a_second_run_brings_what_has_changed_and_a_third_nothing(
    moved: Moved, expected: dict[str, Any]
) -> None:
    first = await moved.run()
    second = await moved.run()
    changes = expected["after_second_run"]
    tally = second.import_.tallies["tickets"]
    assert tally.created + tally.updated == len(changes["changed_ids"])
    assert len(second.tickets) == len(first.tickets) + 1
    touched = {there for there, one in second.tickets.items() if one != first.tickets.get(there)}
    assert touched == set(changes["changed_ids"])
    for there in changes["newly_deleted_ids"]:
        assert second.tickets[there].status is Status.CLOSED
        assert second.conversations[there] == first.conversations[there]
    third = await moved.run()
    assert {kind: (one.created, one.updated) for kind, one in third.import_.tallies.items()} == dict.fromkeys(
        third.import_.tallies, (0, 0)
    )
    assert third.tickets == second.tickets


@pytest.mark.timeout(300)
async def test_an_import_that_is_killed_again_and_again_ends_as_one_that_was_not(
    moved: Moved, recorded: Recorded, expected: dict[str, Any]
) -> None:
    for after in (3, 9, 30, 70, 90):
        process = moved.start()
        fatal = recorded.calls + after

        def strike(call: int, victim: "subprocess.Popen[bytes]" = process, fatal: int = fatal) -> None:
            if call == fatal:
                victim.send_signal(signal.SIGKILL)

        recorded.before = strike
        assert process.wait(60) == -signal.SIGKILL
    recorded.before = lambda _: None
    last = moved.start()
    assert last.wait(120) == 0
    found = await moved.read()
    check_first(found, expected)
    assert {there: len(one) for there, one in found.conversations.items()} == {
        there: len(one) for there, one in _comments(recorded.folder, set(found.tickets)).items()
    }
    assert found.import_.state is ImportState.COMPLETED
    assert found.import_.tallies["tickets"].created == len(found.tickets)


def _comments(folder: Path, tickets: set[int]) -> dict[int, list[dict[str, Any]]]:
    """The recorded comments of these tickets, each once."""
    found: dict[int, dict[int, dict[str, Any]]] = {one: {} for one in tickets}
    for file in sorted((folder / "comments").glob("*.json")):
        there = int(file.name.partition(".")[0])
        if there in tickets and file.name.split(".")[1] in ("p1", "p2"):
            rows = json.loads(file.read_bytes())["comments"]
            found[there] |= {one["id"]: one for one in rows}
    return {there: list(rows.values()) for there, rows in found.items()}
