"""Names of people in a text: whole, or one of their parts, in any case and without regard to accents."""

import re
from collections.abc import Iterable, Iterator

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
    whole = [words_of(spelling) for name in names for spelling in _spellings(name)]
    parts = {word for words in whole for word in words if len(word) > 1 and word not in PARTICLES}
    beside = {word for words in whole for word in words}
    start = end = None
    certain = False
    for word, at, until in places_of(text):
        joined = end is not None and text[end:at].strip(" .-'’\u00a0") == "" and at - end <= 3
        if not joined and start is not None and end is not None:
            if certain:
                yield start, end
            start = end = None
            certain = False
        bare = word if word in beside else word.removesuffix("s")
        length = until - at if bare == word else until - at - 1
        if start is None and bare in parts:
            start, end = at, at + length
            certain = bare not in ORDINARY or _is_named_here(text, at)
        elif start is not None and bare in beside:
            end, certain = at + length, True
    if start is not None and end is not None and certain:
        yield start, end


def _spellings(name: str) -> tuple[str, str]:
    """As it is, and without umlauts in the German way."""
    return name, name.lower().translate(_UMLAUTS)


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _is_named_here(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at].rstrip(" ")
    return text[at].isupper() and before != "" and before[-1] not in _SENTENCE_ENDS


def places_within_words(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The same for names in scripts that do not part words. Total, as before."""
    runs = {run for name in names for run in _UNDIVIDED.findall(name)}
    if runs:
        longest_first = "|".join(re.escape(run) for run in sorted(runs, key=len, reverse=True))
        yield from (match.span() for match in re.finditer(longest_first, text))
