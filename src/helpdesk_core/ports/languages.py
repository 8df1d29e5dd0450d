"""Languages, and where in the world somebody is."""

from collections.abc import Callable
from typing import Protocol

CountryOf = Callable[[str], str | None]
"""The country (ISO 3166 alpha-2) to which an IP address is registered; None where that is not known. Total."""


class Languages(Protocol):
    """Tells in which language a text is written."""

    async def detect(self, text: str) -> str | None:
        """The ISO 639-1 code, or None where the text does not tell (too short, numbers, many at once)."""
        ...


class Translator(Protocol):
    """Translates texts."""

    async def translate(self, text: str, source: str, target: str) -> str:
        """The text in `target`; languages as ISO 639-1.

        Raises TryLater where it may work another time, GiveUp where it cannot.
        """
        ...
