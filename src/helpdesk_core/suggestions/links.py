"""Links and addresses in a text, whether they are marked as such or a program would make one of them by itself."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import phonenumbers
from attrs import define, field

from helpdesk_core.suggestions.sieves import Sieve, Step

LONGEST_WORD: Final = 4_000
REMOVED: Final = "[…]"
"""Stands where a link was that no source bears out."""

UNDIVIDED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff0d"
)
"""Scripts and signs of languages that write no blanks; each sign is a word."""

_DOT = "[.\u3002\uff0e\uff61]"
_LABEL = r"\w(?:[\w\u200c\u200d-]{0,61}\w)?"
_GENERIC = (
    "com|net|org|info|biz|edu|gov|int|mil|name|pro|app|dev|page|shop|store|online|site|website|xyz|top|club|link"
    "|click|live|blog|cloud|tech|space|agency|email|support|help|world|today|news|media|group|company|solutions"
    "|services|systems|network|digital|finance|bank|example|test|localhost|local|internal|onion"
)
_COUNTRIES = "|".join(sorted({region.lower() for region in phonenumbers.SUPPORTED_REGIONS} | {"uk", "eu"}))
_REST = r"[^\s<>\"\u201c\u201d\u201e\u00ab\u00bb`{}|\\^\[\]]*"
_ADDRESS = r"[^\s@<>()\[\]\"',;:]{1,64}@[^\s@<>()\[\]\"',;:/?#]{1,255}"
_LINK = re.compile(
    rf"(?P<link>[a-z][a-z0-9+.-]{{1,20}}:[/\\]{{2}}{_REST}|(?:javascript|vbscript|file|blob):{_REST}"
    rf"|data:\w+/{_REST}|\bwww{_DOT}{_REST})"
    rf"|(?:mailto:)?(?P<address>{_ADDRESS})"
    rf"|(?<!\w)(?P<bare>(?:{_LABEL}{_DOT}){{1,8}}(?:(?:{_GENERIC}|(?-i:{_COUNTRIES}|{_COUNTRIES.upper()}))(?![\w-])"
    rf"(?:[:/?#]{_REST})?|[^\W\d_]{{2,24}}(?::\d{{1,5}})?(?:/|[?#]\w){_REST}))",
    re.IGNORECASE,
)
_AFTER = ".,;:!?)*_'’>~"
_SCHEME = re.compile(r"^(?:https?:)?[/\\]{2}", re.IGNORECASE)
_WORD = re.compile(rf"[^\s{UNDIVIDED}]{{1,{LONGEST_WORD}}}")
_BLANK = re.compile(r"\s+")


def links_in(texts: Iterable[str]) -> frozenset[str]:
    """Keys of all links and addresses in the texts, and of the hosts of the links."""
    keys = {key for text in texts for word in words_in(text) for key in _keys(word)}
    return frozenset(keys | {key.partition("/")[0] for key in keys if "@" not in key})


def addresses_in(texts: Iterable[str]) -> frozenset[str]:
    """Keys of the e-mail addresses alone."""
    return frozenset(key for key in links_in(texts) if "@" in key and "/" not in key)


def key_of(link: str) -> str:
    """What two spellings of one link share: no scheme of the web, no `www.`, a host in small letters."""
    bare = _SCHEME.sub("", link.rstrip(_AFTER).removeprefix("mailto:"))
    host, slash, path = bare.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")


def words_in(text: str) -> Iterator[str]:
    """Runs without blanks; where a language writes none, its signs are left out."""
    return (word[0] for word in _WORD.finditer(text))


@define
class WithoutLinks(Sieve):
    """Leaves the links that are allowed, and `[…]` in the place of others; words that hold a mark go."""

    allows: Callable[[str], bool]
    marks: tuple[str, ...] = ()
    _after_undivided: bool = field(default=False, init=False)

    def step(self, text: str, at: int, final: bool) -> Step | None:
        word = _WORD.match(text, at)
        if word is None:
            blank = _BLANK.match(text, at)
            end = blank.end() if blank is not None else at + 1
            self._after_undivided = blank is None
            return Step(text[at:end], end)
        if word.end() == len(text) and not final and len(word[0]) < LONGEST_WORD:
            return None
        told = self._judged(word[0])
        self._after_undivided = False
        return Step(told, word.end())

    def _judged(self, word: str) -> str:
        if any(mark in word for mark in self.marks):
            return ""
        if self._after_undivided and _ENDING.match(word) is not None:
            return REMOVED  # the end of a host whose beginning is written without blanks
        # Where a link goes, what stands before and behind it may be one, too.
        while (left := _LINK.sub(self._left, word)) != word:
            word = left
        return word

    def _left(self, found: re.Match[str]) -> str:
        link = found[0]
        bare = link.rstrip(_AFTER)
        if self.allows(bare):
            return link
        opens = link == bare and found.string[found.end() : found.end() + 1] == "("
        return f"{REMOVED} " if opens else REMOVED + link[len(bare) :]


_ENDING = re.compile(rf"{_DOT}(?:{_GENERIC}|{_COUNTRIES})(?![\w-])", re.IGNORECASE)


def _keys(word: str) -> Iterator[str]:
    return (key for found in _LINK.finditer(word) if (key := key_of(found[0])))
