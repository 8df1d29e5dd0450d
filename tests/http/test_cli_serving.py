"""The commands that go on: what they serve, and how they stop."""

import signal
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import httpx2
import psutil
import pytest

from tests.http.commands import Commands, Going, commands

SOON = 30.0
STOPS_WITHIN = 8.0


@pytest.fixture
def desk(tmp_path: Path) -> Commands:
    return commands(tmp_path)


def comes_true(question: Callable[[], bool]) -> bool:
    deadline = monotonic() + SOON
    while not question():
        if monotonic() > deadline:
            return False
        sleep(0.05)
    return True


def test_a_desk_set_up_by_commands_serves_those_it_was_set_up_for(desk: Commands) -> None:
    desk.json("org", "create", "--slug", "acme", "--name", "Acme Ltd")
    person = ["--email", "ada@acme.example", "--name", "Ada", "--password", "a long secret"]
    ada = desk.json("user", "create", "--org", "acme", *person)
    key = desk.json("apikey", "create", "--org", "acme", "--name", "shop")["key"]
    with desk.going("serve", "--port", "0") as going:
        assert going.told.items() >= {"host": "127.0.0.1", "workers": 1, "pid": going.process.pid}.items()
        assert going.told["public_url"] == going.told["url"] == f"http://127.0.0.1:{going.told['port']}"
        with going.client(key) as client:
            health = client.get("/api/health")
            assert (health.status_code, health.json()["status"]) == (200, "healthy")
            assert "server" not in health.headers
            assert client.get("/api/v1/tickets").json() == {"data": [], "next_cursor": None}
            log_in = {"email": "ada@acme.example", "password": "a long secret"}
            assert ada["id"] in client.post("/api/auth/login", json=log_in).text
            revoked = desk.json("apikey", "list")[0]["id"]
            desk.json("apikey", "revoke", revoked)
            assert client.get("/api/v1/tickets").status_code == 401
        done = going.stop()
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_taken_port_is_one_line_and_no_store(desk: Commands) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        told = desk.run_alone("serve", "--port", str(port)).complaint
    assert told == (1, f"helpdesk: port {port} at 127.0.0.1 is taken; choose another with --port")
    assert not desk.data.exists()


def test_several_processes_serve_one_desk_and_stop_together_on_ctrl_c(desk: Commands) -> None:
    with desk.going("serve", "--port", "0", "--workers", "2") as going:
        workers = children(going)
        assert len(workers) == 2
        with going.client() as client:
            assert client.get("/api/health").status_code == 200
            begun = monotonic()
            done = going.stop(signal.SIGINT)
    assert (done.code, done.out) == (0, "")
    assert monotonic() - begun < STOPS_WITHIN
    assert not any(worker.is_running() for worker in workers)


def test_a_process_that_dies_is_replaced_and_none_outlives_its_parent(desk: Commands) -> None:
    with desk.going("serve", "--port", "0", "--workers", "2") as going:
        first, second = children(going)
        assert comes_true(lambda: is_serving(going))
        sleep(1)  # both serve by now: one that dies before that is not replaced, it would not do better
        first.kill()
        assert comes_true(lambda: len(set(children(going)) - {first}) == 2)
        assert comes_true(lambda: is_serving(going))
        workers = children(going)
        assert second in workers
        going.process.kill()
        assert comes_true(lambda: not any(worker.is_running() for worker in workers))


def test_a_worker_does_jobs_until_it_is_stopped(desk: Commands) -> None:
    with desk.going("worker") as going:
        assert going.told == {"pid": going.process.pid}
        done = going.stop()
    assert (done.code, done.out, done.err) == (0, "", "")


def test_the_demo_shows_a_desk_at_work_and_leaves_nothing_behind(
    desk: Commands, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    with desk.having(TMPDIR=str(temporary)).going("demo", "--port", "0") as going:
        with going.client(going.told["api_key"]) as client:
            tickets = client.get("/api/v1/tickets?sort=-created_at&limit=50").json()["data"]
            newest = tickets[0]["number"]
            assert [ticket["number"] for ticket in tickets] == list(range(newest, newest - 50, -1))
            assert {ticket["status"] for ticket in tickets} == {
                "open",
                "pending",
                "on_hold",
                "resolved",
                "closed",
            }
            assert {ticket["channel"] for ticket in tickets} > {"email", "sms", "whatsapp", "widget", "slack"}
            threaded = max(tickets, key=lambda ticket: ticket["message_count"])
            path = f"/api/v1/tickets/{threaded['id']}/conversations"
            assert comes_true(lambda: "queued" not in client.get(path).text)
            messages = client.get(path).json()["data"]
            assert {message["kind"] for message in messages} == {"inbound", "reply", "note"}
            assert [m["delivery"]["state"] for m in messages if m["kind"] == "reply"] == ["sent"]
            assert any(message["attachments"] for message in messages)
            log_in = {"email": going.told["email"], "password": going.told["password"]}
            assert client.post("/api/auth/login", json=log_in).status_code == 200
            assert len(list(temporary.glob("helpdesk-demo-*/sent-mail/*.eml"))) >= 4
        done = going.stop()
    assert (done.code, done.out, done.err) == (0, "", "")
    assert list(temporary.iterdir()) == []
    assert not desk.data.exists()


def children(going: Going) -> list[psutil.Process]:
    """The processes that serve; multiprocessing has one more, which cleans up."""
    return [child for child in psutil.Process(going.process.pid).children() if "spawn_main" in words(child)]


def words(process: psutil.Process) -> str:
    """How it was started; nothing once it has ended."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def is_serving(going: Going) -> bool:
    try:
        return httpx2.get(f"{going.told['url']}/api/health").status_code == 200
    except httpx2.TransportError:
        return False
