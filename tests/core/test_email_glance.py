"""What is left out for the sake of speed changes nothing: neither the glance at lines, nor phrases in small letters."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.addresses import parse_addresses
from helpdesk_core.charsets import small_letters
from helpdesk_core.email import bounce_phrases, quote_phrases
from helpdesk_core.email.dates import read_date
from helpdesk_core.email.quotes import (
    ends_with_introduction,
    introduction_at,
    is_forward,
    is_quoted,
    plain_lines,
)
from helpdesk_core.message_ids import message_ids
from tests.core.test_email_replies import INTRODUCTIONS

WORDS = (
    *quote_phrases.WROTE,
    *quote_phrases.ON,
    *quote_phrases.QUOTING,
    *quote_phrases.ORIGINAL,
    *quote_phrases.ABOVE_THIS_LINE,
    *quote_phrases.FORWARDED,
    *quote_phrases.FORWARDING,
    *quote_phrases.FROM.split("|"),
    *quote_phrases.SENT.split("|"),
    *quote_phrases.TO.split("|"),
    *quote_phrases.SUBJECT.split("|"),
)
PIECES = st.sampled_from(
    [
        *(re.sub(r"\(\?:|\)\??|\{[\d,]+\}|\[[^]]*\]|\?", "", word).partition("|")[0] for word in WORDS),
        *(line for introduction in INTRODUCTIONS.values() for line in introduction.split("\n")),
        *(
            "> ",
            ">>> ",
            "--",
            "-----",
            "__",
            ":",
            "：",
            "@",
            "ana@garden.example",
            "<ana@garden.example>",
            " ",
        ),
        *("5 Mar 2024", "09:01", "Ana Müller", "2024年3月5日", "", "\t", ",", "."),
    ]
)
LINES = st.lists(st.lists(PIECES, max_size=5).map(" ".join), min_size=1, max_size=8)


@settings(max_examples=500)
@given(LINES)
def test_a_line_that_a_glance_takes_for_the_writers_own_is_theirs(lines: list[str]) -> None:
    plain = plain_lines("\n".join(lines), lines)
    assert len(plain) == len(lines)
    for at, line in enumerate(lines):
        if plain[at]:
            assert not is_quoted(line)
            assert not is_forward(line)
            assert ends_with_introduction(line) is None
            assert introduction_at(lines, at) is None


def test_most_lines_of_most_mails_are_known_at_a_glance() -> None:
    lines = ["Hello,", "", "the kettle leaks since Monday. I wrote to you before.", "", "Best wishes", "Ida"]
    assert plain_lines("\n".join(lines), lines) == [True] * len(lines)


def test_a_line_that_tells_to_write_above_it_holds_what_the_glance_looks_for() -> None:
    for phrase in quote_phrases.ABOVE_THIS_LINE:
        told = re.sub(r"\(\?:|[()?]", "", phrase)
        assert any(word in told for word in quote_phrases.IN_ABOVE_THIS_LINE), phrase


def test_the_phrases_of_mail_systems_are_in_small_letters() -> None:
    patterns = {name: one for name, one in vars(bounce_phrases).items() if isinstance(one, re.Pattern)}
    assert patterns
    for name, pattern in patterns.items():
        assert not pattern.flags & re.IGNORECASE, name
        bare = re.sub(r"\\[A-Z]", "", pattern.pattern)
        assert bare == bare.lower(), name


@given(st.text())
def test_small_letters_stay_where_they_were(text: str) -> None:
    small = small_letters(text)
    assert len(small) == len(text)
    assert all(
        one in (other, other.lower(), other.lower()[0])
        for one, other in zip(small, text, strict=True)
        if other != "Σ"
    )


def test_letters_that_become_two_when_made_small_stay_one() -> None:
    assert small_letters("İSTANBUL User UNKNOWN") == "istanbul user unknown"


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1001, 1, 1), datetime(2999, 12, 30), timezones=ZONES)  # noqa: DTZ001  they have one


@given(MOMENTS)
def test_a_date_as_most_are_written_is_read_as_any_other(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    usual = format_datetime(moment)
    assert read_date(usual) == moment.astimezone(UTC)
    assert read_date(usual) == read_date(f"{usual} (a remark)")


NAMES = st.text(st.sampled_from("Ida Müller'.=?\\_-\t\n*@1"), max_size=20)
MAILBOXES = st.sampled_from(
    ["ida@garden.example", "i.d.a+x@GARDEN.example", "ida@", "@x", "ida", "ü@ö.example", "a'b@c"]
)


@given(NAMES, MAILBOXES)
def test_an_address_as_most_are_written_is_read_as_any_other(name: str, mailbox: str) -> None:
    field = f"{name}<{mailbox}>"
    assert parse_addresses(field) == parse_addresses(f"{field};")


@given(st.text(st.sampled_from("a1.+$%&*/@-_<> "), max_size=20))
def test_an_id_as_most_are_written_is_read_as_any_other(inside: str) -> None:
    assert message_ids(f"<{inside}>") == message_ids(f"<{inside}> ")
