"""Replies that are composed of what the team has written, and of nothing else."""

from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Found, Passage, SourceKind
from helpdesk_core.suggestions.composing import LONGEST, Asked, Composed, composed, quotable
from helpdesk_core.suggestions.greetings import LANGUAGES, courtesies_of
from helpdesk_core.suggestions.sentences import paragraphs_of, sentences_of
from tests.contracts.builders.basics import NOON

RETURNS = """\
You may return a kettle within 30 days. Choose Return and print the label.

We pay the price back to your card within five days. Postage for the way back is on us."""
ASKED = Asked("Hi, who pays the postage when I return it?", "en", "Ida Brandt", "Kettles Ltd")


def found(text: str, number: int = 1, **fields: Any) -> Found:
    likeness = fields.pop("likeness", 0.9)
    passage = Passage(
        **{
            "id": PassageId(UUID(int=number)),
            "organization_id": OrganizationId(UUID(int=1)),
            "source": SourceKind.ARTICLE,
            "source_id": UUID(int=1000 + number),
            "place": 0,
            "title": "Returns",
            "question": "",
            "text": text,
            "language": "en",
            "published": True,
            "digest": "",
            "updated_at": NOON,
            **fields,
        }
    )
    return Found(passage, 1.0, likeness, 0.5)


def reply(asked: Asked, *all_: Found, variant: int = 0) -> Composed:
    made = composed(asked, all_, variant)
    assert made is not None
    return made


def test_a_reply_is_greeting_answer_and_end() -> None:
    one = found(RETURNS)
    assert reply(evolve(ASKED, text="Who pays the postage?"), one) == Composed(
        "Hello Ida,\n\n"
        "Thank you for your message.\n\n"
        "We pay the price back to your card within five days. Postage for the way back is on us.\n\n"
        "If anything remains unclear, simply reply to this message.\n\n"
        "Kind regards,\nKettles Ltd",
        (one,),
    )


def test_who_writes_formally_in_german_is_answered_so() -> None:
    asked = Asked("Sehr geehrte Damen und Herren, wie sende ich es zurück?", "de", "Ida Brandt", "Kessel AG")
    text = reply(asked, found("Sie senden es innerhalb von 30 Tagen zurück.", language="de")).text
    assert text.startswith("Guten Tag Ida Brandt,\n\n")
    assert text.endswith("\n\nMit freundlichen Grüßen\nKessel AG")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_in_another_language_is_quoted_and_said_to_be(language: str) -> None:
    foreign = found("Чайник можно вернуть в течение 30 дней.", language="ru")
    text = reply(evolve(ASKED, language=language), foreign).text
    assert f"{courtesies_of(language).elsewhere}\n\nЧайник можно вернуть в течение 30 дней.\n\n" in text


@pytest.mark.parametrize(("asked", "written"), [("pt", "pt-BR"), ("EN", "en"), (None, "ru"), ("en", None)])
def test_a_country_or_an_unknown_language_makes_no_foreign_text(
    asked: str | None, written: str | None
) -> None:
    text = reply(evolve(ASKED, language=asked), found(RETURNS, language=written)).text
    assert courtesies_of(asked).elsewhere not in text


def test_what_is_in_the_customers_language_goes_before_what_is_as_like() -> None:
    german, english = found("Innerhalb von 30 Tagen.", 1, language="de"), found(RETURNS, 2)
    assert reply(ASKED, german, english).used == (english,)
    assert reply(evolve(ASKED, language="de"), german, english).used == (german,)
    assert reply(ASKED, german, evolve(english, likeness=0.87)).used == (german,)


def test_a_short_passage_that_shares_no_words_is_quoted_whole() -> None:
    asked = evolve(ASKED, text="I don't like it any more")
    assert RETURNS in reply(asked, found(RETURNS)).text


def test_of_a_long_paragraph_the_sentences_around_the_answer_are_quoted() -> None:
    before = "The kettle is made of steel and holds a litre and a half. " * 30
    long = f"{before}Postage is on us when you return it. Use the label. {'The lid is blue. ' * 60}"
    text = reply(ASKED, found(long)).text
    assert "Postage is on us when you return it. Use the label." in text
    assert len(text) < LONGEST[0] + 300


