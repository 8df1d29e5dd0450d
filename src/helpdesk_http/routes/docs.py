"""The API page, which needs no outside host: /openapi.json, and /docs with a vendored Swagger UI (5.35.0)."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from helpdesk_http.etags import knows
from helpdesk_http.wire import write

FILES: Final = Path(__file__).parent.parent / "static" / "docs"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI runs under it as it is: no inline script, no eval, no other host."""


def docs_routes(document: Callable[[], dict[str, Any]]) -> list[Route | Mount]:
    """/openapi.json, /docs and its files; `document` is called once, when the contract is first asked for."""
    contract = _Contract(document)
    return [
        Route("/openapi.json", contract.answer),
        Route("/docs", _page),
        Mount("/docs", StaticFiles(directory=FILES)),
    ]


class _Contract:
    """The document as bytes, written once, with the ETag that saves sending it again."""

    def __init__(self, document: Callable[[], dict[str, Any]]) -> None:
        self._document = document
        self._body = b""
        self._headers: dict[str, str] = {}

    async def answer(self, request: Request) -> Response:
        if not self._body:
            self._body = write(self._document())
            etag = f'"{sha256(self._body).hexdigest()[:32]}"'
            self._headers = {"etag": etag, "cache-control": "no-cache", "access-control-allow-origin": "*"}
        if knows(request.headers.get("if-none-match"), self._headers["etag"]):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, 200, self._headers, "application/json")


async def _page(request: Request) -> Response:
    headers = {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    return FileResponse(FILES / "docs.html", headers=headers)
