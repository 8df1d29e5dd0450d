"""What is brought is mended, refused, told apart and translated by rules that hold for whatever a source makes up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.brought import (
    BroughtCustomer,
    BroughtFile,
    BroughtMessage,
    BroughtTicket,
    Kind,
    Said,
    Speaker,
)
from helpdesk_core.imports.digests import digest_of
from helpdesk_core.imports.mappings import checked_translation
from helpdesk_core.imports.progress import (
    Import,
    ImportState,
    Place,
    Problem,
    Tally,
    advanced,
    begun,
    ended,
    kept,
)
from helpdesk_core.imports.references import Reference, erased_id, fingerprint, follows, without_name
from helpdesk_core.imports.soundness import Unsound, sound
from helpdesk_core.imports.translation import Translation
from helpdesk_core.tickets import Priority, Status
from tests.contracts.builders import new_id

NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
THEN = datetime(2024, 5, 6, tzinfo=UTC)

texts = st.text(max_size=40) | st.just("\0") | st.just("\ud800x")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
times = st.datetimes(timezones=st.just(UTC)) | st.datetimes()
messages = st.builds(
    BroughtMessage,
    id=texts,
    said=st.sampled_from(Said),
    speaker=st.sampled_from(Speaker),
    text=texts,
    html=st.none() | texts,
    created_at=times,
    metadata=st.dictionaries(texts, values, max_size=2),
)
tickets = st.builds(
    BroughtTicket,
    id=texts,
    subject=texts,
    status=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    fields=st.dictionaries(texts, values, max_size=3),
    created_at=times,
    updated_at=times,
    messages=st.lists(messages, max_size=3).map(tuple),
)


@given(tickets)
def test_whatever_a_source_makes_up_is_sound_or_refused(ticket: BroughtTicket) -> None:
    try:
        found = sound(ticket, NOW)
    except Unsound:
        return
    digest_of(found).encode()
    told = repr(found)
    told.encode()
    assert "\\x00" not in told
    assert sound(found, NOW) is found


def test_a_thing_with_nothing_to_mend_is_the_very_same() -> None:
    ticket = _ticket()
    assert sound(ticket, NOW) is ticket


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"id": " "}, "It has no id."),
        ({"id": "x" * 201}, "id has 201 characters"),
        ({"created_at": datetime(1, 1, 1, tzinfo=UTC)}, "no time at which that can have been"),
        ({"updated_at": NOW + timedelta(days=3)}, "no time at which that can have been"),
        ({"created_at": datetime(2024, 1, 1)}, "without a time zone"),  # noqa: DTZ001
        ({"fields": {"a": float("nan")}}, "no number"),
        ({"fields": {"a": 2**60}}, "no number"),
    ],
)
def test_what_can_be_no_ticket_says_why(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(Unsound, match=told):
        sound(evolve(_ticket(), **wrong), NOW)


def test_a_message_without_an_id_is_refused_with_its_ticket() -> None:
    message = BroughtMessage(id="", said=Said.NOTE, speaker=Speaker.SYSTEM, created_at=THEN)
    with pytest.raises(Unsound, match=r"messages\[0\] has no id"):
        sound(evolve(_ticket(), messages=(message,)), NOW)


def test_gigantic_words_are_refused_and_gigantic_lines_cut() -> None:
    message = BroughtMessage(
        id="m", said=Said.NOTE, speaker=Speaker.SYSTEM, created_at=THEN, text="x" * 4_000_001
    )
    with pytest.raises(Unsound, match="4000001 characters"):
        sound(evolve(_ticket(), messages=(message,)), NOW)
    assert len(sound(evolve(_ticket(), subject="x" * 5000), NOW).subject) == 1000


def test_what_nests_too_deeply_is_refused() -> None:
    deep: Any = "x"
    for _ in range(2000):
        deep = {"a": deep}
    with pytest.raises(Unsound, match="too deeply"):
        sound(evolve(_ticket(), fields={"f": deep}), NOW)


@given(values, values)
def test_equal_values_have_equal_fingerprints(one: Any, other: Any) -> None:
    assert fingerprint(one) == fingerprint(one)
    if fingerprint(one) != fingerprint(other):
        assert repr(one) != repr(other)


def test_a_field_follows_while_it_is_what_an_import_made_of_it() -> None:
    known = _reference(made={"status": fingerprint("open")})
    assert follows(known, "status", "open")
    assert not follows(known, "status", "closed")
    assert follows(known, "team_id", None)
    assert not follows(known, "team_id", "ours")


def test_of_an_erased_one_only_a_digest_is_kept() -> None:
    gone = without_name(_reference(digest="d", version="v", made={"name": "x"}))
    assert gone.erased
    assert gone.external_id == erased_id("zendesk", "acme", "1")
    assert (gone.digest, gone.version, gone.made) == ("", "", {})
    assert without_name(gone) == gone


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=8
    )
)
def test_an_import_counts_every_page_once_and_ends_behind_the_last_kind(
    counts: list[tuple[int, int, int, int]],
) -> None:
    one = begun(_import(), NOW)
    for place, count in enumerate(counts):
        one = advanced(one, {"teams": Tally(*count)}, str(place + 1), last=False, problems=1)
    assert one.tallies.get("teams", Tally()).seen == sum(map(sum, counts))
    for kind in Kind:
        assert one.place is not None
        assert one.place.kind is kind
        one = advanced(one, {kind.value: Tally()}, "mark", last=True, problems=0)
    assert one.place is None
    over = ended(one, NOW)
    assert (over.state, over.problems) == (ImportState.COMPLETED, len(counts))
    assert over.marks == dict.fromkeys([kind.value for kind in Kind], "mark")
    with pytest.raises(Conflict):
        begun(over, NOW)
    with pytest.raises(Conflict):
        advanced(over, {}, "", last=True, problems=0)


def test_an_import_begins_at_the_marks_of_the_one_before() -> None:
    assert begun(evolve(_import(), marks={"teams": "m7"}), NOW).place == Place(Kind.TEAMS, "m7")


def test_a_thousand_problems_are_kept_and_all_are_counted() -> None:
    problems = [Problem("tickets", str(number), "no") for number in range(30)]
    assert len(kept(problems, 990)) == 10
    assert kept(problems, 2000) == []


def test_a_word_that_is_set_wins_over_its_usual_meaning() -> None:
    translation = checked_translation(
        Translation({" Solved ": Status.CLOSED}, {"P1": Priority.URGENT}, {" 7 ": " size "})
    )
    assert translation.status("SOLVED") is Status.CLOSED
    assert translation.status("pending") is Status.PENDING
    assert translation.status("parked") is None
    assert translation.priority("p1") is Priority.URGENT
    assert translation.priority(None) is Priority.NORMAL
    assert translation.fields == {"7": "size"}


@pytest.mark.parametrize(
    "wrong",
    [
        Translation(statuses={"": Status.OPEN}),
        Translation(statuses={"x" * 201: Status.OPEN}),
        Translation(priorities={str(number): Priority.LOW for number in range(501)}),
        Translation(fields={"a": "x" * 201}),
        Translation(fields={"a\0": "x"}),
    ],
)
def test_words_that_nobody_can_have_meant_are_refused(wrong: Translation) -> None:
    with pytest.raises(InvalidValue):
        checked_translation(wrong)


def test_things_that_differ_have_other_digests() -> None:
    one = BroughtCustomer(id="1", name="Carla")
    assert digest_of(one) == digest_of(evolve(one))
    assert digest_of(one) != digest_of(evolve(one, name="Karla"))
    file = BroughtFile(id="1", filename="a.txt")
    message = BroughtMessage(id="1", said=Said.NOTE, speaker=Speaker.USER, created_at=THEN, files=(file,))
    ticket = evolve(_ticket(), messages=(message,))
    assert digest_of(ticket) != digest_of(_ticket())


def _ticket() -> BroughtTicket:
    return BroughtTicket(id="1", created_at=THEN, updated_at=THEN, fields={"a": [1, "b", {"c": None}]})


def _reference(**given: Any) -> Reference:
    return Reference(OrganizationId(new_id()), "zendesk", "acme", "customers", "1", new_id(), **given)


def _import() -> Import:
    return Import(ImportId(new_id()), OrganizationId(new_id()), "zendesk", "acme", tuple(Kind), NOW)
