"""Articles and solved tickets are cut into passages: bounded, in order, and without losing a word."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.articles import Article, Body, body_from_html
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.knowledge.courtesies import without_courtesies
from helpdesk_core.knowledge.cutting import (
    Piece,
    Said,
    SolvedTicket,
    cut_article,
    cut_ticket,
    passages_of,
)
from helpdesk_core.knowledge.pieces import FEWEST, LONGEST, MOST, beginning, pieces_of, words_in
from helpdesk_core.words import words_of

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
WORDS = st.lists(
    st.sampled_from(["a", "kettle", "is", "好", "b. ", "c!\n", "\n\n", " ", "。", "word" * 30, "- x\n"]),
    max_size=900,
).map(" ".join)


def an_article(html: str, title: str = "Returns") -> Article:
    id = UUID(int=1)
    return Article(ArticleId(id), OrganizationId(id), title, body_from_html(html), NOON, NOON)


def a_ticket(*said: str, names: tuple[str, ...] = ("Ida Garden", "Joe Smith")) -> SolvedTicket:
    """The first is the customer's; one that begins with `>` an agent's."""
    messages = tuple(
        Said(text.removeprefix(">"), text.startswith(">"), NOON + timedelta(minutes=place))
        for place, text in enumerate(said)
    )
    return SolvedTicket(UUID(int=2), "Where is it, Ida?", messages, frozenset(names), "en", NOON)


@given(st.one_of(st.text(), WORDS))
@example("x" * 10_000)
@example("好" * 3_000)
@example(("word " * 210 + "\n\n") * 3)
def test_pieces_hold_all_words_in_order_and_are_bounded(text: str) -> None:
    pieces = pieces_of(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece.strip() == piece != "" for piece in pieces)
    assert all(len(piece) <= LONGEST and words_in(piece) <= MOST + FEWEST for piece in pieces)


def test_a_long_text_becomes_even_pieces_that_end_where_sentences_do() -> None:
    text = " ".join(f"This is the sentence of the number {number}, and it says so." for number in range(100))
    pieces = pieces_of(text)
    assert all(FEWEST <= words_in(piece) <= MOST for piece in pieces)
    assert all(piece.endswith("says so.") for piece in pieces)


@given(st.text(), st.integers(1, 50))
def test_a_beginning_is_one(text: str, words: int) -> None:
    told = beginning(text, words)
    assert words_in(told) <= words
    assert "".join(text.split()).startswith("".join(told.split()))


def test_each_piece_says_what_it_stands_under() -> None:
    long = "<p>" + "It is said here at some length. " * 5 + "</p>"
    html = f"{long}<h2>How long</h2>{long}<h3>Abroad</h3>{long}<h2>Where</h2>{long}"
    said = " ".join(["It is said here at some length."] * 5)
    assert cut_article(an_article(html)).pieces == tuple(
        Piece(title, "", said)
        for title in ("Returns", "Returns › How long", "Returns › How long › Abroad", "Returns › Where")
    )


def test_small_sections_go_together_and_keep_their_headings() -> None:
    html = "<h2>Where</h2><h3>Abroad</h3><p>To us.</p><h3>Here</h3><p>Any shop.</p>"
    assert cut_article(an_article(html)).pieces == (
        Piece("Returns › Where", "", "Abroad\nTo us.\n\nHere\nAny shop."),
    )


def test_an_article_that_says_nothing_teaches_nothing() -> None:
    assert cut_article(an_article("<h2>Soon</h2><p> </p>")).pieces == ()


TAGS = st.sampled_from(["p", "h1", "h2", "h4", "blockquote", "pre"])
SAID = st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), max_size=80).map(" ".join)


@given(st.lists(st.tuples(TAGS, SAID), max_size=30))
def test_no_word_of_an_article_is_lost(parts: list[tuple[str, str]]) -> None:
    article = an_article("".join(f"<{tag}>{text}</{tag}>" for tag, text in parts))
    told = [piece.text for piece in cut_article(article).pieces]
    # A heading under which nothing stands leads nowhere.
    said = [text for tag, text in parts if not tag.startswith("h")]
    assert {word for text in said for word in words_of(text)} <= set(words_of("\n".join(told)))


def test_a_megabyte_is_cut_within_a_second() -> None:
    section = "<h3>Head</h3><p>It says <b>something</b> about kettles, and more of it, at length.</p>"
    article = an_article(section * (1_000_000 // len(section)))
    begun = time.process_time()
    assert len(cut_article(article).pieces) > 500
    assert time.process_time() - begun < 1.5


@pytest.mark.parametrize("text", ["030 123456 ", "Ida ", "a@b.example ", "> q\n", "hello\n"])
def test_a_ticket_of_megabytes_is_cut_within_a_second(text: str) -> None:
    ticket = a_ticket(*[prefix + text * 100_000 for prefix in ("", ">")] * 20)
    begun = time.process_time()
    cut_ticket(ticket)
    assert time.process_time() - begun < 1


def test_a_ticket_is_cut_into_questions_and_answers() -> None:
    ticket = a_ticket(
        "Hello,\n\nmy order 123456 has not come. I am Ida Garden.\n\nThanks,\nIda",
        ">Hi Ida,\n\nparcels abroad take up to ten days, please wait until Friday."
        "\n\nKind regards,\nJoe Smith\nAcme Support\n\nOn Mon, 6 Apr 2026 at 9:30, Ida wrote:\n> my order",
        "Still nothing.",
        ">Could you tell me your address, please?",
        "Sure, Main Street",
        ">We have sent another one today, Ida, it comes within three days.",
        ">It is on its way.",
        "Thank you!",
    )
    first = "My order [number] has not come. I am [name]."
    assert cut_ticket(ticket).pieces == (
        Piece("Where is it, [name]?", first, "Parcels abroad take up to ten days, please wait until Friday."),
        Piece(
            "Where is it, [name]?",
            f"{first}\nSure, Main Street",
            "We have sent another one today, [name], it comes within three days.\n\nIt is on its way.",
        ),
    )


@given(
    st.lists(st.one_of(st.text(), WORDS, st.just(">Ida Garden said ida@garden.example is hers")), max_size=6)
)
def test_cutting_a_ticket_is_total_and_names_nobody(said: list[str]) -> None:
    for piece in cut_ticket(a_ticket(*said)).pieces:
        told = f"{piece.title}\n{piece.question}\n{piece.text}".lower()
        assert "garden" not in told
        assert len(piece.text) <= LONGEST
        assert words_in(piece.question) <= 2 * 60


@pytest.mark.parametrize(
    ("letter", "matter"),
    [
        ("Hi Ida,\n\nit is here.\n\nBest regards,\nJoe\nAcme", "It is here."),
        ("Hello! It is here. Cheers, Joe", "It is here. Cheers, Joe"),
        ("Sehr geehrte Frau Garten,\n\nes ist da.\n\nMit freundlichen Grüßen\nJo", "Es ist da."),
        ("Bonjour Madame,\nil est là.\nCordialement", "Il est là."),
        ("Hola Ida: está aquí.\n\nUn saludo", "Está aquí."),
        ("您好，\n到了。\n谢谢", "到了。"),
        (
            "Hi there, I hope that this finds you well and that all is fine.",
            "I hope that this finds you well and that all is fine.",
        ),
        (
            "Best practice is to rinse it.\nThanks to the filter it lasts.",
            "Best practice is to rinse it.\nThanks to the filter it lasts.",
        ),
        ("History matters.", "History matters."),
        ("Hello Mr. Smith,\nwe did it.", "We did it."),
        ("Hey Bob - it broke", "It broke"),
        ("Hi it broke again this morning", "Hi it broke again this morning"),
        ("LG Fernseher geht nicht", "LG Fernseher geht nicht"),
        ("Thanks,\nIda", ""),
        ("", ""),
    ],
)
def test_courtesies_are_left_out(letter: str, matter: str) -> None:
    assert without_courtesies(letter) == matter


@given(st.text())
def test_leaving_out_courtesies_is_total(text: str) -> None:
    assert set(words_of(without_courtesies(text))) <= set(words_of(text))


def test_the_digest_tells_every_difference_that_matters() -> None:
    article = an_article("<p>Thirty days.</p>")
    same = evolve(article, version=9, section="Elsewhere")
    others = (
        evolve(article, title="Sending back"),
        evolve(article, body=Body("<p>Sixty days.</p>", "Sixty days.")),
        evolve(article, published=True),
        evolve(article, language="de"),
        evolve(article, updated_at=NOON + timedelta(hours=1)),
    )
    digests = [cut_article(one).digest for one in (article, same, *others)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 6


def test_passages_are_the_pieces_in_order() -> None:
    ids = count(1)
    article = an_article("<p>" + "It is said here. " * 200 + "</p>")
    passages = passages_of(cut_article(article), article.organization_id, lambda: UUID(int=next(ids)))
    assert [passage.place for passage in passages] == list(range(len(passages)))
    assert {passage.digest for passage in passages} == {cut_article(article).digest}
    assert " ".join(passage.text for passage in passages) == article.body.text
