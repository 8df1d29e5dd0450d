"""How well the articles of the evaluation set are found: by their words, by their vectors, and by both."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from statistics import fmean

from attrs import frozen

from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.storage.memory.store import MemoryStore
from helpdesk_core.ids import OrganizationId
from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.knowledge.retrieval import answering, gist
from helpdesk_core.ports.models import Embedder, Vector
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.knowledge.retrieve import RetrievePassages
from helpdesk_core.use_cases.people.manage_people import CreateOrganization
from tests.benchmarks.retrieval.evaluation_set import Asked, Kind, passages, questions

MOST = 10
Way = Callable[[OrganizationId, str, int], Awaitable[Sequence[Found]]]


@frozen
class Measured:
    """Shares of questions, 0 to 1; None where there is none of those that it is a share of."""

    recall: float | None
    """An article that answers is among the first three that are found."""
    rank: float | None
    """The mean of 1 by the place of the first such article (MRR)."""
    precision: float | None
    """Of what is taken for an answer, that which answers."""
    answered: float | None
    """Of the questions that have an answer, those that are given one, right or wrong."""
    abstained: float | None
    """Of the questions that have none, those that are given none."""
    questions: int


Found_ = Mapping[Asked, Sequence[Found]]


async def evaluated(embedder: Embedder, store: Store | None = None) -> Mapping[str, Found_]:
    """What each way finds for each question, in this store or one in memory."""
    store = store or MemoryStore()
    organization = await CreateOrganization(store, system_clock, new_id)("lumora", "Lumora")
    known = passages(organization.id)
    vectors = await embedder.passages([one.words for one in known])

    async def fill(work: Work) -> None:
        for source_id in dict.fromkeys(one.source_id for one in known):
            of_source = [one for one in known if one.source_id == source_id]
            await work.passages.put(organization.id, SourceKind.ARTICLE, source_id, of_source)
        by_id = {one.id: vector for one, vector in zip(known, vectors, strict=True)}
        await work.passages.keep_vectors(embedder.model, by_id)

    await store.transact(fill)
    ways: Mapping[str, Way] = {
        "full text alone": RetrievePassages(store, None),
        "vectors alone": VectorsAlone(store, embedder),
        "hybrid": RetrievePassages(store, embedder),
    }
    return {
        name: {asked: await way(organization.id, asked.text, MOST) for asked in questions()}
        for name, way in ways.items()
    }


def measured(found: Found_, of: Collection[Kind] = tuple(Kind), *, judged: bool = True) -> Measured:
    """The figures of the judged half, or of the other, of these kinds of questions."""
    asked = {one: all_ for one, all_ in found.items() if one.kind in of and one.judged is judged}
    some = {one: all_ for one, all_ in asked.items() if one.right}
    none = [all_ for one, all_ in asked.items() if not one.right]
    places = [_place(one, all_) for one, all_ in some.items()]
    taken = [
        answer[0].passage.source_id in one.right for one, all_ in asked.items() if (answer := answering(all_))
    ]
    return Measured(
        recall=_mean([0 < place <= 3 for place in places]),
        rank=_mean([1 / place if place else 0.0 for place in places]),
        precision=_mean(taken) if some else None,
        answered=_mean([bool(answering(all_)) for all_ in some.values()]),
        abstained=_mean([not answering(all_) for all_ in none]),
        questions=len(asked),
    )


@frozen
class VectorsAlone:
    """What is nearest, and nothing else."""

    store: Store
    embedder: Embedder

    async def __call__(self, organization_id: OrganizationId, question: str, most: int) -> Sequence[Found]:
        vector = await self.embedder.query(gist(question))
        return await self.store.read(partial(_nearest, organization_id, vector, self.embedder.model, most))


async def _nearest(
    organization_id: OrganizationId, vector: Vector, model: str, most: int, view: View
) -> Sequence[Found]:
    near = await view.passages.nearest(organization_id, vector, model, most)
    known = await view.passages.many(organization_id, [id for id, _ in near])
    return [Found(known[id], likeness, likeness) for id, likeness in near]


def _place(asked: Asked, found: Sequence[Found]) -> int:
    """Of the first article that answers, from 1; 0: none of them does."""
    sources = list(dict.fromkeys(one.passage.source_id for one in found))
    return next((place for place, id in enumerate(sources, 1) if id in asked.right), 0)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
