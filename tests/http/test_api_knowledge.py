"""What the desk knows, and ordering that it goes through it once more."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_core.users import Role, Scope
from tests.due_jobs import run_jobs
from tests.fakes.embedder import WordEmbedder
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.running import RunningDesk

SYNC = "/api/admin/rag-sync"
ARTICLE = {
    "title": "Returns",
    "body": "<p>You have thirty days to send it back to us.</p>",
    "published": True,
}


@pytest.fixture
def desk(desk: Container) -> Container:
    desk.embedder.override(providers.Object(WordEmbedder()))
    return desk


@pytest.fixture
async def knowing(acme: Office) -> Office:
    assert (await acme.client.post("/api/v1/articles", json=ARTICLE)).status_code == 201
    ticket = await acme.ticket()
    reply = {"kind": "reply", "text": "Please turn the screw below it by half a turn."}
    answer = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=reply)
    assert answer.status_code == 201, answer.text
    await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "resolved"})
    return acme


async def state(office: Office) -> dict[str, Any]:
    return dict((await office.client.get("/api/v1/knowledge")).json())


async def test_the_desk_keeps_up_and_says_how_much_it_knows(knowing: Office, other: Office) -> None:
    await knowing.desk.follow_log()()
    found = await state(knowing)
    assert found == {
        "articles": 1,
        "tickets": 1,
        "passages": 2,
        "with_vector": 0,
        "model": "words",
        "syncing": None,
        "synced_at": None,
    }
    await run_jobs(knowing.desk, may_fail=True)
    assert (await state(knowing))["with_vector"] == 2
    assert (await state(other))["passages"] == 0


async def test_a_sync_is_ordered_once_and_tells_how_far_it_is(knowing: Office) -> None:
    answer = await knowing.client.post(SYNC)
    assert answer.status_code == 202
    assert set(answer.json()) == {"success", "jobId", "documents"}
    assert (answer.json()["success"], answer.json()["documents"]) == (True, 2)
    assert (await knowing.client.post(SYNC)).json() == answer.json()
    assert (await state(knowing))["syncing"] == {"done": 0, "total": 2}
    await run_jobs(knowing.desk, may_fail=True)
    found = await state(knowing)
    assert (found["syncing"], found["passages"], found["with_vector"]) == (None, 2, 2)
    assert found["synced_at"] is not None
    assert (await knowing.client.post(SYNC)).json()["jobId"] != answer.json()["jobId"]


async def logged_in(office: Office, role: Role) -> httpx2.AsyncClient:
    """A browser whose user has this role, not opened yet."""
    email = await office.user(role)
    async with a_client(office.app) as client:
        answer = await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return a_client(office.app, {"cookie": cookie})


async def test_only_admins_order_a_sync(knowing: Office, visitor: httpx2.AsyncClient) -> None:
    assert (await visitor.post(SYNC)).status_code == 401
    agent, admin = [await logged_in(knowing, role) for role in (Role.AGENT, Role.ADMIN)]
    async with agent, admin:
        assert (await agent.post(SYNC)).status_code == 403
        assert (await admin.post(SYNC)).status_code == 202
    async with await knowing.client_with(Scope.WRITE) as writer:
        assert (await writer.post(SYNC)).status_code == 403
    async with await knowing.client_with(Scope.ADMIN) as program:
        assert (await program.post(SYNC)).status_code == 202
    async with await knowing.client_with(Scope.READ) as reader:
        assert (await reader.get("/api/v1/knowledge")).status_code == 200


async def test_two_organizations_sync_each_for_itself(knowing: Office, other: Office) -> None:
    one, two = await knowing.client.post(SYNC), await other.client.post(SYNC)
    assert one.json()["jobId"] != two.json()["jobId"]
    assert two.json()["documents"] == 0


def test_the_commands_sync_and_tell(tmp_path: Path) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    export = tmp_path / "export"
    export.mkdir()
    line = {"id": "a1", "title": "Returns", "body": ARTICLE["body"], "published": True}
    (export / "articles.jsonl").write_text(json.dumps(line) + "\n")
    desk.command("import", "files", "--org", "acme", str(export))
    assert desk.command("knowledge", "status", "--org", "acme")["passages"] == 0
    ordered = desk.command("knowledge", "sync", "--org", "acme", "--no-wait")
    assert ordered["syncing"] == {"done": 0, "total": 1}
    synced = desk.command("knowledge", "sync", "--org", "acme")
    assert (synced["articles"], synced["passages"], synced["syncing"]) == (1, 1, None)
    assert synced["with_vector"] == (1 if synced["model"] else 0)
    assert desk.command("knowledge", "status", "--org", "acme") == synced
