"""Passages of the knowledge, their words and their vectors."""

from collections.abc import Mapping, Sequence
from heapq import nlargest, nsmallest
from itertools import chain, islice
from operator import mul
from struct import unpack
from uuid import UUID

from attrs import evolve

from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Bearing, Groups, Journal, Refers, Sorted, Table
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.bm25 import HOLDERS, candidates, scored
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.repositories.knowledge import COUNTED, KnowledgeCount
from helpdesk_core.words import words_of

_Embedded = tuple[str, Vector]
"""A vector, after the name of the model that made it."""


class Passages:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._of_source = Groups[PassageId, Passage](
            lambda row: (row.organization_id, row.source, row.source_id)
        )
        self._of_kind = Bearing[PassageId, Passage](
            lambda row: (row.organization_id, (row.organization_id, row.source))
        )
        self._words = Bearing[PassageId, Passage](
            lambda row: [(row.organization_id, word) for word in words_of(row.words)]
        )
        self._newest = Sorted[PassageId, Passage](lambda row: "all", lambda row: (row.updated_at,))
        known = Refers[PassageId, Passage](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._of_source, self._of_kind, self._words, self._newest, known)
        self._vectors = Table[PassageId, _Embedded](journal)
        self._rows.before_drop.append(lambda row: self._vectors.drop(row.id))

    async def of_source(
        self, organization_id: OrganizationId, source: SourceKind, source_id: UUID
    ) -> Sequence[Passage]:
        keys = self._of_source.of((organization_id, source, source_id))
        return sorted((self._rows[key] for key in keys), key=lambda row: row.place)

    async def digests(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> Mapping[UUID, str]:
        found = ((id, self._of_source.of((organization_id, source, id))) for id in source_ids)
        return {id: self._rows[keys[0]].digest for id, keys in found if keys}

    async def sources(
        self, organization_id: OrganizationId, source: SourceKind, after_id: UUID | None, most: int
    ) -> Sequence[UUID]:
        found = {self._rows[key].source_id for key in self._known(organization_id, source)}
        return nsmallest(most, (id for id in found if after_id is None or id > after_id))

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[PassageId]
    ) -> Mapping[PassageId, Passage]:
        rows = (self._rows.get(id) for id in ids)
        return {row.id: row for row in rows if row is not None and row.organization_id == organization_id}

    async def matching(
        self,
        organization_id: OrganizationId,
        words: Sequence[str],
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        holders = {
            word: self._holders(organization_id, word, source, HOLDERS) for word in dict.fromkeys(words)
        }
        texts = len(self._known(organization_id, None))
        found = ((key, self._rows[key].words) for key in candidates(holders, texts, most))
        return scored(found, {word: len(keys) for word, keys in holders.items()}, texts, most)

    async def commonness(self, organization_id: OrganizationId, words: Sequence[str]) -> Mapping[str, int]:
        return {word: len(self._holders(organization_id, word, None, COUNTED)) for word in words}

    async def nearest(
        self,
        organization_id: OrganizationId,
        vector: Vector,
        model: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        wanted = _numbers(vector)
        likenesses = (
            (sum(map(mul, wanted, _numbers(embedded[1]))), key)
            for key in self._known(organization_id, source)
            if (embedded := self._vectors.get(key)) is not None and embedded[0] == model
        )
        return [(key, likeness) for likeness, key in nlargest(most, likenesses)]

    async def without_vector(
        self, model: str, most: int, organization_id: OrganizationId | None = None
    ) -> Sequence[Passage]:
        rows = [self._rows[key] for key in self._newest.descending("all")]
        ours = [row for row in rows if organization_id in (None, row.organization_id)]
        without = (row for row in ours if self._vectors.get(row.id) is None)
        of_others = (row for row in ours if (has := self._vectors.get(row.id)) and has[0] != model)
        return list(islice(chain(without, of_others), most))

    async def count(self, organization_id: OrganizationId, model: str | None) -> KnowledgeCount:
        keys = self._known(organization_id, None)
        sources = {(self._rows[key].source, self._rows[key].source_id) for key in keys}
        embedded = (self._vectors.get(key) for key in keys)
        return KnowledgeCount(
            articles=sum(kind is SourceKind.ARTICLE for kind, _ in sources),
            tickets=sum(kind is SourceKind.TICKET for kind, _ in sources),
            passages=len(keys),
            with_vector=sum(one is not None and one[0] == model for one in embedded),
        )

    async def put(
        self,
        organization_id: OrganizationId,
        source: SourceKind,
        source_id: UUID,
        passages: Sequence[Passage],
    ) -> None:
        await self.remove(organization_id, source, [source_id])
        for one in passages:
            self._rows.add(
                one.id, evolve(one, organization_id=organization_id, source=source, source_id=source_id)
            )

    async def remove(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> int:
        gone = [key for id in source_ids for key in self._of_source.of((organization_id, source, id))]
        for key in dict.fromkeys(gone):
            self._rows.drop(key)
        return len(set(gone))

    async def keep_vectors(self, model: str, vectors: Mapping[PassageId, Vector]) -> None:
        for id, vector in vectors.items():
            if self._rows.get(id) is not None:
                self._vectors.put(id, (model, vector))

    def _known(self, organization_id: OrganizationId, source: SourceKind | None) -> Sequence[PassageId]:
        return tuple(self._of_kind.of(organization_id if source is None else (organization_id, source)))

    def _holders(
        self, organization_id: OrganizationId, word: str, source: SourceKind | None, most: int
    ) -> Sequence[PassageId]:
        """The newest of those in which the word stands."""
        holders = self._words.of((organization_id, word))
        ours = [key for key in holders if source in (None, self._rows[key].source)]
        return ours[: -most - 1 : -1]


def _numbers(vector: Vector) -> tuple[float, ...]:
    return unpack(f"<{len(vector) // 4}f", vector)
