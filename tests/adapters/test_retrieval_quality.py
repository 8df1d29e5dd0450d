"""The right passages are found as well as the reference page says, but for what another processor rounds otherwise."""

from collections.abc import Mapping
from uuid import UUID

import anyio
import pytest

from helpdesk_adapters.ai.embedding import INSTALL, NanoEmbedder, installed
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_core.knowledge.retrieval import telling_words
from helpdesk_core.words import words_of
from tests.benchmarks.retrieval.evaluation import Found_, evaluated, measured
from tests.benchmarks.retrieval.evaluation_set import Kind, articles, questions
from tests.benchmarks.retrieval.page import PAGE
from tests.conftest import requires
from tests.contracts.builders.basics import new_id


@pytest.fixture(scope="module")
def found() -> Mapping[str, Found_]:
    requires("the embedding model", installed(), INSTALL)
    return anyio.run(evaluated, NanoEmbedder(ThreadOffload()))


@pytest.mark.timeout(300)
def test_the_figures_do_not_fall_below_what_was_measured(found: Mapping[str, Found_]) -> None:
    floors = {
        "full text alone": (0.40, 0.38, 0.88, 0.30, 0.95),
        "vectors alone": (0.85, 0.79, 0.72, 0.64, 0.80),
        "hybrid": (0.86, 0.79, 0.73, 0.66, 0.80),
    }
    for way, floor in floors.items():
        one = measured(found[way])
        figures = (one.recall, one.rank, one.precision, one.answered, one.abstained)
        below = [
            (figure, least)
            for figure, least in zip(figures, floor, strict=True)
            if figure is None or figure < least
        ]
        assert below == [], way


@pytest.mark.timeout(300)
def test_both_together_find_at_least_what_each_finds_alone(found: Mapping[str, Found_]) -> None:
    hybrid, words, vectors = (
        measured(found[way]).recall or 0 for way in ("hybrid", "full text alone", "vectors alone")
    )
    assert hybrid >= max(words, vectors)


@pytest.mark.timeout(300)
def test_of_questions_that_share_no_words_most_find_their_article(found: Mapping[str, Found_]) -> None:
    far = measured(found["hybrid"], [Kind.FAR]).recall or 0
    assert far >= 0.75
    assert not measured(found["full text alone"], [Kind.FAR]).recall


class TestTheSet:
    def test_it_is_as_large_as_its_page_says_and_has_four_languages(self) -> None:
        known = articles(new_id())
        assert (len(known), len(questions())) == (60, 195)
        assert sum(one.kind is Kind.NOTHING for one in questions()) >= 30
        assert (
            {one.language for one in known}
            == {one.language for one in questions()}
            == {"en", "de", "fr", "es"}
        )
        assert "60 articles" in PAGE.read_text("utf-8")
        assert "195 questions" in PAGE.read_text("utf-8")

    def test_questions_without_shared_words_share_none(self) -> None:
        words: dict[UUID, set[str]] = {
            one.id: set(words_of(f"{one.title} {one.body.text}")) for one in articles(new_id())
        }
        shared = {
            one.text: common
            for one in questions()
            if one.kind is Kind.FAR
            for id in one.right
            if (common := words[id].intersection(telling_words(one.text)))
        }
        assert shared == {}

    def test_questions_across_languages_are_in_another_than_what_answers_them(self) -> None:
        languages: dict[UUID, str | None] = {one.id: one.language for one in articles(new_id())}
        across = [one for one in questions() if one.kind is Kind.ACROSS]
        assert len(across) >= 30
        assert all(one.language != languages[id] for one in across for id in one.right)

    def test_only_questions_without_an_answer_name_none(self) -> None:
        known = {one.id for one in articles(new_id())}
        for one in questions():
            assert bool(one.right) == (one.kind is not Kind.NOTHING), one.text
            assert one.right <= known, one.text
