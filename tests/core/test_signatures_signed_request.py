"""A `signed_request` of Meta is read where its own secret signed it, and nothing else is."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import BadSignature, Reason, signed_request

SECRET = "hush, hush"


def written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def by_anybody(told: bytes, secret: str = SECRET) -> str:
    """As Meta's documentation says it is made."""
    return f"{written(hmac.new(secret.encode(), written(told).encode(), sha256).digest())}.{written(told)}"


@given(st.binary())
def test_what_anybody_can_compute_is_read(told: bytes) -> None:
    assert signed_request.sign(told, SECRET) == by_anybody(told)
    assert signed_request.read(by_anybody(told), ["another", SECRET]) == told


def test_the_padding_that_some_senders_leave_counts_for_nothing() -> None:
    mac, told = by_anybody(b'{"user_id":"1"}').split(".")
    assert signed_request.read(f"{mac}=.{told}", [SECRET]) == b'{"user_id":"1"}'


@given(st.data())
def test_any_changed_letter_is_refused(data: st.DataObject) -> None:
    text = by_anybody(json.dumps({"user_id": "4711"}).encode())
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters().filter(lambda one: one != text[place] and one != "="))
    with pytest.raises(BadSignature):
        signed_request.read(text[:place] + letter + text[place + 1 :], [SECRET])


@given(st.text())
def test_any_text_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadSignature) as refused:
        signed_request.read(text, [SECRET])
    assert refused.value.reason in (Reason.MISSING_HEADER, Reason.MALFORMED, Reason.MISMATCH)


@pytest.mark.parametrize("secrets", [[], [""], ["  "]])
def test_without_a_secret_nothing_is_proven(secrets: list[str]) -> None:
    with pytest.raises(BadSignature) as refused:
        signed_request.read(by_anybody(b"{}", ""), secrets)
    assert refused.value.reason is Reason.NO_SECRET


@pytest.mark.parametrize("told", ["*", "a", "ä"])
def test_what_is_signed_but_no_base64url_is_malformed(told: str) -> None:
    mac = written(hmac.new(SECRET.encode(), told.encode(), sha256).digest())
    with pytest.raises(BadSignature) as refused:
        signed_request.read(f"{mac}.{told}", [SECRET])
    assert refused.value.reason is Reason.MALFORMED
