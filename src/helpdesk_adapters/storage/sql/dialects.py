"""Where SQLite and PostgreSQL differ: everything else is written once, over what this module offers.

Both know row values, `ON CONFLICT`, `RETURNING` and partial indexes; SQLAlchemy leaves `FOR UPDATE SKIP LOCKED` out on
SQLite, which has one writer at a time.
"""

import unicodedata
from typing import Any

from sqlalchemy import Dialect, bindparam, literal_column, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import Boolean

from helpdesk_adapters.storage.sql.prepared import PerDialect
from helpdesk_adapters.storage.sql.types import Id, ListOf
from helpdesk_core.ids import OrganizationId


def sqlite_dialect() -> Dialect:
    return sqlite.dialect(paramstyle="qmark")


def postgresql_dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql import psycopg

    dialect: Dialect = psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
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


# Full text. Both indexes hold words as `words_of` makes them, and both are asked for one word at a time.
# On SQLite the word's organization is one of the words indexed: else a small organization's hits would drown among
# those of a large one, since only the newest are looked at.


def match(dialect: Dialect, organization_id: OrganizationId, word: str, *, beginning: bool) -> str:
    """The parameter `match` of the statements below: one word, or all words that begin so."""
    if dialect.name == "postgresql":
        form = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        return f"'{form}':*" if beginning else f"'{form}'"
    return f'scope : "{organization_id.hex}" AND words : "{word}"{" *" if beginning else ""}'


HITS = PerDialect(
    sqlite=text(
        """
        SELECT tickets.id FROM tickets
        WHERE tickets.pk IN (
            SELECT rowid FROM ticket_words WHERE ticket_words MATCH :match ORDER BY rowid DESC LIMIT :most)
        UNION
        SELECT conversations.ticket_id FROM conversations
        WHERE conversations.pk IN (
            SELECT rowid FROM conversation_words WHERE conversation_words MATCH :match ORDER BY rowid DESC LIMIT :most)
        """
    ).columns(id=Id()),
    postgresql=text(
        """
        (SELECT id FROM tickets
        WHERE organization_id = :organization_id AND words @@ CAST(:match AS tsquery) ORDER BY pk DESC LIMIT :most)
        UNION
        (SELECT ticket_id FROM conversations
        WHERE organization_id = :organization_id AND words @@ CAST(:match AS tsquery) ORDER BY pk DESC LIMIT :most)
        """
    ).columns(id=Id()),
)
"""The tickets of the newest `most` subjects and the newest `most` messages that hold a word, in any order."""

HAVING = PerDialect(
    sqlite=text(
        """
        SELECT tickets.id FROM json_each(:ids) AS given
        CROSS JOIN tickets ON tickets.id = given.value
        CROSS JOIN ticket_words ON ticket_words.rowid = tickets.pk AND ticket_words MATCH :match
        UNION
        SELECT conversations.ticket_id FROM json_each(:ids) AS given
        CROSS JOIN conversations ON conversations.ticket_id = given.value
        CROSS JOIN conversation_words
        ON conversation_words.rowid = conversations.pk AND conversation_words MATCH :match
        """
    )
    .bindparams(bindparam("ids", type_=ListOf(Id())))
    .columns(id=Id()),
    postgresql=text(
        """
        SELECT id FROM tickets WHERE id = ANY (:ids) AND words @@ CAST(:match AS tsquery)
        UNION
        SELECT ticket_id FROM conversations WHERE ticket_id = ANY (:ids) AND words @@ CAST(:match AS tsquery)
        """
    )
    .bindparams(bindparam("ids", type_=ListOf(Id())))
    .columns(id=Id()),
)
"""Those of the tickets `ids` that hold a word. On SQLite, CROSS JOIN keeps it from listing all that hold it first."""
