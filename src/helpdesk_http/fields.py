"""What a value at the door may look like, said once on the attrs class that carries it.

A constraint is a note inside `Annotated`, so it can be named and shared by every body that has the field:

    Subject = Annotated[str, Text(min=1, max=255, doc="One line.", example="Where is my parcel?")]

    @frozen(kw_only=True)
    class NewTicket:
        subject: Subject
        tags: Annotated[tuple[Tag, ...], Many(max=50)] = ()

A field that may be absent, which is not null, is `subject: Subject | Unset = UNSET` (`helpdesk_core.unset`);
an answer leaves out a field that holds UNSET.

`wire` refuses what breaks a note, `schemas` describes it; neither knows a constraint the other does not.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar

from attrs import frozen

from helpdesk_core.members import size_of
from helpdesk_core.unset import UNSET

C = TypeVar("C")
Check = Callable[[Any], str | None]
"""Says what is wrong with a value of the right type, as the end of a sentence, or None."""


@frozen(kw_only=True, eq=False)
class About:
    """Words for the reader of the contract, and an example value in the form it has in JSON."""

    doc: str = ""
    example: Any = UNSET

    def check(self) -> Check | None:
        return None

    def schema(self) -> dict[str, Any]:
        return {}


@frozen(kw_only=True, eq=False)
class Text(About):
    """A string's length in code points and its form.

    `pattern` is searched for, as JSON Schema does: anchor it with ^ and $. `format` is a key of FORMATS.
    """

    max: int
    min: int = 0
    pattern: str | None = None
    format: Literal["email", "uri"] | None = None

    def check(self) -> Check:
        low, high, format_ = self.min, self.max, self.format
        pattern = None if self.pattern is None else re.compile(_python_pattern(self.pattern))
        well_formed = None if format_ is None else FORMATS[format_]

        def check(value: str) -> str | None:
            if len(value) > high:
                return f"must have at most {high} characters"
            if len(value) < low:
                return "must not be empty" if low == 1 else f"must have at least {low} characters"
            if pattern is not None and pattern.search(value) is None:
                return f"must match {self.pattern}"
            if well_formed is not None and well_formed.search(value) is None:
                return f"must be {_FORMAT_NAMES[format_]}"
            return None

        return check

    def schema(self) -> dict[str, Any]:
        form = {"pattern": self.pattern, "format": self.format}
        return _known({"minLength": self.min or None, "maxLength": self.max, **form})


@frozen(kw_only=True, eq=False)
class Number(About):
    """The range of an integer or float, both ends included."""

    min: float | None = None
    max: float | None = None

    def check(self) -> Check:
        def check(value: float) -> str | None:
            if self.min is not None and value < self.min:
                return f"must be at least {self.min}"
            if self.max is not None and value > self.max:
                return f"must be at most {self.max}"
            return None

        return check

    def schema(self) -> dict[str, Any]:
        return _known({"minimum": self.min, "maximum": self.max})


@frozen(kw_only=True, eq=False)
class Many(About):
    """How many items an array may have; what each may look like is said on the item's own type."""

    max: int
    min: int = 0

    def check(self) -> Check:
        def check(value: Sequence[Any]) -> str | None:
            if len(value) > self.max:
                return f"must have at most {self.max} items"
            if len(value) < self.min:
                return "needs one at least" if self.min == 1 else f"must have at least {self.min} items"
            return None

        return check

    def schema(self) -> dict[str, Any]:
        return _known({"minItems": self.min or None, "maxItems": self.max})


@frozen(kw_only=True, eq=False)
class Object(About):
    """How large an object of any members may be: `max` counts the characters of its JSON."""

    max: int

    def check(self) -> Check:
        def check(value: Mapping[str, Any]) -> str | None:
            too_large = size_of(value) > self.max
            return f"must have at most {self.max} characters as JSON" if too_large else None

        return check


_ATOM: Final = r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]"
_LABEL: Final = r"[^\W_](?:[^\W_]|-(?!\.|\Z)){0,62}"
FORMATS: Final[dict[str | None, re.Pattern[str]]] = {
    "email": re.compile(rf"\A{_ATOM}{{1,64}}@(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+\Z"),
    "uri": re.compile(r"\Ahttps?://[^\s/?#\x00-\x20]+[^\s\x00-\x20]*\Z", re.IGNORECASE),
}
"""Forms by their JSON Schema name. An address is RFC 5322's dot-atom, without quoting but with letters of any
script (RFC 6531), at a domain of two labels or more; a URI is one that a browser or a fetch may follow."""
_FORMAT_NAMES: Final[dict[str | None, str]] = {
    "email": "an e-mail address",
    "uri": "an http or https address",
}


def camel(cls: type[C]) -> type[C]:
    """Class decorator: in JSON this class's names are camelCase (`visitor_id` is `visitorId`)."""
    cls.__wire_camel__ = True  # type: ignore[attr-defined]
    return cls


def lenient(cls: type[C]) -> type[C]:
    """Class decorator: unknown fields are passed over, for senders who may add to what they send."""
    cls.__wire_lenient__ = True  # type: ignore[attr-defined]
    return cls


def shown(**example: Any) -> Callable[[type[C]], type[C]]:
    """Class decorator: the example of the whole, where those of its fields do not go together."""

    def decorate(cls: type[C]) -> type[C]:
        cls.__wire_example__ = example  # type: ignore[attr-defined]
        return cls

    return decorate


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value is not None}


def _python_pattern(pattern: str) -> str:
    # In ECMA 262, which JSON Schema follows, $ does not match before a final line feed.
    return f"{pattern[:-1]}\\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern
