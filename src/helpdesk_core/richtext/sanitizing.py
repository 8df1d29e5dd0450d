"""Sanitizing: strangers' HTML made safe to show, and unable to report that it was looked at."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape

import nh3

from helpdesk_core.richtext.markup import TAGS, tokens

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
IMAGE_SCHEMES = frozenset({"http", "https", "cid"})
LINK_MANNERS = ' target="_blank" rel="noopener noreferrer nofollow"'
"""What every link bears."""

LONGEST_LINK = 2_000
"""Characters of a link in a document."""


def sanitize_html(html: str) -> str:
    """The HTML without anything that acts: total, idempotent, in time proportional to its length.

    Text, formatting, tables, lists, links and images stay. Links open elsewhere and tell nothing of where
    they were; they lead to http, https or mailto. Images come by http, https, cid, or are data of a format
    that holds no script. Images too small to be seen, which only report that they were fetched, go; so do
    scripts, style sheets, forms, frames, comments, ids and classes, and of styles all that could cover or
    load something.
    """
    return _LINK_TAG.sub(rf"<a\1{LINK_MANNERS}>", _cleaner().clean("".join(_written(html))))


def without_remote_images(html: str) -> str:
    """Sanitized HTML that fetches nothing from elsewhere by being shown: such images bear their address as
    `data-remote-src`, so that a reader can still ask for them.
    """
    return _REMOTE_IMAGE.sub(r"\1data-remote-src=", html)


def is_safe_link(href: str) -> bool:
    """Whether a link to it survives sanitizing as it is written."""
    if _PLAIN_LINK.fullmatch(href):
        return True
    return len(href) <= LONGEST_LINK and _survives("a", "href", href)


def is_safe_image(source: str) -> bool:
    """Whether a document may show an image from there: http, https or cid."""
    if len(source) > LONGEST_LINK or source.lstrip()[:5].lower() == "data:":
        return False
    return _survives("img", "src", source)


def is_visible_image(attributes: dict[str, str]) -> bool:
    """Whether an image of these attributes can be seen: not one of a pixel or less, nor one that is hidden."""
    style = attributes.get("style", "").lower()
    if _HIDDEN_BY_STYLE.search(style) is not None:
        return False
    sizes = [_pixels(attributes.get(side, "")) for side in ("width", "height")]
    for side, value in _SIZE_IN_STYLE.findall(style):
        sizes[side == "height"] = _pixels(value)
    return not (0 in sizes or all(size is not None and size <= 1 for size in sizes))


def escaped(text: str) -> str:
    """Text between tags as the sanitizer writes it."""
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text


def escaped_attribute(text: str) -> str:
    """An attribute's value between double quotes as the sanitizer writes it."""
    return escaped(text).replace('"', "&quot;")


# In what the sanitizer wrote, `<` and `>` stand nowhere but at the ends of tags.
_LINK_TAG = re.compile(r"<a((?: [^>]*)?)>")
_REMOTE_IMAGE = re.compile(r"""(<img(?: [^<>]*?)? )src=(?="https?:)""", re.IGNORECASE)
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\u00a0", "&nbsp;"))
_SIZE_IN_STYLE = re.compile(r"(?:^|[;\s])(width|height)\s*:\s*([^;]*)")
_HIDDEN_BY_STYLE = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|max-(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|\Z))"
)
_LEADING_NUMBER = re.compile(r"\s*(\d{1,6})(?:\.\d*)?\s*(?:px)?\s*(?:!important\s*)?\Z")


# What needs no asking, as it is true of nearly all.
_PLAIN_LINK = re.compile(
    r"https?://(?:[a-z][a-z0-9]{0,60}[.-]){1,20}[a-z]{2,60}(?:/[\w/?#=&%.,;:+~!$*()@-]{0,900})?", re.ASCII
)


def _pixels(value: str) -> int | None:
    number = _LEADING_NUMBER.match(value)
    return int(number[1]) if number is not None else None


