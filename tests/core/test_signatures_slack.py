"""Slack's signature; the oracle is its documented formula, written out here."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk_core.signatures import TOLERANCE, BadSignature, Proven, Reason, slack

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b'{"type":"event_callback"}'


def refusal(headers: dict[str, str], body: bytes = BODY, now: datetime = NOW) -> Reason:
    with pytest.raises(BadSignature) as refused:
        slack.verify(headers, body, [SECRET], now)
    return refused.value.reason


@given(secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), body=st.binary(max_size=200))
def test_what_the_documented_formula_makes_is_proven(secret: str, body: bytes) -> None:
    assume(secret.strip())
    seconds = str(int(NOW.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + seconds.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": seconds, "x-slack-signature": f"v0={digest}"}
    assert slack.sign(body, secret, NOW) == headers
    assert slack.verify(headers, body, [secret], NOW) == Proven(at=NOW, id=None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x-slack-signature": ""}, Reason.MISSING_HEADER),
        ({"x-slack-request-timestamp": ""}, Reason.MISSING_HEADER),
        ({"x-slack-signature": "v1=00"}, Reason.MALFORMED),
        ({"x-slack-signature": "00"}, Reason.MALFORMED),
        ({"x-slack-signature": "v0=ä"}, Reason.MISMATCH),
        ({"x-slack-request-timestamp": "now"}, Reason.MALFORMED),
        ({"x-slack-request-timestamp": "1772357400.5"}, Reason.MALFORMED),
        ({"x-slack-request-timestamp": "9" * 40}, Reason.MALFORMED),
        ({"x-slack-request-timestamp": "1772357401"}, Reason.MISMATCH),
    ],
)
def test_what_slack_would_not_send_is_refused(change: dict[str, str], reason: Reason) -> None:
    assert refusal({**slack.sign(BODY, SECRET, NOW), **change}) is reason


def test_another_spelling_of_the_same_digest_is_none() -> None:
    headers = slack.sign(BODY, SECRET, NOW)
    loud = f"v0={headers['x-slack-signature'][3:].upper()}"
    assert refusal({**headers, "x-slack-signature": loud}) is Reason.MISMATCH


def test_it_counts_for_five_minutes_either_way() -> None:
    headers, second = slack.sign(BODY, SECRET, NOW), timedelta(seconds=1)
    for now in (NOW - TOLERANCE, NOW + TOLERANCE):
        assert slack.verify(headers, BODY, [SECRET], now).at == NOW
    assert refusal(headers, now=NOW + TOLERANCE + second) is Reason.TOO_OLD
    assert refusal(headers, now=NOW - TOLERANCE - second) is Reason.TOO_NEW
