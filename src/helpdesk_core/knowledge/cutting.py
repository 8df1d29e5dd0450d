"""Cutting: articles and solved tickets become passages.

An article is cut at its headings, paragraphs and sentences; each piece says the article's title and the headings that
it stands under. A solved ticket is cut into what the customer asked and what an agent answered, without anything that
tells who they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from attrs import frozen

from helpdesk_core.articles import Article
from helpdesk_core.email.replies import split_reply
from helpdesk_core.ids import NewId, OrganizationId, PassageId
from helpdesk_core.knowledge.courtesies import without_courtesies
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.knowledge.personal_data import without_personal_data
from helpdesk_core.knowledge.pieces import beginning, pieces_of, words_in
from helpdesk_core.knowledge.sections import sections_of

WAY = "1"
"""The way in which things are cut. Another one makes everything be cut anew, by the digests."""
MOST_PIECES = 3_000
"""Of one article."""
FEWEST_WORDS = 6
"""An answer of fewer teaches nothing."""
WORDS_OF_ASKING_BACK = 40
MOST_ANSWERS = 12
"""Of one ticket: the first ones."""
LONGEST_MESSAGE = 20_000
LONGEST_TICKET = 100_000
"""Characters of a message, and of all of a ticket's together, that are read."""
WORDS_OF_QUESTION = 60
WORDS_OF_TITLE = 30


@frozen
class Piece:
    """What a passage says."""

    title: str
    question: str
    text: str


@frozen
class Cut:
    """A source in pieces."""

    source: SourceKind
    source_id: UUID
    pieces: tuple[Piece, ...]
    language: str | None
    published: bool
    updated_at: datetime

    @property
    def digest(self) -> str:
        """The same for the same pieces, of the same standing."""
        told = [WAY, str(self.language), str(self.published), self.updated_at.isoformat()]
        told += [part for piece in self.pieces for part in (piece.title, piece.question, piece.text)]
        return sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:40]


@frozen
class Said:
    """One message of a ticket: the words that were written for it, and whether an agent wrote them."""

    text: str
    by_agent: bool
    at: datetime


@frozen
class SolvedTicket:
    """What is learned from: a ticket that is done, and who takes part in it. Notes and machines' words are left out."""

    id: UUID
    subject: str
    messages: tuple[Said, ...]
    names: frozenset[str]
    language: str | None
    updated_at: datetime


def cut_article(article: Article) -> Cut:
    """The article in pieces; none where it says nothing. Total, a megabyte within a second."""
    pieces: list[Piece] = []
    for section in sections_of(article.body.html):
        title = " › ".join((article.title, *section.heads))
        pieces += (Piece(title, "", text) for text in pieces_of(section.text))
    return Cut(
        SourceKind.ARTICLE,
        article.id,
        tuple(pieces[:MOST_PIECES]),
        article.language,
        article.published,
        article.updated_at,
    )


def cut_ticket(ticket: SolvedTicket) -> Cut:
    """The ticket in pairs of question and answer; none where no agent has answered. Total.

    Greetings, signatures and what was said before are left out. A question says how the ticket began, too, since
    `still the same` asks nothing by itself.
    """
    title = beginning(_bare(" ".join(ticket.subject.split())[:1_000], ticket.names), WORDS_OF_TITLE)
    pieces = [
        Piece(title, question, text)
        for question, answer in list(_pairs(ticket))[:MOST_ANSWERS]
        for text in pieces_of(answer)
    ]
    return Cut(SourceKind.TICKET, ticket.id, tuple(pieces), ticket.language, False, ticket.updated_at)


def passages_of(cut: Cut, organization_id: OrganizationId, new_id: NewId) -> Sequence[Passage]:
    """The pieces as they are kept."""
    digest = cut.digest
    return [
        Passage(
            id=PassageId(new_id()),
            organization_id=organization_id,
            source=cut.source,
            source_id=cut.source_id,
            place=place,
            title=piece.title,
            question=piece.question,
            text=piece.text,
            language=cut.language,
            published=cut.published,
            digest=digest,
            updated_at=cut.updated_at,
        )
        for place, piece in enumerate(cut.pieces)
    ]


def _pairs(ticket: SolvedTicket) -> Iterable[tuple[str, str]]:
    """What was asked, and what was answered to it; messages of one side that follow each other are one."""
    first, asked = "", list[str]()
    answered = list[str]()
    for said in (*_read(ticket.messages), None):
        if said is not None and said.by_agent:
            answered.append(_matter(said, ticket.names))
            continue
        answer = "\n\n".join(filter(None, answered))
        if asked and _teaches(answer):
            yield _question(first, asked), answer
        if answered:
            first, asked, answered = first or "\n".join(asked), [], []
        if said is not None:
            asked.append(_matter(said, ticket.names))


def _read(messages: Iterable[Said]) -> Iterable[Said]:
    left = LONGEST_TICKET
    for said in messages:
        if left <= 0:
            return
        yield said
        left -= min(len(said.text), LONGEST_MESSAGE)


def _teaches(answer: str) -> bool:
    """Whether it says something; to ask back is no answer."""
    words = words_in(answer)
    return words >= FEWEST_WORDS and not (words < WORDS_OF_ASKING_BACK and answer.endswith(("?", "？")))


def _question(first: str, asked: Sequence[str]) -> str:
    begun, now = beginning(first, WORDS_OF_QUESTION), beginning("\n".join(asked), WORDS_OF_QUESTION)
    return "\n".join(filter(None, (begun, now)))


def _matter(said: Said, names: Iterable[str]) -> str:
    return _bare(without_courtesies(split_reply(said.text[:LONGEST_MESSAGE]).new), names)


def _bare(text: str, names: Iterable[str]) -> str:
    return without_personal_data(text, names)
