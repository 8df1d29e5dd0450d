"""What becomes of suggestions, and what is told beside them: summaries, properties, gaps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import ConversationId, SuggestionId, TicketId
from helpdesk_core.suggestions.gaps import Unanswered, grouped
from helpdesk_core.suggestions.properties import Alike, PriorityShare, TagShare, properties_for
from helpdesk_core.suggestions.settling import same_words, settled, state_after
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.suggestions.summarizing import MOST_SENTENCES, Said, summarized, text_of_points
from helpdesk_core.tickets import Priority
from helpdesk_core.users import Actor
from tests.contracts.builders import NOON, a_customer, a_ticket, an_organization, new_id

HOME = an_organization()
IDA = a_customer(HOME)
UMA = Actor("user", new_id(), "Uma")
OFFERED = Suggestion(
    id=SuggestionId(new_id()),
    organization_id=HOME.id,
    ticket_id=TicketId(new_id()),
    about=None,
    text="Descale it.\n\nThen close the lid.",
    language="en",
    sources=(),
    made_by="embedded",
    created_at=NOON,
)


class TestSettling:
    def test_the_same_words_laid_out_otherwise_are_used_and_others_edited(self) -> None:
        assert state_after(OFFERED, " Descale it. Then close\tthe lid.\n") is SuggestionState.USED
        assert state_after(OFFERED, "Descale it. Then open the lid.") is SuggestionState.EDITED

    @given(st.text(), st.lists(st.sampled_from(" \t\n\u00a0"), max_size=5))
    def test_blanks_make_no_difference_wherever_they_stand(self, text: str, blanks: list[str]) -> None:
        assert same_words(text, "".join([*blanks, text, *blanks]))

    @pytest.mark.parametrize("state", [one for one in SuggestionState if one is not SuggestionState.OFFERED])
    def test_what_is_settled_stays_as_it_is(self, state: SuggestionState) -> None:
        done = settled(OFFERED, state, UMA, NOON)
        assert (done.state, done.settled_at, done.settled_by) == (state, NOON, UMA.id)
        with pytest.raises(Conflict, match=f"was {state.value} already"):
            settled(done, SuggestionState.USED, UMA, NOON)

    def test_a_program_settles_without_a_name(self) -> None:
        by_key = settled(OFFERED, SuggestionState.USED, Actor("api_key", new_id(), "shop"), NOON)
        assert by_key.settled_by is None


def said(who: str, text: str) -> Said:
    return Said(new_id(), "customer" if who == "customer" else "agent", text)


class TestSummaries:
    def test_the_first_question_and_the_newest_word_are_in_it_and_greetings_are_not(self) -> None:
        talk = [
            said("customer", "Hello there! My kettle drips onto the table. I bought it in March. Best, Ida"),
            said("agent", "Hi Ida. Have you tried to descale the kettle? Use citric acid for the kettle."),
            said("customer", "Yes I did. The kettle still drips after the citric acid."),
            said("agent", "Then we replace the kettle free of charge. Thank you."),
        ]
        points = summarized(talk, 4)
        texts = [point.text for point in points]
        assert texts[0] == "My kettle drips onto the table."
        assert "Then we replace the kettle free of charge." in texts
        assert not [text for text in texts if "Hello" in text or "Thank" in text]
        assert text_of_points(points).startswith("Customer: My kettle drips onto the table.")
        assert [point.message_id for point in points] == sorted(
            (point.message_id for point in points), key=[one.message_id for one in talk].index
        )

    def test_nothing_said_is_an_empty_summary(self) -> None:
        assert summarized([]) == ()
        assert summarized([said("customer", "ok"), said("agent", "\n \n")]) == ()

    @given(
        st.lists(st.builds(said, st.sampled_from(["customer", "agent"]), st.text(max_size=300)), max_size=8)
    )
    def test_whatever_was_said_it_is_short_ordered_and_always_the_same(self, talk: list[Said]) -> None:
        points = summarized(talk)
        assert points == summarized(talk)
        assert len(points) <= MOST_SENTENCES
        order = {one.message_id: place for place, one in enumerate(talk)}
        assert [order[one.message_id] for one in points] == sorted(order[one.message_id] for one in points)

    def test_a_ticket_of_a_megabyte_is_summarized_in_a_moment(self) -> None:
        talk = [said("customer", "The kettle number one leaks a lot today. " * 2_500) for _ in range(10)]
        begun = datetime.now(UTC)
        assert len(summarized(talk)) <= MOST_SENTENCES
        assert datetime.now(UTC) - begun < timedelta(seconds=2)


def alike(weight: float, **fields: object) -> Alike:
    return Alike(a_ticket(IDA, 1, **fields), weight, "")


class TestProperties:
    def test_tags_and_priority_have_the_share_of_those_who_bear_them(self) -> None:
        others = [
            alike(0.6, tags=("leak", "kettle"), priority=Priority.HIGH),
            alike(0.3, tags=("leak",), priority=Priority.NORMAL),
            alike(0.1, tags=("rare",), priority=Priority.NORMAL),
        ]
        found = properties_for(a_ticket(IDA, 9, tags=("kettle",)), others)
        assert found.tags == (TagShare("leak", 0.9, 2),)
        assert found.priority == PriorityShare(Priority.HIGH, 0.6, 1)
        assert found.based_on == 3

    def test_without_others_nothing_is_suggested(self) -> None:
        found = properties_for(a_ticket(IDA, 9), [])
        assert (found.tags, found.priority, found.based_on) == ((), None, 0)

    @given(
        st.lists(
            st.builds(
                alike,
                st.floats(0.01, 1),
                tags=st.lists(st.sampled_from("abcdefgh"), unique=True).map(tuple),
                priority=st.sampled_from(Priority),
            )
        )
    )
    def test_shares_are_parts_of_one_in_order(self, others: list[Alike]) -> None:
        found = properties_for(a_ticket(IDA, 9), others)
        shares = [one.share for one in found.tags]
        assert shares == sorted(shares, reverse=True)
        assert all(0.25 <= share <= 1 for share in shares)
        assert len(shares) <= 5


def unanswered(text: str, minutes: int, ticket_id: TicketId | None = None) -> Unanswered:
    at = NOON + timedelta(minutes=minutes)
    return Unanswered(ticket_id or TicketId(new_id()), ConversationId(new_id()), text, at)


def counts(questions: Sequence[Unanswered]) -> list[tuple[str, int]]:
    return [(gap.shown, len(gap.questions)) for gap in grouped(questions)]


class TestGaps:
    def test_questions_that_are_alike_are_one_gap_and_the_most_frequent_comes_first(self) -> None:
        asked = [
            unanswered("Do you sell bicycles?", 0),
            unanswered("Can I rent the meeting room on Sundays?", 1),
            unanswered("Hello, is it possible to rent your meeting room? Thanks", 2),
            unanswered("Which meeting room could I rent this week?", 3),
        ]
        assert counts(asked) == [
            ("Which meeting room could I rent this week?", 3),
            ("Do you sell bicycles?", 1),
        ]

    def test_a_message_that_was_looked_up_twice_is_one_question(self) -> None:
        once = unanswered("Do you sell bicycles?", 0)
        assert counts([once, evolve(once)]) == [("Do you sell bicycles?", 1)]

    @given(st.lists(st.builds(unanswered, st.text(max_size=60), st.integers(0, 1_000)), max_size=12))
    def test_every_question_is_in_one_gap(self, asked: list[Unanswered]) -> None:
        found = [one.conversation_id for gap in grouped(asked) for one in gap.questions]
        assert sorted(found) == sorted(one.conversation_id for one in asked)
