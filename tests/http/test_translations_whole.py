"""A desk in a process of its own, a model in another, a mail server: a foreign mail is read, and answered."""

from pathlib import Path
from typing import Any

import httpx2

from tests.fakes.model_server import model_server, refuses, says
from tests.fakes.smtp_server import receiving
from tests.http.running import RunningDesk, eventually

WHERE = "Bonjour, où est passée ma commande ? J'attends depuis deux semaines."


def test_a_foreign_mail_is_read_and_answered_in_ones_own_language(tmp_path: Path) -> None:
    with model_server() as model, receiving() as mailbox:
        settings = {
            "HELPDESK_AI_BASE_URL": model.base,
            "HELPDESK_AI_MODEL": "small",
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        }
        desk = RunningDesk(tmp_path / "data", settings)
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
        # The first try meets a busy server, which the desk asks again.
        model.orders(refuses(503, retry_after="0"), says("=== 1\nHello, where is ", "my order?\n=== end"))
        with (
            desk.serving(),
            httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}) as client,
        ):
            opened = {"subject": "Commande", "message": WHERE, "customer": {"email": "ida@garden.example"}}
            ticket = client.post("/api/v1/tickets", json=opened).json()
            url = f"/api/v1/tickets/{ticket['id']}/conversations"

            def told(place: int, state: str) -> dict[str, Any] | None:
                message = client.get(url).json()["data"][place]
                found = message["translation"]
                return dict(message) if found and found["state"] == state else None

            read = eventually(lambda: told(0, "translated"))
            assert read["translation"]["text"] == "Hello, where is my order?"
            model.orders(says("=== 1\nElle arrive demain.\n=== end"))
            client.post(url, json={"text": "It arrives tomorrow.", "translate_to": "fr"})
            (mail,) = eventually(lambda: mailbox.delivered)
            answer = eventually(lambda: told(1, "translated"))
    body = mail.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Elle arrive demain."
    assert (answer["language"], answer["translation"]["text"]) == ("fr", "It arrives tomorrow.")
