"""How values are kept in columns: readable text on SQLite, the native types on PostgreSQL.

Each type hands out plain converter functions (`bind_processor`, `result_processor`), which the ORM uses as well as our
own executed-as-text statements in `prepared`.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, SafeUUID

import orjson
from sqlalchemy import ARRAY, TIMESTAMP, Dialect, String, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from helpdesk_core.errors import InvalidValue

Convert = Callable[[Any], Any]

NEVER = datetime.min.replace(tzinfo=UTC)
"""What `InstantOrNever` keeps for None, so that "never" sorts before every time in both databases."""


# A UUID refuses to have its attributes set; its slots do not.
_set_int = UUID.__dict__["int"].__set__
_set_is_safe = UUID.__dict__["is_safe"].__set__


class _Column(TypeDecorator[Any]):
    """A column type that is text on SQLite and native on PostgreSQL."""

    impl = Text
    cache_ok = True
    text: TypeEngine[Any] = Text()
    native: TypeEngine[Any] = Text()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(self.native if dialect.name == "postgresql" else self.text)


class Id(_Column):
    """A UUID: canonical text of 36 characters on SQLite."""

    text, native = String(36), Uuid(as_uuid=True)

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else id_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "postgresql" else read_id


class Instant(_Column):
    """A time: on SQLite ISO 8601 in UTC of fixed width (microseconds and a Z), so that text order is time order."""

    text, native = String(27), TIMESTAMP(timezone=True)

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else instant_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "postgresql" else datetime.fromisoformat


class InstantOrNever(_Column):
    """A time, or None, which sorts before every time: the column itself is never NULL."""

    text, native = Instant.text, Instant.native

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        convert = (lambda value: value) if dialect.name == "postgresql" else instant_text
        return lambda value: convert(NEVER if value is None else value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        if dialect.name == "postgresql":
            return lambda value: None if value == NEVER else value
        never = instant_text(NEVER)
        return lambda value: None if value == never else datetime.fromisoformat(value)


class Document(_Column):
    """JSON."""

    text, native = Text(), JSONB()

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return json_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "postgresql" else orjson.loads


class ListOf(_Column):
    """Several values as one parameter, for `dialects.among`: a JSON array on SQLite, an array on PostgreSQL."""

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item
        self.native = ARRAY(item.native if isinstance(item, _Column) else item)

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        if dialect.name == "postgresql":
            return list
        return array_text


def id_text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


@lru_cache(8192)
def read_id(text: str) -> UUID:
    """The UUID of its canonical text.

    `UUID(text)` takes twice as long, for it admits other spellings; and a page of rows names the same organization,
    customers and agents again and again.
    """
    value = object.__new__(UUID)
    _set_int(value, int(text.replace("-", ""), 16))
    _set_is_safe(value, SafeUUID.unknown)
    return value


@lru_cache(1024)  # a unit of work writes the same few moments again and again
def instant_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
    # A unit writes the same few moments again and again.
    return value.isoformat(timespec="microseconds")[:26] + "Z"


def json_text(value: Any) -> str | None:
    """JSON text; InvalidValue for what JSON cannot carry: half a character, a number beyond 64 bits."""
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError as unkeepable:
        raise InvalidValue("", f"a value cannot be kept as JSON: {unkeepable}") from unkeepable


def array_text(values: Sequence[Any]) -> str:
    return orjson.dumps(list(values)).decode()
