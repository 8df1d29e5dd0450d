"""What is told of a message after it, in whatever order and however often."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.afterwords import (
    DELETED,
    MOST_EDITS,
    NO_AFTERWORDS,
    REPORTED_RANK,
    RETIRED,
    Afterwords,
    Edit,
    Reaction,
    Report,
    afterwords_of,
    is_deleted,
    joined,
    reactions_of,
    versions_of,
    with_afterwords,
)
from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus, Kind
from helpdesk_core.message_sendings import part_sent
from helpdesk_core.redaction import redacted, redacted_wholly
from tests.contracts.builders import a_customer, a_message, a_ticket, after, an_organization

REPORTED = [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED]

minutes = st.integers(-2, 6)
words = st.one_of(
    st.builds(lambda at, text: Afterwords(edits=(Edit(after(at), text),)), minutes, st.sampled_from("abc")),
    st.builds(lambda at: Afterwords(deleted_at=after(at)), minutes),
    st.builds(
        lambda by, at, sign: Afterwords(reactions=(Reaction(by, after(at), sign),)),
        st.sampled_from(["Carla", "Otto"]),
        minutes,
        st.sampled_from(["👍", "🎉", ""]),
    ),
    st.builds(
        lambda part, state: Afterwords(reports=(Report(part, state, state.value),)),
        st.sampled_from(["p1", "p2"]),
        st.sampled_from(REPORTED),
    ),
)
few = st.lists(words, max_size=6)


def a_text(**fields: object) -> Conversation:
    return a_message(a_ticket(a_customer(an_organization()), 1), "It squeaks.", **fields)


def an_answer(parts: int = 1) -> Conversation:
    queued = a_text(kind=Kind.REPLY, delivery=DeliveryStatus(DeliveryState.QUEUED))
    return reduce(
        lambda answer, number: part_sent(answer, f"p{number}", DeliveryState.SENT, parts),
        range(1, parts + 1),
        queued,
    )


def told(message: Conversation, every: Sequence[Afterwords]) -> Conversation:
    return reduce(with_afterwords, every, message)


@given(words, words, words)
def test_joining_is_commutative_associative_and_idempotent(
    one: Afterwords, other: Afterwords, third: Afterwords
) -> None:
    assert joined(one, other) == joined(other, one)
    assert joined(joined(one, other), third) == joined(one, joined(other, third))
    assert joined(one, one) == joined(one, NO_AFTERWORDS) == one


@given(st.data())
def test_a_message_comes_out_the_same_in_any_order_or_all_at_once(data: st.DataObject) -> None:
    every = data.draw(few)
    again = data.draw(st.permutations([*every, *every[:3]]))
    for message in (a_text(), an_answer(2)):
        expected = told(message, every)
        assert told(message, again) == expected
        assert with_afterwords(message, reduce(joined, every, NO_AFTERWORDS)) == expected
        assert told(expected, every) is expected


@given(st.lists(st.sampled_from(REPORTED), max_size=8))
def test_the_delivery_of_an_answer_never_goes_back(states: list[DeliveryState]) -> None:
    stages = [an_answer()]
    for state in states:
        stages.append(with_afterwords(stages[-1], Afterwords(reports=(Report("p1", state),))))
    ranks = [REPORTED_RANK[one.delivery.state] for one in stages if one.delivery is not None]
    assert all(before <= now for before, now in pairwise(ranks))
    assert ranks[-1] == max(ranks[0], *(REPORTED_RANK[state] for state in states), 0)


def test_an_answer_stands_as_its_worst_part() -> None:
    answer = an_answer(2)
    for part, state, expected in (
        ("p1", DeliveryState.READ, DeliveryState.SENT),
        ("p2", DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        ("p2", DeliveryState.FAILED, DeliveryState.DELIVERED),
        ("p2", DeliveryState.READ, DeliveryState.READ),
    ):
        answer = with_afterwords(answer, Afterwords(reports=(Report(part, state),)))
        assert answer.delivery == DeliveryStatus(expected)


def test_what_is_told_of_one_part_says_nothing_of_the_answer_while_others_have_to_leave() -> None:
    queued = a_text(kind=Kind.REPLY, delivery=DeliveryStatus(DeliveryState.QUEUED))
    answer = with_afterwords(
        part_sent(queued, "p1", DeliveryState.SENT, 3),
        Afterwords(reports=(Report("p1", DeliveryState.DELIVERED),)),
    )
    assert answer.delivery == DeliveryStatus(DeliveryState.QUEUED)


def test_a_part_that_was_sent_once_more_counts_no_longer() -> None:
    answer = evolve(an_answer(), metadata={RETIRED: ["p1"]})
    assert with_afterwords(answer, Afterwords(reports=(Report("p1", DeliveryState.FAILED),))) is answer


def test_an_edit_shows_the_newest_words_and_keeps_the_others() -> None:
    edits = [Afterwords(edits=(Edit(after(at), text),)) for at, text in ((2, "Second."), (1, "First."))]
    message = told(a_text(), edits)
    assert message.content_text == "Second."
    assert message.content_html == "<p>Second.</p>"
    assert [(one.at, one.text) for one in versions_of(message)] == [
        (message.created_at, "It squeaks."),
        (after(1), "First."),
    ]


def test_an_edit_of_the_same_second_as_the_message_comes_after_it() -> None:
    message = a_text()
    edited = with_afterwords(message, Afterwords(edits=(Edit(message.created_at, "A new word."),)))
    assert edited.content_text == "A new word."


def test_only_so_many_versions_are_kept_and_the_newest_of_them() -> None:
    edits = [Afterwords(edits=(Edit(after(at), f"{at}"),)) for at in range(MOST_EDITS + 20)]
    forth, back = told(a_text(), edits), told(a_text(), edits[::-1])
    assert forth.metadata["versions"] == back.metadata["versions"]
    assert len(afterwords_of(forth).edits) == MOST_EDITS
    assert forth.content_text == f"{MOST_EDITS + 19}"


def test_nothing_is_left_of_the_words_of_what_was_deleted() -> None:
    words = [Afterwords(edits=(Edit(after(1), "A secret."),)), Afterwords(deleted_at=after(2))]
    for every in (words, words[::-1]):
        message = told(a_text(metadata={"marks": {"place": "a secret"}}), every)
        assert is_deleted(message)
        assert message.content_text == DELETED
        assert "secret" not in repr(message)
        assert "squeaks" not in repr(message)
        assert message.attachment_ids == ()


def test_reactions_are_each_person_s_newest_and_may_be_taken_back() -> None:
    def reacts(by: str, at: int, sign: str) -> Afterwords:
        return Afterwords(reactions=(Reaction(by, after(at), sign),))

    message = told(a_text(), [reacts("Carla", 2, "🎉"), reacts("Carla", 1, "👍"), reacts("Otto", 1, "👍")])
    assert reactions_of(message) == {"Carla": "🎉", "Otto": "👍"}
    assert reactions_of(with_afterwords(message, reacts("Otto", 2, ""))) == {"Carla": "🎉"}


def test_redaction_leaves_no_earlier_version_and_delivery_still_moves_on() -> None:
    edit = Afterwords(edits=(Edit(after(1), "It squeals."),))
    marked = evolve(an_answer(), metadata={**an_answer().metadata, "marks": {"place": "squeak lane"}})
    edited = with_afterwords(marked, edit)
    for without in (redacted(edited, "squeals"), redacted_wholly(edited)):
        assert "squea" not in repr(without)
        arrived = with_afterwords(without, Afterwords(reports=(Report("p1", DeliveryState.DELIVERED),)))
        assert arrived.delivery == DeliveryStatus(DeliveryState.DELIVERED)
