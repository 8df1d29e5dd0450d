"""Files come in over HTTP, as the specification has it."""

from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx2
import pytest

from helpdesk_adapters.container import Container
from helpdesk_core.users import Role, Scope
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.sending_files import PDF, PNG, logged_in, path_of, upload

PART = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
LIMIT = 10 * 1024 * 1024


async def test_an_uploaded_file_is_answered_as_the_specification_says(acme: Office) -> None:
    async with logged_in(acme) as agent:
        answer = await upload(agent)
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"id", "filename", "url", "size", "type"}
    assert UUID(body["id"]).version == 7
    assert (body["filename"], body["size"], body["type"]) == ("document.pdf", len(PDF), "application/pdf")
    assert body["url"].startswith("http://desk.example/files/")


async def test_nobody_uploads_or_downloads_without_proof(acme: Office, visitor: httpx2.AsyncClient) -> None:
    sent = (await upload(acme.client)).json()
    assert (await upload(visitor)).status_code == 401
    assert (await visitor.get(f"/api/attachments/{sent['id']}/download")).status_code == 401
    async with await acme.client_with(Scope.READ) as reader:
        assert (await upload(reader)).status_code == 403
        assert (await reader.get(f"/api/attachments/{sent['id']}/download")).status_code == 200


async def test_a_user_without_an_organization_uploads_nothing(desk: Container, app: Any) -> None:
    await desk.create_user()(None, "stray@nowhere.example", "Stray", Role.AGENT, PASSWORD)
    async with a_client(app) as stray:
        body = {"email": "stray@nowhere.example", "password": PASSWORD}
        assert (await stray.post("/api/auth/login", json=body)).status_code == 200
        for answer in (await upload(stray), await stray.get(f"/api/attachments/{uuid4()}/download")):
            assert answer.status_code == 403
            assert answer.json()["detail"] == "User not associated with organization"


async def test_a_form_of_another_site_uploads_nothing(acme: Office) -> None:
    async with logged_in(acme) as agent:
        answer = await agent.post(
            "/api/upload", files={"file": ("a.txt", b"x")}, headers={"origin": "https://evil.example"}
        )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"content": b"", "headers": {"content-type": "multipart/form-data; boundary=b"}},
        {"json": {"file": "x"}},
        {"data": {"file": "no file at all"}},
        {"files": {"other": ("a.txt", b"x")}},
        {"files": {"file": (None, b"a field of text")}},
        {"files": {"file": ("", b"")}},
    ],
)
async def test_no_file_is_refused(acme: Office, sent: dict[str, Any]) -> None:
    for path in ("/api/upload", "/api/v1/attachments"):
        answer = await acme.client.post(path, **sent)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.json()["code"], answer.json()["error"]) == ("no_file", "No file provided")


