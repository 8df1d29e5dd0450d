"""Somebody's shop with the widget of a desk on its pages: the shop on one origin, the desk on another."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
from attrs import define, field

from tests.http.running import RunningDesk

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Garden shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body><h1>Garden shop</h1><p>Kettles, cans and spades. <a href="#about" id="about">About us</a></p>
{before}<script nonce="n0nce" src="{desk}/widget.js" data-api-key="{key}"{attributes} async></script></body></html>"""


@define
class Shop:
    """The pages of a shop, the desk behind its widget, and a key with which an agent's program speaks."""

    desk: RunningDesk
    key: str
    port: int
    pages: dict[str, bytes] = field(factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def widget(self, **values: Any) -> str:
        """The key of a new widget."""
        made = self.api("POST", "/widgets", {"name": f"Shop {len(self.pages)}", **values})
        return str(made["api_key"])

    def page(self, key: str, lang: str = "en", head: str = "", before: str = "", attributes: str = "") -> str:
        """The address of a new page that shows the widget; `before` stands before its script."""
        words = {"lang": lang, "head": head, "before": before, "key": key, "attributes": attributes}
        path = f"/{len(self.pages)}"
        self.pages[path] = PAGE.format(desk=self.desk.base, **words).encode()
        return self.base + path

    def tickets(self, said: str) -> list[Any]:
        """The tickets whose first words are these."""
        found = self.api("GET", "/tickets?limit=100")["data"]
        return [ticket for ticket in found if ticket["subject"] == said]

    def said(self, ticket: Any) -> list[tuple[str, str]]:
        """What was said in a ticket: kinds and texts, oldest first."""
        told = self.api("GET", f"/tickets/{ticket['id']}/conversations?limit=100")["data"]
        return [(one["kind"], one["content_text"]) for one in told]

    def answers(self, ticket: Any, text: str | None = None, **values: Any) -> Any:
        said = values if text is None else {"text": text, **values}
        return self.api("POST", f"/tickets/{ticket['id']}/conversations", said)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {self.key}"}
        answer = httpx2.request(
            method, f"{self.desk.base}/api/v1{path}", json=body, headers=headers, timeout=20
        )
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    desk = RunningDesk(folder / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    pages: dict[str, bytes] = {}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            return

    with desk.serving(), ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Shop(desk, key, server.server_port, pages)
        finally:
            server.shutdown()
