"""Those who write replies, and those who find what replies are written from, as a test plays them."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import anyio
from attrs import define, field

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Found, Passage, SourceKind
from helpdesk_core.ports.suggesting import Question, RestsOn
from helpdesk_core.suggestions.suggestions import Usage
from helpdesk_core.words import words_of
from tests.contracts.builders import new_id

Written = str | Usage | RestsOn | Exception | float


@define
class ScriptedSuggester:
    """Writes these pieces, for each variant its own; waits so many seconds at a float, raises an exception."""

    scripts: Sequence[Sequence[Written]] = (("Descale ", "it."),)
    name: str = "scripted"
    asked: list[tuple[Question, Sequence[Found], int]] = field(factory=list)
    ended: list[str] = field(factory=list)
    """How each reply ended: `whole`, or the name of what ended it."""

    async def reply(
        self, question: Question, found: Sequence[Found], variant: int
    ) -> AsyncIterator[str | Usage | RestsOn]:
        self.asked.append((question, found, variant))
        try:
            for piece in self.scripts[min(variant, len(self.scripts) - 1)]:
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, float):
                    await anyio.sleep(piece)
                else:
                    yield piece
        except BaseException as end:
            self.ended.append(type(end).__name__)
            raise
        self.ended.append("whole")


@define
class Shelf:
    """What is known: passages that are found by any word of theirs."""

    passages: list[Passage] = field(factory=list)
    asked: list[str] = field(factory=list)

    def put(
        self, title: str, text: str, source: SourceKind = SourceKind.ARTICLE, source_id: UUID | None = None
    ) -> Passage:
        passage = Passage(
            id=PassageId(new_id()),
            organization_id=OrganizationId(new_id()),
            source=source,
            source_id=source_id or new_id(),
            place=0,
            title=title,
            question="",
            text=text,
            language="en",
            published=True,
            digest="0",
            updated_at=datetime(2026, 4, 6, tzinfo=UTC),
        )
        self.passages.append(passage)
        return passage

    async def __call__(
        self, organization_id: OrganizationId, question: str, most: int, source: SourceKind | None = None
    ) -> Sequence[Found]:
        self.asked.append(question)
        words = set(words_of(question))
        found = [
            Found(one, len(words & set(words_of(one.words))))
            for one in self.passages
            if source in (None, one.source) and words & set(words_of(one.words))
        ]
        return sorted(found, key=lambda one: -one.score)[:most]
