"""The suggester that needs no model: it quotes what the team has written (`helpdesk_core.suggestions.composing`)."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final

from attrs import frozen

from helpdesk_core.knowledge.passages import Found
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.suggesting import Question, RestsOn
from helpdesk_core.suggestions.composing import Asked, composed
from helpdesk_core.suggestions.suggestions import Usage

NAME: Final = "embedded"
_PIECE: Final = re.compile(r"\S*\s*")


@frozen
class EmbeddedSuggester:
    """A Suggester in this process, always the same for the same. Its first piece comes as soon as it is asked for."""

    @property
    def name(self) -> str:
        return NAME

    async def reply(
        self, question: Question, found: Sequence[Found], variant: int
    ) -> AsyncIterator[str | Usage | RestsOn]:
        """ModelUnavailable where nothing of what was found may be said to anybody else."""
        asked = Asked(question.text, question.language, question.customer_name, question.organization_name)
        reply = composed(asked, found, variant)
        if reply is None:
            raise ModelUnavailable("What was found speaks of somebody else, and cannot be quoted.")
        for piece in _PIECE.findall(reply.text):
            if piece:
                yield piece
        yield RestsOn(reply.used)
