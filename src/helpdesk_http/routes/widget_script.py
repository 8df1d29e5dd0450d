"""`/widget.js`: the script that a page includes to show the widget."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk_http.etags import knows

SCRIPT: Final = Path(__file__).parent.parent / "widget" / "widget.js"
HEADERS: Final = {
    "access-control-allow-origin": "*",  # so that pages can pin it by its hash (Subresource Integrity)
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=600",
}


def script_routes() -> list[Route]:
    """The script, read once."""
    script = _Script()
    return [Route("/widget.js", script.answer)]


class _Script:
    def __init__(self) -> None:
        self._body = b""
        self._tag = ""

    async def answer(self, request: Request) -> Response:
        if not self._body:
            self._body = SCRIPT.read_bytes()
            self._tag = f'"{sha256(self._body).hexdigest()[:32]}"'
        headers = {**HEADERS, "etag": self._tag}
        if knows(request.headers.get("if-none-match"), self._tag):
            return Response(status_code=304, headers=headers)
        return Response(self._body, 200, headers, "text/javascript; charset=utf-8")
