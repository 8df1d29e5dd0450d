"""Suggesters: they write a reply out of what was found."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from attrs import frozen

from helpdesk_core.knowledge.passages import Found
from helpdesk_core.suggestions.suggestions import Usage


@frozen(kw_only=True)
class Question:
    """What a customer wants to know, and of whom an answer speaks."""

    text: str
    """The customer's messages since the last answer, or the newest one."""
    subject: str
    language: str | None
    customer_name: str | None
    organization_name: str
    earlier: tuple[tuple[str, str], ...] = ()
    """What was said before, oldest first: who (`customer` or `agent`) and what."""


@frozen
class RestsOn:
    """What a reply says was taken from these passages, and from no others that were found."""

    found: tuple[Found, ...]


class Suggester(Protocol):
    """Writes replies in the question's language, from nothing but the question and what was found."""

    @property
    def name(self) -> str:
        """`embedded`, or the model's."""
        ...

    def reply(
        self, question: Question, found: Sequence[Found], variant: int
    ) -> AsyncIterator[str | Usage | RestsOn]:
        """Pieces of one reply; another `variant` (from 0) is another reply where there is another to give.

        Who does not say what it rests on may have taken it from all that was found. `found` is never empty. Raises
        ModelUnavailable, also midway.
        """
        ...
