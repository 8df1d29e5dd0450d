"""Replies greet people as they may expect it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.suggestions.greetings import (
    LANGUAGES,
    LONGEST_NAME,
    Tone,
    called_by,
    courtesies_of,
    farewell,
    opening,
    tone_of,
)


def test_the_languages_are_at_least_those_that_the_desk_promises() -> None:
    assert {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "ja"} <= LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_in_every_language_a_reply_can_be_worded_in_three_ways(language: str) -> None:
    courtesies = courtesies_of(language)
    for tone in Tone:
        assert "Ida" in opening(language, "Ida Brandt", tone)
        assert "{" not in opening(language, "Ida Brandt", tone) + opening(language, None, tone)
        assert farewell(language, tone)
    assert len({*courtesies.leads, *courtesies.ends}) == 6
    assert all(map(str.strip, (*courtesies.leads, *courtesies.ends, courtesies.elsewhere)))


@pytest.mark.parametrize(
    ("language", "name", "tone", "greeting"),
    [
        ("en", "Ida Brandt", Tone.NEUTRAL, "Hello Ida,"),
        ("en", "Ida Brandt", Tone.FORMAL, "Dear Ida Brandt,"),
        ("en", None, Tone.FORMAL, "Dear Sir or Madam,"),
        ("de", "Ida", Tone.NEUTRAL, "Hallo Ida,"),
        ("de", None, Tone.FORMAL, "Sehr geehrte Damen und Herren,"),
        ("de-AT", "Ida", Tone.NEUTRAL, "Hallo Ida,"),
        ("fr", "Anne-Sophie L'Hermite", Tone.NEUTRAL, "Bonjour Anne-Sophie,"),
        ("es", "José", Tone.NEUTRAL, "Hola, José:"),
        ("ja", "山田太郎", Tone.NEUTRAL, "山田太郎 様"),
        ("fi", "Aino", Tone.NEUTRAL, "Hello Aino,"),
        (None, "Ida", Tone.NEUTRAL, "Hello Ida,"),
    ],
)
def test_people_are_greeted_in_their_language(
    language: str | None, name: str | None, tone: Tone, greeting: str
) -> None:
    assert opening(language, name, tone) == greeting


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ida Brandt", "Ida"),
        ("Ida Maria Brandt", "Ida"),
        ("Ida", "Ida"),
        ("A. Brandt", "A. Brandt"),
        ("Dr. Brandt", "Dr. Brandt"),
        ("IDA BRANDT", "IDA BRANDT"),
        ("Garden Tools of Ghent Ltd", "Garden Tools of Ghent Ltd"),
        ("", None),
        ("   ", None),
        ("ida@garden.example", None),
        ("+49 170 1234567", None),
        ("https://evil.example", None),
        ("Ida\n\nBcc: all", None),
        ("<b>Ida</b>", None),
        ("x" * (LONGEST_NAME + 1), None),
    ],
)
def test_what_is_no_name_of_a_person_is_not_used_as_one(name: str, called: str | None) -> None:
    assert called_by(name, Tone.NEUTRAL) == called


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Sehr geehrte Damen und Herren, wo ist mein Paket?", Tone.FORMAL),
        ("Dear Sir or Madam,\nwhere is it?", Tone.FORMAL),
        ("Estimados señores: ...", Tone.FORMAL),
        ("Hi! Where is it?", Tone.NEUTRAL),
        ("Dear team, where is it?", Tone.NEUTRAL),
        ("", Tone.NEUTRAL),
    ],
)
def test_who_writes_formally_is_answered_so(text: str, tone: Tone) -> None:
    assert tone_of(text) is tone


@given(st.none() | st.text(), st.none() | st.text(), st.sampled_from(Tone))
def test_a_greeting_is_one_line_whatever_the_name(language: str | None, name: str | None, tone: Tone) -> None:
    assert len(opening(language, name, tone).splitlines()) == 1
