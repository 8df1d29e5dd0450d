"""Resend's API as far as the desk uses it, over real HTTP (resend.com/docs/api-reference, November 2026)."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from attrs import Factory, define, frozen

from tests.fakes.http_server import Reply, Request, serving

KEY = "re_test_0123456789"


@frozen
class Sent:
    """A mail that was handed over for sending."""

    id: str
    key: str | None
    payload: dict[str, Any]

    @property
    def message_id(self) -> str:
        """What stands in the mail outside: another one than it came with."""
        return f"<0102{self.id}-000000@eu-west-1.amazonses.com>"

    def attachment(self, index: int) -> bytes:
        return b64decode(self.payload["attachments"][index]["content"], validate=True)


@define
class FakeResend:
    """What it keeps, and how it is to behave from now on."""

    base: str = ""
    received: dict[str, dict[str, Any]] = Factory(dict)
    """By id: the mail as the API shows it; each of its `attachments` with its bytes as `content`."""
    sent: list[Sent] = Factory(list)
    requests: list[Request] = Factory(list)
    troubles: dict[str, list[Reply]] = Factory(dict)
    """By the beginning of a path: answers given in turn instead of the proper ones; the last one stays."""
    page: int = 100
    links: dict[str, str] = Factory(dict)
    """By attachment: a download link other than its own."""
    unlisted_links: bool = False
    """The list of attachments leaves the download links out."""

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        path = urlsplit(request.target).path
        for beginning, replies in self.troubles.items():
            if path.startswith(beginning) and replies:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        if path.startswith("/files/"):
            return self._file(request, path)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return problem(
                401, "missing_api_key" if "authorization" not in request.headers else "invalid_api_key"
            )
        match path.strip("/").split("/"):
            case ["emails"] if request.method == "POST":
                return self._send(request)
            case ["emails", email_id] if email_id in (mail.id for mail in self.sent):
                (mail,) = (mail for mail in self.sent if mail.id == email_id)
                return _json({"object": "email", "id": mail.id, "message_id": mail.message_id})
            case ["emails", "receiving", email_id] if email_id in self.received:
                return _json(self._shown(email_id))
            case ["emails", "receiving", email_id, "attachments"] if email_id in self.received:
                return self._list(email_id, request)
            case ["emails", "receiving", email_id, "attachments", file] if email_id in self.received:
                found = [one for one in self._files(email_id) if one["id"] == file]
                return _json(self._linked(found[0])) if found else problem(404, "not_found")
        return problem(404, "not_found")

    def _files(self, email_id: str) -> list[dict[str, Any]]:
        return list(self.received[email_id].get("attachments") or [])

    def _shown(self, email_id: str) -> dict[str, Any]:
        files = [{k: v for k, v in file.items() if k != "content"} for file in self._files(email_id)]
        return {"object": "email", "id": email_id, **self.received[email_id], "attachments": files}

    def _linked(self, file: dict[str, Any]) -> dict[str, Any]:
        link = self.links.get(file["id"], f"{self.base}/files/{file['id']}?signature=s3cr3t")
        shown = {k: v for k, v in file.items() if k != "content"}
        return {
            "object": "attachment",
            **shown,
            "download_url": link,
            "expires_at": "2026-11-22 13:00:00.5+00",
        }

    def _list(self, email_id: str, request: Request) -> Reply:
        query = parse_qs(urlsplit(request.target).query)
        files = self._files(email_id)
        after = query.get("after", [""])[0]
        start = next((n + 1 for n, file in enumerate(files) if file["id"] == after), 0)
        end = start + min(self.page, int(query.get("limit", ["20"])[0]))
        shown = [self._linked(file) for file in files[start:end]]
        if self.unlisted_links:
            shown = [
                {k: v for k, v in file.items() if k not in ("download_url", "expires_at")} for file in shown
            ]
        return _json({"object": "list", "has_more": end < len(files), "data": shown})

    def _file(self, request: Request, path: str) -> Reply:
        if "authorization" in request.headers:
            return problem(400, "the API key was sent to the file store")
        files = [file for email_id in self.received for file in self._files(email_id)]
        content = next((file["content"] for file in files if path == f"/files/{file['id']}"), None)
        return Reply(200, content) if content is not None else Reply(404)

    def _send(self, request: Request) -> Reply:
        payload = json.loads(request.body)
        key = request.headers.get("idempotency-key")
        known = next((mail for mail in self.sent if key is not None and mail.key == key), None)
        if known is not None and known.payload != payload:
            return problem(409, "invalid_idempotent_request")
        if known is None:
            if len(payload["to"]) > 50:
                return problem(422, "validation_error")
            known = Sent(str(uuid4()), key, payload)
            self.sent.append(known)
        return _json({"id": known.id})


def problem(status: int, name: str, message: str = "", headers: dict[str, str] | None = None) -> Reply:
    """An error as Resend words it."""
    told = {"statusCode": status, "name": name, "message": message or f"The {name}."}
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json", **(headers or {})})


@contextmanager
def fake_resend() -> Iterator[FakeResend]:
    """Resend on 127.0.0.1 until the block ends."""
    resend = FakeResend()
    with serving(resend.answer) as port:
        resend.base = f"http://127.0.0.1:{port}"
        yield resend


def _json(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode(), {"content-type": "application/json"})
