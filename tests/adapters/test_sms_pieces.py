"""A text is cut into messages that a carrier takes, and nothing that is read as one character is cut apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.messaging.pieces import Longest, characters, fits, pieces

FAMILY, THUMB, FLAG, ACUTE = "👩‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301"
SHORT = Longest(septets=16, units=12)

words = st.lists(
    st.sampled_from(
        [" ", "\n", "a", "word", "€", "^", "ü", "ł", "😀", FAMILY, THUMB, FLAG, ACUTE, "각", "\r\n"]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    max_size=60,
).map("".join)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(words, st.integers(8, 40), st.integers(8, 40))
def test_the_pieces_fit_and_say_all_of_it_once_in_order(text: str, septets: int, units: int) -> None:
    longest = Longest(septets=septets, units=units)
    cut = pieces(text, longest)
    assert cut
    assert all(fits(piece, longest) for piece in cut)
    assert squeezed("".join(cut)) == squeezed(text)
    assert cut == [text] if fits(text, longest) else all(cut)


@given(words)
def test_no_character_is_cut_apart_that_is_no_longer_than_a_message(text: str) -> None:
    """Every piece begins and ends where a character of the whole text does: surrogate pairs, accents, joined emoji."""
    longest = Longest(septets=40, units=40)
    whole = list(characters(text))
    assert "".join(whole) == text
    if not all(fits(one, longest) for one in whole):
        return
    ends, at = {0}, 0
    for one in whole:
        at += len(one)
        ends.add(at)
    at = 0
    for piece in pieces(text, longest):
        at = text.index(piece, at)
        assert at in ends
        at += len(piece)
        assert at in ends
        piece.encode("utf-16")


@pytest.mark.parametrize("one", [FAMILY, THUMB, FLAG, ACUTE, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "각", "\r\n", "n̈́̈", "क्ष"])
def test_what_is_read_as_one_character_is_one(one: str) -> None:
    assert list(characters(f"a{one}b")) == ["a", one, "b"]


def test_two_flags_are_two_characters() -> None:
    assert list(characters(FLAG * 3)) == [FLAG] * 3


def test_the_alphabet_of_a_piece_decides_how_long_it_may_be() -> None:
    longest = Longest(septets=160, units=70)
    assert list(map(len, pieces("a" * 320, longest))) == [160, 160]
    assert list(map(len, pieces("€" * 100, longest))) == [80, 20]
    assert list(map(len, pieces("ł" * 140, longest))) == [70, 70]
    assert list(map(len, pieces("😀" * 70, longest))) == [35, 35]
    assert list(map(len, pieces("a" * 100 + "ł" * 10, longest))) == [100, 10]


def test_it_is_cut_between_words_where_there_is_a_gap_late_enough() -> None:
    assert pieces("one two three four", SHORT) == ["one two three", "four"]
    assert pieces("a " + "b" * 30, SHORT) == ["a bbbbbbbbbbbbbb", "b" * 16]
    assert pieces("exactly sixteen. and more", SHORT) == ["exactly sixteen.", "and more"]


def test_a_character_longer_than_a_message_is_cut_between_its_code_points() -> None:
    heap = "a" + "\u0301" * 40
    cut = pieces(heap, SHORT)
    assert "".join(cut) == heap
    assert all(fits(piece, SHORT) for piece in cut)


def test_a_text_of_nothing_is_one_piece_of_nothing() -> None:
    assert pieces("", SHORT) == [""]
    assert unicodedata.category("\u200d") == "Cf"
