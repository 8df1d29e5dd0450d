"""The strict forms of single values in JSON: what each must look like, and what is said when it does not."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn
from uuid import UUID

from attrs import frozen

Hook = Callable[[Any, Any], Any]
"""Makes a value of a type (the second argument, often ignored) from parsed JSON, or raises InvalidBody."""

MAX_ERRORS: Final = 100
"""No answer lists more wrong fields than this, however many a body has."""


@frozen
class FieldError:
    """What is wrong at `path`; the path of the whole value is empty."""

    path: str
    message: str

    def under(self, step: str) -> "FieldError":
        """The same error seen from one level further out; `step` is a name or `[3]`."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return FieldError(f"{step}{joint}{self.path}", self.message)


class InvalidBody(ValueError):
    """The JSON is well-formed, but not what is asked for; `errors` says everything that is wrong with it."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        self.errors = errors[:MAX_ERRORS]
        super().__init__("; ".join(f"{error.path} {error.message}".lstrip() for error in self.errors))


class InvalidParameters(InvalidBody):
    """The query or a header is not what is asked for; paths begin with `query` or `header`."""


def refuse(message: str) -> NoReturn:
    raise InvalidBody((FieldError("", message),))


def unfit(text: str) -> str | None:
    """Why a string cannot be kept: PostgreSQL stores no U+0000, and UTF-8 has no surrogates (RFC 3629 §3)."""
    if "\0" in text:
        return "must not contain the character U+0000"
    if not text.isascii() and _SURROGATE.search(text):
        return "must not contain a lone surrogate"
    return None


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and a Z; digits beyond are cut off. ValueError for a naive time."""
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("a naive time has no place on the wire")
        at = at.astimezone(UTC)
    # A third of the time that isoformat(timespec="milliseconds") takes; a page of tickets has a hundred.
    day = f"{at.year:04}-{_TWO[at.month]}-{_TWO[at.day]}"
    return f"{day}T{_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}.{_THREE[at.microsecond // 1000]}Z"


def choice(members: dict[str, Any]) -> Hook:
    """One of a few words."""
    expected = f"must be one of {', '.join(members)}"

    def chosen(value: Any, _: Any) -> Any:
        if type(value) is not str or value not in members:
            refuse(expected)
        return members[value]

    return chosen


def null(value: Any, _: Any) -> None:
    if value is not None:
        refuse("must be null")


def _text(value: Any, _: Any) -> str:
    if type(value) is not str:
        refuse("must be a string")
    if fault := unfit(value):
        refuse(fault)
    return value


def _integer(value: Any, _: Any) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)  # JSON has one kind of number: in JSON Schema, too, 3.0 is an integer
    if type(value) is not int:
        refuse("must be an integer")
    if not MIN_INTEGER <= value <= MAX_INTEGER:
        refuse("must fit in 64 bits")
    return value


def _number(value: Any, _: Any) -> float:
    if type(value) is not float and type(value) is not int:
        refuse("must be a number")
    return float(value)


def _boolean(value: Any, _: Any) -> bool:
    if type(value) is not bool:
        refuse("must be true or false")
    return value


def _uuid(value: Any, _: Any) -> UUID:
    if type(value) is not str or not _UUID.fullmatch(value):
        refuse("must be a UUID, like 019b76da-a800-7d3c-9b1f-2f6b8a1c5e44")
    return UUID(value)


def _datetime(value: Any, _: Any) -> datetime:
    if type(value) is not str or not _RFC_3339.fullmatch(value):
        refuse("must be a time with its offset, like 2026-01-02T03:04:05Z")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse("must be a time that exists")


def _date(value: Any, _: Any) -> date:
    if type(value) is not str or not _DATE.fullmatch(value):
        refuse("must be a day, like 2026-01-02")
    try:
        return date.fromisoformat(value)
    except ValueError:
        refuse("must be a day that exists")


def _decimal(value: Any, _: Any) -> Decimal:
    if type(value) is not str or not _DECIMAL.fullmatch(value):
        refuse('must be a decimal number in a string, like "12.50"')
    return Decimal(value)


MIN_INTEGER: Final = -(1 << 63)
MAX_INTEGER: Final = (1 << 63) - 1

SCALARS: Final[dict[Any, Hook]] = {
    str: _text,
    int: _integer,
    float: _number,
    bool: _boolean,
    UUID: _uuid,
    datetime: _datetime,
    date: _date,
    Decimal: _decimal,
}

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,30})?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TWO: Final = tuple(f"{number:02}" for number in range(60))
_THREE: Final = tuple(f"{number:03}" for number in range(1000))
