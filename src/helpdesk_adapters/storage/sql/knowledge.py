"""Passages of the knowledge, found by their words and by their vectors.

By words: the index says in which passages each word stands, and the core scores the best of them by BM25, from what
the organization itself has written. FTS5's own `bm25()` would weigh words by how rare they are among all
organizations, and count them there for each question; PostgreSQL's `ts_rank` knows of no rarity at all.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from attrs import evolve
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Dialect,
    Select,
    String,
    bindparam,
    delete,
    func,
    select,
    text,
)

from helpdesk_adapters.storage.sql import full_text, vectors
from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Repository
from helpdesk_adapters.storage.sql.mapping import knowledge as mapping
from helpdesk_adapters.storage.sql.prepared import PerDialect, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import KnowledgeCounterRow, PassageRow, table
from helpdesk_adapters.storage.sql.types import Document, Id, ListOf
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.bm25 import HOLDERS, candidates, scored
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.repositories.knowledge import COUNTED, KnowledgeCount
from helpdesk_core.words import words_of

_PASSAGES, _COUNTERS = table(PassageRow), table(KnowledgeCounterRow)
_c = _PASSAGES.c
_PASSAGE: Select[Any] = select(*(_c[name] for name in mapping.PASSAGE))
_OURS = _c.organization_id == bindparam("organization_id")
_OF_KIND = _c.source == bindparam("source")


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


class PassageReads(Repository):
    _OF_SOURCE = Prepared(
        _PASSAGE.where(_OURS, _OF_KIND, _c.source_id == bindparam("source_id")).order_by(_c.place)
    )
    _DIGESTS = Prepared(
        select(_c.source_id, _c.digest).where(_OURS, _OF_KIND, Among(_c.source_id, "source_ids")).distinct()
    )
    _KNOWN = Prepared(
        select(_c.source_id)
        .where(_OURS, _OF_KIND, _c.source_id > bindparam("after"))
        .distinct()
        .order_by(_c.source_id)
        .limit(bindparam(LIMIT))
    )
    _MANY = Prepared(_PASSAGE.where(_OURS, Among(_c.id, "ids")))
    _TEXTS = Prepared(select(_c.id, _c.title, _c.question, _c.text).where(_OURS, Among(_c.pk, "pks")))
    _HOLDERS = _each("json_group_array(pk)", "json_agg(pk)", Document())
    _COMMONNESS = _each("count(*)", "count(*)", BigInteger())
    _SOURCES = Prepared(
        select(_c.source, func.count(_c.source_id.distinct()), func.count()).where(_OURS).group_by(_c.source)
    )
    _HOW_MANY = Prepared(
        select(_COUNTERS.c.passages).where(_COUNTERS.c.organization_id == bindparam("organization_id"))
    )
    _EMBEDDED = Prepared(
        select(func.count()).select_from(_PASSAGES).where(_OURS, _c.embedded_by == bindparam("model"))
    )

    _committed = True

    async def of_source(
        self, organization_id: OrganizationId, source: SourceKind, source_id: UUID
    ) -> Sequence[Passage]:
        params = {"organization_id": organization_id, "source": source.value, "source_id": source_id}
        return [mapping.to_passage(row) for row in await self._db.rows(self._OF_SOURCE, params)]

    async def digests(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> Mapping[UUID, str]:
        if not source_ids:
            return {}
        params = {"organization_id": organization_id, "source": source.value, "source_ids": list(source_ids)}
        return {id: digest for id, digest in await self._db.rows(self._DIGESTS, params)}

    async def sources(
        self, organization_id: OrganizationId, source: SourceKind, after_id: UUID | None, most: int
    ) -> Sequence[UUID]:
        behind = UUID(int=0) if after_id is None else after_id
        params = {"organization_id": organization_id, "source": source.value, "after": behind, LIMIT: most}
        return [id for (id,) in await self._db.rows(self._KNOWN, params)]

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[PassageId]
    ) -> Mapping[PassageId, Passage]:
        if not ids:
            return {}
        rows = await self._db.rows(self._MANY, {"organization_id": organization_id, "ids": list(ids)})
        found = {row[0]: mapping.to_passage(row) for row in rows}
        return {id: found[id] for id in ids if id in found}

    async def matching(
        self,
        organization_id: OrganizationId,
        words: Sequence[str],
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        known = _searchable(words)
        if not known:
            return []
        params = _asking(self._db.dialect, organization_id, known, source, HOLDERS)
        rows = await self._db.rows(self._HOLDERS, params)
        holders = {word: row[0] or [] for word, row in zip(known, rows, strict=True)}
        if self._committed and source is None:
            self._remember({word: min(COUNTED, len(pks)) for word, pks in holders.items()}, organization_id)
        texts = await self._how_many(organization_id)
        promising = candidates(holders, texts, most)
        if not promising:
            return []
        params = {"organization_id": organization_id, "pks": promising}
        found = [(id, "\n".join(parts)) for id, *parts in await self._db.rows(self._TEXTS, params)]
        return scored(found, {word: len(pks) for word, pks in holders.items()}, texts, most)

    async def commonness(self, organization_id: OrganizationId, words: Sequence[str]) -> Mapping[str, int]:
        seen = self._db.marks.seen
        counted = {word: seen.get(("commonness", (organization_id, word)), 0) for word in words}
        unknown = [word for word in _searchable(words) if ("commonness", (organization_id, word)) not in seen]
        if unknown:
            params = _asking(self._db.dialect, organization_id, unknown, None, COUNTED)
            rows = await self._db.rows(self._COMMONNESS, params)
            counted.update((word, row[0]) for word, row in zip(unknown, rows, strict=True))
        return counted

    async def nearest(
        self,
        organization_id: OrganizationId,
        vector: Vector,
        model: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        return await vectors.nearest(
            self._db, organization_id, vector, model, most, source, committed=self._committed
        )

    async def without_vector(
        self, model: str, most: int, organization_id: OrganizationId | None = None
    ) -> Sequence[Passage]:
        params: dict[str, Any] = {"model": model, LIMIT: most}
        if organization_id is not None:
            params["organization_id"] = organization_id
        found: list[Passage] = []
        for prepared in _due(organization_id is not None):
            if len(found) < most:
                rows = await self._db.rows(prepared, {**params, LIMIT: most - len(found)})
                found += map(mapping.to_passage, rows)
        return found

    async def count(self, organization_id: OrganizationId, model: str | None) -> KnowledgeCount:
        params = {"organization_id": organization_id, "model": model}
        rows = await self._db.rows(self._SOURCES, params)
        sources = {source: number for source, number, _ in rows}
        embedded = [] if model is None else await self._db.rows(self._EMBEDDED, params)
        return KnowledgeCount(
            articles=sources.get(SourceKind.ARTICLE, 0),
            tickets=sources.get(SourceKind.TICKET, 0),
            passages=sum(number for _, _, number in rows),
            with_vector=embedded[0][0] if embedded else 0,
        )

    def _remember(self, counted: Mapping[str, int], organization_id: OrganizationId) -> None:
        """For `commonness`, which is asked for the same words: a unit that only reads sees them unchanged."""
        for word, count in counted.items():
            self._db.marks.seen["commonness", (organization_id, word)] = count

    async def _how_many(self, organization_id: OrganizationId) -> int:
        rows = await self._db.rows(self._HOW_MANY, {"organization_id": organization_id})
        return rows[0][0] if rows else 0


class Passages(PassageReads):
    _committed = False
    _INSERT = Prepared(inserting(_PASSAGES))
    _INDEX = Prepared(
        text(
            "INSERT INTO passage_words (pk, words) SELECT pk, array_to_tsvector(CAST(:words AS text[]))"
            " FROM passages WHERE id = :id"
        ).bindparams(bindparam("id", type_=Id()))
    )
    _REMOVE = Prepared(delete(_PASSAGES).where(_OURS, _OF_KIND, Among(_c.source_id, "source_ids")))

    async def matching(
        self,
        organization_id: OrganizationId,
        words: Sequence[str],
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        await self._db.catch_up()
        return await super().matching(organization_id, words, most, source)

    async def commonness(self, organization_id: OrganizationId, words: Sequence[str]) -> Mapping[str, int]:
        await self._db.catch_up()
        return await super().commonness(organization_id, words)

    async def put(
        self,
        organization_id: OrganizationId,
        source: SourceKind,
        source_id: UUID,
        passages: Sequence[Passage],
    ) -> None:
        await self.remove(organization_id, source, [source_id])
        ours = [
            evolve(one, organization_id=organization_id, source=source, source_id=source_id)
            for one in passages
        ]
        await self._db.send(self._INSERT, [mapping.passage_row(one) for one in ours])
        if self._db.dialect.name == "postgresql":
            await self._db.send(self._INDEX, [_indexed(one) for one in ours])
        if ours:
            await vectors.note_change(self._db, organization_id, len(ours))

    async def remove(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> int:
        if not source_ids:
            return 0
        params = {"organization_id": organization_id, "source": source.value, "source_ids": list(source_ids)}
        removed = await self._db.execute(self._REMOVE, params)
        if removed:
            await vectors.note_change(self._db, organization_id, -removed)
        return removed

    async def keep_vectors(self, model: str, vectors_: Mapping[PassageId, Vector]) -> None:
        await vectors.keep(self._db, model, vectors_)


def _searchable(words: Sequence[str]) -> list[str]:
    """Those that are in the form in which words are indexed; others stand nowhere, and might be taken for syntax."""
    return [word for word in dict.fromkeys(words) if words_of(word) == [word]]


def _asking(
    dialect: Dialect,
    organization_id: OrganizationId,
    words: Sequence[str],
    source: SourceKind | None,
    most: int,
) -> dict[str, Any]:
    kind = "" if source is None else source.value
    if dialect.name == "postgresql":
        scope = f"'{full_text.scope(organization_id)}{kind}'"
        matches = [f"{scope} & '{full_text.lexeme(word)}'" for word in words]
    else:
        matches = [f'scope : "{organization_id.hex}{kind}" AND words : "{word}"' for word in words]
    return {"organization_id": organization_id, "matches": matches, "most": most}


def _indexed(passage: Passage) -> dict[str, Any]:
    """What PostgreSQL indexes of a passage."""
    scope = f"{full_text.scope(passage.organization_id)}{passage.source.value}"
    return {"id": passage.id, "words": full_text.lexemes(passage.organization_id, passage.words, scope)}


@lru_cache(2)
def _due(of_one: bool) -> tuple[Prepared, Prepared, Prepared]:
    """Passages without any vector, the newest first; then those with one of a model before or behind this in order."""
    ours = _PASSAGE.where(_OURS) if of_one else _PASSAGE
    model: BindParameter[str] = bindparam("model")
    limit: BindParameter[int] = bindparam(LIMIT)
    return (
        Prepared(
            ours.where(_c.embedded_by.is_(None)).order_by(_c.updated_at.desc(), _c.id.desc()).limit(limit)
        ),
        Prepared(ours.where(_c.embedded_by < model).limit(limit)),
        Prepared(ours.where(_c.embedded_by > model).limit(limit)),
    )
