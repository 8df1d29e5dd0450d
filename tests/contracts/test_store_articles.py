"""Articles are found by their words, and figures add up, on every store."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.articles import Article, Body
from helpdesk_core.errors import AlreadyTaken, Conflict, NotFound
from helpdesk_core.figures import NOBODY, Figure
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import ArticleFilter
from helpdesk_core.ports.store import Store, View, Work
from tests.contracts.builders import NOON, a_figure, after, an_article, an_organization, new_id
from tests.contracts.desks import put


async def articles_of(store: Store, organization: Organization, **wanted: Any) -> Sequence[Article]:
    async def unit(view: View) -> Sequence[Article]:
        page = Page(limit=100, sort="created_at")
        return (await view.articles.page(organization.id, ArticleFilter(**wanted), page)).items

    return await store.read(unit)


@pytest.fixture
async def acme(store: Store) -> Organization:
    acme = an_organization()
    await put(store, acme)
    return acme


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("brakes", True),
        ("RIM", True),
        ("rim brakes", True),  # one word of the title, the other of the body
        ("squeak cle", True),  # the last word may be a beginning
        ("cle squeak", False),  # but no other one
        ("velo", True),
        ("brakes missing", False),
        ("!?", False),
    ],
)
async def test_an_article_is_found_by_the_words_of_its_title_and_body(
    store: Store, acme: Organization, q: str, found: bool
) -> None:
    article = an_article(acme, body=Body("<p>…</p>", "Clean the rim of the vélo."))
    await put(store, article, an_article(acme, title="Bells", body=Body("<p>Ring.</p>", "Ring.")))
    assert [*await articles_of(store, acme, q=q)] == ([article] if found else [])


async def test_words_that_are_gone_are_not_found(store: Store, acme: Organization) -> None:
    article = an_article(acme)
    await put(store, article)
    changed = evolve(article, title="Bells", body=Body("<p>Ring.</p>", "Ring."))
    await store.transact(lambda work: work.articles.replace(changed))
    assert [*await articles_of(store, acme, q="rim")] == []
    assert [*await articles_of(store, acme, q="ring")] == [changed]
    await store.transact(lambda work: work.articles.remove(acme.id, article.id))
    assert [*await articles_of(store, acme, q="ring")] == []
    assert [*await articles_of(store, acme)] == []


async def test_an_open_unit_finds_what_it_has_written(store: Store, acme: Organization) -> None:
    article = an_article(acme)

    async def unit(work: Work) -> None:
        await work.articles.add(article)
        found = await work.articles.page(acme.id, ArticleFilter(q="rim"), Page())
        assert [*found.items] == [article]
        await work.articles.remove(acme.id, article.id)
        assert not (await work.articles.page(acme.id, ArticleFilter(q="rim"), Page())).items

    await store.transact(unit)
    assert [*await articles_of(store, acme, q="rim")] == []


async def test_articles_are_filtered_and_paged(store: Store, acme: Organization) -> None:
    articles = [
        an_article(
            acme,
            published=number % 2 == 0,
            section="Returns" if number < 3 else None,
            language="en" if number > 1 else "fr",
            created_at=after(number),
        )
        for number in range(5)
    ]
    await put(store, *articles)
    assert [*await articles_of(store, acme, published=True)] == [articles[0], articles[2], articles[4]]
    assert [*await articles_of(store, acme, section="Returns", language="en")] == [articles[2]]
    assert [*await articles_of(store, acme, q="rim", published=False)] == [articles[1], articles[3]]
    for q in (None, "rim"):
        seen: list[Article] = []
        page: Page | None = Page(limit=2, sort="-created_at")
        while page is not None:
            unit = partial(_page, acme, ArticleFilter(q=q), page)
            slice_ = await store.read(unit)
            seen += slice_.items
            page = evolve(page, after=slice_.next) if slice_.next else None
        assert seen == articles[::-1]


async def _page(organization: Organization, wanted: ArticleFilter, page: Page, view: View) -> Any:
    return await view.articles.page(organization.id, wanted, page)


async def test_an_external_id_is_unique_within_its_organization(store: Store, acme: Organization) -> None:
    other = an_organization()
    article = an_article(acme, external_id="kb-1")
    second = an_article(acme, external_id="kb-2")
    await put(store, other, article, second, an_article(other, external_id="kb-1"), an_article(acme))
    with pytest.raises(AlreadyTaken):
        await put(store, an_article(acme, external_id="kb-1"))
    taken = evolve(second, external_id="kb-1")
    with pytest.raises(AlreadyTaken):
        await store.transact(lambda work: work.articles.replace(taken))
    with pytest.raises(NotFound):
        await store.transact(lambda work: work.articles.replace(an_article(acme)))
    with pytest.raises(Conflict):
        await put(store, an_article(an_organization()))


figures = st.builds(
    Figure,
    measure=st.sampled_from(["first_response", "reopened", "standing_open"]),
    day=st.integers(0, 3).map(lambda days: NOON.date() + timedelta(days)),
    channel=st.sampled_from(["email", "sms"]),
    agent_id=st.sampled_from([NOBODY, new_id(), new_id()]),
    count=st.integers(-3, 3),
    total=st.integers(0, 2**40),
)


@given(st.lists(st.lists(figures, max_size=6), max_size=4))
@settings(settings.get_profile("contracts"), max_examples=30)
async def test_figures_are_the_sum_of_what_was_added(store: Store, added: list[list[Figure]]) -> None:
    home, other = an_organization(), an_organization()
    await put(store, home, other)
    await store.transact(lambda work: work.figures.add(other.id, [a_figure(count=1000)]))
    for figures in added:
        await store.transact(lambda work, figures=figures: work.figures.add(home.id, figures))  # type: ignore[misc]
    measures = ["first_response", "standing_open"]
    first, last = NOON.date() + timedelta(1), NOON.date() + timedelta(2)
    flat = [one for figures in added for one in figures if one.measure in measures]
    found = await store.read(lambda view: view.figures.between(home.id, measures, first, last))
    assert [*found] == _sums([one for one in flat if first <= one.day <= last])
    sums = await store.read(lambda view: view.figures.until(home.id, measures, last))
    assert [*sums] == _sums([evolve(one, day=last) for one in flat if one.day <= last])


def _sums(figures: list[Figure]) -> list[Figure]:
    def place(one: Figure) -> tuple[str, date, str, Any]:
        return one.measure, one.day, one.channel, one.agent_id

    return [
        Figure(*key, count=sum(one.count for one in same), total=sum(one.total for one in same))
        for key, group in groupby(sorted(figures, key=place), place)
        for same in [list(group)]
    ]


async def test_articles_are_counted_up_to_a_limit(store: Store, acme: Organization) -> None:
    other = an_organization()
    await put(store, other, *(an_article(acme) for _ in range(3)), an_article(other))
    counted = [await store.read(partial(_count, acme, most)) for most in (2, 3, 10)]
    assert counted == [2, 3, 3]


async def _count(organization: Organization, most: int, view: View) -> int:
    return await view.articles.count(organization.id, most)
