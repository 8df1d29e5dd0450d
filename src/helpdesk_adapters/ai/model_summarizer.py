"""Summaries of tickets that a model writes, whichever it is."""

from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from typing import Final

from attrs import frozen

from helpdesk_adapters.ai.asking import Request, answers
from helpdesk_adapters.ai.prompts import named
from helpdesk_core.ports.models import LanguageModel
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.material import first_of
from helpdesk_core.suggestions.summarizing import Said
from helpdesk_core.tickets import Ticket

MOST_TOKENS: Final = 400
LONGEST_MESSAGE: Final = 2_000
LONGEST: Final = 24_000
"""Characters of a ticket that are shown: the beginning and, where it is longer, the newest part."""


@frozen
class ModelSummarizer:
    """A Summarizer. Where it `redacts`, personal data stays here, and is put back into what the model has written."""

    model: LanguageModel
    store: Store
    redacts: bool = True

    @property
    def name(self) -> str:
        return self.model.model

    async def summary(self, ticket: Ticket, said: Sequence[Said]) -> str:
        """As Summarizer says. Links of agents may stand in it, those of customers may not."""
        language, names = await self.store.read(partial(_known_of, ticket))
        shown = [(one.who, first_of(one.text, LONGEST_MESSAGE)) for one in _shown(said)]
        request = Request(
            task="summary",
            fills={"language": named(language)},
            sections=[("subject", first_of(ticket.subject, LONGEST_MESSAGE)), *shown],
            names=names,
            sources=[text for who, text in shown if who == "agent"],
            said=[text for who, text in shown if who == "customer"],
            most_tokens=MOST_TOKENS,
            whole=True,
        )
        async with aclosing(answers(self.model, request, redacts=self.redacts)) as pieces:
            return "".join([piece async for piece in pieces if isinstance(piece, str)])


async def _known_of(ticket: Ticket, view: View) -> tuple[str | None, Sequence[str]]:
    """In which language the organization's people read, and who writes to them."""
    organization = await view.organizations.get(ticket.organization_id)
    customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    return (organization.language if organization else None), ([customer.name] if customer else [])


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
