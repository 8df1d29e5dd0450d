"""The one language of imports as JSON lines: one object a line, its members those of `helpdesk_core.imports.brought`.

What is left out has its default; a member that nobody knows is refused, so that a misspelt one is not lost in silence.
"""

import json
from functools import cache
from typing import Any, Final

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.preconf.json import configure_converter
from cattrs.v import format_exception

from helpdesk_core.imports.brought import KIND_OF, Brought, Kind

FORMAT: Final = "helpdesk-export"
VERSION: Final = 1
"""Of the format; it grows where an older desk could not read what a newer one writes."""
MANIFEST: Final = "manifest.json"
LONGEST_REASON: Final = 300
"""Characters of what is told of a line that cannot be read."""

CLASSES = {kind: cls for cls, kind in KIND_OF.items()}


class UnreadableLine(ValueError):
    """A line that is no such thing; the message says why, in a sentence."""


def line_of(thing: Brought) -> str:
    """The thing in one line, without an end of line; what has its default is left out."""
    told = _converter().unstructure(thing)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def thing_of(kind: Kind, line: str | bytes) -> Brought:
    """The thing that a line tells of, or UnreadableLine."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableLine(f"It is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise UnreadableLine("It is no JSON object.")
    return thing_from(kind, told)


def thing_from(kind: Kind, told: dict[str, Any]) -> Brought:
    """The thing that these members make, or UnreadableLine."""
    try:
        found: Brought = _converter().structure(told, CLASSES[kind])
    except BaseValidationError as error:
        wrong = transform_error(error, format_exception=_words)
        raise UnreadableLine("; ".join(map(_by_member, wrong))[:LONGEST_REASON]) from error
    return found


def _words(error: BaseException, expected: type | None) -> str:
    """What is wrong with a value, in its own words where they say more than cattrs's."""
    return str(error) if isinstance(error, ValueError) else format_exception(error, expected)


def _by_member(told: str) -> str:
    """What cattrs tells as `required field missing @ $.id`, with the member first."""
    what, _, path = told.rpartition(" @ $")
    return f"{path.removeprefix('.')}: {what}" if path else what


@cache
def _converter() -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=True)
    configure_converter(converter)
    return converter
