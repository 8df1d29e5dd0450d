"""Finding things by words, on either database.

Both indexes hold words as `words_of` makes them. The word's organization is one of the words indexed: else a small
organization's hits would drown among a large one's, since only the newest are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Dialect, bindparam, text
from sqlalchemy.types import Text

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.prepared import PerDialect, Prepared
from helpdesk_adapters.storage.sql.types import Id, ListOf
from helpdesk_core.ids import OrganizationId
from helpdesk_core.words import words_of

NEWEST = 1000
"""Of a word, the newest so many texts of each kind are looked at."""

SHORT = 3
"""Letters of the longest beginning for which SQLite keeps an index of its own."""

SPELLED = 12
"""Of a longer beginning so many words are looked up one by one.

SQLite would gather all texts of all of them before it hands out the newest, which takes long where they are common.
"""


@frozen
class Term:
    """One word of a search. `begins`: it may go on; `spelled`: as one of these words."""

    word: str
    begins: bool = False
    spelled: tuple[str, ...] = ()


class Finder:
    """Finds the things of one kind that have every word of a search, in whichever of their texts.

    `hits` has the parameters `match` and `most`, `having` the parameters `match` and `ids`; `words` are the tables of
    the full-text index they ask. Ids come as the database has them: whoever gets them hands them back to it.
    """

    def __init__(self, hits: PerDialect, having: PerDialect, words: Sequence[str]) -> None:
        self._hits_of = Prepared(hits)
        self._having = Prepared(having)
        self._words_like = Prepared(_words_like(words))

    async def find(self, db: Connection, organization_id: OrganizationId, q: str) -> set[Any]:
        """A word in fewer than `NEWEST` texts gives all its things; the rarest of these words gives the candidates,
        which then must have the others. If there is none, all words are common: then the newest texts that have all
        of them. No word: nothing.
        """
        terms = await self._terms(db, organization_id, q)
        hits = {term: await self._hits(db, organization_id, term) for term in terms}
        if not hits:
            return set()
        few = [found for found in hits.values() if len(found) < NEWEST]
        if not few:
            return hits[terms[0]] if len(terms) == 1 else await self._hits(db, organization_id, *terms)
        found = set.intersection(*few)
        for term in terms:
            if found and len(hits[term]) >= NEWEST:
                one = match(db.dialect, organization_id, term)
                params = {"organization_id": organization_id, "match": one, "ids": tuple(found)}
                found = {row[0] for row in await db.rows(self._having, params)}
        return found

    async def _terms(self, db: Connection, organization_id: OrganizationId, q: str) -> Sequence[Term]:
        *words, last = words_of(q) or [""]
        whole = [Term(word) for word in dict.fromkeys(words)]
        if last in words or not last:
            return whole
        return [*whole, await self._beginning(db, organization_id, last)]

    async def _beginning(self, db: Connection, organization_id: OrganizationId, word: str) -> Term:
        if db.dialect.name != "sqlite" or len(word) <= SHORT:
            return Term(word, begins=True)
        params = {"beginning": word, "end": f"{word}\U0010ffff", "most": SPELLED + 1}
        known = tuple(row[0] for row in await db.rows(self._words_like, params))
        if len(known) <= SPELLED:
            return Term(word, begins=True, spelled=known or (word,))
        if len(await self._hits(db, organization_id, Term(word))) >= NEWEST:
            return Term(word, begins=True, spelled=known[:SPELLED])
        return Term(word, begins=True)

    async def _hits(self, db: Connection, organization_id: OrganizationId, *terms: Term) -> set[Any]:
        one = match(db.dialect, organization_id, *terms)
        params = {"organization_id": organization_id, "match": one, "most": NEWEST}
        return {row[0] for row in await db.rows(self._hits_of, params)}


def match(dialect: Dialect, organization_id: OrganizationId, *terms: Term) -> str:
    """The parameter `match` of the statements: texts of the organization with all of these words.

    The words are those of `words_of`, letters and digits, so that nothing in them can be taken for syntax.
    """
    if dialect.name == "postgresql":
        every = (f"'{lexeme(term.word)}'{':*' if term.begins else ''}" for term in terms)
        return " & ".join((f"'{scope(organization_id)}'", *every))
    return " AND ".join((f'scope : "{organization_id.hex}"', *map(_spelled, terms)))


def _spelled(term: Term) -> str:
    if term.spelled:
        any_of = " OR ".join(f'"{word}"' for word in term.spelled)
        return f"words : ({any_of})"
    return f'words : "{term.word}"{" *" if term.begins else ""}'


LONGEST_LEXEME, LARGEST_VECTOR = 2_000, 1_000_000
"""Bytes, rounded down, of what PostgreSQL indexes (a lexeme below 2 KiB, of a text below 1 MiB)."""


def scope(organization_id: OrganizationId) -> str:
    """The organization as a lexeme that no word can be."""
    return f"@{organization_id.hex}"


def lexeme(word: str) -> str:
    """The word as PostgreSQL indexes it: whole, unless it is hundreds of letters long."""
    return word if len(word) * 4 <= LONGEST_LEXEME else word.encode()[:LONGEST_LEXEME].decode(errors="ignore")


def lexemes(organization_id: OrganizationId, text: str, *scopes: str) -> str:
    """What PostgreSQL indexes of a text, as an array: its words, its organization, and whatever else is to narrow a
    search. Of an endless text, the first hundred thousand words or so.
    """
    found = dict.fromkeys(words_of(text))
    if len(text) * 4 > LONGEST_LEXEME:
        found = dict.fromkeys(map(lexeme, found))
    if len(text) * 4 > LARGEST_VECTOR:
        found = dict.fromkeys(_fitting(found))
    return f"""{{"{'","'.join((scope(organization_id), *scopes, *found))}"}}"""


def _fitting(words: Iterable[str]) -> Iterator[str]:
    room = LARGEST_VECTOR
    for word in words:
        room -= len(word.encode())
        if room < 0:
            return
        yield word


_LIKE = """
    SELECT term FROM (
        WITH RECURSIVE known (term) AS (
            SELECT (SELECT term FROM {words}_known WHERE term >= :beginning LIMIT 1)
            UNION ALL
            SELECT (SELECT term FROM {words}_known WHERE term >= known.term || char(1) LIMIT 1)
            FROM known WHERE known.term < :end LIMIT :most
        )
        SELECT term FROM known WHERE term < :end
    )
