"""Replies are suggested: an agent asks for some, or the desk makes one for a new ticket by itself."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Final, Protocol, TypeVar
from uuid import UUID

from attrs import define, evolve, field, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, SuggestionId, TicketId
from helpdesk_core.knowledge.passages import Found, Passage, SourceKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Languages
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.ports.suggesting import RestsOn, Suggester
from helpdesk_core.suggestions.settling import same_words
from helpdesk_core.suggestions.suggestions import Source, Suggestion, Usage
from helpdesk_core.suggestions.telling import Begun, Ended, Kept, Piece, Telling
from helpdesk_core.use_cases.suggestions.find_question import Asked, asked_on
from helpdesk_core.use_cases.suggestions.keep_suggestions import keep_suggestions
from helpdesk_core.users import Actor

T = TypeVar("T")

MOST_FOUND: Final = 6
"""Passages that a reply is written from."""
LONGEST: Final = 20_000
"""Characters of one reply. Whoever writes more is not listened to any longer."""
LONGEST_EXCERPT: Final = 300
NOTHING_FOUND: Final = (
    "Nothing that is written down here answers this: neither an article nor a solved ticket. "
    "Once somebody has answered it, or written an article, it can be suggested."
)
"""What an agent reads in place of a reply."""


class Retrieve(Protocol):
    """Finds what is known about a question, the best first; nothing where nothing answers it."""

    async def __call__(
        self,
        organization_id: OrganizationId,
        question: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[Found]: ...


@frozen
class SuggestReplies:
    """Writes replies out of what is known, and tells of them while they are being written.

    Where the `suggester` fails, also midway, the `fallback` writes the reply anew and all that follow. Closing the
    stream ends what is under way, and nothing of it is kept: what is kept is kept at the end, all in one change.
    """

    store: Store
    retrieve: Retrieve
    suggester: Suggester
    fallback: Suggester
    languages: Languages
    fell_back: Callable[[ModelUnavailable], None]
    """Is told why."""
    clock: Clock
    new_id: NewId

    async def asked(self, organization_id: OrganizationId, ticket_id: TicketId) -> Asked:
        """What there is to answer; NotFound for a ticket that is not there, Conflict for one without a question."""
        return await self.store.read(partial(asked_on, organization_id, ticket_id))

    async def write(
        self, asked: Asked, actor: Actor, count: int = 1, *, automatic: bool = False
    ) -> AsyncGenerator[Telling]:
        """Up to `count` replies that differ; of them the last is told that they are kept.

        NotFound or Conflict where the ticket or its question has gone meanwhile.
        """
        asked = await self._with_language(asked)
        found = [
            one
            for one in await self.retrieve(asked.ticket.organization_id, asked.terms, MOST_FOUND)
            if one.passage.source_id != asked.ticket.id  # a solved ticket does not answer itself
        ]
        writing = _Writing(self, asked, found, automatic)
        for index in range(count):
            async with aclosing(writing.told(index)) as telling:
                async for told in telling:
                    yield told
            if not writing.found:
                break
        occasion = Occasion(self.clock(), self.new_id, actor)
        keep = partial(_keep, asked, writing.made, writing.failure is not None, occasion)
        yield Kept(await self.store.transact(keep))

    async def _with_language(self, asked: Asked) -> Asked:
        if asked.question.language is not None:
            return asked
        language = await self.languages.detect(asked.question.text)
        return evolve(asked, question=evolve(asked.question, language=language))


@define
class _Writing:
    """The replies to one question, as they come."""

    verb: SuggestReplies
    asked: Asked
    found: Sequence[Found]
    automatic: bool
    made: list[Suggestion] = field(factory=list)
    failure: ModelUnavailable | None = None

    async def told(self, index: int) -> AsyncGenerator[Telling]:
        """One reply; where nobody has anything to say, that nothing is known."""
        reply, restarted = _Reply(), False
        for suggester in self._suggesters():
            yield Begun(index, suggester.name, restarted)
            try:
                async with aclosing(self._pieces(suggester, index, reply)) as pieces:
                    async for piece in pieces:
                        yield piece
            except ModelUnavailable as failure:
                reply, restarted = _Reply(usage=reply.usage), True
                if suggester is not self.verb.fallback:
                    self.failure = failure
                    self.verb.fell_back(failure)
                continue
            yield self._ended(index, reply, suggester.name)
            return
        self.found = ()
        yield Begun(index, self.verb.fallback.name, restarted)
        yield Piece(index, NOTHING_FOUND)
        yield self._ended(index, _Reply(NOTHING_FOUND, reply.usage), self.verb.fallback.name)

    def _suggesters(self) -> Sequence[Suggester]:
        """Who is asked for a reply, one after the other; a model that has failed is not asked again."""
        model, fallback = self.verb.suggester, self.verb.fallback
        if not self.found:
            return ()
        return (fallback,) if model is fallback or self.failure else (model, fallback)

    async def _pieces(self, suggester: Suggester, index: int, reply: "_Reply") -> AsyncGenerator[Piece]:
        """What the suggester writes, as it comes; `reply` takes it in. ModelUnavailable where it writes nothing."""
        written = suggester.reply(self.asked.question, self.found, index)
        async with _closed_after(written):
            async for piece in written:
                if isinstance(piece, Usage):
                    reply.usage = _sum(reply.usage, piece)
                    continue
                if isinstance(piece, RestsOn):
                    reply.rests_on = piece.found
                    continue
                room = LONGEST - len(reply.text)
                if room <= 0:
                    break
                if piece:
                    reply.text += piece[:room]
                    yield Piece(index, piece[:room])
        if not reply.text.strip():
            raise ModelUnavailable(f"{suggester.name} wrote nothing.")

    def _ended(self, index: int, reply: "_Reply", made_by: str) -> Ended:
        """The reply among those that are made; one that says what another says is that one."""
        text = reply.text.strip()
        for place, one in enumerate(self.made):
            if same_words(one.text, text):
                self.made[place] = evolve(one, usage=_sum(one.usage, reply.usage))
                return Ended(index, self.made[place])
        suggestion = Suggestion(
            id=SuggestionId(self.verb.new_id()),
            organization_id=self.asked.ticket.organization_id,
            ticket_id=self.asked.ticket.id,
            about=self.asked.about,
            text=text,
            language=self.asked.question.language,
            sources=sources_of(reply.rests_on or self.found),
            made_by=made_by,
            created_at=self.verb.clock(),
            automatic=self.automatic,
            usage=reply.usage,
        )
        self.made.append(suggestion)
        return Ended(index, suggestion)


@define
class _Reply:
    """What has been written of a reply."""

    text: str = ""
    usage: Usage = Usage()
    rests_on: Sequence[Found] = ()
    """What it says it was taken from."""


def sources_of(found: Sequence[Found]) -> tuple[Source, ...]:
    """What the passages were cut out of, each once, by its best passage."""
    best: dict[tuple[SourceKind, UUID], Passage] = {}
    for one in found:
        best.setdefault((one.passage.source, one.passage.source_id), one.passage)
    return tuple(
        Source(kind, id_, passage.id, passage.title, excerpt_of(passage.text))
        for (kind, id_), passage in best.items()
    )


def excerpt_of(text: str) -> str:
    """How a text begins, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[: LONGEST_EXCERPT - 1].rstrip()}…"


async def _keep(
    asked: Asked, made: Sequence[Suggestion], fell_back: bool, occasion: Occasion, work: Work
) -> Sequence[Suggestion]:
    return await keep_suggestions(asked, made, fell_back, work, occasion)


@asynccontextmanager
async def _closed_after(pieces: AsyncIterator[T]) -> AsyncIterator[None]:
    """Closes them where they are not read to their end: whoever writes them is to stop."""
    try:
        yield
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


def _sum(one: Usage, other: Usage) -> Usage:
    costs = [cost for cost in (one.cost, other.cost) if cost is not None]
    return Usage(
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        sum(costs[1:], costs[0]) if costs else None,
    )
