"""Texts in pieces: whole paragraphs where they fit, else lines, sentences, words, and at the very last letters."""

import re
from collections.abc import Iterator, Sequence
from math import ceil

FEWEST = 60
USUAL = 160
MOST = 200
"""Words of a piece, about: what is left over at the end stays with the piece before it, up to FEWEST more."""
LONGEST = 2_400
"""Characters of a piece, however few words they are."""


def words_in(text: str) -> int:
    """How many words there are; where a script does not part them, two letters count as one. Total."""
    undivided = 0 if text.isascii() else len(_UNDIVIDED.findall(text))
    return len(text.split()) + undivided // 2


def pieces_of(text: str) -> Sequence[str]:
    """The text in pieces of about FEWEST to MOST words, as even as its parts allow; none where there are no words.

    In their order they hold all of its words. Total, in time that grows with the text.
    """
    parts = [(part, words_in(part)) for part in _parts(_spaced(text))]
    total = sum(words for _, words in parts)
    aim = total / max(1, ceil(total / USUAL))
    pieces: list[tuple[str, int]] = []
    for part, words in parts:
        told, count = pieces[-1] if pieces else ("", 0)
        if pieces and count < aim and _is_one(told, count, part, words, MOST):
            pieces[-1] = (told + part, count + words)
        else:
            pieces.append((part, words))
    if len(pieces) > 1 and pieces[-1][1] < FEWEST and _is_one(*pieces[-2], *pieces[-1], MOST + FEWEST):
        (told, count), (end, words) = pieces[-2:]
        pieces[-2:] = [(told + end, count + words)]
    return [told.strip() for told, _ in pieces if told.strip()]


def beginning(text: str, words: int) -> str:
    """About the first so many words of the text, never more; it ends where a sentence does, if one does in time."""
    told, count = "", 0
    for part in _parts(_spaced(text[: 20 * words + LONGEST])):
        more = words_in(part)
        if count + more > words or len(told) + len(part) > LONGEST:
            break
        told, count = told + part, count + more
    return told.strip() or _fitting(text, words)


def _fitting(text: str, words: int) -> str:
    kept = " ".join(text[:LONGEST].split()[:words])
    return kept if words_in(kept) <= words else kept[:words]


def _is_one(told: str, count: int, part: str, words: int, most: int) -> bool:
    return count + words <= most and len(told) + len(part) <= LONGEST


def _spaced(text: str) -> str:
    """The text with no more blanks and blank lines than it takes to read it."""
    return _BLANK_LINES.sub("\n\n", _BLANKS.sub("  ", text)).strip()


def _parts(text: str) -> Iterator[str]:
    """The text in parts that are small enough for pieces to come out even; together they are the text."""
    for paragraph in _split(_PARAGRAPH, [text]):
        if _is_small(paragraph):
            yield paragraph
            continue
        for part in _split(_WORDS, _split(_SENTENCE, _split(_LINE, [paragraph]))):
            if _is_small(part):
                yield part
            else:
                yield from (part[at : at + MOST // 2] for at in range(0, len(part), MOST // 2))


def _split(by: re.Pattern[str], texts: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for text in texts:
        if _is_small(text):
            yield text
        else:
            yield from (match[0] for match in by.finditer(text))


def _is_small(text: str) -> bool:
    return len(text) <= LONGEST // 2 and words_in(text) <= MOST // 2


_UNDIVIDED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_BLANKS = re.compile(r"[^\S\n]{3,}")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
# Each takes short ones together, so that a text of a million of them has no more parts than any other.
_PARAGRAPH = re.compile(r"(?s).{20,}?\n\n|.+")
_LINE = re.compile(r"(?s).{40,}?\n|.+")
_SENTENCE = re.compile(r"(?s).{40,}?(?:[.!?…][\"”»')]?\s+|[。！？])|.+")
_WORDS = re.compile(r"(?:\S{1,60}\s{0,2}){1,20}|\s+")
