"""A text cut into messages as long as a provider takes them.

Over SMS, what is counted depends on the alphabet: a text of GSM 7-bit letters alone is counted in septets, of which
those of the extension table take two (3GPP TS 23.038 §6.2.1); any other is sent as UTF-16 and counted in its units
(UCS-2). Everywhere else units count, so that a piece fits however a provider counts its characters. Nothing that is
read as one character is cut apart: no surrogate pair, no letter from its accents, no emoji from what joins it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

from attrs import frozen

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_JOINER: Final = "\u200d"
_VIRAMA: Final = 9
"""The combining class of such marks."""


@frozen
class Longest:
    """How long one message may be: UTF-16 units, and septets of GSM 7-bit text where that is counted so."""

    units: int
    septets: int | None = None


def pieces(text: str, longest: Longest) -> list[str]:
    """The text in pieces, never none, cut between words where there is a gap in a piece's second half.

    White space at a cut is left out, all else is there once, in order. Only what is read as one character and is longer
    than a whole message is cut apart, between its code points.
    """
    found: list[str] = []
    rest = text
    while True:
        whole = _fitting(rest, longest)
        if whole == len(rest):
            return [*found, rest] if rest or not found else found
        cut = _gap(rest, whole)
        piece = rest[:cut].rstrip()
        if piece:
            found.append(piece)
        rest = rest[cut:].lstrip()


def fits(text: str, longest: Longest) -> bool:
    """Whether the text is one message."""
    return _is_within(_septets(text), _units(text), longest)


def characters(text: str) -> Iterator[str]:
    """What is read as one character each: letters with their marks, emoji with what is joined to them, flags, jamo
    (Unicode UAX #29 §3.1.1, without the rules for scripts whose marks stand in front).
    """
    start = 0
    for place in range(1, len(text)):
        if _parts(text, start, place):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _fitting(text: str, longest: Longest) -> int:
    """How many code points of the beginning are one message."""
    septets: int | None = 0
    units, place = 0, 0
    for character in characters(text):
        more = _septets(character)
        septets = septets + more if septets is not None and more is not None else None
        units += _units(character)
        if not _is_within(septets, units, longest):
            return place or _some_of(character, longest)
        place += len(character)
    return place


def _is_within(septets: int | None, units: int, longest: Longest) -> bool:
    if septets is None or longest.septets is None:
        return units <= longest.units
    return septets <= longest.septets


def _some_of(character: str, longest: Longest) -> int:
    """How many code points of something that is longer than a message are one; at least one."""
    count = 1
    while count < len(character) and fits(character[: count + 1], longest):
        count += 1
    return count


def _gap(text: str, whole: int) -> int:
    """Where to cut: at the last gap between words, unless that is in the first half."""
    if text[whole : whole + 1].isspace():
        return whole
    gap = max(text.rfind(" ", 0, whole), text.rfind("\n", 0, whole))
    return gap + 1 if gap > whole // 2 else whole


def _septets(text: str) -> int | None:
    count = 0
    for letter in text:
        if letter in _BASIC:
            count += 1
        elif letter in _EXTENSION:
            count += 2
        else:
            return None
    return count


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def _parts(text: str, start: int, place: int) -> bool:
    """Whether a new character begins at `place`, where the one before it began at `start`."""
    before, after = text[place - 1], text[place]
    if before.isascii() and after.isascii():
        return (before, after) != ("\r", "\n")
    if before in "\r\n":
        return True
    if after == _JOINER or before == _JOINER or _extends(after) or _is_conjunct(before, after):
        return False
    if _is_flag(before) and _is_flag(after):
        return (place - start) % 2 == 0
    return not ("\u1100" <= before <= "\u11ff" and "\u1100" <= after <= "\u11ff")


def _extends(letter: str) -> bool:
    """Marks, variation selectors, skin tones, and the tags of flags."""
    return (
        unicodedata.category(letter) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
        or letter == "\u200c"
    )


def _is_conjunct(before: str, after: str) -> bool:
    """A virama joins the consonant behind it to the one before (UAX #29, GB9c)."""
    return unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo"


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