def _written(html: str) -> Iterator[str]:
    run, after_pre = 0, False
    for kind, value, attributes in tokens(html):
        if kind == "text":
            # A parser takes one line feed there as part of the tag; none may be left for the next parser.
            text = unescape(value).lstrip("\n") if after_pre else unescape(value)
            for start in range(0, len(text), _LONGEST_RUN):
                piece = text[start : start + _LONGEST_RUN]
                run += len(piece)
                if run > _LONGEST_RUN:
                    run = len(piece)
                    yield "<!---->"
                yield escaped(piece)
            after_pre = after_pre and not text
            continue
        run = 0
        after_pre = kind == "open" and value == "pre"
        if kind == "close":
            yield f"</{value}>"
        elif value != "img" or is_visible_image(attributes):
            own = _ATTRIBUTES.get(value, _NONE) | _ATTRIBUTES["*"]
            told = "".join(f' {name}="{_quotable(text)}"' for name, text in attributes.items() if name in own)
            yield f"<{value}{told}>"


# html5ever copies a text again for every entity in it, so that a megabyte of them takes a minute: it is fed
# texts in pieces, with comments between that it drops.
_LONGEST_RUN = 5_000


def _quotable(value: str) -> str:
    return value.replace('"', "&quot;")


_NONE: frozenset[str] = frozenset()
_CELL = frozenset({"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"title", "dir", "lang", "style"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height", "align", "border"}),
    "table": frozenset({"align", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing"}),
    "tr": frozenset({"align", "valign", "bgcolor", "height"}),
    "td": _CELL,
    "th": _CELL,
    "col": frozenset({"width", "align"}),
    "p": frozenset({"align"}),
    "div": frozenset({"align"}),
    "hr": frozenset({"align", "width", "size", "color"}),
    "font": frozenset({"color", "face", "size"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"type"}),
}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_last_word,
        link_rel=None,  # set afterwards: where nh3 drops a link's address, it would change their order
        url_schemes=set(LINK_SCHEMES | IMAGE_SCHEMES | {"data"}),
        url_relative="deny",
    )


_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*(.+?)\s*\Z", re.DOTALL)
_STYLES = re.compile(
    r"color|background-color|font-(?:size|style|weight|family)|text-(?:align|decoration|indent)|vertical-align"
    r"|line-height|white-space|direction|(?:max-|min-)?width|(?:max-)?height|list-style-type"
    r"|(?:padding|margin)(?:-(?:top|right|bottom|left))?|border(?:-(?:top|right|bottom|left))?"
    r"|border-(?:collapse|spacing|color|style|width|radius)"
)
# No function but a colour's, no escape, no quote, no comment, nothing below zero.
_STYLE_VALUE = re.compile(
    r"(?!.*(?:^|[\s,])-)(?:rgba?\([\d\s,.%]{1,40}\)|hsla?\([\d\s,.%]{1,40}\)|[\w #%.,!-])+", re.ASCII
)


def _last_word(tag: str, attribute: str, value: str) -> str | None:
    """What the sanitizer keeps of an attribute that it would allow, read to the end by its own parser."""
    if attribute == "style":
        return _safe_style(value)
    if attribute in ("href", "src"):
        scheme = _SCHEME.match(value)
        named = scheme[1].lower() if scheme is not None else ""
        if tag == "img":
            return value if named in IMAGE_SCHEMES or _DATA_IMAGE.match(value) is not None else None
        return value if named in LINK_SCHEMES else None
    return value


def _safe_style(style: str) -> str | None:
    return _known_style(style[:2_000])


@lru_cache(500)  # a mail has the same few all over
def _known_style(style: str) -> str | None:
    kept = []
    for declaration in style.lower().split(";"):
        told = _DECLARATION.match(declaration)
        if told is not None and _STYLES.fullmatch(told[1]) and _STYLE_VALUE.fullmatch(told[2]):
            kept.append(f"{told[1]}:{told[2]}")
    return ";".join(kept) or None


def _survives(tag: str, attribute: str, value: str) -> bool:
    written = f'{attribute}="{escaped_attribute(value)}"'
    return f" {written}" in _cleaner().clean(f"<{tag} {written}>")
