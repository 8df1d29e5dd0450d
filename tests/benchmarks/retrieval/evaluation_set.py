"""The evaluation set: articles of a shop and its software, and what customers ask (the folder `set`, all of our own).

Every second question of a kind is for choosing constants, the others are for judging what was chosen.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from attrs import frozen

from helpdesk_adapters.ids import new_id
from helpdesk_core.articles import Article, body_from_text
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.knowledge.cutting import cut_article, passages_of
from helpdesk_core.knowledge.passages import Passage

FOLDER = Path(__file__).parent / "set"
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
_NAMES = UUID("018f0000-0000-7000-8000-000000000000")


class Kind(StrEnum):
    """What makes a question hard."""

    NEAR = "near"
    """Some of its words stand in the article."""
    FAR = "far"
    """None of its telling words does."""
    TYPOS = "typos"
    ACROSS = "across"
    """The article is written in another language."""
    NOTHING = "nothing"
    """No article answers it."""


@frozen
class Asked:
    """A question, and the articles of which each answers it."""

    kind: Kind
    language: str
    right: frozenset[UUID]
    text: str
    judged: bool
    """Whether it belongs to the half by which nothing was chosen."""


@cache
def articles(organization_id: OrganizationId) -> Sequence[Article]:
    found: list[Article] = []
    for path in sorted(FOLDER.glob("articles.*.md")):
        language = path.suffixes[0].removeprefix(".")
        for told in path.read_text("utf-8").split("## ")[1:]:
            head, _, text = told.partition("\n")
            name, _, title = head.partition(": ")
            body = body_from_text(_unwrapped(text))
            id = ArticleId(article_id(name))
            found.append(Article(id, organization_id, title, body, WRITTEN, WRITTEN, True, language=language))
    return found


def passages(organization_id: OrganizationId) -> Sequence[Passage]:
    """The articles as the desk cuts them."""
    return [
        passage
        for article in articles(organization_id)
        for passage in passages_of(cut_article(article), organization_id, new_id)
    ]


@cache
def questions() -> Sequence[Asked]:
    found: list[Asked] = []
    seen: Counter[Kind] = Counter()
    for line in (FOLDER / "questions.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, language, names, text = (part.strip() for part in line.split("|", 3))
        kind = Kind(name)
        right = frozenset(map(article_id, names.split(","))) if names != "-" else frozenset[UUID]()
        found.append(Asked(kind, language, right, text, judged=seen[kind] % 2 == 1))
        seen[kind] += 1
    return found


def article_id(name: str) -> UUID:
    return uuid5(_NAMES, name.strip())


def _unwrapped(text: str) -> str:
    """Paragraphs on a line each, parted by blank lines."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
