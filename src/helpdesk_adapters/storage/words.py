"""Which words a text consists of when it is searched; every store finds by the same ones.

The rule is that of SQLite's FTS5 tokenizer `unicode61 remove_diacritics 2` (https://sqlite.org/fts5.html
§4.3.1): a word is a run of letters, digits and private-use characters; case does not matter, nor do the
accents of Latin letters.
"""

import unicodedata

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


class _Forms(dict[int, str]):
    """What is compared, by character: letters without case and accent, a space for what divides words."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _form(chr(code))
        return form


_FORMS = _Forms()


def _form(character: str) -> str:
    if ord(character) in _COMBINING:
        return ""
    if unicodedata.category(character)[0] not in "LN" and unicodedata.category(character) != "Co":
        return " "
    lower = character.lower() if len(character.casefold()) > 1 else character.casefold()
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isascii() else lower
