"""Markup that a model writes, taken off: what is left is plain text that no browser reads as anything else."""

import re
from collections.abc import Callable
from typing import Final

from attrs import define, field

from helpdesk_core.knowledge.personal_data import Personal
from helpdesk_core.suggestions.sieves import Sieve, Step

LONGEST_TAG: Final = 2_000
LONGEST_LABEL: Final = 300
LONGEST_TARGET: Final = 2_000

_ORDINARY = re.compile(r"[^<*`#]+")
_TAG = re.compile(r"/?\s*([A-Za-z][\w:-]*)")
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|mailto:)[^\s<>]+|[^\s<>@]+@[^\s<>@]+", re.IGNORECASE)
_WITH_WHAT_IS_IN_THEM = frozenset(
    "script style think thinking reasoning iframe object noscript template svg math title".split()
)
_NEW_LINES = frozenset(
    "br p /p div /div li tr /tr /table h1 /h1 h2 /h2 h3 /h3 h4 /h4 ul /ul ol /ol hr".split()
)


@define
class WithoutTags(Sieve):
    """Takes off HTML and the emphasis, headings and fences of Markdown; what a model thinks aloud goes with its tag.

    What comes out holds no `<` before anything but a blank, a digit, `=` or `-`.
    """

    _until: str = field(default="", init=False)
    """Everything is dropped up to here."""
    _begins_line: bool = field(default=True, init=False)

    def step(self, text: str, at: int, final: bool) -> Step | None:
        if self._until:
            return self._skipped(text, at, final)
        step = self._judged(text, at, final)
        if step is not None and step.told:
            self._begins_line = step.told[-1] == "\n"
        return step

    def _judged(self, text: str, at: int, final: bool) -> Step | None:
        match text[at]:
            case "<":
                return self._tag(text, at, final)
            case "*" | "`" | "#" as sign:
                return self._sign(sign, text, at, final)
            case _:
                ordinary = _ORDINARY.match(text, at)
                return (
                    Step(text[at : at + 1], at + 1) if ordinary is None else Step(ordinary[0], ordinary.end())
                )

    def _skipped(self, text: str, at: int, final: bool) -> Step | None:
        found = re.compile(re.escape(self._until), re.IGNORECASE).search(text, at)
        if found is None:
            end = len(text) if final else len(text) - len(self._until) + 1
            return Step("", end) if end > at else None
        # The end of a comment goes here; the end of an element is a tag, and goes as such.
        end = found.end() if self._until == "-->" else found.start()
        self._until = ""
        return Step("", end) if end > at else self._judged(text, at, final)

    def _tag(self, text: str, at: int, final: bool) -> Step | None:
        following = text[at + 1 : at + 4]
        if not final and (not following or "!--".startswith(following)) and following != "!--":
            return None
        if following == "!--":
            self._until = "-->"
            return Step("", at + 4)
        if following[:1].isspace() or following[:1] in tuple("=-0123456789"):
            return Step("<", at + 1)
        end = _first_of("<>", text, at + 1, at + LONGEST_TAG)
        if end is None:
            return Step("", at + 1) if final or len(text) >= at + LONGEST_TAG else None
        if text[end] == "<":
            return Step("", at + 1)
        return Step(self._within(text[at + 1 : end]), end + 1)

    def _within(self, tag: str) -> str:
        if _LINK.fullmatch(tag) is not None:
            return tag
        named = _TAG.match(tag)
        name = named[1].lower() if named is not None else ""
        closes = tag.startswith("/")
        if name in _WITH_WHAT_IS_IN_THEM and not closes and not tag.endswith("/"):
            self._until = f"</{name}"
        return "\n" if f"{'/' if closes else ''}{name}" in _NEW_LINES else ""

    def _sign(self, sign: str, text: str, at: int, final: bool) -> Step | None:
        end = at
        while end < len(text) and text[end] == sign:
            end += 1
        if end == len(text) and not final:
            return None
        many = end - at
        if sign == "#":
            heading = self._begins_line and many <= 6 and text[end : end + 1] == " "
            return Step("", end + 1) if heading else Step(text[at:end], end)
        return Step("" if many >= (2 if sign == "*" else 3) else text[at:end], end)


_PLACE = re.compile(
    rf"(?:{'|'.join(Personal)})(?: ?\d{{1,9}})?"
    r"|(?:your|insert|agent|customer|company|team|support|signature|ihr|votre|su|tu)\b[\w' ./-]{0,40}",
    re.IGNORECASE,
)


@define
class WithoutBrackets(Sieve):
    """Takes off Markdown's images, which leave the words they stand for, and its links, which leave their words and
    their target where `allows` says so; and places that nobody filled in, such as `[name 1]` and `[Your Name]`. What
    comes out holds no `](`.
    """

    allows: Callable[[str], bool]

    def step(self, text: str, at: int, final: bool) -> Step | None:
        match text[at]:
            case "!" if at + 1 == len(text):
                return Step("!", at + 1) if final else None
            case "!" if text[at + 1] == "[":
                return self._bracket(text, at + 1, final, image=True)
            case "[":
                return self._bracket(text, at, final, image=False)
            case "]" if at + 1 == len(text) and not final:
                return None
            case "]":
                return Step("] " if text[at + 1 : at + 2] == "(" else "]", at + 1)
            case sign:
                end = _first_of("[]!", text, at, len(text)) if sign != "!" else at + 1
                return Step(text[at:end], len(text) if end is None else end)

    def _bracket(self, text: str, at: int, final: bool, *, image: bool) -> Step | None:
        close = _first_of("[]\n", text, at + 1, at + LONGEST_LABEL)
        if close is None and not final and len(text) < at + LONGEST_LABEL:
            return None
        if close is None or text[close] != "]":
            return Step("[", at + 1)
        label = text[at + 1 : close]
        if close + 1 == len(text) and not final:
            return None
        if text[close + 1 : close + 2] == "(":
            end = _first_of(")\n", text, close + 2, close + LONGEST_TARGET)
            if end is None and not final and len(text) < close + LONGEST_TARGET:
                return None
            if end is not None and text[end] == ")":
                return Step(self._linked(label, text[close + 2 : end], image=image), end + 1)
        if image or _PLACE.fullmatch(label.strip()) is not None:
            return Step(label if image else "", close + 1)
        return Step(text[at:close], close)

    def _linked(self, label: str, target: str, *, image: bool) -> str:
        address = (target.split() or [""])[0]
        if image or not self.allows(address):
            return label
        return address if label.strip() == address else f"{label} ({address})"


def _first_of(signs: str, text: str, start: int, end: int) -> int | None:
    places = [place for place in (text.find(sign, start, end) for sign in signs) if place >= 0]
    return min(places, default=None)
