"""The suggester that needs no model, as those who ask for replies meet it."""

import pytest

from helpdesk_adapters.ai.embedded import EmbeddedSuggester
from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.suggesting import Question, RestsOn
from helpdesk_core.suggestions.composing import Asked, composed
from tests.contracts.builders import an_organization
from tests.contracts.builders.knowledge import a_passage

QUESTION = Question(
    text="Bonjour, mon frein grince.",
    subject="Frein",
    language="fr",
    customer_name="Noor Haddad",
    organization_name="Vélos",
)
FOUND = (
    Found(a_passage(an_organization(), text="Un frein qui grince se nettoie.", language="fr"), 1.0, 0.9),
)


async def written(question: Question, found: tuple[Found, ...], variant: int = 0) -> list[str]:
    pieces = EmbeddedSuggester().reply(question, found, variant)
    return [piece async for piece in pieces if isinstance(piece, str)]


async def test_the_pieces_of_a_reply_are_the_composed_one_word_by_word() -> None:
    for variant in range(3):
        asked = Asked(QUESTION.text, "fr", "Noor Haddad", "Vélos")
        whole = composed(asked, FOUND, variant)
        assert whole is not None
        pieces = await written(QUESTION, FOUND, variant)
        assert "".join(pieces) == whole.text
        assert pieces[:2] == ["Bonjour ", "Noor,\n\n"]
        assert pieces == await written(QUESTION, FOUND, variant)


async def test_a_reply_says_last_what_it_quotes_and_nothing_else() -> None:
    other = Found(a_passage(an_organization(), text="La chaîne se graisse.", language="fr"), 0.5, 0.8)
    *_, last = [piece async for piece in EmbeddedSuggester().reply(QUESTION, (*FOUND, other), 0)]
    assert last == RestsOn(FOUND)


async def test_what_may_be_said_to_nobody_else_is_no_reply() -> None:
    passage = a_passage(an_organization(), text="I have sent it to [email].", source=SourceKind.TICKET)
    with pytest.raises(ModelUnavailable, match="cannot be quoted"):
        await written(QUESTION, (Found(passage, 1.0, 0.9),))


def test_it_says_who_it_is() -> None:
    assert EmbeddedSuggester().name == "embedded"
