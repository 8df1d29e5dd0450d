"""Composing a reply without a model: the sentences that answer, in the team's own words, between a greeting and an end.

Nothing is made up: what stands in a reply was written by the team, in an article or in an earlier answer. The same
question, passages and variant have the same reply.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.knowledge.personal_data import Personal
from helpdesk_core.knowledge.retrieval import rarity, telling_words
from helpdesk_core.suggestions.greetings import courtesies_of, farewell, opening, tone_of
from helpdesk_core.suggestions.sentences import paragraphs_of, sentences_of

LONGEST: Final = (600, 1_200, 300)
"""Characters of what is quoted, by variant: as much as answers, with what belongs to it, and in short."""
WHOLE: Final = 500
"""A paragraph up to this length stays whole."""
HALF: Final = 0.5
"""A paragraph is chosen that holds so much of what the best one holds of the question."""
AGREE: Final = 0.15
"""Two passages are about the same when they share so much of their telling words."""
SAID: Final = 0.6
"""What shares so much of its words with what is quoted already says nothing new."""
STEM: Final = 5
"""Letters by which a word is known in its other forms."""


@frozen
class Asked:
    """What a reply is composed for."""

    text: str
    language: str | None
    customer_name: str | None
    organization_name: str


@frozen
class Composed:
    """A reply, and the passages that are quoted in it."""

    text: str
    used: tuple[Found, ...]


def quotable(one: Found) -> bool:
    """Whether anything of it may be said to another customer than the one whom it was written for."""
    return bool(_sayable(one))


def composed(asked: Asked, found: Sequence[Found], variant: int = 0) -> Composed | None:
    """The reply; None where nothing of what was found is `quotable`. Total.

    Another variant, from 0 to 2, is worded differently and quotes more or less, of another passage where there is one.
    """
    quoted = _quoted(asked, _preferred(found, asked.language), variant % 3)
    if not quoted:
        return None
    courtesies = courtesies_of(asked.language)
    tone = tone_of(asked.text)
    foreign = not _is_in(asked.language, quoted[0][0])
    parts = [
        opening(asked.language, asked.customer_name, tone),
        courtesies.leads[variant % 3],
        *([courtesies.elsewhere] if foreign else []),
        *(text for _, text in quoted),
        courtesies.ends[variant % 3],
        f"{farewell(asked.language, tone)}\n{' '.join(asked.organization_name.split())}".strip(),
    ]
    return Composed("\n\n".join(parts), tuple(one for one, _ in quoted))


def _preferred(found: Sequence[Found], language: str | None) -> Sequence[Found]:
    """What is in the customer's language goes first, where it answers as well as the best does."""
    if not found or _is_in(language, found[0]):
        return found
    own = [one for one in found if _is_in(language, one) and _is_as_good(one, found[0])]
    return [*own, *(one for one in found if one not in own)]


def _is_in(language: str | None, one: Found) -> bool:
    """Whether it is in the language, whatever the country; what is not known is taken for the same."""
    ours, theirs = ((code or "").lower().partition("-")[0] for code in (language, one.passage.language))
    return not ours or not theirs or ours == theirs


def _is_as_good(one: Found, best: Found) -> bool:
    if one.likeness is None or best.likeness is None:
        return one.overlap >= best.overlap
    return one.likeness >= best.likeness


def _quoted(asked: Asked, found: Sequence[Found], variant: int) -> Sequence[tuple[Found, str]]:
    """The passages that are quoted, and what of each."""
    wanted = _wanted(asked.text, found)
    sayable = [(one, parts) for one in found if (parts := _sayable(one))]
    if variant == 2:
        # Another source comes first, where there is one that is not in another language than the best.
        others = [pair for pair in sayable[1:] if _is_other(pair[0], sayable[0][0])]
        sayable = [*others[:1], *(pair for pair in sayable if pair not in others[:1])]
    if not sayable:
        return ()
    first, parts = sayable[0]
    room = LONGEST[variant]
    quoted = [(first, _chosen(parts, wanted, room))]
    for one, more in sayable[1:] if variant == 1 else ():
        left = room - sum(len(text) for _, text in quoted)
        text = _chosen(more, wanted, left)
        if len(text) <= left and _agree(one, first) and _says_more(text, quoted):
            quoted.append((one, text))
    return quoted


