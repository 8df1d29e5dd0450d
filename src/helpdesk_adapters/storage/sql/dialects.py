"""Where SQLite and PostgreSQL differ: everything else is written once, over what this module offers.

Both know row values, `ON CONFLICT`, `RETURNING` and partial indexes; SQLAlchemy leaves `FOR UPDATE SKIP LOCKED` out on
SQLite, which has one writer at a time.
"""

from typing import Any

from sqlalchemy import Dialect, literal_column
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import Boolean

from helpdesk_adapters.storage.sql.types import ListOf


class _Compiler(SQLiteCompiler):
    """Writes hints, which SQLAlchemy's own leaves out: `INDEXED BY` (https://sqlite.org/lang_indexedby.html)."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


class _SQLite(SQLiteDialect):
    supports_statement_cache = True
    statement_compiler = _Compiler


def sqlite_dialect() -> Dialect:
    return _SQLite(paramstyle="qmark")


def postgresql_dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql import psycopg

    dialect: Dialect = psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    return dialect


class Among(ColumnElement[bool]):
    """`column IN (the values of one parameter)`: one statement for any number of them."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values: BindParameter[Any] = BindParameter(name, required=True, type_=ListOf(column.type))

    def self_group(self, against: object = None) -> "Among":
        return self  # it is a condition in both dialects: SQLAlchemy would compare it with 1 on SQLite


class Hinted(ColumnElement[bool]):
    """A condition as it is, but for a hint to SQLite, which has no statistics of its rows and guesses."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, hint: str, condition: ColumnElement[bool]) -> None:
        self.hint = hint
        self.condition = condition

    def self_group(self, against: object = None) -> "Hinted":
        return self


def likely(condition: ColumnElement[bool]) -> Hinted:
    """Most rows fulfil it: it is no reason to expect few, and to sort them rather than read them in order."""
    return Hinted("likely({})", condition)


def checked(condition: ColumnElement[bool]) -> Hinted:
    """It is looked at where other conditions have found a row, and is not to find rows itself.

    `organization_id = ?` says little, but to SQLite it promises fewer rows than a list of ids.
    """
    return Hinted("+{}", condition)


@compiles(Hinted, "sqlite")
def _with_hint(element: Hinted, compiler: SQLCompiler, **kw: Any) -> str:
    return element.hint.format(compiler.process(element.condition, **kw))


@compiles(Hinted, "postgresql")
def _without_hint(element: Hinted, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.condition, **kw)


EMPTY: ColumnElement[str] = literal_column("''")
"""The empty text, written out: a partial index is used only where its condition is seen to hold."""


@compiles(Among, "sqlite")
def _among_json(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} = ANY ({values})"
