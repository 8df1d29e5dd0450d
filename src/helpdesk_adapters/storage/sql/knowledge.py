"""Passages of the knowledge, found by their words and by their vectors.

By words: the index says in which passages each word stands, and the core scores the best of them by BM25, from what
the organization itself has written. FTS5's own `bm25()` would weigh words by how rare they are among all
organizations, and count them there for each question; PostgreSQL's `ts_rank` knows of no rarity at all.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from attrs import evolve
from sqlalchemy import BigInteger, Integer, String, bindparam, delete, func, select, text, update

from helpdesk_adapters.storage.sql import full_text, vectors
from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import Repository
from helpdesk_adapters.storage.sql.mapping import knowledge as mapping
from helpdesk_adapters.storage.sql.prepared import PerDialect, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import PassageRow, table
from helpdesk_adapters.storage.sql.types import Document, Id, ListOf
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.bm25 import HOLDERS, candidates, scored
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.repositories.knowledge import COUNTED, KnowledgeCount
from helpdesk_core.words import words_of

_PASSAGES = table(PassageRow)
_c = _PASSAGES.c
_PASSAGE = select(*(_c[name] for name in mapping.PASSAGE))
_OURS = _c.organization_id == bindparam("organization_id")
_OF_KIND = _c.source == bindparam("source")
_MOST = bindparam("most", type_=Integer())

_HOLDERS_ON_SQLITE = """
    SELECT (SELECT {what} FROM (
        SELECT rowid AS pk FROM passage_words WHERE passage_words MATCH given.value
        ORDER BY rowid DESC LIMIT :most
    )) AS found FROM json_each(:matches) AS given
"""
_HOLDERS_ON_POSTGRESQL = """
    SELECT (SELECT {what} FROM (
        SELECT pk FROM passage_words WHERE words @@ CAST(given.match AS tsquery)
        ORDER BY pk DESC LIMIT :most
    ) AS newest) AS found FROM unnest(CAST(:matches AS text[])) WITH ORDINALITY AS given (match, number)
    ORDER BY given.number
"""


def _each_word(on_sqlite: str, on_postgresql: str, type_: Any) -> Prepared:
    """What the index knows of each of some words, in their order; they are given as `matches`."""
    matches = bindparam("matches", type_=ListOf(String()))
    return Prepared(
        PerDialect(
            sqlite=text(_HOLDERS_ON_SQLITE.format(what=on_sqlite)).bindparams(matches).columns(found=type_),
            postgresql=text(_HOLDERS_ON_POSTGRESQL.format(what=on_postgresql))
            .bindparams(matches)
            .columns(found=type_),
        )
    )


_HOLDERS = _each_word("json_group_array(pk)", "json_agg(pk)", Document())
_COMMONNESS = _each_word("count(*)", "count(*)", BigInteger())


class PassageReads(Repository):
    _OF_SOURCE = Prepared(
        _PASSAGE.where(_OURS, _OF_KIND, _c.source_id == bindparam("source_id")).order_by(_c.place)
    )
    _DIGESTS = Prepared(
        select(_c.source_id, _c.digest).where(
            _OURS, _OF_KIND, Among(_c.source_id, "source_ids"), _c.place == select(func.min(_PASSAGES.alias("first").c.place)).scalar_subquery()
        )
    )
