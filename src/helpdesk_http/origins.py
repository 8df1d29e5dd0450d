"""Pages of other people: which of them may use a widget, and how browsers are told (Fetch, CORS).

An answer to a widget's request may be read by the page that asked, whatever it says: its refusals too. What a page may
do is decided by the widget's own list, before anything is done.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpdesk_core.errors import NotAllowed
from helpdesk_core.widget import Widget, admits
from helpdesk_http.middleware import header
from helpdesk_http.who import own_hosts

WIDGET_PATHS: Final = "/api/widget/"
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type, x-widget-session, last-event-id, if-none-match"),
    (b"access-control-max-age", b"86400"),
)
_READABLE: Final = (b"access-control-expose-headers", b"retry-after, x-request-id, etag")


def refuse_foreign_page(request: Request, widget: Widget) -> None:
    """NotAllowed for a request from a page that the widget's list does not admit.

    The desk's own pages are admitted. A request that names no origin must name an admitted page as its referrer.
    """
    if not widget.allowed_domains:
        return
    page = request.headers.get("origin")
    if page is None:
        page = request.headers.get("referer", "")
    url = _parts(page)
    if url is not None and (url[1] in own_hosts(request) or admits(widget, url[0])):
        return
    raise NotAllowed("This widget is not for use on this page.")


class WidgetPages:
    """Middleware: answers preflights of the widget's paths, and lets the page that asked read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = header(scope, b"origin") if scope["type"] == "http" else None
        if origin is None or not scope["path"].startswith(WIDGET_PATHS):
            await self.app(scope, receive, send)
            return
        told = [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), _READABLE]
        if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
            headers = [*told, *_PREFLIGHT]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *told]}
            await send(message)

        await self.app(scope, receive, send_readable)


def _parts(page: str) -> tuple[str, str] | None:
    """The host of a page in lower case, and as Host headers write it, with its port; None for what is no page."""
    try:
        url = urlsplit(page)
        host = url.hostname
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not host:
        return None
    return host.rstrip("."), url.netloc.rpartition("@")[2].lower()
