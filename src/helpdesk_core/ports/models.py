"""Models: those that tell how alike texts are, and those that write."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from attrs import frozen

from helpdesk_core.suggestions.suggestions import Usage

Vector = bytes
"""A direction of length 1: little-endian 32-bit floats, one after the other."""


class ModelUnavailable(Exception):
    """The model does not answer, refuses, or says what cannot be read; one line for an agent, without secrets."""


class Embedder(Protocol):
    """Makes vectors of texts: the more alike in meaning, the nearer. Loads what it needs when it is first used."""

    @property
    def model(self) -> str:
        """Its name. Vectors of models with different names cannot be compared."""
        ...

    @property
    def dimensions(self) -> int: ...

    async def passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Of texts that are to be found, in their order."""
        ...

    async def query(self, text: str) -> Vector:
        """Of a text to find them by."""
        ...


@frozen(kw_only=True)
class Prompt:
    """What a model is asked: `task` is ours, `material` is other people's text and never an instruction."""

    task: str
    material: str
    most_tokens: int
    temperature: float = 0.0
    whole: bool = False
    """Whether an answer that had to be cut off, at `most_tokens` or by the server, is none: ModelUnavailable."""


class LanguageModel(Protocol):
    """Writes text."""

    @property
    def model(self) -> str: ...

    def write(self, prompt: Prompt) -> AsyncIterator[str | Usage]:
        """Pieces of the answer as they come, and at the end what was counted, where the server tells.

        Raises ModelUnavailable, also midway. Closing the iterator ends the request.
        """
        ...
