"""Writes docs/reference/settings.md from the settings themselves: `.venv/bin/python -m tests.docs.settings`."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from helpdesk_adapters.provider_bases import PROVIDER_BASES
from helpdesk_adapters.settings import FIELDS
from helpdesk_core.rate_limits import Rate
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "settings.md"
INTRODUCTION = """\
# Settings

Environment variables, or lines `NAME=value` of a `.env` file in the working folder; the environment wins. A
name beginning with `HELPDESK_` that is not listed here, or a value that cannot be read, stops the start with
one line that names it. Nothing has to be set. Where several secrets are allowed they are separated by commas
and tried in turn, so that they can be rotated.

| name | default | meaning |
| --- | --- | --- |
"""
RESERVED = """
## Known, and not used yet

Names that later releases of this desk use. They may be set already, and do nothing.

| name | meaning |
| --- | --- |
"""
BASES = """
## Where the providers' APIs are

For a proxy, a sandbox or a test in a provider's place. A URL of an origin that is set here is reached on any
scheme and address; everything else that the desk fetches has to be public.

| name | default |
| --- | --- |
"""


def render() -> str:
    """The page as it ought to be."""
    used = [field for field in FIELDS if _is_used(field)]
    rows = [
        f"| `{field.metadata['name']}` | {_default(field)} | {field.metadata['meaning']} |" for field in used
    ]
    others = [field for field in FIELDS if field not in used]
    reserved = [f"| `{field.metadata['name']}` | {field.metadata['meaning']} |" for field in others]
    bases = [f"| `HELPDESK_{name.upper()}_API_BASE` | `{base}` |" for name, base in PROVIDER_BASES.items()]
    return (
        INTRODUCTION
        + "\n".join(rows)
        + "\n"
        + BASES
        + "\n".join(bases)
        + "\n"
        + RESERVED
        + "\n".join(reserved)
        + "\n"
    )


def _is_used(field: Any) -> bool:
    """Whether anything but the list of settings asks for it."""
    asked = re.compile(rf"settings(\(\))?(\.provided)?\.{field.name}\b|\"{field.metadata['name']}\"")
    told = (ROOT / "src" / "helpdesk_adapters" / "settings.py").read_text("utf-8")
    return f"self.{field.name}" in told or any(asked.search(text) for text in _sources())


@cache
def _sources() -> list[str]:
    files = [path for path in (ROOT / "src").rglob("*.py") if path.name != "settings.py"]
    return [path.read_text("utf-8") for path in files]


def _default(field: Any) -> str:
    match field.default:
        case None | ():
            return "unset"
        case bool() as on:
            return f"`{str(on).lower()}`"
        case Rate(count=count, seconds=seconds):
            return f"`{count}/{ {60: 'minute', 3600: 'hour'}.get(seconds, f'{seconds} seconds') }`"
        case float() as number:
            return f"`{number:g}`"
        case timedelta(days=days):
            return f"`{days}d`"
        case tuple() as values:
            return f"`{','.join(map(str, values))}`"
        case Path() | str() as value:
            return f"`{value}`"
    raise TypeError(f"{field.name} has a default that this page cannot tell")


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
