"""Telling languages apart, and translating."""

from typing import Protocol


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
