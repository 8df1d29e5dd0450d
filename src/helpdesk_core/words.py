"""Which words a text consists of when it is searched; every store finds by the same ones.

The rule is that of SQLite's FTS5 tokenizer `unicode61 remove_diacritics 2` (https://sqlite.org/fts5.html
§4.3.1): a word is a run of letters, digits and private-use characters; case does not matter, nor do the
accents of Latin letters.
"""

import re
import unicodedata
from collections.abc import Iterator

# The combining marks of Latin letters, which FTS5 leaves out of a word; every other mark divides words.
_COMBINING = frozenset(
    [
        *range(0x300, 0x305),
        *range(0x306, 0x30D),
        0x30F,
        0x311,
        0x31B,
        *range(0x323, 0x329),
        0x32D,
        0x32E,
        0x330,
        0x331,
    ]
)


def words_of(text: str) -> list[str]:
    """The words in order, in the form in which they are compared. Total."""
    return text.translate(_FORMS).split()


def places_of(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `words_of`, each with where it begins and ends in the text. Total."""
    for run in _RUN.finditer(text.translate(_PLACED)):
        word = run[0].replace(_LEFT_OUT, "")
        if word:
            yield word, *run.span()


def number_in(q: str) -> int | None:
    """The number of a ticket that a search names: `123` or `#123`, and nothing else."""
    named = _NUMBER.fullmatch(q.strip())
    return int(named[1]) if named else None


class _Forms(dict[int, str]):
    """What is compared, by character: letters without case and accent, a space for what divides words."""

    def __init__(self, left_out: str) -> None:
        self._left_out = left_out

    def __missing__(self, code: int) -> str:
        self[code] = form = _form(chr(code)) or self._left_out
        return form


def _form(character: str) -> str:
    if ord(character) in _COMBINING:
        return ""
    if unicodedata.category(character)[0] not in "LN" and unicodedata.category(character) != "Co":
        return " "
    lower = character.lower() if len(character.casefold()) > 1 else character.casefold()
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isascii() else lower


_LEFT_OUT = "\u0300"
_FORMS = _Forms("")
_PLACED = _Forms(_LEFT_OUT)
"""The same with a character for each: so a place in the one text is the place in the other."""
_NUMBER = re.compile(r"#?([1-9][0-9]{0,14})")
_RUN = re.compile("[^ ]+")
