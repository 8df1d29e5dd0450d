"""Summaries of tickets that a model writes, whichever it is."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from attrs import field, frozen

from helpdesk_adapters.ai.asking import Request, answers
from helpdesk_adapters.ai.prompts import named
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_core.ports.models import LanguageModel
from helpdesk_core.ports.offload import Offload
from helpdesk_core.suggestions.material import first_of
from helpdesk_core.suggestions.summarizing import Said

MOST_TOKENS: Final = 400
LONGEST_MESSAGE: Final = 2_000
LONGEST: Final = 24_000
"""Characters of a ticket that are shown: the beginning and, where it is longer, the newest part."""


@frozen
class ModelSummarizer:
    """A Summarizer. Where it `redacts`, personal data stays here, and is put back into what the model has written."""

    model: LanguageModel
    redacts: bool = True
    offload: Offload = field(factory=ThreadOffload, repr=False)

    @property
    def name(self) -> str:
        return self.model.model

    async def summary(self, said: Sequence[Said], language: str, names: Sequence[str]) -> str:
        """As Summarizer says. Links of agents may stand in it, those of customers may not."""
        shown = [(one.who, first_of(one.text, LONGEST_MESSAGE)) for one in _shown(said)]
        request = Request(
            task="summary",
            fills={"language": named(language)},
            sections=shown,
            names=names,
            sources=[text for who, text in shown if who == "agent"],
            said=[text for who, text in shown if who == "customer"],
            most_tokens=MOST_TOKENS,
            whole=True,
        )
        async with aclosing(
            answers(self.model, request, redacts=self.redacts, offload=self.offload)
        ) as pieces:
            return "".join([piece async for piece in pieces if isinstance(piece, str)])


def _shown(said: Sequence[Said]) -> Sequence[Said]:
    """The first message and as many of the newest ones as fit."""
    left = LONGEST - sum(min(LONGEST_MESSAGE, len(one.text)) for one in said[:1])
    newest: list[Said] = []
    for one in reversed(said[1:]):
        left -= min(LONGEST_MESSAGE, len(one.text))
        if left < 0:
            break
        newest.append(one)
    return [*said[:1], *reversed(newest)]
