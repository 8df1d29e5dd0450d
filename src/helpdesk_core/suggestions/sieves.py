"""Sieves: text that comes in pieces goes on as soon as it can be judged, and what it becomes does not depend on where
the pieces were cut.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

from attrs import define, field


class Step(NamedTuple):
    """What a place in the text becomes, and where to go on; `end` is behind the place."""

    told: str
    end: int


@define
class Sieve(ABC):
    """Fed piece by piece, and closed at the end."""

    _held: str = field(default="", init=False)

    def feed(self, piece: str) -> str:
        """What can be told by now."""
        self._held += piece
        return self._told(final=False)

    def close(self) -> str:
        """The rest."""
        return self._told(final=True)

    def whole(self, text: str) -> str:
        """What a whole text becomes."""
        return self.feed(text) + self.close()

    @abstractmethod
    def step(self, text: str, at: int, final: bool) -> Step | None:
        """What is done at a place; None where more must have come to tell, which never happens when `final`."""

    def _told(self, *, final: bool) -> str:
        text, at, told = self._held, 0, []
        while at < len(text):
            step = self.step(text, at, final)
            if step is None:
                break
            told.append(step.told)
            at = step.end
        self._held = text[at:]
        return "".join(told)
