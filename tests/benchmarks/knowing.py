"""A desk that knows much: organizations with passages whose words are as rare as words are, and with vectors."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from math import sqrt
from random import Random
from time import perf_counter
from typing import Any

from attrs import frozen
from psutil import Process

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.store import Store, View
from tests.contracts.builders import NOON, an_organization, new_id
from tests.contracts.desks import put

MODEL, DIMENSIONS = "measured", 384
WORDS, VOCABULARY = 90, 20_000
BATCH = 200
MOST = 20

# The n-th word is n times as rare as the first one (Zipf): a few stand in nearly every passage.
_RARITY = list(accumulate(1 / (place + 1) for place in range(VOCABULARY)))


def passages(organization_id: OrganizationId, many: int, random: Random) -> Iterator[Passage]:
    """Two of three are of tickets."""
    for number in range(many):
        words = random.choices(range(VOCABULARY), cum_weights=_RARITY, k=WORDS)
        yield Passage(
            id=PassageId(new_id()),
            organization_id=organization_id,
            source=SourceKind.TICKET if number % 3 else SourceKind.ARTICLE,
            source_id=new_id(),
            place=0,
            title=f"word{words[0]} word{words[1]}",
            question=" ".join(f"word{word}" for word in words[2:20]),
            text=" ".join(f"word{word}" for word in words[20:]),
            language="en",
            published=True,
            digest=str(number),
            updated_at=NOON,
        )


def vector(random: Random) -> Vector:
    numbers = [random.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = sqrt(sum(number * number for number in numbers))
    return array("f", [number / length for number in numbers]).tobytes()


async def know(store: Store, many: int, seed: int) -> OrganizationId:
    """An organization with so many passages, each with its vector."""
    random = Random(seed)
    organization = an_organization()
    await put(store, organization)
    batch: list[Passage] = []

    async def unit(work: Any) -> None:
        for one in batch:
            await work.passages.put(organization.id, one.source, one.source_id, [one])
        await work.passages.keep_vectors(MODEL, {one.id: vector(random) for one in batch})

    for one in passages(organization.id, many, random):
        batch.append(one)
        if len(batch) == BATCH:
            await store.transact(unit)
            batch.clear()
    if batch:
        await store.transact(unit)
    return organization.id


@frozen
class Asked:
    """A question as retrieval asks it: eight words, of which half are common, and a vector."""

    words: Sequence[str]
    vector: Vector


def questions(many: int, seed: int) -> list[Asked]:
    random = Random(seed)
    return [
        Asked(
            [f"word{random.randrange(10, 200)}" for _ in range(4)]
            + [f"word{random.randrange(200, VOCABULARY)}" for _ in range(4)],
            vector(random),
        )
        for _ in range(many)
    ]


@frozen
class Spent:
    """Milliseconds of one retrieval and of its parts."""

    by_words: float
    by_vectors: float
    whole: float


async def retrieve(store: Store, organization_id: OrganizationId, asked: Asked) -> Spent:
    """What is found by words and by vectors, with its text: all that a question asks of the store."""

    async def unit(view: View) -> tuple[float, float, float]:
        begun = perf_counter()
        await view.passages.commonness(organization_id, asked.words)
        found = await view.passages.matching(organization_id, asked.words, MOST)
        by_words = perf_counter()
        near = await view.passages.nearest(organization_id, asked.vector, MODEL, MOST)
        by_vectors = perf_counter()
        ids = [id for id, _ in (*found, *near)]
        assert len(await view.passages.many(organization_id, ids)) == len(set(ids)) > 0
        await view.passages.commonness(organization_id, asked.words)
        return begun, by_words, by_vectors

    started = perf_counter()
    begun, by_words, by_vectors = await store.read(unit)
    ended = perf_counter()
    return Spent(1000 * (by_words - begun), 1000 * (by_vectors - by_words), 1000 * (ended - started))


def worst_of(spent: Sequence[Spent], part: Callable[[Spent], float], share: float = 0.99) -> float:
    """What so many of them did not exceed."""
    figures = sorted(map(part, spent))
    return figures[min(len(figures) - 1, int(share * len(figures)))]


@contextmanager
def resident() -> Iterator[list[float]]:
    """Megabytes by which the process has grown inside."""
    grown: list[float] = []
    before = _resident()
    yield grown
    grown.append((_resident() - before) / 2**20)


def _resident() -> int:
    return Process().memory_info().rss
