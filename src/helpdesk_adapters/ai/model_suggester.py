"""Replies that a model writes out of what was found."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from attrs import evolve, field, frozen

from helpdesk_adapters.ai.asking import Request, answers, nothing_empty, one_of_ours
from helpdesk_adapters.ai.prompts import named
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_core.knowledge.passages import Found, Passage, SourceKind
from helpdesk_core.ports.models import LanguageModel
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.suggesting import Question
from helpdesk_core.suggestions.material import first_of
from helpdesk_core.suggestions.suggestions import Usage

MOST_TOKENS: Final = 800
MOST_PASSAGES: Final = 8
LONGEST_MESSAGE: Final = 6_000
LONGEST_EARLIER: Final = 600
LONGEST_PASSAGE: Final = 2_000
LONGEST_NAME: Final = 200
VARIANTS: Final = (
    "",
    "\nThe customer is in a hurry: say it in as few sentences as you can.\n",
    "\nThe customer is new to this: lead them through it step by step.\n",
)
"""What makes one reply differ from another."""


@frozen
class ModelSuggester:
    """A Suggester. Where `redacts`, no personal data leaves that has a form or belongs to the customer's name."""

    model: LanguageModel
    redacts: bool = True
    offload: Offload = field(factory=ThreadOffload, repr=False)
    most_tokens: int = MOST_TOKENS

    @property
    def name(self) -> str:
        return self.model.model

    async def reply(
        self, question: Question, found: Sequence[Found], variant: int
    ) -> AsyncGenerator[str | Usage, None]:
        """As Suggester says."""
        question = _within_bounds(question)
        passages = [one.passage for one in found[:MOST_PASSAGES]]
        request = Request(
            task="reply",
            fills={
                "organization": one_of_ours(question.organization_name),
                "language": named(question.language),
                "variant": VARIANTS[variant % len(VARIANTS)],
            },
            sections=_sections(question, passages),
            names=[question.customer_name] if question.customer_name else [],
            sources=[passage.text[:LONGEST_PASSAGE] for passage in passages],
            said=[question.text, *(text for who, text in question.earlier if who == "customer")],
            most_tokens=self.most_tokens,
            temperature=0.0 if variant == 0 else 0.7,
        )
        async with aclosing(
            answers(self.model, request, redacts=self.redacts, offload=self.offload)
        ) as pieces:
            async for piece in pieces:
                yield piece


def _within_bounds(question: Question) -> Question:
    return evolve(
        question,
        text=first_of(question.text, LONGEST_MESSAGE),
        subject=first_of(question.subject, LONGEST_EARLIER),
        customer_name=question.customer_name and first_of(question.customer_name, LONGEST_NAME),
        earlier=tuple((who, first_of(text, LONGEST_EARLIER)) for who, text in question.earlier),
    )


def _sections(question: Question, passages: Sequence[Passage]) -> Sequence[tuple[str, str]]:
    known = [(f"what we know, {number}", _told(passage)) for number, passage in enumerate(passages, 1)]
    earlier = [(f"said before by the {who}", text) for who, text in question.earlier]
    return nothing_empty(
        [
            ("name of the customer", question.customer_name or ""),
            *known,
            *earlier,
            ("subject", question.subject),
            ("message of the customer, to be answered", question.text),
        ]
    )


def _told(passage: Passage) -> str:
    """A passage as a model reads it."""
    if passage.source is SourceKind.ARTICLE:
        return first_of(f"{passage.title}\n\n{passage.text}", LONGEST_PASSAGE)
    return first_of(f"Asked before: {passage.question}\n\nAnswered then: {passage.text}", LONGEST_PASSAGE)
