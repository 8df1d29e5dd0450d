"""Finding what answers a question: by its words and by its meaning, and whether what was found answers it at all.

The constants were measured, see docs/reference/retrieval-quality.md.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log1p
from typing import Final

from helpdesk_core.ids import PassageId
from helpdesk_core.knowledge.common_words import COMMON
from helpdesk_core.knowledge.courtesies import without_courtesies
from helpdesk_core.knowledge.passages import Found, Passage
from helpdesk_core.words import words_of

LOOKED_AT: Final = 4_000
"""Characters of a question that count."""
MOST_WORDS: Final = 24
"""So many of a question's words are searched for, the longest: long words tell more."""
GIST: Final = 300
"""Characters of a question that are searched for by their meaning."""

SLOWNESS: Final = 5
"""The constant of reciprocal ranks: the greater it is, the less the first places are ahead of the next."""
OWN_LANGUAGE: Final = 0.3
"""How much of a language's average likeness is taken off its passages: a question is a little nearer to all that is
written in its language, whatever it says.
"""
ANSWERS: Final = 0.863
"""The likeness from which on something is an answer."""
ANSWERS_BY_WORDS: Final = 0.4
"""The overlap from which on it is, whatever the likeness."""


def telling_words(text: str) -> Sequence[str]:
    """The words that may tell what a text is about, each once, in the form of `words_of`. Total."""
    seen = dict.fromkeys(words_of(_beginning(text)))
    telling = [word for word in seen if word not in COMMON and (len(word) > 1 or not word.isascii())]
    longest = frozenset(sorted(telling, key=len, reverse=True)[:MOST_WORDS])
    return [word for word in telling if word in longest]


def gist(text: str) -> str:
    """The part of a message that is worth comparing: what it asks, else how it begins; GIST characters. Total."""
    lines = [line for line in _beginning(text).splitlines() if not line.lstrip().startswith(">")]
    matter = without_courtesies("\n".join(lines)) or _beginning(text)
    whole = " ".join(matter.split())
    if len(whole) <= GIST:
        return whole
    first = whole.find("?")
    end = first + 1 if first >= 0 else GIST
    start = max(0, end - GIST)
    return whole[start : start + GIST].strip()


def rarity(commonness: int) -> float:
    """How much a word tells that stands in so many passages, from 1 down."""
    return 1 / (1 + log1p(commonness))


def overlap(passage: Passage, rarities: Mapping[str, float]) -> float:
    """Which part of the question's telling words stands in the passage, 0 to 1, rare ones weighing more."""
    total = sum(rarities.values())
    standing = frozenset(words_of(passage.words))
    return sum(rare for word, rare in rarities.items() if word in standing) / total if total else 0.0


def fused(
    passages: Collection[Passage],
    near: Mapping[PassageId, float],
    matching: Sequence[PassageId],
    rarities: Mapping[str, float],
) -> Sequence[Found]:
    """All that was found, the best first: ranks by meaning and by words, joined as reciprocal ranks (Cormack et al.,
    2009, https://doi.org/10.1145/1571941.1572114), where a rank by words weighs as much as the overlap squared.

    passages: all that is named in `near`, with likenesses, and in `matching`, the best first.
    """
    known = {one.id: one for one in passages}
    overlaps = {id: overlap(one, rarities) for id, one in known.items()}
    scores: defaultdict[PassageId, float] = defaultdict(float)
    for place, id in enumerate(_fairly(near, known)):
        scores[id] += 1 / (SLOWNESS + place + 1)
    for place, id in enumerate(id for id in matching if id in known):
        scores[id] += overlaps[id] ** 2 / (SLOWNESS + place + 1)
    best = sorted(scores, key=lambda id: (-scores[id], id))
    return [Found(known[id], scores[id], near.get(id), overlaps[id]) for id in best]


def answers(one: Found) -> bool:
    """Whether what was found is likely to answer the question, and not only the best of what does not."""
    return one.overlap >= ANSWERS_BY_WORDS or (one.likeness is not None and one.likeness >= ANSWERS)


def answering(found: Sequence[Found]) -> Sequence[Found]:
    """What answers the question, the best first; nothing where the best does not."""
    if not found or not answers(found[0]):
        return ()
    return [one for one in found if answers(one)]


def _beginning(text: str) -> str:
    """What is looked at of a text, without half a word at the end."""
    if len(text) <= LOOKED_AT:
        return text
    return text[:LOOKED_AT].rpartition(" ")[0] or text[:LOOKED_AT]


def _fairly(near: Mapping[PassageId, float], known: Mapping[PassageId, Passage]) -> Sequence[PassageId]:
    """By likeness, whatever language they are in, the best first."""
    of_language: defaultdict[str | None, list[float]] = defaultdict(list)
    for id, likeness in near.items():
        if id in known:
            of_language[known[id].language].append(likeness)
    usual = {language: sum(all_) / len(all_) for language, all_ in of_language.items()}
    fair = {
        id: likeness - OWN_LANGUAGE * usual[known[id].language]
        for id, likeness in near.items()
        if id in known
    }
    return sorted(fair, key=lambda id: (-fair[id], id))
