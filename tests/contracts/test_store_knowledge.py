"""Every store keeps passages of the knowledge, and finds them by their words and by their vectors."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.ids import PassageId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.repositories import KnowledgeCount
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.words import words_of
from tests import strategies as some
from tests.contracts.builders import a_passage, a_vector, after, an_organization, new_id
from tests.contracts.desks import put
from tests.core.test_words import known

MODEL = "small"


async def _know(store: Store, *passages: Passage) -> None:
    """Each becomes its source's only one."""

    async def unit(work: Work) -> None:
        for one in passages:
            await work.passages.put(one.organization_id, one.source, one.source_id, [one])

    await store.transact(unit)


async def _embed(store: Store, vectors: dict[PassageId, Vector], model: str = MODEL) -> None:
    await store.transact(lambda work: work.passages.keep_vectors(model, vectors))


async def _forget(passage: Passage, work: Work) -> None:
    await work.passages.remove(passage.organization_id, passage.source, [passage.source_id])


async def _matching(store: Store, organization: Organization, *words: str, **more: Any) -> list[PassageId]:
    found = await store.read(
        lambda view: view.passages.matching(organization.id, words, **{"most": 10, **more})
    )
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    return [id for id, _ in found]


async def _nearest(
    store: Store, organization: Organization, vector: Vector, **more: Any
) -> Sequence[tuple[PassageId, float]]:
    wanted = {"model": MODEL, "most": 10, **more}
    found = await store.read(lambda view: view.passages.nearest(organization.id, vector, **wanted))
    return [(id, round(likeness, 4)) for id, likeness in found]


async def test_a_source_s_passages_are_replaced_as_a_whole(store: Store) -> None:
    mine = an_organization()
    first = a_passage(mine, text="Turn the screw.")
    second = evolve(a_passage(mine, text="And oil it."), source_id=first.source_id, place=1)
    other = a_passage(mine, source=SourceKind.TICKET, source_id=first.source_id)
    await put(store, mine)
    await _know(store, other)
    await store.transact(
        lambda work: work.passages.put(mine.id, first.source, first.source_id, [second, first])
    )
    of = await store.read(lambda view: view.passages.of_source(mine.id, first.source, first.source_id))
    assert list(of) == [first, second]
    newer = evolve(first, id=PassageId(new_id()), text="Call us.", digest="newer", updated_at=after(1))
    await _know(store, newer)
    of = await store.read(lambda view: view.passages.of_source(mine.id, first.source, first.source_id))
    assert list(of) == [newer]
    assert await _matching(store, mine, "screw") == []
    assert await _matching(store, mine, "call") == [newer.id]
    digests = await store.read(
        lambda view: view.passages.digests(mine.id, first.source, [first.source_id, new_id()])
    )
    assert digests == {first.source_id: "newer"}
    many = await store.read(lambda view: view.passages.many(mine.id, [other.id, first.id, newer.id]))
    assert many == {other.id: other, newer.id: newer}


async def test_a_source_can_be_without_passages_and_is_removed_once(store: Store) -> None:
    mine = an_organization()
    kept, gone = a_passage(mine, text="A brake."), a_passage(mine, text="A bell.")
    await put(store, mine)
    await _know(store, kept, gone)
    sources = [gone.source_id, new_id()]
    assert await store.transact(lambda work: work.passages.remove(mine.id, gone.source, sources)) == 1
    assert await store.transact(lambda work: work.passages.remove(mine.id, gone.source, sources)) == 0
    await store.transact(lambda work: work.passages.put(mine.id, gone.source, gone.source_id, []))
    assert await _matching(store, mine, "brake", "bell") == [kept.id]


async def test_rare_words_weigh_more_than_common_ones_and_short_texts_more_than_long_ones(
    store: Store,
) -> None:
    mine = an_organization()
    common = [a_passage(mine, text="the brake of a bike") for _ in range(8)]
    rare = a_passage(mine, text="the derailleur of a bike, which is what shifts the chain")
    short = a_passage(mine, text="a derailleur of a bike")
    await put(store, mine)
    await _know(store, *common, rare, short)
    found = await _matching(store, mine, "brake", "derailleur")
    assert found[:2] == [short.id, rare.id]
    assert found[2:] == [one.id for one in reversed(common)]
    assert await _matching(store, mine, "brake", "derailleur", most=1) == [short.id]


