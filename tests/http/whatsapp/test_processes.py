"""WhatsApp end to end: a real desk, and a fake of Meta in a process of its own."""

from pathlib import Path

import httpx2

from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.whatsapp import sign
from helpdesk_core.webhooks import Delivery
from tests.fakes.graph_api import SECRET, TOKEN
from tests.fakes.processes import fake_process
from tests.fakes.whatsapp import OURS, delivery, heard, message
from tests.http.running import RunningDesk, eventually
from tests.http.whatsapp.conftest import PATH


def test_a_conversation_with_a_fake_in_a_process_of_its_own(tmp_path: Path) -> None:
    """A real desk, a real Graph beside it that is crowded, late and broken in turn, and everything over HTTP."""
    with fake_process("graph_api") as (graph, _):
        settings = {
            "HELPDESK_META_API_BASE": graph,
            "HELPDESK_SECRET_KEY": "a key for tests",
            "WHATSAPP_APP_SECRET": SECRET,
        }
        desk = RunningDesk(tmp_path, settings)
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
        token = f"access_token={TOKEN}"
        desk.command(
            "integration",
            "connect",
            "--org",
            "acme",
            "whatsapp",
            "--external-id",
            OURS,
            "--set",
            token,
        )
        with (
            desk.serving(),
            httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
        ):
            body = delivery(heard(message("wamid.1", text={"body": "Is it ready?"})))
            signed = sign(Delivery({}, body, PATH), SECRET, system_clock(), "")
            assert (
                httpx2.post(desk.base + PATH, content=body, headers=dict(signed.headers)).status_code == 200
            )
            ticket = eventually(lambda: next(iter(client.get("/api/v1/tickets").json()["data"]), None))
            path = f"/api/v1/tickets/{ticket['id']}/conversations"

            def answered(text: str, *states: str) -> str:
                made = client.post(path, json={"text": text}).json()

                def stands() -> str | None:
                    found = client.get(f"/api/v1/conversations/{made['id']}").json()["delivery"]["state"]
                    return str(found) if found in states else None

                return eventually(stands, 40)

            httpx2.post(f"{graph}/script", json=[429, "late", "well", 400])
            assert answered("First", "sent") == "sent"  # after the pause that it was asked for
            assert answered("Second", "sent") == "sent"
            assert answered("Third", "sent", "failed") == "failed"
            sent = [one["text"]["body"] for one in httpx2.get(f"{graph}/sent").json().values()]
            assert sent == ["First", "Second"]
