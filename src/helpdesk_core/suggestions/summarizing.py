"""Summaries without a model: the sentences that say most of what was said, in the order in which they were said."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.knowledge.retrieval import telling_words
from helpdesk_core.words import words_of

Who = Literal["customer", "agent"]
MOST_SENTENCES: Final = 6
LONGEST_SENTENCE: Final = 300
MOST_LOOKED_AT: Final = 600
"""Sentences of a ticket that are weighed, however long it is: those of the first message and the newest ones."""
FEWEST_WORDS: Final = 3
"""A sentence of fewer says little: a greeting, a name."""


@frozen
class Said:
    """One message: who said it, and what."""

    message_id: UUID
    who: Who
    text: str


@frozen
class Point:
    """A sentence of a summary, and who said it where."""

    message_id: UUID
    who: Who
    text: str


@frozen
class _Sentence:
    place: int
    said: Said
    text: str
    words: frozenset[str]
    opens: bool
    """Whether it is the first of its message."""


def summarized(messages: Sequence[Said], most: int = MOST_SENTENCES) -> Sequence[Point]:
    """The points of what was said, oldest first; the same messages have the same ones. Total.

    The first question and the newest word are always among them. O(sentences x `most`), of which there is a bound.
    """
    sentences = _looked_at(list(_sentences(messages)))
    if not sentences:
        return ()
    counts = Counter(word for one in sentences for word in one.words)
    chosen = _ends(sentences, most)
    covered = {word for one in chosen for word in one.words}
    while len(chosen) < min(most, len(sentences)):
        left = [one for one in sentences if one not in chosen]
        best = max(left, key=lambda one: (_weight(one, counts, covered), -one.place))
        if _weight(best, counts, covered) <= 0:
            break
        chosen.append(best)
        covered |= best.words
    return [
        Point(one.said.message_id, one.said.who, one.text)
        for one in sorted(chosen, key=lambda one: one.place)
    ]


def text_of_points(points: Sequence[Point]) -> str:
    """The summary as text: a line for each who speaks in turn."""
    lines: list[str] = []
    speaker = None
    for point in points:
        if point.who == speaker:
            lines[-1] += f" {point.text}"
        else:
            lines.append(f"{point.who.capitalize()}: {point.text}")
        speaker = point.who
    return "\n".join(lines)


def _sentences(messages: Sequence[Said]) -> Iterator[_Sentence]:
    place = 0
    for said in messages:
        opens = True
        for raw in _END.split(said.text):
            text = " ".join(raw.split())
            words = words_of(text)
            if len(words) < FEWEST_WORDS:
                continue
            shown = text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1].rstrip()}…"
            yield _Sentence(place, said, shown, frozenset(telling_words(text)), opens)
            place, opens = place + 1, False


def _looked_at(sentences: list[_Sentence]) -> list[_Sentence]:
    if len(sentences) <= MOST_LOOKED_AT:
        return sentences
    half = MOST_LOOKED_AT // 2
    return sentences[:half] + sentences[-half:]


def _ends(sentences: Sequence[_Sentence], most: int) -> list[_Sentence]:
    """The customer's first sentence, and the first one of the newest message."""
    first = next((one for one in sentences if one.said.who == "customer"), sentences[0])
    newest = next(one for one in reversed(sentences) if one.opens or one.place == 0)
    return list(dict.fromkeys((first, newest)))[:most]


def _weight(sentence: _Sentence, counts: Counter[str], covered: set[str]) -> float:
    """How much it says that is much spoken of and was not said yet; long ones gain little by their length."""
    new = [counts[word] for word in sentence.words if word not in covered]
    return sum(new) / (len(sentence.words) + 8) ** 0.5 if new else 0.0


_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
