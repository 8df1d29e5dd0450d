"""Documents are put into other words line by line, and keep how they look."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.richtext import check_document, document_from_html, document_from_text, html_of, text_of
from helpdesk_core.richtext.lines import lines_of, with_lines

RICH = (
    '<h2>Your <em>order</em></h2><p>Look <a href="https://a.example/x">here</a>.<br>Soon.</p>'
    "<ul><li><p>One</p></li><li><p><strong>Two</strong> things</p></li></ul><p>12 €</p><pre>a = 1</pre>"
)


def test_a_document_is_told_line_by_line_with_signs_for_what_is_formatted() -> None:
    assert lines_of(document_from_html(RICH)) == (
        "Your <1>order</1>",
        "Look <1>here</1>.\nSoon.",
        "One",
        "<1>Two</1> things",
    )


def test_other_words_take_their_place_and_look_the_same() -> None:
    told = ("Ihre <1>Bestellung</1>", "<1>Hier</1> ansehen.\nBald.", "Eins", "Dinge: <1>zwei</1>")
    assert html_of(with_lines(document_from_html(RICH), told)) == html_of(
        document_from_html(
            '<h2>Ihre <em>Bestellung</em></h2><p><a href="https://a.example/x">Hier</a> ansehen.<br>Bald.</p>'
            "<ul><li><p>Eins</p></li><li><p>Dinge: <strong>zwei</strong></p></li></ul><p>12 €</p><pre>a = 1</pre>"
        )
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Ansehen: hier.", "Ansehen: hier. (https://a.example/x)"),
        ("<1>Hier</1> und <1>da</1>", "Hier und da (https://a.example/x)"),
        ("<1>Hier", "Hier (https://a.example/x)"),
        ("</1>Hier<1>", "Hier (https://a.example/x)"),
        ("<2>Hier</2>", "Hier (https://a.example/x)"),
        ("<1/>Hier https://a.example/x", "Hier https://a.example/x"),
        ("", " (https://a.example/x)"),
    ],
)
def test_where_signs_are_lost_the_words_and_the_address_of_a_link_stay(line: str, text: str) -> None:
    document = document_from_html('<p>Look <a href="https://a.example/x">here</a></p>')
    assert text_of(with_lines(document, (line,))) == text


def test_words_that_look_like_signs_stay_words() -> None:
    document = document_from_html("<p>Press &lt;1&gt; <strong>now</strong></p>")
    assert lines_of(document) == ("Press <1> now",)
    assert text_of(with_lines(document, ("Drücken Sie <1> jetzt",))) == "Drücken Sie <1> jetzt"


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=("Cs", "Cc")), max_size=12
)
htmls = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<br>", "<ul>", "<li>", "</ul>", "<a href='http://a.b'>", "</a>"]
    )
    | words,
    max_size=12,
).map("".join)


@given(htmls)
def test_its_own_lines_change_nothing_of_a_document(html: str) -> None:
    document = document_from_html(html)
    again = with_lines(document, lines_of(document))
    assert text_of(again) == text_of(document)
    assert lines_of(again) == lines_of(document)


@given(htmls, st.text(st.sampled_from("<>/12ab \n"), max_size=20))
def test_whatever_takes_the_place_of_a_line_it_stays_a_document(html: str, line: str) -> None:
    document = document_from_html(html)
    changed: Any = with_lines(document, [line for _ in lines_of(document)])
    assert check_document(changed)["type"] == "doc"


def test_a_plain_text_comes_back_as_it_was() -> None:
    document = document_from_text("One\ntwo\n\nthree")
    assert text_of(with_lines(document, ("Eins\nzwei", "drei"))) == "Eins\nzwei\n\ndrei"
