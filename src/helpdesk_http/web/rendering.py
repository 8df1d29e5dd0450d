"""Pages out of templates, under a policy that lets nothing foreign in."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from helpdesk_adapters.container import Container

HERE: Final = Path(__file__).parent
SECURITY: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def render(template: str, request: Request, status: int = 200, **values: Any) -> Response:
    """A page of this template, which nothing may run in but the desk's own."""
    text = _templates().get_template(template).render(values)
    return HTMLResponse(text, status, SECURITY)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "iso": lambda at: at.isoformat() if at else "",
        "moment": lambda at: f"{at:%d %b %Y, %H:%M} UTC",
        "day": lambda at: f"{at:%d %b %Y}",
        "ago": _ago,
        "words": lambda text: text.replace("_", " "),
        "bytes": _bytes,
    }
    return environment


def _ago(at: datetime | None) -> str:
    if at is None:
        return ""
    seconds = int((datetime.now(UTC) - at).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def _bytes(size: int) -> str:
    return (
        f"{size} B"
        if size < 1_000
        else f"{size / 1_000:.0f} kB"
        if size < 1_000_000
        else f"{size / 1e6:.1f} MB"
    )


def desk_of(request: Request) -> Container:
    desk: Container = request.app.state.desk
    return desk