@pytest.mark.parametrize(
    ("boundary", "content"),
    [
        ("; boundary=b", b"nonsense"),
        ("; boundary=b", b"--b\r\n"),
        ("; boundary=b", PART + b"half"),
        ("; boundary=b", b"--b\r\nx-nothing: 1\r\n\r\nx\r\n--b--\r\n"),
        ("; boundary=b", PART + b'x\r\n--b\r\ncontent-disposition: form-data; name="file'),
        ("", PART + b"x\r\n--b--\r\n"),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(acme: Office, boundary: str, content: bytes) -> None:
    headers = {"content-type": f"multipart/form-data{boundary}"}
    for path in ("/api/upload", "/api/v1/attachments"):
        answer = await acme.client.post(path, content=content, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["code"] == "malformed_form"


async def test_a_file_of_ten_mebibytes_is_the_largest(acme: Office) -> None:
    answer = await upload(acme.client, b"\x01" * LIMIT)
    assert answer.status_code == 200
    assert answer.json()["size"] == LIMIT
    for size in (LIMIT + 1, LIMIT + (1 << 20)):
        refused = await upload(acme.client, b"\x01" * size)
        assert refused.status_code == 400
        assert refused.json()["error"] == "File too large (>10MB)"
        refused = await upload(acme.client, b"\x01" * size, path="/api/v1/attachments")
        assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")


async def test_a_file_too_large_is_refused_while_it_is_read(acme: Office) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield PART
        while sent < 5 * LIMIT:
            sent += 1 << 16
            yield b"\0" * (1 << 16)

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = await acme.client.post("/api/upload", content=endless(), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == "file_too_large"


async def test_a_file_is_bound_to_the_message_it_names(acme: Office) -> None:
    ticket = await acme.ticket()
    messages = f"/api/v1/tickets/{ticket['id']}/conversations"
    message = (await acme.client.get(messages)).json()["data"][0]
    sent = await upload(acme.client, conversationId=message["id"])
    assert sent.status_code == 200
    shown = (await acme.client.get(messages)).json()["data"][0]["attachments"]
    assert [(one["id"], one["filename"]) for one in shown] == [(sent.json()["id"], "document.pdf")]
    about = (await acme.client.get(f"/api/v1/attachments/{sent.json()['id']}")).json()
    assert (about["conversation_id"], about["ticket_id"]) == (message["id"], ticket["id"])


async def test_a_file_is_bound_to_the_ticket_it_names(acme: Office) -> None:
    ticket = await acme.ticket()
    sent = await upload(acme.client, path="/api/v1/attachments", ticket_id=ticket["id"])
    assert sent.status_code == 201
    assert (sent.json()["ticket_id"], sent.json()["conversation_id"]) == (ticket["id"], None)


async def test_a_message_claims_an_upload(acme: Office) -> None:
    ticket = await acme.ticket()
    sent = (await upload(acme.client)).json()
    body = {"kind": "note", "text": "See the file.", "attachment_ids": [sent["id"]]}
    note = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=body)
    assert note.status_code == 201
    assert [one["id"] for one in note.json()["attachments"]] == [sent["id"]]
    refused = await acme.client.delete(f"/api/v1/attachments/{sent['id']}")
    assert refused.status_code == 409


async def test_what_an_upload_is_to_belong_to_must_be_there(acme: Office, other: Office) -> None:
    mine, theirs = await acme.ticket(), await other.ticket()
    messages = (await other.client.get(f"/api/v1/tickets/{theirs['id']}/conversations")).json()["data"]
    for form in (
        {"ticketId": theirs["id"]},
        {"ticketId": str(uuid4())},
        {"conversationId": messages[0]["id"]},
        {"conversationId": str(uuid4())},
    ):
        assert (await upload(acme.client, **form)).status_code == 404, form
    malformed: list[dict[str, Any]] = [{"ticketId": "7"}, {"conversationId": "not-a-uuid"}]
    for form in malformed:
        refused = await upload(acme.client, **form)
        assert refused.status_code == 400
        assert [one["path"] for one in refused.json()["errors"]] == list(form)
    message = (await acme.client.get(f"/api/v1/tickets/{mine['id']}/conversations")).json()["data"][0]
    another = await acme.ticket("Another")
    both = await upload(acme.client, conversationId=message["id"], ticketId=another["id"])
    assert both.status_code == 400
    agreeing = await upload(acme.client, conversationId=message["id"], ticketId=mine["id"])
    assert agreeing.status_code == 200
    assert (await upload(acme.client, conversationId="", ticketId="")).status_code == 200


async def test_files_of_others_are_not_found(acme: Office, other: Office) -> None:
    sent = (await upload(acme.client)).json()
    for method, path in (
        ("GET", "/api/attachments/{}/download"),
        ("GET", "/api/v1/attachments/{}"),
        ("GET", "/api/v1/attachments/{}/download"),
        ("DELETE", "/api/v1/attachments/{}"),
    ):
        for id_ in (sent["id"], str(uuid4()), "no-uuid"):
            answer = await other.client.request(method, path.format(id_))
            assert answer.status_code == 404, (method, path)
    assert (await acme.client.get(f"/api/v1/attachments/{sent['id']}")).status_code == 200


@pytest.mark.parametrize(
    ("name", "declared", "content", "kept_as"),
    [
        ("page.png", "image/png", b"<html><script>alert(1)</script></html>", "text/plain"),
        ("page.html", "text/html", b"<!doctype html><script>alert(1)</script>", "text/plain"),
        ("drawing.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "text/plain"),
        ("run.js", "text/javascript", b"alert(1)", "text/plain"),
        ("feed.xml", "application/xml", b'<?xml version="1.0"?><a/>', "text/plain"),
        ("photo.txt", "text/plain", PNG, "image/png"),
        ("setup.png", "image/png", b"MZ\x90\0" + b"\0" * 200, "application/octet-stream"),
        ("list.csv", "text/csv", b"a,b\n1,2\n", "text/csv"),
    ],
)
async def test_a_type_is_told_by_the_bytes(
    acme: Office,
    visitor: httpx2.AsyncClient,
    name: str,
    declared: str,
    content: bytes,
    kept_as: str,
) -> None:
    sent = (await upload(acme.client, content, name, declared=declared)).json()
    assert sent["type"] == kept_as
    assert (await visitor.get(path_of(sent["url"]))).headers["content-type"] == kept_as


async def test_an_empty_file_is_a_file(acme: Office) -> None:
    sent = (await upload(acme.client, b"", "empty.txt", declared="text/plain")).json()
    assert (sent["size"], sent["type"]) == (0, "text/plain")
    assert (await acme.client.get(path_of(sent["url"]))).content == b""


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\rechnung.pdf", "rechnung.pdf"),
        ("счёт за март.pdf", "счёт за март.pdf"),
        ("請求書.pdf", "請求書.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b;c.txt', "a_b;c.txt"),
    ],
)
async def test_a_name_of_any_script_is_kept_and_made_safe(acme: Office, name: str, kept_as: str) -> None:
    part = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{_escaped(name)}"\r\n\r\nx\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    sent = (await acme.client.post("/api/upload", content=part.encode(), headers=headers)).json()
    assert sent["filename"] == kept_as
    disposition = (await acme.client.get(path_of(sent["url"]))).headers["content-disposition"]
    assert disposition.isascii()
    assert disposition.startswith('attachment; filename="')
    if not kept_as.isascii():
        assert unquote(disposition.partition("filename*=UTF-8''")[2]) == kept_as


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


async def test_an_upload_is_taken_back(acme: Office) -> None:
    sent = (await upload(acme.client)).json()
    assert (await acme.client.delete(f"/api/v1/attachments/{sent['id']}")).status_code == 204
    for path in (path_of(sent["url"]), f"/api/attachments/{sent['id']}/download"):
        assert (await acme.client.get(path)).status_code == 404


async def test_an_upload_takes_no_idempotency_key(acme: Office) -> None:
    files = {"file": ("a.txt", b"x")}
    answer = await acme.client.post("/api/v1/attachments", files=files, headers={"idempotency-key": "k"})
    assert answer.status_code == 422


async def test_a_form_says_what_is_wrong_in_its_own_words(acme: Office) -> None:
    ticket, another = await acme.ticket(), await acme.ticket()
    message = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"][0]
    files = {"file": ("a.txt", b"x")}
    split = {"conversationId": message["id"], "ticketId": another["id"]}
    answer = await acme.client.post("/api/upload", files=files, data=split)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "ticketId")
    # The API's own door has names of its own; those of the other one must not get lost silently.
    answer = await acme.client.post("/api/v1/attachments", files=files, data=split)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["conversationId", "ticketId"]
