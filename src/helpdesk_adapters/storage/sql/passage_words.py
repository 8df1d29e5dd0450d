"""In which passages words stand, as both indexes know it.

A passage's organization, and what it was cut out of, are words of the index too; so only the organization's own
passages are counted and found.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, text

from helpdesk_adapters.storage.sql import full_text
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.prepared import PerDialect, Prepared
from helpdesk_adapters.storage.sql.types import Document, Id, ListOf
from helpdesk_core.ids import OrganizationId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.words import words_of


def _each(on_sqlite: str, on_postgresql: str, type_: Any) -> Prepared:
    """What the index knows of each of some words, given as `matches`, in their order: of the newest `most` passages.

    `pk + 0` has no index: to look a word up in all passages, the newest first, would be PostgreSQL's idea of a short
    cut while it has no statistics yet.
    """
    matches = bindparam("matches", type_=ListOf(String()))
    sqlite = f"""
        SELECT (SELECT {on_sqlite} FROM (
            SELECT rowid AS pk FROM passage_words WHERE passage_words MATCH given.value
            ORDER BY rowid DESC LIMIT :most
        )) AS found FROM json_each(:matches) AS given
    """
    postgresql = f"""
        SELECT (SELECT {on_postgresql} FROM (
            SELECT pk FROM passage_words WHERE words @@ CAST(given.match AS tsquery)
            ORDER BY pk + 0 DESC LIMIT :most
        ) AS newest) AS found FROM unnest(CAST(:matches AS text[])) WITH ORDINALITY AS given (match, number)
        ORDER BY given.number
    """
    one, other = (text(sql).bindparams(matches).columns(found=type_) for sql in (sqlite, postgresql))
    return Prepared(PerDialect(sqlite=one, postgresql=other))


_HOLDERS = _each("json_group_array(pk)", "json_agg(pk)", Document())
_COMMONNESS = _each("count(*)", "count(*)", BigInteger())
_INDEX = Prepared(
    text(
        "INSERT INTO passage_words (pk, words) SELECT pk, array_to_tsvector(CAST(:words AS text[]))"
        " FROM passages WHERE id = :id"
    ).bindparams(bindparam("id", type_=Id()))
)


async def holders(
    db: Connection,
    organization_id: OrganizationId,
    words: Sequence[str],
    source: SourceKind | None,
    most: int,
) -> Mapping[str, Sequence[int]]:
    """The pks of the newest passages in which each word stands; words that can stand nowhere are left out."""
    known = _searchable(words)
    rows = await _ask(db, _HOLDERS, organization_id, known, source, most)
    return {word: row[0] or [] for word, row in zip(known, rows, strict=True)}


async def commonness(
    db: Connection, organization_id: OrganizationId, words: Sequence[str], most: int
) -> Mapping[str, int]:
    """In how many passages each word stands, as far as they are counted."""
    known = _searchable(words)
    rows = await _ask(db, _COMMONNESS, organization_id, known, None, most)
    found = {word: row[0] for word, row in zip(known, rows, strict=True)}
    return {word: found.get(word, 0) for word in words}


async def index(db: Connection, passages: Sequence[Passage]) -> None:
    """Makes new passages findable. On SQLite that is done for all that was written, before the commit or a search."""
    if db.dialect.name == "postgresql":
        await db.send(_INDEX, [_indexed(one) for one in passages])


def _searchable(words: Sequence[str]) -> list[str]:
    """Those that are in the form in which words are indexed; others stand nowhere, and might be taken for syntax."""
    return [word for word in dict.fromkeys(words) if words_of(word) == [word]]


async def _ask(
    db: Connection,
    prepared: Prepared,
    organization_id: OrganizationId,
    words: Sequence[str],
    source: SourceKind | None,
    most: int,
) -> Sequence[Any]:
    if not words:
        return []
    kind = "" if source is None else source.value
    if db.dialect.name == "postgresql":
        scope = f"'{full_text.scope(organization_id)}{kind}'"
        matches = [f"{scope} & '{full_text.lexeme(word)}'" for word in words]
    else:
        matches = [f'scope : "{organization_id.hex}{kind}" AND words : "{word}"' for word in words]
    params = {"organization_id": organization_id, "matches": matches, "most": most}
    return await db.rows(prepared, params)


def _indexed(passage: Passage) -> dict[str, Any]:
    """What PostgreSQL indexes of a passage."""
    scope = f"{full_text.scope(passage.organization_id)}{passage.source.value}"
    return {"id": passage.id, "words": full_text.lexemes(passage.organization_id, passage.words, scope)}
