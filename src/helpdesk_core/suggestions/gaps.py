"""Knowledge gaps: questions to which nothing is written down, those that are alike together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import log
from typing import Final

from attrs import field, frozen

from helpdesk_core.ids import ConversationId, TicketId
from helpdesk_core.knowledge.retrieval import telling_words

ALIKE: Final = 0.4
"""The weight of the words that two questions share, as part of the weight of the words of the shorter one."""
LONGEST_SHOWN: Final = 300


@frozen
class Unanswered:
    """A customer's message that found nothing."""

    ticket_id: TicketId
    conversation_id: ConversationId
    text: str
    asked_at: datetime


@frozen
class Gap:
    """Questions that are alike, the newest first."""

    questions: Sequence[Unanswered]

    @property
    def newest(self) -> Unanswered:
        return self.questions[0]

    @property
    def shown(self) -> str:
        """The newest question in short."""
        line = " ".join(self.newest.text.split())
        return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1].rstrip()}…"


def grouped(questions: Sequence[Unanswered]) -> Sequence[Gap]:
    """The gaps, those that were asked most often first, then the newest. Total; O(questions x gaps).

    A message is told of once, however often it was looked up. Words that many of these messages have tell little.
    """
    newest = sorted(questions, key=lambda one: (one.asked_at, one.conversation_id), reverse=True)
    each = list({one.conversation_id: one for one in newest}.values())
    words = {one.conversation_id: _words(one.text) for one in each}
    common = Counter(word for of_one in words.values() for word in of_one)
    weights = {word: log(1 + len(each) / count) for word, count in common.items()}
    groups: list[_Group] = []
    for question in each:
        own = words[question.conversation_id]
        home = next((group for group in groups if _alike(own, group.words, weights)), None)
        if home is None:
            groups.append(_Group(own, [question]))
        else:
            home.questions.append(question)
    gaps = [Gap(tuple(group.questions)) for group in groups]
    return sorted(gaps, key=lambda gap: len(gap.questions), reverse=True)


@frozen
class _Group:
    words: frozenset[str]
    questions: list[Unanswered] = field(factory=list)


def _words(text: str) -> frozenset[str]:
    return frozenset(telling_words(text))


def _alike(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> bool:
    def weight(words: frozenset[str]) -> float:
        return sum(weights[word] for word in words)

    least = min(weight(one), weight(other))
    shared = one & other
    return one == other or (len(shared) >= 2 and weight(shared) >= ALIKE * least)
