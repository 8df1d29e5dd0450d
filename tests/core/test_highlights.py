"""A highlight shows where the words stand, and nothing in it acts."""

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.highlights import LENGTH, highlighted, wanted_by
from helpdesk_core.words import number_in, places_of, words_of

MARK = re.compile(r"</?mark>")
words = st.sampled_from(["kettle", "Kéttle", "leak", "leaks", "<mark>", "</mark>", "&amp;", "<b>", "a" * 200])
blanks = st.sampled_from([" ", "\n\n", " \t ", ", ", "-", ""])
tangled = st.lists(st.tuples(words, blanks), max_size=60).map(lambda pairs: "".join(w + b for w, b in pairs))
searches = st.sampled_from(["kettle", "leak", "kettle leak", "a", "b", "mark amp", "no"]) | st.text(
    max_size=8
)


@given(st.text() | tangled, searches)
def test_a_snippet_is_a_part_of_the_text_with_nothing_but_marks(text: str, q: str) -> None:
    snippet = highlighted(text, wanted_by(q))
    if snippet is None:
        return
    assert not re.search(r"[<>]", MARK.sub("", snippet.html))
    shown = unescape(MARK.sub("", snippet.html))
    assert len(shown) <= LENGTH + 2
    assert shown.strip("…").strip() in " ".join(text.split())


@given(st.text() | tangled, searches)
def test_there_is_a_snippet_where_a_wanted_word_stands_and_nowhere_else(text: str, q: str) -> None:
    wanted = wanted_by(q)
    has = any(wanted.met_by(word) is not None for word in words_of(text))
    snippet = highlighted(text, wanted)
    assert (snippet is not None) == has
    if snippet is not None:
        assert "<mark>" in snippet.html


@given(st.lists(st.sampled_from(["kettle", "Kéttles", "leaks", "the", "x"]), max_size=40), searches)
def test_what_is_marked_is_a_wanted_word(text: list[str], q: str) -> None:
    wanted = wanted_by(q)
    snippet = highlighted(" ".join(text), wanted)
    for marked in re.findall("<mark>(.*?)</mark>", snippet.html if snippet else ""):
        assert all(wanted.met_by(word) is not None for word in words_of(unescape(marked)))


@given(st.text())
def test_words_have_places_in_their_text(text: str) -> None:
    placed = [*places_of(text)]
    assert [word for word, _, _ in placed] == words_of(text)
    assert all(words_of(text[start:end]) == [word] for word, start, end in placed)
    assert all(one[2] <= other[1] for one, other in pairwise(placed))


FILLER = "Lorem ipsum dolor sit amet. " * 20


@pytest.mark.parametrize(
    ("text", "q", "html"),
    [
        ("The kettle leaks", "KETTLE", "The <mark>kettle</mark> leaks"),
        ("Crème brûlée", "creme bru", "<mark>Crème</mark> <mark>brûlée</mark>"),
        ("Cre\u0300me", "creme", "<mark>Cre\u0300me</mark>"),
        ("a <b> & 'c'\n\n  d", "d", "a &lt;b&gt; &amp; &#x27;c&#x27; <mark>d</mark>"),
        ("kettles", "kettle", "<mark>kettles</mark>"),
        ("kettles", "kettle leaks", None),
        ("", "kettle", None),
        ("The kettle", "", None),
    ],
)
def test_words_are_marked_whatever_their_case_and_accents(text: str, q: str, html: str | None) -> None:
    snippet = highlighted(text, wanted_by(q))
    assert (snippet.html if snippet else None) == html


def test_a_long_text_is_cut_around_the_place_where_most_words_stand_together() -> None:
    text = f"A kettle. {FILLER} A kettle that leaks since Monday. {FILLER}"
    snippet = highlighted(text, wanted_by("leaks kettle"))
    assert snippet is not None
    assert snippet.rank == (2, 2)
    assert "A <mark>kettle</mark> that <mark>leaks</mark> since Monday." in snippet.html
    assert snippet.html.startswith("…")
    assert snippet.html.endswith("…")
    first = highlighted(text, wanted_by("kettle"))
    assert first is not None
    assert first.html.startswith("A <mark>kettle</mark>. Lorem")


def test_a_number_is_a_number_of_a_ticket_with_or_without_its_sign() -> None:
    named = {q: number_in(q) for q in ("123", "#123", " #7 ", "0", "#", "12a", "#1 2", "-3", "1" * 16, "１")}
    assert {q: number for q, number in named.items() if number is not None} == {
        "123": 123,
        "#123": 123,
        " #7 ": 7,
    }
