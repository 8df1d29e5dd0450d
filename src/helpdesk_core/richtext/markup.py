"""Markup: strangers' HTML as a stream of properly nested tags, without scripts, styles and comments.

HTML parsers repair anything, some of it at a cost that grows with the square of the depth or of the tags left
open: half a megabyte of nothing but `<div>` keeps lexbor and html5ever busy for 15 seconds. What comes out of
here has no such cost to whatever reads it next, since every tag is closed in its turn and the depth is
bounded. Taking it apart needs time in proportion to its length, and loses no words, however broken it is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Literal

from helpdesk_core.charsets import unix_lines

Token = tuple[Literal["text", "open", "close"], str, dict[str, str]]
"""A text (entities not yet read), or the name of a tag and its attributes (likewise)."""

LONGEST_MARKUP = 5_000_000
"""Characters that are read; more is cut off."""

MAX_NESTING = 100
"""Tags within tags; those further in are left out, their words stay."""

MAX_TAGS = 100_000
"""Tags that are read; beyond, there are only words."""

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
TAGS = VOID | frozenset(
    "a abbr acronym address article aside b bdi bdo big blockquote caption center cite code colgroup dd"
    " del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup i ins"
    " kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span strike strong sub summary"
    " sup table tbody td tfoot th thead time tr tt u ul var".split()
)
"""The tags that come out; of others only what is inside."""

LONGEST_ATTRIBUTE = 10_000
"""Characters of an attribute; one that is longer is left out, unless it is the data of an image."""


def attribute_text(value: str) -> str:
    """What an attribute says. Unlike in text, `&copy=` in a link is no entity (HTML Standard §13.2.5.73)."""
    return _ENTITY_IN_ATTRIBUTE.sub(lambda entity: unescape(entity[0]), value) if "&" in value else value


def tokens(html: str) -> Iterator[Token]:
    """The markup piece by piece: every `open` of a tag that is not void has its `close`, in proper order.

    Attributes are for reading only.
    """
    return iter(_taken_apart(html)) if len(html) <= _MODEST else _tokens(html)


# A mail is read as a document, sanitized, and searched for what is new in it, each from the start.
_MODEST = 50_000


@lru_cache(2)
def _taken_apart(html: str) -> tuple[Token, ...]:
    return tuple(_tokens(html))


def _tokens(html: str) -> Iterator[Token]:
    stack: list[str] = []
    left_out: dict[str, int] = {}
    for kind, value, attributes in _raw_tokens(unix_lines(html[:LONGEST_MARKUP])):
        if kind == "text" or value in VOID:
            if kind != "close":
                yield kind, value, attributes
        elif kind == "open":
            yield from _closing(stack, _implied_end(stack, value))
            if len(stack) < MAX_NESTING:
                stack.append(value)
                yield kind, value, attributes
            else:
                left_out[value] = left_out.get(value, 0) + 1
        elif left_out.get(value):
            left_out[value] -= 1
        else:
            yield from _closing(stack, _matching(stack, value))
    yield from _closing(stack, 0)


def _closing(stack: list[str], down_to: int) -> Iterator[Token]:
    while len(stack) > down_to:
        yield "close", stack.pop(), {}


# Which open tags a tag ends by beginning, and which tags shield them (HTML Standard, §13.1.2.4 Optional
# tags).
_CELLS = frozenset({"td", "th"})
_ROWS = _CELLS | {"tr"}
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir"}) | _CELLS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "td": (_CELLS, frozenset({"tr", "table"})),
    "th": (_CELLS, frozenset({"tr", "table"})),
    "tr": (_ROWS, frozenset({"table"})),
    **{
        group: (_ROWS | {"thead", "tbody", "tfoot", "caption", "colgroup"}, frozenset({"table"}))
        for group in ("thead", "tbody", "tfoot", "caption", "colgroup")
    },
    "a": (frozenset({"a"}), _CELLS),
}
_END_A_PARAGRAPH = frozenset(
    "address article aside blockquote center details dir div dl dd dt figcaption figure footer h1 h2 h3 h4 h5"
    " h6 header hgroup hr li main menu nav ol p pre section summary table ul".split()
)
_TABLE = frozenset({"table", "caption", "td", "th"})


def _implied_end(stack: list[str], name: str) -> int:
    """Down to where the stack is closed before the tag opens."""
    keep = len(stack)
    if name in _ENDS:
        ended, shields = _ENDS[name]
        keep = _lowest(stack, ended, shields)
    if name in _END_A_PARAGRAPH:
        keep = min(keep, _lowest(stack, _PARAGRAPH, _TABLE))
    return keep


_PARAGRAPH = frozenset({"p"})


def _lowest(stack: list[str], ended: frozenset[str], shields: frozenset[str]) -> int:
    keep = len(stack)
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] in shields:
            break
        if stack[index] in ended:
            keep = index
    return keep


_OF_TABLES = _ROWS | {"table", "thead", "tbody", "tfoot", "caption", "colgroup"}


def _matching(stack: list[str], name: str) -> int:
    """Down to where the stack is closed by an end tag: the tag that it names, unless a table cell stands
    between.
    """
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] == name:
            return index
        if stack[index] in _TABLE and name not in _OF_TABLES:
            break
    return len(stack)


# Tags whose inside no reader sees.
_UNREAD = ("script", "style", "title", "iframe", "noembed", "noframes", "svg", "math", "template")
_UNREAD_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^<>]*>", re.IGNORECASE) for name in _UNREAD}
_TAG_BEGINS = re.compile(r"<(?=[a-zA-Z/!?])")
# As the HTML Standard takes tags apart (§13.2.5): a quote counts only right behind an equals sign.
_OPEN = re.compile(r"""<([a-zA-Z][^\s/>]*)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')|=)*+)>""")
_CLOSE = re.compile(r"</([a-zA-Z][^\s/>]*)[^>]*>")
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?""")
_ENTITY_IN_ATTRIBUTE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*(?:;|(?![=a-zA-Z0-9])))")
_ANY_TAG = re.compile(r"<[^<>]*>")
_WANTED = frozenset(
    "href src alt title width height border cellpadding cellspacing colspan rowspan align valign bgcolor"
    " start type color face size dir lang style class id cite".split()
)


_BLANK: Token = ("text", " ", {})


def _raw_tokens(html: str) -> Iterator[Token]:
    """Tags as they stand there, of TAGS only, lower-cased; nesting not looked at."""
    position, seen = 0, 0
    endless: set[str] = set()  # what was opened once and never ends: not to be looked for again
    while (begun := _TAG_BEGINS.search(html, position)) is not None:
        at = begun.start()
        if at > position:
            yield "text", html[position:at], {}
        position = at + 1
        following = html[position : position + 1]
        if following == "/":
            closed = _CLOSE.match(html, at)
            if closed is not None:
                position = closed.end()
                name = closed[1].lower()
                if name in TAGS:
                    yield ("close", name, {}) if seen < MAX_TAGS else _BLANK
            elif not html[at + 2 : at + 3].isalpha() and (end := html.find(">", at)) >= 0:
                position = end + 1  # a comment to browsers
            else:
                break
        elif following in ("!", "?"):
            position = _after_declaration(html, at, endless)
        else:
            opened = _OPEN.match(html, at)
            if opened is None:
                break
            position, name = opened.end(), opened[1].lower()
            if name in _UNREAD_ENDS and name not in endless and not opened[2].endswith("/"):
                end_tag = _UNREAD_ENDS[name].search(html, position)
                if end_tag is None:
                    endless.add(name)
                else:
                    position = end_tag.end()
            elif name in TAGS:
                seen += 1
                yield ("open", name, _attributes(opened[2])) if seen <= MAX_TAGS else _BLANK
    rest = _ANY_TAG.sub(" ", html[position:])
    if rest:
        yield "text", rest, {}


def _after_declaration(html: str, at: int, endless: set[str]) -> int:
    """Behind a comment, a doctype or the like; what never ends counts as having ended at once."""
    opening, ending = ("<!--", "-->") if html.startswith("<!--", at) else ("<!", ">")
    if ending not in endless:
        end = html.find(ending, at + 2)
        if end >= 0:
            return end + len(ending)
        endless.add(ending)
    return at + len(opening)


def _attributes(text: str) -> dict[str, str]:
    if "=" not in text:
        return {}
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        if (known := name.lower()) in _WANTED and known not in found:
            value = double or single or bare
            if len(value) <= LONGEST_ATTRIBUTE or (
                known == "src" and value[:5].lower() == "data:" and "&" not in value
            ):
                found[known] = value
    return found
