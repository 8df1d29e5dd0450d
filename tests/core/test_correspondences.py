"""What is known of a conversation at a provider moves forward only, in whatever order it is told."""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.conversations import DeliveryState
from helpdesk_core.correspondences import (
    MOST_HELD,
    Awaited,
    Correspondence,
    alias,
    arrived_until,
    awaiting,
    heard,
    holding,
    is_within,
    joined,
    released,
    state_at,
    way_in,
    way_of,
    with_choice,
)
from helpdesk_core.ids import ConversationId
from helpdesk_core.tickets import Channel
from tests.contracts.builders import a_correspondence, a_customer, after, an_organization, new_id
from tests.use_cases.talk import said

Change = Callable[[Correspondence], Correspondence]
ANSWERS = [ConversationId(new_id()) for _ in range(2)]
minutes = st.integers(0, 5)
changes = st.one_of(
    st.builds(
        lambda at, name: lambda one: heard(one, after(at), name), minutes, st.sampled_from(["phone", "id"])
    ),
    st.builds(lambda at, out: lambda one: with_choice(one, after(at), opted_out=out), minutes, st.booleans()),
    st.builds(lambda at, read: lambda one: arrived_until(one, after(at), read=read), minutes, st.booleans()),
    st.builds(
        lambda answer, part, at: lambda one: awaiting(one, Awaited(answer, part, after(at))),
        st.sampled_from(ANSWERS),
        st.sampled_from(["p1", "p2"]),
        minutes,
    ),
)


def blank(thread: str = "phone") -> Correspondence:
    return Correspondence(an_organization().id, Channel.SMS, "+12025550199", thread)


def after_all(known: Correspondence, every: list[Change]) -> Correspondence:
    return reduce(lambda one, change: change(one), every, known)


@given(st.data())
def test_the_order_in_which_it_is_told_does_not_matter(data: st.DataObject) -> None:
    known, every = blank(), data.draw(st.lists(changes, max_size=8))
    again = data.draw(st.permutations([*every, *every[:3]]))
    assert after_all(known, again) == after_all(known, every)


@given(st.lists(changes, max_size=6), st.lists(changes, max_size=6))
def test_two_names_of_one_conversation_know_together_what_each_knew(
    here: list[Change], there: list[Change]
) -> None:
    known = blank()
    one, other = after_all(known, here), after_all(evolve(known, thread="id"), there)
    both, turned = joined(one, other), joined(other, one)
    for name in ("heard_at", "opted_out", "opted_at", "delivered_until", "read_until", "addressed"):
        assert getattr(both, name) == getattr(turned, name), name
    for name in ("heard_at", "delivered_until", "read_until", "opted_at"):
        known_times = [time for time in (getattr(one, name), getattr(other, name)) if time is not None]
        assert getattr(both, name) == max(known_times, default=None)


def test_the_later_word_counts_whatever_comes_first_and_of_one_moment_the_careful_one() -> None:
    stop, start = (after(1), True), (after(2), False)
    for words in ([stop, start], [start, stop]):
        known = reduce(lambda one, word: with_choice(one, word[0], opted_out=word[1]), words, blank())
        assert not known.opted_out
    at_once = with_choice(with_choice(blank(), after(1), opted_out=True), after(1), opted_out=False)
    assert at_once.opted_out


def test_answers_go_to_the_name_of_the_customer_s_last_word() -> None:
    known = heard(heard(blank(), after(2), "id"), after(1), "phone")
    assert (known.thread, known.addressed, known.heard_at) == ("phone", "id", after(2))
    assert heard(known, after(3), "phone").address is None


def test_a_window_is_open_for_so_long_after_the_customer_s_last_word() -> None:
    day = timedelta(hours=24)
    known = heard(blank(), after(0))
    assert is_within(known, day, after(24 * 60 - 1))
    assert not is_within(known, day, after(24 * 60))
    assert is_within(None, None, after(0))
    assert not is_within(blank(), day, after(0))
    assert not is_within(None, day, after(0))


def test_watermarks_tell_how_what_was_sent_stands() -> None:
    known = arrived_until(arrived_until(blank(), after(3), read=False), after(1), read=True)
    states = [state_at(known, after(minute)) for minute in (1, 2, 4)]
    assert states == [DeliveryState.READ, DeliveryState.DELIVERED, None]


def test_what_waits_for_a_ticket_is_released_from_the_ticket_s_beginning_on_in_the_order_it_was_said() -> (
    None
):
    known = blank()
    for minute in (3, 1, 2):
        known = holding(known, said(f"m{minute}", "phone", minute, opens=False))
    known = holding(known, said("m1", "phone", 1, opens=False))
    left, ready = released(known, after(2))
    assert [one.external_id for one in ready] == ["m2", "m3"]
    assert [one.external_id for one in left.held] == ["m1"]
    assert released(left, after(2)) == (left, ())


def test_only_so_many_wait_for_a_ticket() -> None:
    known = reduce(
        lambda one, number: holding(one, said(f"m{number}", "phone", number)), range(MOST_HELD + 5), blank()
    )
    assert [one.external_id for one in known.held] == [f"m{number}" for number in range(5, MOST_HELD + 5)]


def test_another_name_leads_to_the_one_it_is_kept_under() -> None:
    known = a_correspondence(a_customer(an_organization()), opted_out=True)
    other = alias("another", known)
    assert (other.alias_of, other.customer_id, other.opted_out) == (known.thread, known.customer_id, False)


def test_a_message_notes_the_way_that_it_came_by() -> None:
    known = blank()
    assert way_in(dict(way_of(known))) == (Channel.SMS, known.account, "phone")
    for strange in ({}, {"way": None}, {"way": ["fax", "a", "b"]}, {"way": ["sms", "a"]}, {"way": "sms"}):
        assert way_in(strange) is None
