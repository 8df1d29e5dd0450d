"""What was found is put in order, and it is decided whether it is an answer."""

from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Found, Passage, SourceKind
from helpdesk_core.knowledge.retrieval import (
    ANSWERS,
    ANSWERS_BY_WORDS,
    GIST,
    MOST_WORDS,
    answering,
    answers,
    fused,
    gist,
    overlap,
    rarity,
    telling_words,
)
from tests.contracts.builders.basics import NOON

ORGANIZATION = OrganizationId(UUID(int=1))


def passage(number: int, text: str, title: str = "", language: str = "en") -> Passage:
    return Passage(
        id=PassageId(UUID(int=number)),
        organization_id=ORGANIZATION,
        source=SourceKind.ARTICLE,
        source_id=UUID(int=1000 + number),
        place=0,
        title=title,
        question="",
        text=text,
        language=language,
        published=True,
        digest="",
        updated_at=NOON,
    )


class TestTellingWords:
    def test_words_that_say_nothing_are_left_out_in_any_language(self) -> None:
        assert telling_words("Hello, how can I return my kettle? Thank you!") == ["return", "kettle"]
        assert telling_words("Guten Tag, wie kann ich meinen Kessel zurückgeben?") == [
            "kessel",
            "zuruckgeben",
        ]
        assert telling_words("Bonjour, où est-ce que je trouve ma facture ?") == ["trouve", "facture"]
        assert telling_words("¿Cómo puedo devolver la tetera?") == ["devolver", "tetera"]

    def test_of_a_long_question_the_longest_count_in_their_order(self) -> None:
        words = [f"{'w' * (3 + number)}" for number in range(MOST_WORDS + 6)]
        assert telling_words(" ".join(words)) == words[6:]

    @given(st.text())
    def test_there_are_never_more_and_none_twice(self, text: str) -> None:
        words = telling_words(text)
        assert len(words) == len(set(words)) <= MOST_WORDS

    def test_a_megabyte_is_no_trouble(self) -> None:
        assert len(telling_words("kettle " * 150_000)) == 1
        assert len(gist("kettle? " * 150_000)) <= GIST


class TestGist:
    def test_a_short_message_is_its_own_but_for_courtesies_and_quotes(self) -> None:
        assert (
            gist("Hello!\n\nWhere is my\nkettle?\n\n> On Monday you wrote\n\nBest regards\nIda")
            == "Where is my kettle?"
        )

    def test_of_a_long_one_the_part_that_asks_counts(self) -> None:
        text = (
            f"{'I have been a customer for years. ' * 20}Can the lid be bought alone? {'It is blue. ' * 40}"
        )
        assert gist(text).endswith("Can the lid be bought alone?")
        assert len(gist(text)) <= GIST

    def test_of_one_without_a_question_the_beginning_does(self) -> None:
        assert gist("The lid is broken. " * 50).startswith("The lid is broken.")

    @given(st.text())
    def test_it_is_never_longer_and_says_something_where_the_message_does(self, text: str) -> None:
        assert len(gist(text)) <= GIST
        assert bool(gist(text)) == bool(text.strip())


class TestOverlap:
    def test_rare_words_weigh_more(self) -> None:
        rarities = {"kettle": rarity(500), "gasket": rarity(1)}
        assert rarity(0) == 1 > rarity(1) > rarity(500) > 0
        assert overlap(passage(1, "A gasket."), rarities) > 0.5 > overlap(passage(2, "A kettle."), rarities)
        assert overlap(passage(3, "Gaskets of kettles"), rarities) == 0
        assert overlap(passage(4, "gasket", "Kettle"), rarities) == 1

    def test_a_question_without_telling_words_overlaps_with_nothing(self) -> None:
        assert overlap(passage(1, "A kettle."), {}) == 0


class TestFusing:
    def test_what_is_found_both_ways_comes_first(self) -> None:
        both, near, words = passage(1, "gasket ring"), passage(2, "seal"), passage(3, "ring")
        found = fused(
            [both, near, words],
            {near.id: 0.91, both.id: 0.9},
            [both.id, words.id],
            {"gasket": 1.0, "ring": 1.0},
        )
        assert [one.passage for one in found] == [both, near, words]
        assert [one.likeness for one in found] == [0.9, 0.91, None]
        assert [one.overlap for one in found] == [1.0, 0.0, 0.5]

    def test_a_single_common_word_does_not_beat_the_meaning(self) -> None:
        nearest, other = passage(1, "seal"), passage(2, "ring")
        found = fused(
            [nearest, other], {nearest.id: 0.9, other.id: 0.8}, [other.id], {"ring": 0.2, "leaks": 1.0}
        )
        assert found[0].passage == nearest

    def test_without_vectors_words_decide(self) -> None:
        one, two = passage(1, "gasket ring"), passage(2, "ring")
        found = fused([one, two], {}, [one.id, two.id], {"gasket": 1.0, "ring": 1.0})
        assert [each.passage for each in found] == [one, two]

    def test_what_is_gone_by_now_is_left_out(self) -> None:
        there = passage(1, "gasket")
        gone = PassageId(UUID(int=9))
        assert [one.passage for one in fused([there], {gone: 0.99, there.id: 0.8}, [gone], {})] == [there]

    def test_all_of_a_languages_passages_being_nearer_helps_none_of_them(self) -> None:
        ours = [passage(number, "x", language="fr") for number in range(1, 6)]
        foreign = [passage(number, "x", language="en") for number in range(11, 16)]
        near = {one.id: 0.870 + place / 1000 for place, one in enumerate(ours)}
        near |= {one.id: 0.820 for one in foreign} | {foreign[0].id: 0.873}
        assert fused([*ours, *foreign], near, [], {})[0].passage == foreign[0]

    @given(st.permutations(range(1, 7)))
    def test_the_order_of_what_is_handed_in_does_not_matter(self, order: list[int]) -> None:
        known = [passage(number, f"word{number % 3}") for number in order]
        near = {PassageId(UUID(int=number)): 0.5 for number in range(1, 7)}
        found = fused(known, near, [], {"word1": 1.0})
        assert [one.passage.id.int for one in found] == [1, 2, 3, 4, 5, 6]


class TestAnswering:
    @pytest.mark.parametrize(
        ("likeness", "shared", "answer"),
        [
            (ANSWERS, 0.0, True),
            (ANSWERS - 0.001, 0.0, False),
            (ANSWERS - 0.1, ANSWERS_BY_WORDS, True),
            (None, ANSWERS_BY_WORDS, True),
            (None, ANSWERS_BY_WORDS - 0.01, False),
        ],
    )
    def test_likeness_or_words_make_an_answer(
        self, likeness: float | None, shared: float, answer: bool
    ) -> None:
        assert answers(Found(passage(1, "x"), 1.0, likeness, shared)) is answer

    def test_where_the_best_does_not_answer_nothing_does(self) -> None:
        good = Found(passage(1, "x"), 0.5, 0.95, 0.0)
        poor = evolve(good, likeness=0.5)
        assert answering([]) == ()
        assert answering([poor, good]) == ()
        assert answering([good, poor, good]) == [good, good]
