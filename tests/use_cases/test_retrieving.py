"""What is known about a question is found, by its words and by its meaning, in one organization alone."""

from array import array
from collections.abc import Sequence

import pytest
from attrs import define, evolve

from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.models import ModelUnavailable, Vector
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.knowledge.retrieve import RetrieveAnswers, RetrievePassages
from tests.contracts.builders.knowledge import a_passage
from tests.use_cases.conftest import Bench

MEANINGS = {"refund": 0, "money": 0, "geld": 0, "brake": 1, "squeals": 1, "wheel": 2}


@define
class ByMeaning:
    """An Embedder of a few words: those that mean the same have the same direction."""

    model: str = "by-meaning"
    dimensions: int = 4
    away: bool = False

    async def passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        return [self._vector(text) for text in texts]

    async def query(self, text: str) -> Vector:
        if self.away:
            raise ModelUnavailable("It cannot be loaded.")
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        numbers = [0.0] * 4
        meant = {place for word, place in MEANINGS.items() if word in text.lower()} or {3}
        for place in meant:
            numbers[place] = len(meant) ** -0.5
        return array("f", numbers).tobytes()


@define
class Known:
    """An organization that knows something."""

    bench: Bench
    organization: Organization
    embedder: ByMeaning

    async def knows(self, text: str, **fields: object) -> Passage:
        passage = a_passage(self.organization, title="", text=text, **fields)
        (vector,) = await self.embedder.passages([passage.words])

        async def put(work: Work) -> None:
            await work.passages.put(self.organization.id, passage.source, passage.source_id, [passage])
            await work.passages.keep_vectors(self.embedder.model, {passage.id: vector})

        await self.bench.desk.store().transact(put)
        return passage

    def retrieve(self, *, embedder: bool = True) -> RetrievePassages:
        return RetrievePassages(self.bench.desk.store(), self.embedder if embedder else None)


@pytest.fixture
async def known(bench: Bench) -> Known:
    return Known(bench, await bench.begin(), ByMeaning())


async def test_passages_are_found_by_their_words_and_by_their_meaning(known: Known) -> None:
    refund = await known.knows("A refund takes five days.")
    brake = await known.knows("A brake that squeals wants cleaning.")
    retrieve, organization_id = known.retrieve(), known.organization.id
    found = await retrieve(organization_id, "My money, please!", 5)
    assert found[0].passage == refund
    assert found[0].likeness == pytest.approx(1)
    assert found[0].overlap == 0
    found = await retrieve(organization_id, "Hello! Which one wants cleaning?", 5)
    assert found[0].passage == brake
    assert found[0].overlap == 1
    assert [one.passage for one in await retrieve(organization_id, "My money, please!", 1)] == [refund]


async def test_what_does_not_answer_is_no_answer(known: Known) -> None:
    refund = await known.knows("A refund takes five days.")
    answers = RetrieveAnswers(known.retrieve())
    assert [one.passage for one in await answers(known.organization.id, "Geld!", 5)] == [refund]
    assert await answers(known.organization.id, "Does the wheel come in blue?", 5) == []
    picky = RetrieveAnswers(known.retrieve(), lambda one: one.passage != refund)
    assert await picky(known.organization.id, "Geld!", 5) == []


async def test_without_a_model_or_with_one_that_fails_words_alone_find(known: Known) -> None:
    refund = await known.knows("A refund takes five days.")
    known.embedder.away = True
    for retrieve in (known.retrieve(embedder=False), known.retrieve()):
        found = await retrieve(known.organization.id, "How long does a refund take?", 5)
        assert [(one.passage, one.likeness) for one in found] == [(refund, None)]
        assert await retrieve(known.organization.id, "Geld!", 5) == []


async def test_vectors_of_another_model_are_not_compared(known: Known) -> None:
    await known.knows("A refund takes five days.")
    other = RetrievePassages(known.bench.desk.store(), evolve(known.embedder, model="another"))
    assert await other(known.organization.id, "Geld!", 5) == []


async def test_one_kind_of_source_can_be_asked_for(known: Known) -> None:
    article = await known.knows("A refund takes five days.")
    ticket = await known.knows("A refund takes a week.", source=SourceKind.TICKET)
    for source, passage in ((SourceKind.ARTICLE, article), (SourceKind.TICKET, ticket)):
        found = await known.retrieve()(known.organization.id, "When is my refund here?", 5, source)
        assert [one.passage for one in found] == [passage]


async def test_what_another_organization_knows_is_not_found(known: Known) -> None:
    await known.knows("A refund takes five days.")
    other = await known.bench.desk.create_organization()("other", "Other")
    assert await known.retrieve()(other.id, "When is my refund here?", 5) == []


@pytest.mark.parametrize("question", ["", "   ", "?", "hello", "\0", "\ud800", "refund " * 150_000])
async def test_any_question_may_be_asked(known: Known, question: str) -> None:
    await known.knows("A refund takes five days.")
    assert len(await known.retrieve()(known.organization.id, question, 5)) <= 1
