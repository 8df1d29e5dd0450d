"""Passages of the knowledge, found by their words and by their vectors.

By words: the index says in which passages each word stands, and the core scores the best of them by BM25
(`helpdesk_core.knowledge.bm25`), so that both databases rank alike, and from what the organization itself has written.
FTS5's own `bm25()` weighs a word by how rare it is among all organizations; PostgreSQL's `ts_rank` knows of no rarity.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from attrs import evolve
from sqlalchemy import BindParameter, Select, bindparam, delete, func, select

from helpdesk_adapters.storage.sql import passage_vectors, passage_words
from helpdesk_adapters.storage.sql.dialects import Among, checked
from helpdesk_adapters.storage.sql.kept import LIMIT, Repository
from helpdesk_adapters.storage.sql.mapping import knowledge as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import KnowledgeCounterRow, PassageRow, table
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.bm25 import HOLDERS, candidates, scored
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.repositories.knowledge import COUNTED, KnowledgeCount

_PASSAGES, _COUNTERS = table(PassageRow), table(KnowledgeCounterRow)
_c = _PASSAGES.c
_PASSAGE: Select[Any] = select(*(_c[name] for name in mapping.PASSAGE))
_OURS = _c.organization_id == bindparam("organization_id")
_OF_KIND = _c.source == bindparam("source")


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
    _MANY = Prepared(_PASSAGE.where(checked(_OURS), Among(_c.id, "ids")))
    _TEXTS = Prepared(
        select(_c.id, _c.title, _c.question, _c.text).where(checked(_OURS), Among(_c.pk, "pks"))
    )
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
        return dict(await self._db.rows(self._DIGESTS, params))

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
        holders = await passage_words.holders(self._db, organization_id, words, source, HOLDERS)
        commonness = {word: len(pks) for word, pks in holders.items()}
        if self._committed and source is None:
            self._remember(organization_id, commonness)
        texts = await self._how_many(organization_id)
        promising = candidates(holders, texts, most)
        if not promising:
            return []
        params = {"organization_id": organization_id, "pks": promising}
        found = [(id, "\n".join(parts)) for id, *parts in await self._db.rows(self._TEXTS, params)]
        return scored(found, commonness, texts, most)

    async def commonness(self, organization_id: OrganizationId, words: Sequence[str]) -> Mapping[str, int]:
        seen = self._db.marks.seen
        known = {word: seen.get(("commonness", (organization_id, word))) for word in words}
        unknown = [word for word, count in known.items() if count is None]
        counted = await passage_words.commonness(self._db, organization_id, unknown, COUNTED)
        return {word: counted[word] if count is None else count for word, count in known.items()}

    async def nearest(
        self,
        organization_id: OrganizationId,
        vector: Vector,
        model: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        return await passage_vectors.nearest(
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

    def _remember(self, organization_id: OrganizationId, commonness: Mapping[str, int]) -> None:
        """`commonness` is asked for the same words, and a unit that only reads finds them unchanged."""
        for word, count in commonness.items():
            self._db.marks.seen["commonness", (organization_id, word)] = min(COUNTED, count)

    async def _how_many(self, organization_id: OrganizationId) -> int:
        rows = await self._db.rows(self._HOW_MANY, {"organization_id": organization_id})
        return rows[0][0] if rows else 0


class Passages(PassageReads):
    _committed = False
    _INSERT = Prepared(inserting(_PASSAGES))
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
        await passage_words.index(self._db, ours)
        if ours:
            await passage_vectors.note_change(self._db, organization_id, len(ours))

    async def remove(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> int:
        if not source_ids:
            return 0
        params = {"organization_id": organization_id, "source": source.value, "source_ids": list(source_ids)}
        removed = await self._db.execute(self._REMOVE, params)
        if removed:
            await passage_vectors.note_change(self._db, organization_id, -removed)
        return removed

    async def keep_vectors(self, model: str, vectors: Mapping[PassageId, Vector]) -> None:
        await passage_vectors.keep(self._db, model, vectors)


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
