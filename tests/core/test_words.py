"""Words are those of SQLite's FTS5, which is asked here."""

import sqlite3
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.words import words_of

# FTS5 knows the characters of Unicode 6.1; what was added since, and a handful it folds otherwise, is left out.
SINCE = set("ǠǡⰯԨԪԬԮ\u037f") | set(map(chr, range(0x1C80, 0x1CC0)))
known = st.characters(
    max_codepoint=0x2BFF, exclude_categories=["Cs", "Cn"], exclude_characters="".join(SINCE)
).filter(lambda character: unicodedata.ucd_3_2_0.category(character) != "Cn")


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE VIRTUAL TABLE t USING fts5(x, tokenize = "unicode61 remove_diacritics 2")')
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    yield connection
    connection.close()


@given(st.text(known))
def test_a_text_consists_of_the_words_that_fts5_finds(fts5: sqlite3.Connection, text: str) -> None:
    fts5.execute("DELETE FROM t")
    fts5.execute("INSERT INTO t VALUES (?)", (text.replace("\0", " "),))
    assert words_of(text) == [term for (term,) in fts5.execute("SELECT term FROM v ORDER BY offset")]


@given(st.text())
def test_words_of_words_are_the_same_words(text: str) -> None:
    """So a store may keep its words and split them again."""
    words = words_of(text)
    assert words_of(" ".join(words)) == words
    assert all(word and not word.isspace() for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème brûlée, ÄRGER!", ["creme", "brulee", "arger"]),
        ("Cre\u0300me", ["creme"]),
        ("Straße ΣΊΣΥΦΟΣ", ["straße", "σίσυφοσ"]),
        ("order-77_b: don't", ["order", "77", "b", "don", "t"]),
        ("Ёлка 日本語 👍", ["ёлка", "日本語"]),
        ("", []),
    ],
)
def test_letters_and_digits_are_words_without_case_and_latin_accents(text: str, words: list[str]) -> None:
    assert words_of(text) == words