class TestSeveralPassages:
    def test_those_that_agree_on_the_topic_are_joined_in_the_longer_variant(self) -> None:
        more = found("A return takes five days; you return a kettle in its carton, with cable and lid.", 2)
        assert reply(ASKED, found(RETURNS), more, variant=1).used == (found(RETURNS), more)
        assert reply(ASKED, found(RETURNS), more, variant=0).used == (found(RETURNS),)

    def test_those_that_speak_of_something_else_are_not(self) -> None:
        other = found("Invoices stand under Billing. Companies enter their VAT number.", 2, title="Invoices")
        assert reply(ASKED, found(RETURNS), other, variant=1).used == (found(RETURNS),)

    def test_what_was_said_already_is_not_said_again(self) -> None:
        twin = found(RETURNS, 2)
        assert reply(ASKED, found(RETURNS), twin, variant=1).used == (found(RETURNS),)

    def test_another_source_is_quoted_in_the_third_variant(self) -> None:
        twin = found("You return a kettle with the label. Postage for a return is on us.", 2)
        assert reply(ASKED, found(RETURNS), twin, variant=2).used == (twin,)


@given(st.lists(st.text(), min_size=1, max_size=3), st.text(), st.sampled_from(sorted(LANGUAGES)))
def test_variants_differ_and_each_is_always_the_same(texts: list[str], question: str, language: str) -> None:
    all_ = [found(text or ".", number) for number, text in enumerate(texts, 1)]
    asked = Asked(question, language, "Ida", "Kettles Ltd")
    made = [composed(asked, all_, variant) for variant in range(3)]
    assert made == [composed(asked, all_, variant) for variant in range(3)]
    told = [one.text for one in made if one is not None]
    assert len(set(told)) == len(told)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4), st.integers(0, 2))
def test_nothing_is_quoted_that_was_not_written(texts: list[str], variant: int) -> None:
    all_ = [found(text, number) for number, text in enumerate(texts, 1)]
    made = composed(ASKED, all_, variant)
    if made is None:
        assert not any(map(quotable, all_))
        return
    written = {"".join(text.split()) for text in texts}
    courtesies = courtesies_of("en")
    inside = made.text.partition(courtesies.leads[variant])[2].rpartition(courtesies.ends[variant])[0]
    for paragraph in inside.split("\n\n"):
        assert any("".join(paragraph.split()) in text for text in written)


class TestEarlierAnswers:
    def test_what_holds_a_persons_data_is_not_said_to_another(self) -> None:
        earlier = found(
            "Parcel [number] reached [name] on Monday. A parcel that nobody takes in comes back to us after a week.",
            source=SourceKind.TICKET,
        )
        text = reply(ASKED, earlier).text
        assert "A parcel that nobody takes in comes back to us after a week." in text
        assert "[" not in text

    @pytest.mark.parametrize(
        "done",
        [
            "I have refunded the amount today.",
            "I've sent you a new lid.",
            "We will call you tomorrow.",
            "Ich habe den Betrag erstattet.",
            "Nous avons remboursé la somme.",
            "J’ai envoyé un nouveau couvercle.",
            "Hemos devuelto el importe.",
        ],
    )
    def test_what_was_done_for_somebody_is_not_promised_to_another(self, done: str) -> None:
        earlier = found(f"{done} Refunds take five days.", source=SourceKind.TICKET)
        text = reply(ASKED, earlier).text
        assert done not in text
        assert "Refunds take five days." in text

    def test_what_holds_nothing_else_cannot_be_quoted(self) -> None:
        earlier = found("I have sent it to [email].", source=SourceKind.TICKET)
        assert not quotable(earlier)
        assert composed(ASKED, [earlier]) is None
        assert reply(ASKED, earlier, found(RETURNS, 2)).used == (found(RETURNS, 2),)

    def test_an_article_may_say_such_things(self) -> None:
        assert quotable(found("We have two shops. Write to [name] in brackets."))


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "sentences"),
        [
            ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
            (
                "It costs 4.90 euros, e.g. at Dr. Brandt's. Really.",
                ["It costs 4.90 euros, e.g. at Dr. Brandt's. ", "Really."],
            ),
            ("Das gilt z. B. für Kessel. Mehr nicht.", ["Das gilt z. B. für Kessel. ", "Mehr nicht."]),
            ("これは一つ。これは二つ。", ["これは一つ。", "これは二つ。"]),
            ("Do this:\n1. Open it.\n2. Close it.", ["Do this:\n", "1. Open it.\n", "2. Close it."]),
            ("no end", ["no end"]),
            ("", []),
        ],
    )
    def test_they_are_told_apart(self, text: str, sentences: list[str]) -> None:
        assert list(sentences_of(text)) == sentences

    @given(st.text())
    def test_together_they_are_the_text(self, text: str) -> None:
        assert "".join(sentences_of(text)) == text

    def test_a_list_stays_with_the_line_that_introduces_it(self) -> None:
        text = "First words.\n\nDo this:\n\n1. Open it.\n\n2. Close it.\n\nLast words."
        assert list(paragraphs_of(text)) == [
            "First words.",
            "Do this:\n1. Open it.\n2. Close it.",
            "Last words.",
        ]
