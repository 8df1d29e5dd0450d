"""Slack's text (api.slack.com/reference/surfaces/formatting): read into plain words, and written so that it stays
words.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

LONGEST: Final = 40_000
"""Characters of one message, as it is written."""

_TAG = re.compile(r"<([^<>\n]{1,3000})>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>\n]*)?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def words(text: str, names: Mapping[str, str]) -> str:
    """The text as people read it; whoever is mentioned bears the name they have in `names`, else their id."""
    pieces, end = [], 0
    for tag in _TAG.finditer(text):
        pieces += [_decoded(text[end : tag.start()]), _meant(tag[1], names)]
        end = tag.end()
    return "".join((*pieces, _decoded(text[end:])))


def mentioned(text: str) -> tuple[str, ...]:
    """The ids of the users whom the text mentions, each once."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def escaped(text: str) -> str:
    """The text as Slack takes it: nothing in it mentions, links or calls anybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str, cut: Callable[[str, int], list[str]], longest: int = LONGEST) -> list[str]:
    """The text in pieces, none of which is longer than `longest` once it is escaped."""
    found = []
    for piece in cut(text, longest):
        if len(escaped(piece)) <= longest:
            found.append(piece)
        else:
            found += pieces(piece, lambda rest, _: cut(rest, -(-len(rest) // 2)), longest)
    return found


def _meant(inside: str, names: Mapping[str, str]) -> str:
    what, _, label = inside.partition("|")
    what, label = _decoded(what), _decoded(label)
    if what.startswith("@"):
        return f"@{names.get(what[1:]) or label.removeprefix('@') or what[1:]}"
    if what.startswith("#"):
        return f"#{label.removeprefix('#') or what[1:]}"
    if what.startswith("!"):
        return label or f"@{what[1:].partition('^')[0]}"
    address = what.removeprefix("mailto:").removeprefix("tel:")
    bare = address.removeprefix("https://").removeprefix("http://").rstrip("/")
    if not label or label.rstrip("/") in (address, bare):
        return address
    return f"{label} ({address})"


def _decoded(text: str) -> str:
    if "&" not in text:
        return text
    for entity, letter in _ENTITIES:
        text = text.replace(entity, letter)
    return text
