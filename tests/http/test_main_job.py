"""The main job on real parts: a signed webhook comes in over HTTP, a threaded answer leaves by mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from helpdesk_core.jobs import LEASE
from tests.fakes.resend_api import KEY, FakeResend, fake_resend
from tests.fakes.smtp_server import receiving
from tests.http.running import WEBHOOK_SECRET, RunningDesk, eventually, kill, resend_event, signed

TO = "acme@desk.example"


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    with fake_resend() as fake:
        yield fake


@contextmanager
def a_desk(tmp_path: Path, resend: FakeResend, **more: str) -> Iterator[tuple[RunningDesk, httpx2.Client]]:
    """A desk that receives through the fake Resend, not yet running, and a client with an admin's key."""
    settings = {
        "HELPDESK_INBOUND_EMAIL_DOMAIN": "desk.example",
        "RESEND_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "RESEND_API_KEY": KEY,
        "HELPDESK_RESEND_API_BASE": resend.base,
        **more,
    }
    desk = RunningDesk(tmp_path / "data", settings)
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    with httpx2.Client(base_url=desk.base, headers={"authorization": f"Bearer {key}"}, timeout=20) as client:
        yield desk, client


def keep(resend: FakeResend, email_id: str, **more: object) -> None:
    resend.received[email_id] = {
        "from": "Ida <ida@garden.example>",
        "to": [TO],
        "cc": None,
        "bcc": None,
        "reply_to": None,
        "received_for": [TO],
        "created_at": "2026-04-06 09:29:58.5+00",
        "subject": "The kettle leaks",
        "html": "<p>It <b>drips</b>.</p><script>alert(1)</script>",
        "text": "It drips.",
        "headers": {"message-id": f"<{email_id}@garden.example>"},
        "message_id": f"<{email_id}@garden.example>",
        "raw": None,
        "attachments": [],
        **more,
    }


def post_event(
    client: httpx2.Client, email_id: str, delivery_id: str, path: str = "/api/webhooks/resend"
) -> int:
    body = resend_event(email_id, to=TO)
    return client.post(path, content=body, headers=signed(body, delivery_id)).status_code


def tickets(client: httpx2.Client) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/tickets?include=customer,conversations").json()["data"])


def test_a_signed_webhook_becomes_a_ticket_and_its_answer_leaves_threaded(
    tmp_path: Path, resend: FakeResend
) -> None:
    photo = {
        "id": "f1",
        "filename": "photo.png",
        "content_type": "image/png",
        "size": 4,
        "content": b"\x89PNG",
    }
    keep(resend, "m1", attachments=[{**photo, "content_id": None, "content_disposition": "attachment"}])
    with a_desk(tmp_path, resend) as (desk, client), desk.serving():
        assert post_event(client, "m1", "msg_1") == 200
        assert post_event(client, "m1", "msg_1") == 200
        assert post_event(client, "m1", "msg_2", "/api/webhooks/email") == 200
        (ticket,) = eventually(lambda: tickets(client))
        assert (ticket["number"], ticket["subject"], ticket["status"], ticket["channel"]) == (
            1,
            "The kettle leaks",
            "open",
            "email",
        )
        (message,) = ticket["conversations"]
        assert message["content_text"] == "It drips."
        assert "script" not in message["content_html"]
        assert [file["filename"] for file in message["attachments"]] == ["photo.png"]
        assert ticket["customer"]["email"] == "ida@garden.example"

        answered = client.post(
            f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": "A new one comes."}
        )
        assert (answered.status_code, answered.json()["delivery"]["state"]) == (201, "queued")
        (sent,) = eventually(lambda: resend.sent)
        headers = {name.lower(): value for name, value in sent.payload["headers"].items()}
        assert headers["in-reply-to"] == headers["references"] == "<m1@garden.example>"
        assert sent.payload["to"] == ["ida@garden.example"]
        assert sent.payload["subject"] == "Re: The kettle leaks"
        assert sent.key == f"ticket-reply/{answered.json()['id']}"

        token_address = sent.payload["reply_to"][0].rpartition("<")[2].strip("<>")
        keep(resend, "m2", to=[token_address], received_for=[token_address], text="Thanks!", html=None)
        body = resend_event("m2", to=token_address, subject="whatever")
        assert (
            client.post("/api/webhooks/resend", content=body, headers=signed(body, "msg_3")).status_code
            == 200
        )
        eventually(lambda: tickets(client)[0]["message_count"] == 3)
        assert len(tickets(client)) == 1
        eventually(
            lambda: (
                {e["state"] for e in client.get("/api/v1/webhook-events").json()["data"]}
                == {"processed", "ignored"}
            )
        )


def test_with_smtp_the_answer_leaves_through_the_mail_server(tmp_path: Path, resend: FakeResend) -> None:
    keep(resend, "m1")
    with receiving() as mailbox:
        smtp = f"smtp://127.0.0.1:{mailbox.port}?tls=none"
        with a_desk(tmp_path, resend, SMTP_URL=smtp) as (desk, client), desk.serving():
            post_event(client, "m1", "msg_1")
            (ticket,) = eventually(lambda: tickets(client))
            client.post(
                f"/api/v1/tickets/{ticket['id']}/conversations", json={"html": "<p>A <i>new</i> one.</p>"}
            )
            (mail,) = eventually(lambda: mailbox.delivered)
            message = mail.message
            assert (message["In-Reply-To"], message["References"]) == ("<m1@garden.example>",) * 2
            assert (message["From"], message["To"]) == ("Acme <acme@desk.example>", "ida@garden.example")
            body = message.get_body(("plain",))
            assert body is not None
            assert body.get_content().strip() == "A new one."
            eventually(lambda: tickets(client)[0]["conversations"][-1]["delivery"]["state"] == "sent")


def test_kill_9_in_the_middle_of_200_deliveries_loses_and_doubles_nothing(
    tmp_path: Path, resend: FakeResend
) -> None:
    with a_desk(tmp_path, resend) as (desk, client):
        ids = [f"m{number}" for number in range(200)]
        for email_id in ids:
            keep(resend, email_id, subject=f"Matter {email_id}")
        acknowledged: set[str] = set()
        process = desk.start()
        for number, email_id in enumerate(ids):
            if number in (60, 130):
                kill(process)
                process = desk.start()
            try:
                if post_event(client, email_id, f"msg_{email_id}") == 200:
                    acknowledged.add(email_id)
            except httpx2.TransportError:
                continue
        kill(process)
        process = desk.start_later(LEASE)
        try:
            for (
                email_id
            ) in ids:  # as the provider does: again, until it is acknowledged, and now and then once more
                assert post_event(client, email_id, f"msg_{email_id}") == 200
            assert len(acknowledged) >= 190

            def all_there() -> bool:
                newest = client.get("/api/v1/tickets?limit=1&sort=-number").json()["data"]
                return bool(newest) and newest[0]["number"] >= 200

            eventually(all_there, 90)
            eventually(lambda: not desk.command("jobs", "list", "--state", "running"), 60)
            subjects, numbers, cursor = [], [], ""
            while cursor is not None:
                page = client.get(
                    "/api/v1/tickets", params={"limit": 100} | ({"cursor": cursor} if cursor else {})
                ).json()
                subjects += [ticket["subject"] for ticket in page["data"]]
                numbers += [ticket["number"] for ticket in page["data"]]
                cursor = page["next_cursor"]
            assert sorted(subjects) == sorted(f"Matter {email_id}" for email_id in ids)
            assert sorted(numbers) == list(range(1, 201))
        finally:
            kill(process)
