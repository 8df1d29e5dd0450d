"""HTML lines: a mail's HTML as the lines that a reader sees, from which it can be written again line by line.

What mail programs mark as quoted in ways that no line tells (a class, an id, a place) is marked in the lines with
`> `, as it would be in plain text, so that one set of rules does for both.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape

from attrs import frozen

from helpdesk_core.email.quotes import is_forward
from helpdesk_core.richtext.markup import VOID, Token, tokens
from helpdesk_core.richtext.sanitizing import escaped


@frozen
class HtmlLines:
    """HTML as lines: each piece of it stands on one of them."""

    lines: tuple[str, ...]
    """An image is a character of its own, so that a line with nothing else is not empty."""
    pieces: tuple[tuple[Token, int], ...]
    """The markup in its order, each piece with the number of its line."""
    named: frozenset[int] = frozenset()
    """Lines that a mail program has named as quoted, or as what introduces a quote; blockquotes are not meant."""

    def written(self, kept: Collection[int]) -> str:
        """The HTML with these lines only, well formed; as unsafe as it was."""
        return "".join(_written(self.pieces, kept))


def lay_out(html: str) -> HtmlLines:
    """The HTML as lines. Total, in time proportional to its length."""
    page = _Page()
    for token in tokens(html):
        page.take(token)
    return page.finished()


_BLOCKS = frozenset(
    "address article aside blockquote caption center dd details dir div dl dt figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tr ul".split()
)
_IMAGE = "\ufffc"
_SPACES = re.compile(r"\s+")
_QUOTING_CLASS = re.compile(
    r"(?:^|[\s_])(?:gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|tutanota_quote)(?![\w-])"
)
"""Classes of what is a quote, or introduces one, as a whole."""
_QUOTING_ID = re.compile(r"(?:mail-editor|ms-outlook-mobile)-reference-message(?:-container)?")
_HEADING_CLASS = re.compile(r"(?:^|[\s_])OutlookMessageHeader(?![\w-])")
_HEADING_ID = re.compile(r"(?:x_)*divRplyFwdMsg")
"""Of what stands above a quote that goes on to the end of whatever it stands in."""


class _Page:
    """The lines so far, and which runs of them are quoted."""

    def __init__(self) -> None:
        self._lines: list[str] = [""]
        self._pieces: list[tuple[Token, int]] = []
        self._open: list[str] = []
        self._pre = 0
        # Runs that are quoted: the line each began on, how many tags were open outside of it, and whether by name.
        self._running: list[tuple[int, int, bool]] = []
        self._quoted: list[tuple[int, int, bool]] = []

    def take(self, token: Token) -> None:
        kind, value, attributes = token
        if kind == "text":
            self._text(value)
        elif value in VOID:
            self._void(token)
        elif kind == "open":
            self._break(value)
            if outside := self._outside(value, attributes):
                self._new_line()
                inside = len(self._open) - outside + 1
                self._running.append((len(self._lines) - 1, inside, value != "blockquote"))
            self._open.append(value)
            self._pre += value == "pre"
            self._put(token)
        else:
            self._put(token)
            self._open.pop()
            self._pre -= value == "pre"
            self._break(value)
            while self._running and len(self._open) <= self._running[-1][1]:
                self._end_run()

    def finished(self) -> HtmlLines:
        while self._running:
            self._end_run()
        lines = [line.strip() for line in self._lines]
        named: set[int] = set()
        for begun, end, by_name in self._quoted:
            if not any(map(is_forward, lines[begun:end])):  # what is passed on is not what was said before
                for at in range(begun, end):
                    lines[at] = f"> {self._lines[at].strip()}"
                named |= {*range(begun, end)} if by_name else set()
        return HtmlLines(tuple(lines), tuple(self._pieces), frozenset(named))

    def _outside(self, tag: str, attributes: dict[str, str]) -> int:
        """1: a quote ends with this tag; 2: with the one around it; 0: this begins none."""
        if tag == "blockquote" and _is_of_program(attributes):
            return 1
        class_, id_ = attributes.get("class", ""), attributes.get("id", "")
        if (class_ and _QUOTING_CLASS.search(class_)) or (id_ and _QUOTING_ID.fullmatch(id_)):
            return 1
        if (class_ and _HEADING_CLASS.search(class_)) or (id_ and _HEADING_ID.fullmatch(id_)):
            return 2
        return 0

    def _text(self, raw: str) -> None:
        if not self._pre:
            self._put(("text", raw, {}))
            self._lines[-1] += _SPACES.sub(" ", unescape(raw))
            return
        for index, piece in enumerate(raw.split("\n")):
            if index:
                self._put(("text", "\n", {}))
                self._lines.append("")
            self._put(("text", piece, {}))
            self._lines[-1] += unescape(piece)

    def _void(self, token: Token) -> None:
        self._put(token)
        if token[1] == "img":
            self._lines[-1] += _IMAGE
        elif token[1] in ("br", "hr"):
            self._lines.append("")

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._new_line()
        elif tag in ("td", "th"):
            self._lines[-1] += " "

    def _new_line(self) -> None:
        if self._lines[-1].strip():
            self._lines.append("")

    def _end_run(self) -> None:
        begun, _, by_name = self._running.pop()
        self._new_line()
        self._quoted.append((begun, len(self._lines) - (not self._lines[-1].strip()), by_name))

    def _put(self, token: Token) -> None:
        self._pieces.append((token, len(self._lines) - 1))


def _is_of_program(blockquote: dict[str, str]) -> bool:
    """Whether a mail program has made it, to quote what it answers: people set their own words in, and poems."""
    if blockquote.get("type", "").lower() == "cite" or blockquote.get("cite"):
        return True
    told = f"{blockquote.get('class', '')} {blockquote.get('id', '')}".lower()
    return "quote" in told or "cite" in told or "border-left" in blockquote.get("style", "").lower()


_CELLS = frozenset({"td", "th"})


def _written(pieces: Sequence[tuple[Token, int]], kept: Collection[int]) -> Iterator[str]:
    waiting: list[str] = []  # tags that are open, and written only if something in them is
    for (kind, value, attributes), line in pieces:
        if kind == "open" and value not in VOID:
            waiting.append(_tag(value, attributes))
            continue
        shown = line in kept
        if kind == "close" and waiting and not (shown and value in _CELLS):
            waiting.pop()
        elif kind == "close":
            yield from waiting
            waiting.clear()
            yield f"</{value}>"
        elif shown:
            yield from waiting
            waiting.clear()
            yield escaped(unescape(value)) if kind == "text" else _tag(value, attributes)


def _tag(name: str, attributes: dict[str, str]) -> str:
    told = (f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in attributes.items())
    return f"<{name}{''.join(told)}>"
