"""The languages that the pages speak: catalogues of messages in gettext's format, one a language.

English is what the templates are written in. A message that a catalogue does not have stays English. See
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html for the format; `python -m tests.web.catalogues`
brings the catalogues up to date with the templates.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from attrs import frozen
from starlette.requests import Request

CATALOGUES: Final = Path(__file__).parent / "catalogues"
NAMES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
FROM_RIGHT: Final = frozenset({"ar", "fa", "he", "ur"})
LANGUAGE_COOKIE: Final = "helpdesk_language"


class Ours(str):
    """One of our own texts among others: it is put into the reader's language where it is shown; names are not."""


@frozen
class Tongue:
    """One language: its ISO 639-1 code, and its words for ours."""

    code: str
    _messages: Mapping[str, str | tuple[str, ...]]

    @classmethod
    def of(cls, code: str) -> "Tongue":
        """Of a language that is not spoken here: English."""
        return _tongue(code if code in NAMES else "en")

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.code in FROM_RIGHT else "ltr"

    @property
    def name(self) -> str:
        """In its own words."""
        return NAMES[self.code]

    def said(self, message: str) -> str:
        """The message in this language."""
        found = self._messages.get(message)
        return found if isinstance(found, str) else message

    def counted(self, one: str, many: str, number: int) -> str:
        """The form of a message that goes with a number."""
        found = self._messages.get(one)
        single = number in (0, 1) if self.code == "fr" else number == 1
        if isinstance(found, tuple):
            return found[0 if single else -1]
        return one if single else many


def tongue_of(request: Request) -> Tongue:
    """What the reader has chosen here, else the first of their browser's languages that is spoken here."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen is not None and chosen in NAMES:
        return Tongue.of(chosen)
    return Tongue.of(next((code for code in _accepted(request) if code in NAMES), "en"))


def _accepted(request: Request) -> list[str]:
    """The languages of Accept-Language, best first (RFC 9110 §12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        name, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if quality > 0:
            ranked.append((-quality, name.split("-")[0].lower()))
    return [code for _, code in sorted(ranked, key=lambda one: one[0])]


@cache
def _tongue(code: str) -> Tongue:
    if code == "en":
        return Tongue(code, {})
    from babel.messages.pofile import read_po  # takes its time, and English needs none of it

    with (CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            messages[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return Tongue(code, messages)
