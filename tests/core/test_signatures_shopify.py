"""What Shopify signs is proven, and nothing else: bodies of webhooks, and queries of links."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import BadSignature, Reason, body_hmac, query_hmac

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SECRET = "hush, hush"
NAME = "x-shopify-hmac-sha256"


@given(st.binary(), st.text(min_size=1).filter(str.strip))
def test_a_body_is_proven_by_the_header_that_anybody_can_compute(body: bytes, secret: str) -> None:
    try:
        key = secret.encode()
    except UnicodeEncodeError:
        return
    told = b64encode(hmac.new(key, body, sha256).digest()).decode()
    assert body_hmac.sign(body, secret, NAME) == {NAME: told}
    body_hmac.verify({NAME: told}, body, [secret], NAME)
    body_hmac.verify({"shopify-hmac-sha256": told}, body, ["other", secret], NAME, "shopify-hmac-sha256")
    with pytest.raises(BadSignature):
        body_hmac.verify({NAME: told}, body + b" ", [secret], NAME)


@pytest.mark.parametrize("told", ["", "äö", "x" * 44, "=" * 44, "AAAA", " " * 44])
def test_a_header_that_is_no_signature_proves_nothing(told: str) -> None:
    with pytest.raises(BadSignature):
        body_hmac.verify({NAME: told}, b"{}", [SECRET], NAME)


parameters = st.dictionaries(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8).filter(
        lambda name: name not in ("hmac", "signature", "timestamp")
    ),
    st.text(max_size=12),
    max_size=6,
)


@given(parameters)
def test_a_signed_query_is_proven_whatever_its_values(told: dict[str, str]) -> None:
    try:
        query = urlencode({**told, "timestamp": int(NOW.timestamp())})
    except UnicodeEncodeError:
        return
    signed = query_hmac.sign(query, SECRET)
    assert query_hmac.verify(signed, ["older", SECRET], NOW).at == NOW
    for late in (timedelta(seconds=301), timedelta(seconds=-301)):
        with pytest.raises(BadSignature) as refused:
            query_hmac.verify(signed, [SECRET], NOW + late)
        assert refused.value.reason in (Reason.TOO_OLD, Reason.TOO_NEW)


@given(parameters, st.text(min_size=1, max_size=5), st.text(max_size=5))
def test_a_query_with_anything_added_is_not_proven(told: dict[str, str], name: str, value: str) -> None:
    try:
        signed = query_hmac.sign(urlencode({**told, "timestamp": int(NOW.timestamp())}), SECRET)
        more = f"{signed}&{urlencode({name: value})}"
    except UnicodeEncodeError:
        return
    if name == "signature":
        return
    with pytest.raises(BadSignature):
        query_hmac.verify(more, [SECRET], NOW)


@given(st.text(max_size=60))
def test_any_text_is_refused_and_no_other_error_is_raised(query: str) -> None:
    with pytest.raises(BadSignature):
        query_hmac.verify(query, [SECRET], NOW)


def test_a_value_that_holds_an_ampersand_does_not_pass_for_two() -> None:
    naive = hmac.new(SECRET.encode(), b"a=1&b=2&timestamp=1", sha256).hexdigest()
    with pytest.raises(BadSignature):
        query_hmac.prove(f"a=1%26b%3D2&timestamp=1&hmac={naive}", [SECRET])
