"""Pages out of templates, under a policy that lets nothing foreign in."""

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_http.web.tongues import Ours, Tongue, tongue_of

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
SECURITY: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; media-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
WORTH_PACKING: Final = 1_000
"""Bytes from which a page is compressed on its way."""
GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "helpdesk_theme"


def render(template: str, request: Request, status: int = 200, **values: Any) -> Response:
    """A page of this template, which nothing may run in but the desk's own, in the reader's language."""
    tongue = tongue_of(request)
    text = _environment(tongue.code).get_template(template).render({**_common(request, tongue), **values})
    return _on_its_way(text, request, status)


def _on_its_way(text: str, request: Request, status: int) -> Response:
    """Compressed for whoever takes it so. Event streams never come by here: each piece of theirs goes at once.

    That the length of a compressed page tells something of its secrets helps nobody: no other site can have one
    fetched with the reader's cookie.
    """
    body, headers = text.encode("utf-8", "replace"), {**SECURITY, "vary": "accept-encoding"}
    if len(body) >= WORTH_PACKING and GZIP.search(request.headers.get("accept-encoding", "")):
        body = gzip.compress(body, 5, mtime=0)
        headers["content-encoding"] = "gzip"
    return HTMLResponse(body, status, headers)


def _common(request: Request, tongue: Tongue) -> Mapping[str, Any]:
    """What every template knows: of the request, and of how its reader wants to see things."""
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return {
        "path": request.url.path,
        "asked": f"{request.url.path}?{request.url.query}".rstrip("?"),
        "theme": theme if theme in THEMES else "auto",
        "tongue": tongue,
        "flash": request.query_params.get("done", ""),
    }


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tongue = Tongue.of(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        tongue.said, tongue.counted, newstyle=True
    )
    environment.filters |= {
        "iso": lambda at: at.isoformat() if at else "",
        "moment": lambda at: f"{at:%d %b %Y, %H:%M} UTC" if at else "",
        "day": lambda at: f"{at:%d %b %Y}" if at else "",
        "words": lambda text: text.replace("_", " "),
        "bytes": _bytes,
        "initials": _initials,
        "hue": _hue,
        "number": lambda value: f"{value:,}",
        "said": tongue.said,
        "shown": lambda text: tongue.said(text) if isinstance(text, Ours) else text,
    }
    environment.globals |= {"static": static_address, "now": lambda: datetime.now(UTC), "when": _when}
    return environment


def static_address(name: str) -> str:
    """Where a file of `static/` is read; another content has another address, so that it may be kept for good."""
    return f"/app/static/{name}?v={fingerprint(name)}"


@cache
def fingerprint(name: str) -> str:
    """Changes with the content of a file of `static/`."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def _when(at: datetime | None, style: str = "ago") -> Markup:
    """A moment. The page's script shows it in the reader's zone and words; without it, it stands in UTC.

    style: `ago` (how long since), `moment` (day and time), `day`.
    """
    if at is None:
        return Markup("")
    text = f"{at:%d %b %Y}" if style == "day" else f"{at:%d %b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}" data-style="{}">{}</time>').format(at.isoformat(), style, text)


def _bytes(size: int) -> str:
    for limit, unit in ((1_000, "B"), (1_000_000, "kB"), (1_000_000_000, "MB")):
        if size < limit:
            return f"{size * 1_000 / limit:.{1 if unit == 'MB' else 0}f} {unit}"
    return f"{size / 1e9:.1f} GB"


def _initials(name: str | None) -> str:
    """One or two letters that stand for a person."""
    words = re.findall(r"\w+", (name or "").split("@")[0])
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def _hue(name: str | None) -> int:
    """One of twelve colours, always the same for a name."""
    return sum((name or "").encode()) % 12


def said(request: Request, text: str) -> str:
    """One of our texts in the reader's language."""
    return tongue_of(request).said(text)


def counted(request: Request, one: str, many: str, number: int) -> str:
    """One of our texts with a number in it, `%(num)s`, in the reader's language."""
    return tongue_of(request).counted(one, many, number) % {"num": number}


def desk_of(request: Request) -> Container:
    desk: Container = request.app.state.desk
    return desk
