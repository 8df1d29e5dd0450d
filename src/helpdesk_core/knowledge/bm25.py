"""BM25: how well texts fit some words, the same in every store (Robertson and Zaragoza, 2009,
https://doi.org/10.1561/1500000019; the weight of a word as Lucene has it, never below 0).

A store knows in which texts a word stands. From that alone it takes the most promising (`candidates`), and only
these are read and scored (`scored`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from math import log
from typing import Any, TypeVar

from helpdesk_core.words import words_of

K = TypeVar("K")

HOLDERS = 2_000
"""Of a word, the newest so many texts are looked at."""

CANDIDATES = 100
"""Texts that are read and scored, at least; where more are wanted, twice as many as that."""

SATURATION, LENGTH = 1.2, 0.75
"""k1 and b, at their usual values."""


def weight(holders: int, texts: int) -> float:
    """How telling a word is that stands in so many of the texts."""
    return log(1 + (texts - holders + 0.5) / (holders + 0.5)) if texts >= holders else 0.0


def candidates(holders: Mapping[str, Sequence[K]], texts: int, most: int) -> list[K]:
    """Of the texts in which the words stand, those in which the most telling ones do, the best first."""
    sums: dict[K, float] = {}
    for of_word in holders.values():
        telling = weight(len(of_word), texts)
        for text in of_word:
            sums[text] = sums.get(text, 0.0) + telling
    wanted = max(CANDIDATES, 2 * most)
    return nlargest(wanted, sums, key=sums.__getitem__)


def scored(
    found: Iterable[tuple[K, str]], commonness: Mapping[str, int], texts: int, most: int
) -> list[tuple[K, float]]:
    """The best of the texts, the best first, and of equals the one with the greater key.

    Their average length stands for that of all texts.
    """
    counted = [(key, Counter(words_of(text))) for key, text in found]
    lengths = {key: counts.total() for key, counts in counted}
    average = sum(lengths.values()) / len(lengths) if lengths else 1.0
    telling = {word: weight(many, texts) for word, many in commonness.items()}
    scores: list[tuple[Any, Any]] = []
    for key, counts in counted:
        damping = SATURATION * (1 - LENGTH + LENGTH * lengths[key] / (average or 1.0))
        score = sum(
            worth * counts[word] * (SATURATION + 1) / (counts[word] + damping)
            for word, worth in telling.items()
            if word in counts
        )
        scores.append((score, key))
    return [(key, score) for score, key in nlargest(most, scores)]
