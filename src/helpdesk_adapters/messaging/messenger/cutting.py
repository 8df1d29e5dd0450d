"""A text cut into messages as long as Messenger takes them."""

from typing import Final

from helpdesk_adapters.messaging.pieces import characters

LONGEST: Final = 2000
"""Of one message, counted in units of UTF-16, so that it holds however Messenger counts."""


def pieces(text: str) -> list[str]:
    """The text in pieces, never none; cut at the last gap between words, or else between what is read as characters.

    White space at a cut is left out, all else is there once, in order.
    """
    found: list[str] = []
    rest = text.strip()
    while (whole := _fitting(rest)) < len(rest):
        cut = whole if rest[whole].isspace() else _gap(rest, whole)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest or not found else found


def _fitting(text: str) -> int:
    """How many code points of the beginning are one message; at least one."""
    units = place = 0
    for character in characters(text):
        units += _units(character)
        if units > LONGEST:
            return place or LONGEST // 2  # more marks on one letter than a message is long
        place += len(character)
    return place


def _gap(text: str, whole: int) -> int:
    """Behind the last line, or else the last word, that ends in the second half of what fits."""
    for gap in ("\n", " "):
        found = text.rfind(gap, whole // 2, whole)
        if found > 0:
            return found + 1
    return whole


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)
