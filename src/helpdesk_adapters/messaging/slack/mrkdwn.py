"""Slack's text (api.slack.com/reference/surfaces/formatting): read into plain words, and written so that it stays
words.
"""

import re
from collections.abc import Mapping
from typing import Final

from helpdesk_adapters.messaging.pieces import characters

LONGEST: Final = 40_000
"""Characters of one message, as it is written."""

_WIDTHS: Final = {"&": 5, "<": 4, ">": 4}
_LONGEST_CHARACTER: Final = 64
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


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """The text in pieces, none of which is longer than `longest` once it is escaped: cut between words where that can
    be, and never within what is read as one character.
    """
    found, rest = [], text
    while len(escaped(rest)) > longest:
        most = _escaped_within(rest, longest)
        cut = max(rest.rfind(" ", 0, most + 1), rest.rfind("\n", 0, most + 1))
        cut = cut if cut > most // 2 else _between_characters(rest, most)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest or not found else found


def _escaped_within(text: str, longest: int) -> int:
    """How many characters of the beginning fit, once they are escaped."""
    length = 0
    for count, letter in enumerate(text):
        length += _WIDTHS.get(letter, 1)
        if length > longest:
            return count
    return len(text)


def _between_characters(text: str, most: int) -> int:
    """The last place up to there at which nothing that is read as one character is cut."""
    start = max(most - _LONGEST_CHARACTER, 0)
    end = start
    for character in characters(text[start : most + 1]):
        if end + len(character) > most:
            break
        end += len(character)
    return end if end > start else most


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
