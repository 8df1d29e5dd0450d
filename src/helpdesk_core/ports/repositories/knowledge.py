"""Passages of the knowledge, found by their words and by their vectors; and suggested replies."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from attrs import frozen

from helpdesk_core.ids import OrganizationId, PassageId, SuggestionId, TicketId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.models import Vector
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState

COUNTED = 1_000
"""As far as it is counted in how many passages a word stands."""


@frozen
class KnowledgeCount:
    """How much an organization knows: sources and their passages, and how many of these have a vector of a model."""

    articles: int
    tickets: int
    passages: int
    with_vector: int


class PassageReads(Protocol):
    async def of_source(
        self, organization_id: OrganizationId, source: SourceKind, source_id: UUID
    ) -> Sequence[Passage]:
        """By place."""
        ...

    async def digests(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> Mapping[UUID, str]:
        """Of those that have passages."""
        ...

    async def sources(
        self, organization_id: OrganizationId, source: SourceKind, after_id: UUID | None, most: int
    ) -> Sequence[UUID]:
        """So many of those that have passages, by id, behind this one."""
        ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[PassageId]
    ) -> Mapping[PassageId, Passage]: ...

    async def matching(
        self,
        organization_id: OrganizationId,
        words: Sequence[str],
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        """Those in which any of the words stands (in the form of `words_of`), the best by BM25 first."""
        ...

    async def commonness(self, organization_id: OrganizationId, words: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each word stands, counted up to `COUNTED`; 0 for a word nobody used."""
        ...

    async def nearest(
        self,
        organization_id: OrganizationId,
        vector: Vector,
        model: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[tuple[PassageId, float]]:
        """Those whose vector of this model has the greatest cosine with this one, which is told with each."""
        ...

    async def without_vector(
        self, model: str, most: int, organization_id: OrganizationId | None = None
    ) -> Sequence[Passage]:
        """Some of those that have no vector of this model yet, of one or of all organizations: those without any, the
        newest first, before those that have another model's.
        """
        ...

    async def count(self, organization_id: OrganizationId, model: str | None) -> KnowledgeCount: ...


class Passages(PassageReads, Protocol):
    async def put(
        self,
        organization_id: OrganizationId,
        source: SourceKind,
        source_id: UUID,
        passages: Sequence[Passage],
    ) -> None:
        """These become the source's passages in place of those it had; vectors of the old ones are gone."""
        ...

    async def remove(
        self, organization_id: OrganizationId, source: SourceKind, source_ids: Sequence[UUID]
    ) -> int:
        """Removes the passages of these sources, and says how many."""
        ...

    async def keep_vectors(self, model: str, vectors: Mapping[PassageId, Vector]) -> None:
        """Of passages that are still there; another model's vector gives way."""
        ...


@frozen
class SuggestionFilter:
    """Which suggestions; the members are all to hold."""

    ticket_id: TicketId | None = None
    state: SuggestionState | None = None
    grounded: bool | None = None


class SuggestionReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, suggestion_id: SuggestionId
    ) -> Suggestion | None: ...

    async def page(
        self, organization_id: OrganizationId, wanted: SuggestionFilter, page: Page
    ) -> Slice[Suggestion]:
        """Sorts by created_at."""
        ...


class Suggestions(SuggestionReads, Protocol):
    async def add(self, suggestion: Suggestion) -> None: ...

    async def replace(self, suggestion: Suggestion) -> None:
        """NotFound where the organization has none of this id."""
        ...

    async def forget(self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]) -> None:
        """Removes those of these tickets."""
        ...
