"""Highlights: the part of a text for which it was found, with the words marked."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from attrs import frozen

from helpdesk_core.words import places_of, words_of

LENGTH = 160
"""Characters of a snippet, whitespace at its ends and the signs of what is left out not counted."""

LOOKED_AT = 50_000
"""Characters of a text in which words are looked for."""


@frozen
class Wanted:
    """Words as a search wants them: whole, the last one at least as a beginning."""

    words: frozenset[str]
    beginning: str

    def met_by(self, word: str) -> str | None:
        """Which of the wanted words a word of a text is; None: it is none of them."""
        if word in self.words:
            return word
        return self.beginning if self.beginning and word.startswith(self.beginning) else None


@frozen
class Snippet:
    """A part of a text as HTML, in which nothing but `<mark>` is markup.

    `rank`: how many of the wanted words are in it, and how often.
    """

    html: str
    rank: tuple[int, int]


@frozen
class _Hit:
    start: int
    end: int
    word: str


def wanted_by(q: str) -> Wanted:
    """What a search for `q` wants. Total."""
    *words, last = words_of(q) or [""]
    return Wanted(frozenset(words), last)


def highlighted(text: str, wanted: Wanted) -> Snippet | None:
    """The part of the text where most of the wanted words stand together, or None where none stands. Total.

    Runs of whitespace are one blank. Ends at words where it can, and shows with `…` that more was there.
    """
    text = text[:LOOKED_AT]
    hits = [
        _Hit(start, end, met)
        for word, start, end in places_of(text)
        if (met := wanted.met_by(word)) is not None
    ]
    if not hits:
        return None
    first, last, rank = _best(hits)
    begin, end = _around(text, hits[first].start, hits[last].end)
    return Snippet(_marked(text, begin, end, hits), rank)


def _best(hits: Sequence[_Hit]) -> tuple[int, int, tuple[int, int]]:
    """The first run of hits within a snippet's length that has the most different words, then the most words."""
    best = (0, 0, (0, 0))
    inside: Counter[str] = Counter()
    first = 0
    for last, hit in enumerate(hits):
        inside[hit.word] += 1
        while first < last and hit.end - hits[first].start > LENGTH:
            inside[hits[first].word] -= 1
            if not inside[hits[first].word]:
                del inside[hits[first].word]
            first += 1
        rank = (len(inside), last - first + 1)
        if rank > best[2]:
            best = (first, last, rank)
    return best


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The snippet's place: what was found, with as much around it as there is room for, ends at blanks."""
    end = min(end, start + LENGTH)
    room = LENGTH - (end - start)
    begin = max(0, start - room // 2)
    stop = min(len(text), begin + LENGTH)
    begin = max(0, min(begin, stop - LENGTH))
    if begin > 0:
        begin += next((place for place, sign in enumerate(text[begin - 1 : start]) if sign.isspace()), 0)
    if stop < len(text):
        stop -= next(
            (place for place, sign in enumerate(reversed(text[end : stop + 1])) if sign.isspace()), 0
        )
        stop = max(stop, end)
    return begin, stop


def _marked(text: str, begin: int, stop: int, hits: Sequence[_Hit]) -> str:
    parts = ["…"] if text[:begin].strip() else []
    place = begin
    for hit in hits:
        start, end = max(hit.start, begin), min(hit.end, stop)
        if start < end:
            parts += [_plain(text[place:start]), f"<mark>{_plain(text[start:end])}</mark>"]
            place = end
    parts.append(_plain(text[place:stop]))
    if text[stop:].strip():
        parts.append("…")
    return "".join(parts).strip()


def _plain(text: str) -> str:
    """Escaped, each run of whitespace as one blank."""
    words = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if words and text[-1:].isspace() else ""
    return escape(f"{before}{words}{after}")