"""


def _words_like(words: Sequence[str]) -> Any:
    """The first `most` words of each table from `beginning` to `end`, hopping from one to the next. For SQLite.

    `char(1)`: no word has a character before it, so that the next one comes after all texts that hold this one.
    """
    return text(" UNION ".join(_LIKE.format(words=one) for one in words) + " ORDER BY term").columns(
        term=Text()
    )


TICKETS = Finder(
    hits=PerDialect(
        sqlite=text(
            """
            SELECT tickets.id FROM tickets
            WHERE tickets.pk IN (
                SELECT rowid FROM ticket_words WHERE ticket_words MATCH :match ORDER BY rowid DESC LIMIT :most)
            UNION
            SELECT conversations.ticket_id FROM conversations
            WHERE conversations.pk IN (
                SELECT rowid FROM conversation_words
                WHERE conversation_words MATCH :match ORDER BY rowid DESC LIMIT :most)
            """
        ).columns(id=Text()),
        postgresql=text(
            """
            (SELECT id FROM ticket_words WHERE words @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most)
            UNION
            SELECT ticket_id FROM conversations WHERE id IN (
                SELECT id FROM conversation_words
                WHERE words @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most)
            """
        ).columns(id=Id()),
    ),
    having=PerDialect(
        sqlite=text(
            """
            SELECT tickets.id FROM json_each(:ids) AS given
            CROSS JOIN tickets ON tickets.id = given.value
            CROSS JOIN ticket_words ON ticket_words.rowid = tickets.pk AND ticket_words MATCH :match
            UNION
            SELECT conversations.ticket_id FROM json_each(:ids) AS given
            CROSS JOIN conversations ON conversations.ticket_id = given.value
            CROSS JOIN conversation_words
            ON conversation_words.rowid = conversations.pk AND conversation_words MATCH :match
            """
        )
        .bindparams(bindparam("ids", type_=ListOf(Id())))
        .columns(id=Text()),
        postgresql=text(
            """
            SELECT id FROM ticket_words WHERE id = ANY (:ids) AND words @@ CAST(:match AS tsquery)
            UNION
            SELECT conversations.ticket_id FROM conversations
            JOIN conversation_words ON conversation_words.id = conversations.id
            WHERE conversations.ticket_id = ANY (:ids) AND conversation_words.words @@ CAST(:match AS tsquery)
            """
        )
        .bindparams(bindparam("ids", type_=ListOf(Id())))
        .columns(id=Id()),
    ),
    words=("ticket_words", "conversation_words"),
)
"""The tickets of subjects and messages. On SQLite, CROSS JOIN keeps it from listing all that hold a word first."""

ARTICLES = Finder(
    hits=PerDialect(
        sqlite=text(
            """
            SELECT articles.id FROM articles
            WHERE articles.pk IN (
                SELECT rowid FROM article_words WHERE article_words MATCH :match ORDER BY rowid DESC LIMIT :most)
            """
        ).columns(id=Text()),
        postgresql=text(
            "SELECT id FROM article_words WHERE words @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most"
        ).columns(id=Id()),
    ),
    having=PerDialect(
        sqlite=text(
            """
            SELECT articles.id FROM json_each(:ids) AS given
            CROSS JOIN articles ON articles.id = given.value
            CROSS JOIN article_words ON article_words.rowid = articles.pk AND article_words MATCH :match
            """
        )
        .bindparams(bindparam("ids", type_=ListOf(Id())))
        .columns(id=Text()),
        postgresql=text(
            "SELECT id FROM article_words WHERE id = ANY (:ids) AND words @@ CAST(:match AS tsquery)"
        )
        .bindparams(bindparam("ids", type_=ListOf(Id())))
        .columns(id=Id()),
    ),
    words=("article_words",),
)

_INDEX = """
    INSERT INTO {table}_words (id, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))
    ON CONFLICT (id) DO UPDATE SET words = excluded.words
"""
INDEX_WORDS: Mapping[str, Prepared] = {
    name: Prepared(text(_INDEX.format(table=name[:-1])).bindparams(bindparam("id", type_=Id())))
    for name in ("tickets", "conversations", "articles")
}
"""On PostgreSQL: makes a text, whose words are `lexemes`, findable."""
