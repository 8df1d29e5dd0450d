"""Names of people in a text: whole, or one of their parts, in any case and without regard to accents."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from attrs import frozen

from helpdesk_core.words import places_of, words_of

PARTICLES = frozenset(
    "von van der den de del della di da dos das du la le el al bin ibn ben abu san mac mr mrs ms dr prof herr frau"
    " the and und et y e of jr sr team support service info help desk agent customer kunde admin user".split()
)
"""Words in names that are nobody's alone: only within a whole name do they belong to it."""
ORDINARY = frozenset(
    "will mark may bill rose grace hope art rob pat sue jack drew chase miles page price young long short white"
    " black brown green gray king cook baker miller smith best rich stark klein gross lang kurz weiss schwarz braun"
    " koch wolf sommer winter berg wagner fischer petit grand blanc noir roi blanco ross june april august joy faith"
    " dawn ray guy max frank pierre marin clement".split()
)
"""Names that are words too: a part of this kind is a name only with a capital letter, within a sentence."""
_SENTENCE_ENDS = frozenset('.!?:;\n•*->"“„')
_UNDIVIDED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]{2,}"
)
"""Scripts that write words without blanks between them, or with endings that grow on to a name."""


def places_of_names(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where names begin and end, in order; parts side by side are one. Total, in time that grows with the text."""
    known = _known(names)
    start = end = None
    certain = False
    for word, at, until in places_of(text):
        joined = end is not None and text[end:at].strip(" .-'’\u00a0") == "" and at - end <= 3
        if not joined and start is not None and end is not None:
            if certain:
                yield start, end
            start = end = None
            certain = False
        bare = word if word in known.beside else word.removesuffix("s")
        length = until - at if bare == word else until - at - 1
        if known.is_handle(word) or (bare not in known.parts and known.is_inflected(word, text[at])):
            start, end, certain = at if start is None else start, until, True
        elif start is None and bare in known.parts:
            start, end = at, at + length
            certain = bare not in ORDINARY or _is_named_here(text, at)
        elif start is not None and bare in known.beside:
            end, certain = at + length, True
    if start is not None and end is not None and certain:
        yield start, end


@frozen
class _Known:
    """The words by which names are known, as `words_of` has them."""

    parts: frozenset[str]
    """Those that are somebody's alone."""
    beside: frozenset[str]
    """Those that are, beside another one."""
    handles: frozenset[str]
    """Names as one word: `idamueller`, `imueller`."""
    stems: frozenset[str]
    """Beginnings of those that languages with cases put endings to."""

    def is_handle(self, word: str) -> bool:
        return word in self.handles or word.rstrip("0123456789") in self.handles

    def is_inflected(self, word: str, first: str) -> bool:
        return first.isupper() and any(word[:-many] in self.stems for many in (1, 2, 3))


def _known(names: Iterable[str]) -> _Known:
    whole = [words_of(spelling) for name in names for spelling in _spellings(name)]
    beside = frozenset(word for words in whole for word in words)
    parts = frozenset(word for word in beside if len(word) > 1 and word not in PARTICLES)
    handles = frozenset(handle for words in whole for handle in _handles(words))
    return _Known(
        parts, beside, handles, frozenset(stem for word in parts - ORDINARY for stem in _stems(word))
    )


def _spellings(name: str) -> tuple[str, str]:
    """As it is, and without umlauts in the German way."""
    return name, name.lower().translate(_UMLAUTS)


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _handles(words: Sequence[str]) -> Iterator[str]:
    pairs = permutations(words[:_MOST_IN_HANDLE], 2)
    joined = ["".join(words), *(told for one, other in pairs for told in (one + other, one[0] + other))]
    return (told for told in joined if len(words) > 1 and len(told) >= _SHORTEST_HANDLE)


def _stems(word: str) -> Iterator[str]:
    shortest = _SHORTEST_LATIN_STEM if word.isascii() else _SHORTEST_STEM
    if len(word) >= shortest:
        yield word
        if word[-1] in _VOWELS:
            yield word[:-1]


_MOST_IN_HANDLE, _SHORTEST_HANDLE = 4, 6
_SHORTEST_LATIN_STEM, _SHORTEST_STEM = 6, 4
_VOWELS = "aeiouyаеиоуыюяйь"


def _is_named_here(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at].rstrip(" ")
    return text[at].isupper() and before != "" and before[-1] not in _SENTENCE_ENDS


def places_within_words(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The same for names in scripts that do not part words. Total, as before."""
    told = {part for name in names for run in _UNDIVIDED.findall(name) for part in _parts_of_undivided(run)}
    if told:
        longest_first = "|".join(sorted(told, key=len, reverse=True))
        yield from (match.span() for match in re.finditer(longest_first, text))


def _parts_of_undivided(run: str) -> Iterator[str]:
    """As patterns: the name, its given name, and its family name before a title."""
    yield re.escape(run)
    if _EAST_ASIAN.fullmatch(run) and len(run) in (3, 4):
        family = run[: len(run) - 2]
        yield re.escape(run[len(family) :])
        yield rf"{re.escape(family)}(?={_TITLES})"


_EAST_ASIAN = re.compile(r"[\u3400-\u9fff]+|[\uac00-\ud7ff]+")
_TITLES = "先生|女士|小姐|太太|经理|さん|さま|様|氏|씨|님"