async def test_every_store_scores_alike(store: Store) -> None:
    """The figures are those of BM25 (k1 1.2, b 0.75), worked out by hand."""
    mine = an_organization()
    one = a_passage(mine, title="", text="red red bell")
    two = a_passage(mine, title="", text="red bike")
    other, gone = a_passage(mine, title="", text="green"), a_passage(mine, title="", text="red")
    await put(store, mine)
    await _know(store, one, two, other, gone)
    await _know(store, one)
    await store.transact(partial(_forget, gone))
    found = await store.read(lambda view: view.passages.matching(mine.id, ["red", "bell"], 10))
    # "red" weighs ln(1 + (3-2+.5) / (2+.5)) = .4700, "bell" ln(1 + (3-1+.5) / (1+.5)) = .9808. Two and a half words
    # on average: .4700 * 2*2.2 / (2+1.38) + .9808 * 2.2 / (1+1.38), and .4700 * 2.2 / (1+1.02).
    assert [(id, round(score, 3)) for id, score in found] == [(one.id, 1.518), (two.id, 0.512)]


async def test_words_of_title_question_and_text_are_found_whatever_their_case_and_accents(
    store: Store,
) -> None:
    mine = an_organization()
    asked = a_passage(mine, title="Crédit", question="Where is my MONEY?", text="On its way.")
    await put(store, mine)
    await _know(store, asked)
    for word in ("credit", "money", "way"):
        assert await _matching(store, mine, word) == [asked.id]
    for word in ("mon", "MONEY", 'x" OR scope : "y', "", "'"):
        assert await _matching(store, mine, word) == []
    assert await _matching(store, mine) == []


async def test_words_are_found_in_the_unit_that_writes_them(store: Store) -> None:
    mine = an_organization()
    await put(store, mine)
    one, two = a_passage(mine, text="bell"), a_passage(mine, text="bell and brake")

    async def unit(work: Work) -> tuple[Any, Any, Any]:
        await work.passages.put(mine.id, one.source, one.source_id, [one])
        await work.passages.put(mine.id, two.source, two.source_id, [two])
        before = await work.passages.commonness(mine.id, ["bell", "brake", "chain"])
        await work.passages.remove(mine.id, two.source, [two.source_id])
        found = await work.passages.matching(mine.id, ["bell", "brake"], 5)
        await work.passages.put(mine.id, one.source, one.source_id, [])
        return before, [id for id, _ in found], await work.passages.matching(mine.id, ["bell"], 5)

    assert await store.transact(unit) == ({"bell": 2, "brake": 1, "chain": 0}, [one.id], [])


async def test_passages_can_be_narrowed_to_what_they_were_cut_out_of(store: Store) -> None:
    mine = an_organization()
    article = a_passage(mine, text="bell")
    ticket = a_passage(mine, text="bell", source=SourceKind.TICKET)
    await put(store, mine)
    await _know(store, article, ticket)
    await _embed(store, {article.id: a_vector(1, 0), ticket.id: a_vector(1, 1)})
    for one in (article, ticket):
        assert await _matching(store, mine, "bell", source=one.source) == [one.id]
        assert [id for id, _ in await _nearest(store, mine, a_vector(1, 0), source=one.source)] == [one.id]


