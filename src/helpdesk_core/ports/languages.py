"""Telling languages apart, and translating."""

from collections.abc import Sequence
from typing import Protocol


class Languages(Protocol):
    """Tells in which language a text is written."""

    async def detect(self, text: str) -> str | None:
        """The ISO 639-1 code, or None where the text does not tell (too short, numbers, many at once)."""
        ...


class Translator(Protocol):
    """Translates texts."""

    async def translate(
        self, texts: Sequence[str], source: str | None, target: str, names: Sequence[str] = ()
    ) -> Sequence[str]:
        """The texts in `target`, as many and in their order; languages as ISO 639-1, None where nobody knows.

        They belong together and may be other people's: whatever they ask for, they are only translated. `names` are of
        people whom they may speak of. Signs such as `<1>` and `</1>` in them come back around what they stood around,
        where the translator can.

        Raises TryLater where it may work another time, GiveUp where it cannot.
        """
        ...
