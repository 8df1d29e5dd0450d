"""Meta's signature over the bytes as they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import BadSignature, Reason, hub_hmac

SECRET = "6f8a1c0e9b2d4f7a8c1e3b5d7f9a0c2e"
BODY = b'{"text":"\\u00e4\\/"}'


def refusal(headers: dict[str, str], body: bytes = BODY, secret: str = SECRET) -> Reason:
    with pytest.raises(BadSignature) as refused:
        hub_hmac.verify(headers, body, [secret])
    return refused.value.reason


@given(st.binary(max_size=300), st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_what_is_signed_is_proven(body: bytes, secret: str) -> None:
    assert hub_hmac.verify(hub_hmac.sign(body, secret), body, ["another", secret]).id is None


def test_only_its_one_writing_counts() -> None:
    good = hub_hmac.sign(BODY, SECRET)[hub_hmac.HEADER]
    assert len(good) == 71
    for wrong in (good[7:], good.upper(), good[:40], f" {good}", good.replace("sha256", "sha1"), "sha256=é"):
        assert refusal({hub_hmac.HEADER: wrong}) is Reason.MISMATCH


def test_the_older_header_is_none() -> None:
    assert (
        refusal({"x-hub-signature": "sha1=f624a8ae68a0e5bcdec3f5189d9cd7ce71992eda"}) is Reason.MISSING_HEADER
    )


def test_the_same_json_written_anew_is_another_body() -> None:
    assert refusal(hub_hmac.sign(BODY, SECRET), '{"text":"ä/"}'.encode()) is Reason.MISMATCH


def test_no_secret_is_no_proof() -> None:
    assert refusal({hub_hmac.HEADER: "sha256=" + "0" * 64}, secret=" ") is Reason.NO_SECRET
