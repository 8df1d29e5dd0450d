"""Slack's text is read into plain words, and written so that it stays words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.messaging.slack.mrkdwn import escaped, mentioned, pieces, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> and <@U2|jo> and <@U3>", "@Ida and @jo and @U3"),
        ("<#C1|help> <#C2>", "#help #C2"),
        ("<!here> <!subteam^S1|@team> <!date^1772357400^{date}|1 March>", "@here @team 1 March"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<https://a.example/|a.example>", "https://a.example/"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("<mailto:ida@a.example|ida@a.example>", "ida@a.example"),
        ("2 < 3 and <>", "2 < 3 and <>"),
    ],
)
def test_what_slack_writes_is_read_as_people_read_it(text: str, plain: str) -> None:
    assert words(text, {"U1": "Ida"}) == plain


def test_whoever_is_mentioned_is_known_once() -> None:
    assert mentioned("<@U1> <@W2|x> <@U1> <@not> @U3") == ("U1", "W2")


@given(st.text())
def test_what_is_written_is_read_as_it_was(text: str) -> None:
    assert words(escaped(text), {}) == text


@given(st.text(st.sampled_from("ab &<>\n\U0001f469\u200d\U0001f52c"), max_size=200), st.integers(20, 40))
def test_pieces_fit_and_lose_nothing_but_gaps(text: str, longest: int) -> None:
    found = pieces(text, longest)
    assert all(len(escaped(piece)) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_nothing_that_is_read_as_one_character_is_cut() -> None:
    scientist = "\U0001f469\u200d\U0001f52c"
    found = pieces(scientist * 20, 10)
    assert set(found) == {scientist * 3, scientist * 2}
