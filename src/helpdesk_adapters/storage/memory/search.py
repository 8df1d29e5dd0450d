"""Finding things by words."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from typing import Any, Generic
from uuid import UUID

from attrs import field, frozen

from helpdesk_adapters.storage.memory.tables import K, V
from helpdesk_core.ids import OrganizationId
from helpdesk_core.words import words_of


@frozen
class Text:
    """A text by which something is found: a ticket, an article."""

    organization_id: OrganizationId
    found: UUID
    text: str


@frozen
class _Vocabulary:
    """The words of one organization: in which things each of them stands, in how many texts of it."""

    sorted: list[str] = field(factory=list)
    things: dict[str, dict[UUID, int]] = field(factory=dict)


class WordIndex:
    """Which words stand in which things of one kind, whatever tables their texts come from."""

    def __init__(self) -> None:
        self._vocabularies: dict[OrganizationId, _Vocabulary] = {}

    def find(self, organization_id: OrganizationId, q: str) -> set[Any]:
        """The ids of what has every word of `q`, the last one at least as a beginning. No word: nothing.

        O(things that have the rarest word, and those that have a word of the beginning).
        """
        words = words_of(q)
        vocabulary = self._vocabularies.get(organization_id)
        if not words or vocabulary is None:
            return set()
        ends = _beginning_with(words[-1], vocabulary.sorted)
        found = {thing for word in ends for thing in vocabulary.things[word]}
        return found.intersection(*(vocabulary.things.get(word, {}) for word in words[:-1]))

    def add(self, text: Text) -> None:
        vocabulary = self._vocabularies.setdefault(text.organization_id, _Vocabulary())
        for word in set(words_of(text.text)):
            things = vocabulary.things.get(word)
            if things is None:
                things = vocabulary.things[word] = {}
                insort(vocabulary.sorted, word)
            things[text.found] = things.get(text.found, 0) + 1

    def take_out(self, text: Text) -> None:
        vocabulary = self._vocabularies[text.organization_id]
        for word in set(words_of(text.text)):
            things = vocabulary.things[word]
            things[text.found] -= 1
            if not things[text.found]:
                del things[text.found]
            if not things:
                del vocabulary.things[word]
                del vocabulary.sorted[bisect_left(vocabulary.sorted, word)]


class TextsOf(Generic[K, V]):
    """Keeps a word index true to one table."""

    def __init__(self, words: WordIndex, text: Callable[[V], Text]) -> None:
        self._words = words
        self._text = text

    def check(self, key: K, new: V) -> None:
        """Nothing is refused."""

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        before = None if old is None else self._text(old)
        after = None if new is None else self._text(new)
        if before == after:
            return
        if before is not None:
            self._words.take_out(before)
        if after is not None:
            self._words.add(after)


def _beginning_with(beginning: str, words: list[str]) -> Iterator[str]:
    for at in range(bisect_left(words, beginning), len(words)):
        if not words[at].startswith(beginning):
            return
        yield words[at]