async def test_the_nearest_vectors_come_first_with_their_cosine(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    passages = [a_passage(mine) for _ in range(4)]
    foreign = a_passage(other)
    await put(store, mine, other)
    await _know(store, *passages, foreign)
    assert await _nearest(store, mine, a_vector(1, 0)) == []
    near, far, opposite, _ = passages
    await _embed(
        store,
        {
            near.id: a_vector(1, 0.1),
            far.id: a_vector(1, 1),
            opposite.id: a_vector(-1, 0),
            foreign.id: a_vector(1, 0),
            PassageId(new_id()): a_vector(1, 0),
        },
    )
    expected = [(near.id, 0.995), (far.id, 0.7071), (opposite.id, -1.0)]
    assert await _nearest(store, mine, a_vector(1, 0)) == expected
    assert await _nearest(store, mine, a_vector(1, 0), most=2) == expected[:2]
    assert await _nearest(store, mine, a_vector(1, 0), model="another") == []
    assert await _nearest(store, other, a_vector(1, 0)) == [(foreign.id, 1.0)]


async def test_vectors_that_change_come_and_go_are_seen_by_the_next_question(store: Store) -> None:
    mine = an_organization()
    passages = [a_passage(mine) for _ in range(40)]
    await put(store, mine)
    await _know(store, *passages)
    vectors = {one.id: a_vector(1, number / 40) for number, one in enumerate(passages)}
    for id, vector in vectors.items():  # each time a little more
        await _embed(store, {id: vector})
        assert (await _nearest(store, mine, vector, most=1))[0][1] == 1.0
    first, last = passages[0], passages[-1]
    assert [id for id, _ in await _nearest(store, mine, a_vector(1, 0))] == [one.id for one in passages[:10]]
    await _embed(store, {first.id: a_vector(0, 1)})
    assert (await _nearest(store, mine, a_vector(0, 1)))[0] == (first.id, 1.0)
    for one in passages[:30]:
        await store.transact(partial(_forget, one))
    left = await _nearest(store, mine, a_vector(0, 1), most=50)
    assert {id for id, _ in left} == {one.id for one in passages[30:]}
    await _know(store, evolve(last, id=PassageId(new_id())))
    left = await _nearest(store, mine, a_vector(0, 1), most=50)
    assert {id for id, _ in left} == {one.id for one in passages[30:-1]}


async def test_a_unit_finds_its_own_vectors_and_leaves_none_where_it_fails(store: Store) -> None:
    mine = an_organization()
    known, new = a_passage(mine), a_passage(mine)
    await put(store, mine)
    await _know(store, known)
    await _embed(store, {known.id: a_vector(1, 0)})
    assert await _nearest(store, mine, a_vector(0, 1)) == [(known.id, 0.0)]

    async def unit(work: Work) -> None:
        await work.passages.put(mine.id, new.source, new.source_id, [new])
        await work.passages.keep_vectors(MODEL, {new.id: a_vector(0, 1)})
        found = await work.passages.nearest(mine.id, a_vector(0, 1), MODEL, 5)
        assert [(id, round(likeness, 4)) for id, likeness in found] == [(new.id, 1.0), (known.id, 0.0)]
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(unit)
    assert await _nearest(store, mine, a_vector(0, 1)) == [(known.id, 0.0)]
    await _know(store, new)
    await _embed(store, {new.id: a_vector(1, 1)})
    assert await _nearest(store, mine, a_vector(0, 1)) == [(new.id, 0.7071), (known.id, 0.0)]


async def test_what_has_no_vector_of_the_model_is_due(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    passages = [a_passage(mine, updated_at=after(minute)) for minute in (1, 3, 2)]
    foreign = a_passage(other, updated_at=after(4))
    await put(store, mine, other)
    await _know(store, *passages, foreign)
    first, newest, middle = passages

    async def due(model: str, most: int = 10, **of: Any) -> list[Passage]:
        return list(await store.read(lambda view: view.passages.without_vector(model, most, **of)))

    assert await due(MODEL) == [foreign, newest, middle, first]
    assert await due(MODEL, 2) == [foreign, newest]
    assert await due(MODEL, organization_id=mine.id) == [newest, middle, first]
    await _embed(store, {newest.id: a_vector(1, 0), foreign.id: a_vector(1, 0)})
    assert await due(MODEL) == [middle, first]
    await _embed(store, {first.id: a_vector(1, 0)}, model="larger")
    assert await due(MODEL) == [middle, first]
    assert await due("larger", organization_id=mine.id) == [middle, newest]
    await _embed(store, {first.id: a_vector(1, 0), middle.id: a_vector(1, 0)})
    assert await due(MODEL) == []
    assert await _nearest(store, mine, a_vector(1, 0), model="larger") == []


async def test_it_is_counted_what_an_organization_knows(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    one, two = a_passage(mine), a_passage(mine, source=SourceKind.TICKET)
    more = a_passage(mine, source_id=one.source_id, place=1)
    await put(store, mine, other)
    await _know(store, two, a_passage(other))
    await store.transact(lambda work: work.passages.put(mine.id, one.source, one.source_id, [one, more]))
    await _embed(store, {one.id: a_vector(1, 0), two.id: a_vector(1, 0)})
    counted = await store.read(lambda view: view.passages.count(mine.id, MODEL))
    assert counted == KnowledgeCount(articles=1, tickets=1, passages=3, with_vector=2)
    counted = await store.read(lambda view: view.passages.count(mine.id, None))
    assert counted == KnowledgeCount(articles=1, tickets=1, passages=3, with_vector=0)
    nobody = await store.read(lambda view: view.passages.count(an_organization().id, MODEL))
    assert nobody == KnowledgeCount(0, 0, 0, 0)


async def test_words_are_counted_for_each_organization(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    await put(store, mine, other)
    await _know(store, *(a_passage(mine, text="bell bell") for _ in range(3)), a_passage(other, text="bell"))
    counted = await store.read(lambda view: view.passages.commonness(mine.id, ["bell", "none", '"']))
    assert counted == {"bell": 3, "none": 0, '"': 0}

    async def after_a_search(view: View) -> Mapping[str, int]:
        await view.passages.matching(mine.id, ["bell", "none"], 1)
        await view.passages.matching(mine.id, ["cleaning"], 1, SourceKind.TICKET)
        return await view.passages.commonness(mine.id, ["bell", "none", "brakes"])

    assert await store.read(after_a_search) == {"bell": 3, "none": 0, "brakes": 3}


async def test_the_sources_that_are_known_are_walked_by_id(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    known = [a_passage(mine) for _ in range(3)]
    second = evolve(a_passage(mine), source_id=known[0].source_id, place=1)
    await put(store, mine, other)
    await _know(store, *known, a_passage(mine, source=SourceKind.TICKET), a_passage(other))
    await store.transact(
        lambda work: work.passages.put(mine.id, second.source, second.source_id, [known[0], second])
    )
    ids = sorted(one.source_id for one in known)

    async def walked(after: UUID | None, most: int) -> list[UUID]:
        found = await store.read(lambda view: view.passages.sources(mine.id, SourceKind.ARTICLE, after, most))
        return list(found)

    assert await walked(None, 10) == ids
    assert await walked(None, 2) == ids[:2]
    assert await walked(ids[1], 2) == ids[2:]
    assert await walked(ids[2], 2) == []


texts = st.text(known.filter(lambda character: character != "\0"), max_size=30)
passages = some.every_field(
    Passage,
    id=some.ids,
    organization_id=some.ids,
    source=st.sampled_from(SourceKind),
    source_id=some.ids,
    place=st.integers(0, 2**31 - 1),
    title=texts,
    question=texts,
    text=texts,
    language=some.maybe(some.texts),
    published=st.booleans(),
    digest=some.texts,
    updated_at=some.times,
)


@given(passages)
@settings(settings.get_profile("contracts"), max_examples=25, suppress_health_check=list(HealthCheck))
async def test_a_passage_comes_back_the_same_and_is_found_by_each_of_its_words(
    store: Store, drawn: Passage
) -> None:
    mine = an_organization()
    one = evolve(drawn, organization_id=mine.id)
    await put(store, mine)
    await _know(store, one)
    assert list(
        await store.read(lambda view: view.passages.of_source(mine.id, one.source, one.source_id))
    ) == [one]
    for word in words_of(one.words):
        assert await _matching(store, mine, word, source=one.source) == [one.id]
