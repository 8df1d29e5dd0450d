"""Where SQLite and PostgreSQL differ: everything else is written once, over what this module offers.

Both know row values, `ON CONFLICT`, `RETURNING` and partial indexes; SQLAlchemy leaves `FOR UPDATE SKIP LOCKED` out on
SQLite, which has one writer at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Dialect, bindparam, literal_column, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import Boolean, Text

from helpdesk_adapters.storage.sql.prepared import PerDialect
from helpdesk_adapters.storage.sql.types import Id, ListOf
from helpdesk_adapters.storage.words import words_of
from helpdesk_core.ids import OrganizationId


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


# Full text. Both indexes hold words as `words_of` makes them. The word's organization is one of the words indexed:
# else a small organization's hits would drown among a large one's, since only the newest are looked at.


def match(dialect: Dialect, organization_id: OrganizationId, words: Mapping[str, bool]) -> str:
    """The parameter `match` of the statements below: texts with all of these words; True: a beginning suffices.

    The words are those of `words_of`, letters and digits, so that nothing in them can be taken for syntax.
    """
    if dialect.name == "postgresql":
        every = (f"'{lexeme(word)}'{':*' if begins else ''}" for word, begins in words.items())
        return " & ".join((f"'{scope(organization_id)}'", *every))
    each = (f'words : "{word}"{" *" if begins else ""}' for word, begins in words.items())
    return " AND ".join((f'scope : "{organization_id.hex}"', *each))


LONGEST_LEXEME, LARGEST_VECTOR = 2_000, 1_000_000
"""Bytes, rounded down, of what PostgreSQL indexes (a lexeme below 2 KiB, of a text below 1 MiB)."""


def scope(organization_id: OrganizationId) -> str:
    """The organization as a lexeme that no word can be."""
    return f"@{organization_id.hex}"


def lexeme(word: str) -> str:
    """The word as PostgreSQL indexes it: whole, unless it is hundreds of letters long."""
    return word if len(word) * 4 <= LONGEST_LEXEME else word.encode()[:LONGEST_LEXEME].decode(errors="ignore")


def lexemes(organization_id: OrganizationId, text: str) -> str:
    """What PostgreSQL indexes of a text, as an array. Of an endless one, the first hundred thousand words or so."""
    found = dict.fromkeys(words_of(text))
    if len(text) * 4 > LONGEST_LEXEME:
        found = dict.fromkeys(map(lexeme, found))
    if len(text) * 4 > LARGEST_VECTOR:
        found = dict.fromkeys(_fitting(found))
    return f"""{{"{'","'.join((scope(organization_id), *found))}"}}"""


def _fitting(words: Iterable[str]) -> Iterator[str]:
    room = LARGEST_VECTOR
    for word in words:
        room -= len(word.encode())
        if room < 0:
            return
        yield word


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
    ).columns(id=Text()),
    postgresql=text(
        """
        (SELECT id FROM ticket_words WHERE words @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most)
        UNION
        SELECT ticket_id FROM conversations WHERE id IN (
            SELECT id FROM conversation_words WHERE words @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most)
        """
    ).columns(id=Id()),
)
"""The tickets of the newest `most` subjects and the newest `most` messages that hold a word, in any order.

Their ids come as the database has them: whoever gets them hands them back to it.
"""

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
    .columns(id=Text()),
    postgresql=text(
        """
        SELECT id FROM ticket_words WHERE id = ANY (:ids) AND words @@ CAST(:match AS tsquery)
        UNION
        SELECT conversations.ticket_id FROM conversations
        JOIN conversation_words ON conversation_words.id = conversations.id
        WHERE conversations.ticket_id = ANY (:ids) AND conversation_words.words @@ CAST(:match AS tsquery)
        """
    )
    .bindparams(bindparam("ids", type_=ListOf(Id())))
    .columns(id=Id()),
)
"""Those of the tickets `ids` that hold a word. On SQLite, CROSS JOIN keeps it from listing all that hold it first."""

_INDEX = """
    INSERT INTO {table}_words (id, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))
    ON CONFLICT (id) DO UPDATE SET words = excluded.words
"""
INDEX_WORDS = {
    name: text(_INDEX.format(table=name[:-1])).bindparams(bindparam("id", type_=Id()))
    for name in ("tickets", "conversations")
}
"""On PostgreSQL: makes a text, whose words are `lexemes`, findable."""
