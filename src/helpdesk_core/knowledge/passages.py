"""Passages: pieces of articles and of solved tickets, short enough to be an answer and long enough to be understood."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from helpdesk_core.ids import OrganizationId, PassageId


class SourceKind(StrEnum):
    """What a passage was cut out of."""

    ARTICLE = "article"
    TICKET = "ticket"


@frozen(kw_only=True)
class Passage:
    """One piece of one source. `place` counts from 0 within the source.

    A ticket's passage is an agent's answer, its `question` what the customer had asked; neither holds anything that
    tells who they are. `digest` is that of the whole source: where it is the same, nothing needs to be cut again.
    """

    id: PassageId
    organization_id: OrganizationId
    source: SourceKind
    source_id: UUID
    place: int
    title: str
    question: str
    text: str
    language: str | None
    published: bool
    """Whether customers may see what it was cut out of."""
    digest: str
    updated_at: datetime

    @property
    def words(self) -> str:
        """By what it is found."""
        return "\n".join(part for part in (self.title, self.question, self.text) if part)


@frozen
class Found:
    """A passage that a search has found. `likeness`: the cosine of its vector and the question's, where both have
    one; `score` orders what was found, the best first, and says nothing beyond one search.
    """

    passage: Passage
    score: float
    likeness: float | None = None
    overlap: float = 0.0
    """Which part of the question's telling words stand in it, 0 to 1, rare words weighing more."""
