"""One click that arrives twice is one message; two messages are never one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from helpdesk_core.dedup import WINDOW, fingerprint, is_repeat

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
anything = st.text(st.characters(), max_size=30)
plain = st.text("abcXYZ 12", max_size=12)
hashes = st.lists(st.text("0123456789abcdef", max_size=6), max_size=4)


@pytest.mark.parametrize(
    "again",
    [
        "Caf\u00e9 please",
        "Cafe\u0301 please",
        "  Caf\u00e9 \r\n\t please\n",
        "Caf\u00e9\u00a0please",
        "Caf\u00e9\u3000please",
        "Caf\u00e9 ple\u200base\ufeff",
        "Cafe\u200b\u0301 please",
        "\u202aCaf\u00e9\u202c please\u200f",
    ],
)
def test_the_same_words_are_the_same_message_however_they_are_encoded(again: str) -> None:
    assert fingerprint("session", again) == fingerprint("session", "Caf\u00e9 please")


@pytest.mark.parametrize(
    "other",
    [
        "caf\u00e9 please",
        "Cafe please",
        "Caf\u00e9please",
        "Caf\u00e9 please!",
        "Caf\u00e9\0 please",
        "Caf\u00e9 please\ud800",
        "",
    ],
)
def test_other_words_are_another_message(other: str) -> None:
    assert fingerprint("session", other) != fingerprint("session", "Caf\u00e9 please")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x2", "x\u00b2"),
        ("1", "\u2460"),
        ("\ud800", "\udfff"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U0001f3f4"),
    ],
    ids=["a power", "a circled one", "half characters", "the flag of England"],
)
def test_signs_that_mean_something_else_are_told_apart(one: str, other: str) -> None:
    assert fingerprint("session", one) != fingerprint("session", other)


@given(anything, anything, st.lists(anything, max_size=3))
@example("\ud800", "\0\udfff", ["\ud83d"])
def test_every_text_has_a_fingerprint_since_a_body_may_hold_any(
    scope: str, text: str, attachments: list[str]
) -> None:
    made = fingerprint(scope, text, attachments)
    assert len(made) == 64
    assert set(made) <= set("0123456789abcdef")


@given(plain, hashes, st.data())
def test_the_order_of_attachments_makes_no_difference_since_uploads_race(
    text: str, attachments: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(attachments))
    assert fingerprint("s", text, iter(shuffled)) == fingerprint("s", text, attachments)


@given(plain, hashes, hashes)
def test_other_attachments_make_another_message(text: str, one: list[str], other: list[str]) -> None:
    assume(sorted(one) != sorted(other))
    assert fingerprint("s", text, one) != fingerprint("s", text, other)


@given(st.lists(plain, min_size=2, max_size=5), st.lists(plain, min_size=2, max_size=5))
def test_no_text_can_pass_for_another_list_of_parts(one: list[str], other: list[str]) -> None:
    def parts(of: list[str]) -> tuple[str, str, list[str]]:
        return of[0], " ".join(of[1].split()), sorted(of[2:])

    same = fingerprint(one[0], one[1], one[2:]) == fingerprint(other[0], other[1], other[2:])
    assert same == (parts(one) == parts(other))


@pytest.mark.parametrize(
    ("seconds", "repeat"),
    [
        (0, True),
        (29.999999, True),
        (30, False),
        (31, False),
        (-0.2, True),
        (-29, True),
        (-30, False),
        (-3600, False),
    ],
)
def test_a_repeat_lies_within_half_a_minute_on_either_side(seconds: float, repeat: bool) -> None:
    assert is_repeat(NOON, NOON + timedelta(seconds=seconds)) is repeat


def test_the_first_message_repeats_nothing() -> None:
    assert not is_repeat(None, NOON)


@given(st.lists(st.integers(0, 40), max_size=30))
def test_repeats_do_not_extend_the_window_so_that_a_patient_customer_is_heard(pauses: list[int]) -> None:
    accepted: list[datetime] = []
    now = NOON
    for pause in pauses:
        now += timedelta(seconds=pause)
        if not is_repeat(accepted[-1] if accepted else None, now):
            accepted.append(now)
        assert timedelta(0) <= now - accepted[-1] < WINDOW
    assert all(later - earlier >= WINDOW for earlier, later in pairwise(accepted))