def _is_other(one: Found, best: Found) -> bool:
    return (
        one.passage.source_id != best.passage.source_id
        and one.passage.language == best.passage.language
        and _agree(one, best)
    )


def _wanted(text: str, found: Sequence[Found]) -> Mapping[str, float]:
    """The question's telling words by their stems, with what each weighs; rare ones among what was found weigh more."""
    holders = Counter(stem for one in found for stem in _stems(one.passage.words))
    return {stem: rarity(holders[stem]) for stem in _stems(text) if holders[stem]}


def _sayable(one: Found) -> Sequence[str]:
    """The paragraphs of a passage without what was meant for somebody else."""
    if one.passage.source is SourceKind.ARTICLE:
        return paragraphs_of(one.passage.text)
    kept = (
        "".join(
            told for told in sentences_of(paragraph) if not _PERSONAL.search(told) and not _DONE.match(told)
        )
        for paragraph in paragraphs_of(one.passage.text)
    )
    return [text.rstrip() for text in kept if telling_words(text)]


def _chosen(paragraphs: Sequence[str], wanted: Mapping[str, float], room: int) -> str:
    """Those paragraphs that answer, in their order, as far as there is room; at least something of the best one."""
    scores = [_score(paragraph, wanted) for paragraph in paragraphs]
    best = max(scores)
    order = sorted(range(len(paragraphs)), key=lambda place: (-scores[place], place))
    chosen: dict[int, str] = {}
    for place in order:
        if scores[place] < HALF * best:
            break
        text = (
            paragraphs[place]
            if len(paragraphs[place]) <= min(WHOLE, room)
            else _around(paragraphs[place], wanted, room)
        )
        if chosen and len(text) > room:
            continue
        chosen[place] = text
        room -= len(text)
    return "\n\n".join(chosen[place] for place in sorted(chosen))


def _around(paragraph: str, wanted: Mapping[str, float], room: int) -> str:
    """The best sentence of a long paragraph and what follows it, else what goes before, as far as there is room."""
    sentences = sentences_of(paragraph)
    scores = [_score(told, wanted) for told in sentences]
    first = last = scores.index(max(scores))
    size = len(sentences[first])
    limit = min(WHOLE, room)
    while last + 1 < len(sentences) and size + len(sentences[last + 1]) <= limit:
        last += 1
        size += len(sentences[last])
    while first > 0 and size + len(sentences[first - 1]) <= limit:
        first -= 1
        size += len(sentences[first])
    return "".join(sentences[first : last + 1]).strip()


def _score(text: str, wanted: Mapping[str, float]) -> float:
    stems = _stems(text)
    return sum(weight for stem, weight in wanted.items() if stem in stems)


def _agree(one: Found, other: Found) -> bool:
    """Whether two passages are about the same: parts of one source, or of one language with words in common."""
    if one.passage.source_id == other.passage.source_id:
        return True
    ours, theirs = _stems(one.passage.words), _stems(other.passage.words)
    shared = len(ours & theirs) / (min(len(ours), len(theirs)) or 1)
    return one.passage.language == other.passage.language and shared >= AGREE


def _says_more(text: str, quoted: Sequence[tuple[Found, str]]) -> bool:
    said = frozenset(stem for _, told in quoted for stem in _stems(told))
    stems = _stems(text)
    return bool(stems) and len(stems & said) / len(stems) < SAID


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in telling_words(text))


_PERSONAL = re.compile(rf"\[(?:{'|'.join(Personal)})(?: \d+)?\]")
# What somebody has done, or is about to do, for one customer is no answer to another.
_DONE = re.compile(
    r"\s*(?:(?:I|we)(?:['’]ve|['’]ll| have| just| now| will)|ich habe|wir haben|j['’]ai|nous avons|he \w+[aisd]o|hemos"
    r"|ho \w+[aisu]to|abbiamo|ik heb|we hebben|jag har|vi har|jeg har)\b",
    re.IGNORECASE,
)
