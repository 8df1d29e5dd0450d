"""A letter finds its ticket by what it proves, in whichever order letters arrive."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from attrs import define, evolve, field
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.message_ids import thread_id
from helpdesk_core.subjects import subject_key, ticket_number_in
from helpdesk_core.threads import (
    NEW_WINDOW,
    REPLY_WINDOW,
    Candidate,
    Evidence,
    How,
    Joins,
    Letter,
    Opens,
    Placement,
    place,
    quoted_ids,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANN, BOB, EVE = (CustomerId(UUID(int=number)) for number in (1, 2, 3))


def letter(
    own: str | None = "own@x",
    *,
    to: str | tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    subject: str = "",
    sender: CustomerId | None = ANN,
    ticket_number: int | None = None,
    at: datetime = NOON,
) -> Letter:
    in_reply_to = (to,) if isinstance(to, str) else to
    return Letter(own, in_reply_to, references, subject, sender, ticket_number, at)


def ticket(number: int, *participants: CustomerId, subject: str = "", closed: bool = False) -> Candidate:
    return Candidate(
        _id(number), number, closed, frozenset(participants), subject_key(subject), last_message_at=NOON
    )


def _id(number: int) -> TicketId:
    return TicketId(UUID(int=number))


# --- one piece of evidence


def test_a_letter_of_which_nothing_is_known_opens_a_ticket() -> None:
    assert place(letter(to="unseen@x", subject="Re: [#5] Help"), Evidence()) == Opens()


@pytest.mark.parametrize("sender", [ANN, EVE, None])
def test_a_token_lets_anybody_in_and_shows_who_is_new(sender: CustomerId | None) -> None:
    placed = place(letter(sender=sender, ticket_number=7), Evidence(by_token=ticket(7, ANN)))
    assert placed == Joins(_id(7), How.TOKEN, newcomer=sender is not ANN)


def test_a_ticket_that_no_token_proved_is_not_joined_by_token() -> None:
    assert place(letter(ticket_number=None), Evidence(by_token=ticket(7, ANN))) == Opens()


@pytest.mark.parametrize("sender", [ANN, EVE, None])
def test_an_answer_to_a_message_we_hold_lets_anybody_in_and_shows_who_is_new(
    sender: CustomerId | None,
) -> None:
    held = Evidence(by_message={"a@x": (ticket(7, ANN),)})
    new = sender is not ANN
    assert place(letter(to="a@x", sender=sender), held) == Joins(_id(7), How.IN_REPLY_TO, new)
    assert place(letter(references=("r@x", "a@x"), sender=sender), held) == Joins(_id(7), How.REFERENCES, new)


def test_in_reply_to_says_more_than_references_and_the_nearest_reference_more_than_the_root() -> None:
    held = Evidence(by_message={"a@x": (ticket(1, BOB),), "b@x": (ticket(2, BOB),), "c@x": (ticket(3, BOB),)})
    assert place(letter(to="c@x", references=("a@x", "b@x")), held) == Joins(_id(3), How.IN_REPLY_TO, True)
    assert place(letter(to="z@x", references=("a@x", "b@x")), held) == Joins(_id(2), How.REFERENCES, True)


def test_of_two_tickets_that_hold_one_id_a_participant_gets_the_own_one_and_a_stranger_the_older() -> None:
    held = Evidence(by_message={"a@x": (ticket(9, EVE), ticket(4, BOB))})
    assert place(letter(to="a@x", sender=EVE), held) == Joins(_id(9), How.IN_REPLY_TO, newcomer=False)
    assert place(letter(to="a@x", sender=ANN), held) == Joins(_id(4), How.IN_REPLY_TO, newcomer=True)


def test_siblings_that_share_an_ancestor_we_never_saw_come_together() -> None:
    quoted = Evidence(by_mention={"unseen@x": (ticket(7, ANN),)})
    assert place(letter(to="unseen@x"), quoted) == Joins(_id(7), How.MENTION, newcomer=False)
    assert place(letter(references=("unseen@x", "z@x")), quoted) == Joins(_id(7), How.MENTION, newcomer=False)


@pytest.mark.parametrize("sender", [EVE, None])
def test_customers_who_answer_one_announcement_do_not_land_in_one_ticket(sender: CustomerId | None) -> None:
    quoted = Evidence(by_mention={"announcement@x": (ticket(7, ANN),)})
    assert place(letter(to="announcement@x", sender=sender), quoted) == Opens()


@pytest.mark.parametrize("sender", [ANN, EVE, None])
def test_a_mail_that_comes_after_its_answer_joins_it(sender: CustomerId | None) -> None:
    quoted = Evidence(by_mention={"own@x": (ticket(7, ANN),)})
    assert place(letter("own@x", sender=sender), quoted) == Joins(_id(7), How.MENTION, sender is not ANN)


def test_a_mail_that_was_answered_in_several_tickets_is_no_strangers_way_in() -> None:
    quoted = Evidence(by_mention={"own@x": (ticket(7, ANN), ticket(8, BOB))})
    assert place(letter("own@x", sender=EVE), quoted) == Opens()
    assert place(letter("own@x", sender=BOB), quoted) == Joins(_id(8), How.MENTION, newcomer=False)


def test_an_id_that_another_message_bears_already_is_no_strangers_way_in() -> None:
    known = (ticket(7, ANN),)
    assert (
        place(
            letter("1@localhost", sender=EVE),
            Evidence(by_message={"1@localhost": known}, by_mention={"1@localhost": known}),
        )
        == Opens()
    )


def test_a_number_in_the_subject_counts_for_participants_only() -> None:
    known = Evidence(by_number=ticket(7, ANN))
    assert place(letter(subject="[#7]"), known) == Joins(_id(7), How.NUMBER, newcomer=False)
    assert place(letter(subject="[#7]", sender=EVE), known) == Opens()
    assert place(letter(subject="[#7]", sender=None), known) == Opens()


@pytest.mark.parametrize(
    ("subject", "age", "joins"),
    [
        ("Help", NEW_WINDOW, True),
        ("Help", -NEW_WINDOW, True),
        ("Help", -NEW_WINDOW - timedelta(seconds=1), False),
        ("Help", NEW_WINDOW + timedelta(seconds=1), False),
        ("Re: Help", NEW_WINDOW + timedelta(seconds=1), True),
        ("AW: help", REPLY_WINDOW, True),
        ("Re: Help", REPLY_WINDOW + timedelta(seconds=1), False),
        ("Fwd: Help", NEW_WINDOW + timedelta(seconds=1), False),
        ("Help me", timedelta(0), False),
    ],
)
def test_a_subject_counts_for_a_week_and_that_of_an_answer_for_a_month(
    subject: str, age: timedelta, joins: bool
) -> None:
    known = Evidence(by_subject=(ticket(7, ANN, subject="Help"),))
    placed = place(letter(subject=subject, at=NOON + age), known)
    assert placed == (Joins(_id(7), How.SUBJECT, newcomer=False) if joins else Opens())


def test_of_several_tickets_with_the_subject_the_newest_open_one_is_joined() -> None:
    alike = (
        ticket(9, ANN, subject="Help", closed=True),
        ticket(8, ANN, subject="Help"),
        ticket(7, ANN, subject="Help"),
    )
    assert place(letter(subject="Re: Help"), Evidence(by_subject=alike)) == Joins(
        _id(8), How.SUBJECT, newcomer=False
    )


def test_an_answer_that_was_held_up_joins_the_ticket_of_its_own_days() -> None:
    later = evolve(ticket(9, ANN, subject="Help"), last_message_at=NOON + timedelta(days=12))
    same_day = evolve(ticket(8, ANN, subject="Help"), last_message_at=NOON - timedelta(hours=2))
    placed = place(letter(subject="Re: Help"), Evidence(by_subject=(later, same_day)))
    assert placed == Joins(_id(8), How.SUBJECT, newcomer=False)


def test_outlooks_own_name_of_a_thread_brings_an_answer_home_though_its_ids_were_lost() -> None:
    thread = thread_id("AcJqYq67m17NyZhYQJ+UtliQ471QSQABBryQ")
    answer = thread_id("AcJqYq67m17NyZhYQJ+UtliQ471QSQABBryQAAqB/lA=")
    assert thread is not None
    assert thread == answer
    lost = evolve(letter(subject="Something else"), conversation=answer)
    assert thread in quoted_ids(lost)
    known = Evidence(by_mention={thread: (ticket(7, ANN),)})
    assert place(lost, known) == Joins(_id(7), How.MENTION, newcomer=False)
    assert place(evolve(lost, customer_id=EVE), known) == Opens()


@pytest.mark.parametrize("sender", [EVE, None])
def test_a_subject_never_lets_a_stranger_in(sender: CustomerId | None) -> None:
    known = Evidence(by_subject=(ticket(7, ANN, subject="Help"),))
    assert place(letter(subject="Re: Help", sender=sender), known) == Opens()


@pytest.mark.parametrize("subject", ["", "Re:", "[list]", "\u200b", "Fwd: AW:"])
def test_an_empty_subject_matches_nothing(subject: str) -> None:
    assert place(letter(subject=subject), Evidence(by_subject=(ticket(7, ANN, subject=subject),))) == Opens()


# --- closed tickets


def test_a_closed_ticket_is_followed_and_never_joined() -> None:
    closed = ticket(7, ANN, subject="Help", closed=True)
    for one, known in (
        (letter(ticket_number=7, sender=EVE), Evidence(by_token=closed)),
        (letter(to="a@x", sender=EVE), Evidence(by_message={"a@x": (closed,)})),
        (letter(references=("a@x",)), Evidence(by_message={"a@x": (closed,)})),
        (letter(to="a@x"), Evidence(by_mention={"a@x": (closed,)})),
        (letter(subject="[#7]"), Evidence(by_number=closed)),
        (letter(subject="Re: Help"), Evidence(by_subject=(closed,))),
    ):
        assert place(one, known) == Opens(follows=_id(7))


def test_of_several_closed_tickets_the_one_that_is_answered_is_followed() -> None:
    known = Evidence(
        by_message={"a@x": (ticket(1, ANN, closed=True),), "b@x": (ticket(2, ANN, closed=True),)}
    )
    assert place(letter(to="b@x", references=("a@x", "b@x")), known) == Opens(follows=_id(2))


def test_a_letter_to_a_closed_ticket_opens_a_new_one_even_where_another_has_its_subject() -> None:
    closed, alike = ticket(7, ANN, subject="Help", closed=True), ticket(8, ANN, subject="Help")
    known = Evidence(by_message={"a@x": (closed,)}, by_number=alike, by_subject=(alike,))
    assert place(letter(to="a@x", subject="Re: Help"), known) == Opens(follows=_id(7))


def test_the_second_letter_to_a_closed_ticket_joins_the_one_that_the_first_has_opened() -> None:
    desk = Desk()
    desk.receive(letter("a@x"))
    desk.close(1)
    assert desk.receive(letter("b@x", to="a@x")) == Opens(follows=_id(1))
    assert desk.receive(letter("c@x", to="a@x")) == Joins(_id(2), How.MENTION, newcomer=False)
    assert desk.receive(letter("d@x", to="a@x", sender=EVE)) == Opens(follows=_id(1))


# --- evidence that points to several tickets


def test_a_letter_that_bridges_two_tickets_makes_them_one() -> None:
    desk = Desk()
    assert desk.receive(letter("c@x", to="b@x", subject="one")) == Opens()
    assert desk.receive(letter("a@x", subject="two")) == Opens()
    assert desk.receive(letter("b@x", to="a@x", subject="three")) == Joins(
        _id(1), How.IN_REPLY_TO, newcomer=False, merges=(_id(2),)
    )


def test_nobody_can_tie_strangers_tickets_together() -> None:
    held = Evidence(by_message={"a@x": (ticket(1, ANN),), "b@x": (ticket(2, BOB),)})
    for sender, new in ((EVE, True), (None, True), (ANN, True), (BOB, False)):
        placed = place(letter(to=("b@x", "a@x"), sender=sender), held)
        assert placed == Joins(_id(2), How.IN_REPLY_TO, newcomer=new)


def test_neither_a_closed_ticket_nor_one_that_an_agent_took_apart_is_merged() -> None:
    closed, apart = ticket(1, ANN, closed=True), evolve(ticket(2, ANN), kept_apart=True)
    known = {"a@x": (closed,), "b@x": (apart,), "c@x": (ticket(3, ANN),), "d@x": (ticket(4, ANN),)}
    every = tuple(known)
    placed = place(letter(references=every), Evidence(by_message=known))
    assert placed == Joins(_id(3), How.REFERENCES, newcomer=False, merges=(_id(4),))
    placed = place(letter(to="b@x", references=every), Evidence(by_message=known))
    assert placed == Joins(_id(2), How.IN_REPLY_TO, newcomer=False)


def test_the_token_wins_over_ids_and_merges_only_what_is_the_senders_own() -> None:
    known = Evidence(by_token=ticket(5, ANN), by_message={"a@x": (ticket(2, ANN),), "b@x": (ticket(3, BOB),)})
    to_both = letter(to=("a@x", "b@x"), ticket_number=5)
    assert place(to_both, known) == Joins(_id(5), How.TOKEN, newcomer=False, merges=(_id(2),))
    assert place(evolve(to_both, customer_id=BOB), known) == Joins(_id(5), How.TOKEN, newcomer=True)


def test_a_token_of_a_closed_ticket_yields_to_the_open_one_that_the_ids_name() -> None:
    known = Evidence(by_token=ticket(5, ANN, closed=True), by_message={"a@x": (ticket(6, ANN),)})
    assert place(letter(to="a@x", ticket_number=5), known) == Joins(_id(6), How.IN_REPLY_TO, newcomer=False)


# --- whole threads, in any order


@define
class _Ticket:
    letters: list[Letter]
    closed: bool = False
    merged_into: int | None = None


@define
class Desk:
    """The least that a store does: it gathers evidence, opens, joins and merges."""

    tickets: dict[int, _Ticket] = field(factory=dict)

    def receive(self, one: Letter) -> Placement:
        placed = place(one, self.evidence(one))
        if isinstance(placed, Opens):
            self.tickets[len(self.tickets) + 1] = _Ticket([one])
            return placed
        target = self.tickets[placed.ticket_id.int]
        for other in placed.merges:
            merged = self.tickets[other.int]
            merged.merged_into = placed.ticket_id.int
            target.letters += merged.letters
            merged.letters = []
        assert not target.closed
        assert target.merged_into is None
        target.letters.append(one)
        return placed

    def close(self, number: int) -> None:
        self.tickets[number].closed = True

    def evidence(self, one: Letter) -> Evidence:
        key, numbered = subject_key(one.subject), ticket_number_in(one.subject)
        alike = [
            number for number, it in self._live() if it.letters and subject_key(it.letters[0].subject) == key
        ]
        return Evidence(
            by_token=self._candidate(one.ticket_number),
            by_message=self._naming(one, lambda held: (held.message_id or "",)),
            by_mention=self._naming(one, quoted_ids),
            by_number=self._candidate(numbered),
            by_subject=tuple(
                found
                for number in reversed(alike)
                if (found := self._candidate(number)) and one.customer_id in found.participants
            ),
        )

    def partition(self) -> set[frozenset[str]]:
        return {frozenset(one.message_id or "" for one in it.letters) for _, it in self._live()}

    def _live(self) -> Iterator[tuple[int, _Ticket]]:
        return ((number, it) for number, it in self.tickets.items() if it.merged_into is None)

    def _naming(
        self, one: Letter, ids_of: Callable[[Letter], Iterable[str]]
    ) -> Mapping[str, tuple[Candidate, ...]]:
        found: dict[str, tuple[Candidate, ...]] = {}
        for wanted in quoted_ids(one):
            for number, it in self._live():
                if any(wanted in ids_of(held) for held in it.letters):
                    candidate = self._candidate(number)
                    assert candidate is not None
                    found[wanted] = (*found.get(wanted, ()), candidate)
        return found

    def _candidate(self, number: int | None) -> Candidate | None:
        it = self.tickets.get(number or 0)
        if number is None or it is None:
            return None
        if it.merged_into is not None:
            return self._candidate(it.merged_into)
        known = frozenset(one.customer_id for one in it.letters if one.customer_id is not None)
        first = subject_key(it.letters[0].subject)
        return Candidate(_id(number), number, it.closed, known, first, max(one.at for one in it.letters))


HEADERS = ("full", "in reply to", "truncated", "root only")
SUBJECTS = ("none", "one a thread", "one a letter", "one for all")


@st.composite
def correspondences(draw: st.DrawFn) -> tuple[str, list[list[Letter]]]:
    """Threads as trees of answers, each of one customer, of which some letters never arrive."""
    subjects = draw(st.sampled_from(SUBJECTS))
    # A customer may have several threads, unless only the customer tells them apart.
    all_of_ann = subjects != "one for all" and draw(st.booleans())
    threads = []
    for thread in range(draw(st.integers(1, 3))):
        sender = ANN if all_of_ann else CustomerId(UUID(int=100 + thread))
        lines: list[tuple[str, ...]] = []  # of every letter: its ancestors and itself, oldest first
        letters = []
        for place_in_thread in range(draw(st.integers(1, 5))):
            above = draw(st.sampled_from(lines)) if lines else ()
            own = f"{thread}.{place_in_thread}@x"
            lines.append((*above, own))
            subject = {
                "none": draw(st.sampled_from(["", "Re:", "Re: [list]"])),
                "one a thread": draw(st.sampled_from(["", "Re: ", "AW: "])) + f"matter {thread}",
                "one a letter": f"Re: matter {thread} {place_in_thread}",
                "one for all": "Re: Order" if above else "Order",
            }[subjects]
            letters.append(_written(draw(st.sampled_from(HEADERS)), own, above, subject, sender))
        arriving = draw(st.lists(st.sampled_from(letters), min_size=1, unique_by=lambda one: one.message_id))
        threads.append(arriving)
    return subjects, threads


def _written(headers: str, own: str, above: tuple[str, ...], subject: str, sender: CustomerId) -> Letter:
    match headers:
        case "full":
            return letter(own, to=above[-1:], references=above, subject=subject, sender=sender)
        case "in reply to":
            return letter(own, to=above[-1:], subject=subject, sender=sender)
        case "truncated":
            return letter(own, references=above[-2:], subject=subject, sender=sender)
        case _:
            return letter(own, references=above[:1], subject=subject, sender=sender)


def _connected(letters: Iterable[Letter]) -> set[frozenset[str]]:
    """What belongs together, worked out without any desk: letters that name a common id, and theirs."""
    groups: list[tuple[set[str], set[str]]] = []
    for one in letters:
        named, members = set(quoted_ids(one)), {one.message_id or ""}
        apart = []
        for group in groups:
            if group[0] & named:
                named |= group[0]
                members |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (named, members)]
    return {frozenset(members) for _, members in groups}


def _delivered(letters: Sequence[Letter]) -> set[frozenset[str]]:
    desk = Desk()
    for minutes, one in enumerate(letters):
        desk.receive(evolve(one, at=NOON + timedelta(minutes=minutes)))
    return desk.partition()


@given(correspondences(), st.data())
def test_order_of_arrival_neither_splits_a_thread_nor_joins_two(
    written: tuple[str, list[list[Letter]]], data: st.DataObject
) -> None:
    subjects, threads = written
    letters = [one for thread in threads for one in thread]
    if subjects in ("one a thread", "one for all"):
        expected = {frozenset(one.message_id or "" for one in thread) for thread in threads}
    else:
        expected = _connected(letters)
    assert _delivered(data.draw(st.permutations(letters))) == expected


@pytest.mark.parametrize("headers", HEADERS)
def test_every_one_of_120_orders_of_a_thread_ends_in_one_ticket(headers: str) -> None:
    lines = [("a",), ("a", "b"), ("a", "b", "c"), ("a", "b", "d"), ("a", "b", "c", "e")]
    letters = [_written(headers, line[-1], line[:-1], f"subject {line[-1]}", ANN) for line in lines]
    assert {frozenset(_delivered(order)) for order in permutations(letters)} == {
        frozenset({frozenset("abcde")})
    }


@given(correspondences(), st.data())
def test_threads_of_many_customers_do_not_mix_whoever_writes(
    written: tuple[str, list[list[Letter]]], data: st.DataObject
) -> None:
    _, threads = written
    people = st.sampled_from([ANN, BOB, EVE, None])
    letters = [evolve(one, customer_id=data.draw(people), subject="") for thread in threads for one in thread]
    for together in _delivered(data.draw(st.permutations(letters))):
        assert len({own.split(".")[0] for own in together}) == 1


@given(correspondences(), st.data())
def test_a_stranger_who_knows_subjects_and_numbers_only_reaches_no_ticket(
    written: tuple[str, list[list[Letter]]], data: st.DataObject
) -> None:
    desk = Desk()
    letters = [one for thread in written[1] for one in thread]
    for one in letters:
        desk.receive(one)
    number = data.draw(st.sampled_from(sorted(desk.tickets)))
    subject = data.draw(st.sampled_from([one.subject for one in letters]))
    stranger = data.draw(st.sampled_from([EVE, None]))
    guess = letter("new@y", to="guess@y", subject=f"Re: [#{number}] {subject}", sender=stranger)
    known = desk.evidence(guess)
    assert known.by_number is not None
    assert place(guess, evolve(known, by_subject=_every_ticket(desk))) == Opens()


def _every_ticket(desk: Desk) -> tuple[Candidate, ...]:
    return tuple(found for number in desk.tickets if (found := desk._candidate(number)))


blank = st.text(" \t\r\n\u00a0", max_size=3)


@given(
    st.none() | blank,
    st.lists(blank, max_size=3),
    st.lists(blank, max_size=3),
    st.sampled_from([ANN, EVE, None]),
)
def test_an_empty_id_matches_nothing_since_broken_programs_all_send_it(
    own: str | None, to: list[str], references: list[str], sender: CustomerId | None
) -> None:
    empty = letter(own, to=tuple(to), references=tuple(references), sender=sender)
    known = dict.fromkeys([*to, *references, own or ""], (ticket(7, ANN),))
    assert quoted_ids(empty) == ()
    assert place(empty, Evidence(by_message=known, by_mention=known)) == Opens()


anything = st.text(st.characters(), max_size=12)
some = st.tuples() | st.tuples(anything) | st.tuples(anything, anything)
people = st.frozensets(st.sampled_from([ANN, BOB, EVE]))
times = st.datetimes(timezones=st.just(UTC))
candidates = st.builds(
    Candidate,
    ticket_id=st.integers(1, 6).map(_id),
    number=st.integers(1, 6),
    closed=st.booleans(),
    participants=people,
    subject_key=anything.map(subject_key),
    last_message_at=times,
    kept_apart=st.booleans(),
)
held = st.dictionaries(
    anything, st.tuples() | st.tuples(candidates) | st.tuples(candidates, candidates), max_size=4
)


@given(
    st.builds(
        Letter,
        message_id=st.none() | anything,
        in_reply_to=some,
        references=some,
        subject=anything,
        customer_id=st.sampled_from([ANN, BOB, EVE, None]),
        ticket_number=st.none() | st.integers(),
        at=times,
    ),
    held,
    held,
    st.none() | candidates,
    st.none() | candidates,
    st.lists(candidates, max_size=3).map(tuple),
)
def test_whatever_is_written_the_letter_gets_a_place_and_nobody_gets_more_than_is_theirs(
    one: Letter,
    by_message: dict[str, tuple[Candidate, ...]],
    by_mention: dict[str, tuple[Candidate, ...]],
    by_token: Candidate | None,
    by_number: Candidate | None,
    by_subject: tuple[Candidate, ...],
) -> None:
    # What the store found is put under the ids that the letter names: random texts seldom meet by themselves.
    by_message = dict(zip(quoted_ids(one), by_message.values(), strict=False))
    by_mention = dict(zip(reversed(quoted_ids(one)), by_mention.values(), strict=False))
    known = Evidence(by_token, by_message, by_mention, by_number, by_subject)
    placed = place(one, known)
    every = [
        *(found for found in (by_token, by_number) if found),
        *by_subject,
        *(
            found
            for mapping in (known.by_message, known.by_mention)
            for some in mapping.values()
            for found in some
        ),
    ]
    if isinstance(placed, Opens):
        assert placed.follows is None or any(it.closed for it in every if it.ticket_id == placed.follows)
        return
    assert any(not it.closed for it in every if it.ticket_id == placed.ticket_id)
    assert placed.ticket_id not in placed.merges
    assert not (placed.newcomer and placed.merges)
    for merged in placed.merges:
        own = [it for it in every if it.ticket_id == merged and one.customer_id in it.participants]
        assert any(not it.closed and not it.kept_apart for it in own)


@given(anything, some, some)
@example("a@x", ("a@x",), ("b@x", "a@x", "c@x"))
def test_an_id_is_looked_up_once_and_the_nearest_first(
    own: str, to: tuple[str, ...], references: tuple[str, ...]
) -> None:
    ids = quoted_ids(letter(own, to=to, references=references))
    nearest_first = [one for one in (own, *to, *reversed(references)) if one.strip()]
    assert list(ids) == list(dict.fromkeys(nearest_first))
