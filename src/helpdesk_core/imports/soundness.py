"""Soundness: whether a brought thing can be kept at all, and what is mended of it without a word.

Total: whatever a source makes up, the answer is a thing that every store can hold, or the reason why there is none.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import attrs

from helpdesk_core.charsets import storable
from helpdesk_core.imports.brought import Brought, BroughtTicket

T = TypeVar("T", bound=Brought)

LONGEST_ID: Final = 200
"""Characters of an id."""
LONGEST_LINE: Final = 1_000
"""Characters of a name, a subject, a tag, or whatever else stands on a line."""
LONGEST_TEXT: Final = 4_000_000
"""Characters of a message or an article. Longer ones are refused: cutting would lose words."""
LONGEST_THING: Final = 32_000_000
MOST_MESSAGES: Final = 20_000
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=2)
"""How far a source's clock may be ahead of ours."""
DEEPEST: Final = 20
LARGEST: Final = 2**53
"""Of a number; beyond it JSON is not read alike everywhere."""

_LINES = frozenset(
    {
        "name",
        "subject",
        "title",
        "section",
        "label",
        "key",
        "company",
        "language",
        "country",
        "city",
        "number",
    }
    | {"status", "priority", "channel", "filename", "content_type", "speaker_name", "message_id"}
)
"""What stands on a line, and is cut where it is too long for one."""
_IDS = frozenset({"id", "customer_id", "assignee_id", "team_id", "speaker_id", "merged_into", "version"})


class Unsound(ValueError):
    """The thing cannot be kept; the message says why."""


def sound(thing: T, now: datetime) -> T:
    """The thing without NUL and half characters; raises Unsound where that does not suffice."""
    if isinstance(thing, BroughtTicket) and len(thing.messages) > MOST_MESSAGES:
        raise Unsound(f"It has {len(thing.messages)} messages; at most {MOST_MESSAGES} are kept.")
    mended: T = _Checking(now + AHEAD).of(thing, "", 0)
    return mended


@attrs.define
class _Checking:
    latest: datetime
    characters: int = 0

    def of(self, value: Any, path: str, depth: int) -> Any:
        """The value as it can be kept; the very same one where nothing is to be mended."""
        match value:
            case str():
                return self._text(value, path)
            case None | bool():
                return value
            case datetime():
                return self._time(value, path)
            case int() | float():
                return self._number(value, path)
        if depth > DEEPEST:
            raise Unsound(f"{path}: is nested too deeply.")
        if isinstance(value, Mapping):
            changed = {
                self.of(str(name), path, depth + 1): self.of(one, _under(path, name), depth + 1)
                for name, one in value.items()
            }
            return value if changed == value else changed
        if isinstance(value, tuple | list):
            several = tuple(self.of(one, f"{path}[{place}]", depth + 1) for place, one in enumerate(value))
            same = all(new is old for new, old in zip(several, value, strict=True))
            return value if same else type(value)(several)
        return self._thing(value, path, depth) if attrs.has(type(value)) else value

    def _thing(self, value: Any, path: str, depth: int) -> Any:
        changes = {}
        for name in _names(type(value)):
            old = getattr(value, name)
            if name != "id" and (old is None or old == () or old == ""):
                continue
            new = self.of(old, _under(path, name), depth + 1)
            if name == "id" and not new.strip():
                raise Unsound(f"{path or 'It'} has no id.")
            if new is not old:
                changes[name] = new
        return attrs.evolve(value, **changes) if changes else value

    def _text(self, value: str, path: str) -> str:
        name = path.rpartition(".")[2]
        longest = LONGEST_ID if name in _IDS else LONGEST_TEXT
        if len(value) > longest:
            raise Unsound(f"{path} has {len(value)} characters; at most {longest} are kept.")
        if name in _LINES or name.endswith("]"):
            value = value[:LONGEST_LINE]
        self.characters += len(value)
        if self.characters > LONGEST_THING:
            raise Unsound(f"It has more than {LONGEST_THING} characters.")
        return storable(value)

    def _time(self, value: datetime, path: str) -> datetime:
        if value.tzinfo is None:
            raise Unsound(f"{path}: is a time without a time zone.")
        if not EARLIEST <= value <= self.latest:
            raise Unsound(f"{path}: {value.isoformat()} is no time at which that can have been.")
        return value

    def _number(self, value: float, path: str) -> float:
        if not -LARGEST <= value <= LARGEST:  # NaN is not either
            raise Unsound(f"{path}: is no number that can be kept.")
        return value


_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in attrs.fields(kind))
    return _FIELDS[kind]


def _under(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
