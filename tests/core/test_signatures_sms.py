"""What carriers of SMS sign is proven, and nothing else: tokens, parameters, and a key that is theirs alone."""

import hashlib
import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import (
    TOLERANCE,
    BadSignature,
    Reason,
    compact_jwt,
    digest_jwt,
    ed25519,
    sorted_parameters,
)

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SECONDS = 1772357400
SECRET = "a long and random secret"
claims = st.dictionaries(
    st.text(max_size=8).filter(lambda name: name not in ("exp", "nbf")),
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    max_size=5,
)


def part(told: object) -> bytes:
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return urlsafe_b64encode(raw).rstrip(b"=")


def token(header: object, told: object, secret: str = SECRET, digest: str = "sha256") -> bytes:
    """Any token at all, rightly signed."""
    signed = part(header) + b"." + part(told)
    return signed + b"." + part(hmac.digest(secret.encode(), signed, digest))


def refusal(made: bytes, *secrets: str, **more: Any) -> Reason:
    with pytest.raises(BadSignature) as refused:
        compact_jwt.claims_of(made, secrets or [SECRET], NOW, **more)
    return refused.value.reason


@given(claims, st.sampled_from(sorted(compact_jwt.DIGESTS)))
def test_a_token_says_what_was_put_into_it(told: dict[str, Any], algorithm: str) -> None:
    made = compact_jwt.token_of(told, SECRET, algorithm)
    assert compact_jwt.claims_of(made, ["other", SECRET], NOW, algorithms=(algorithm,)) == told
    assert refusal(made, "other", algorithms=(algorithm,)) is Reason.MISMATCH


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "", "HS512", "RS256", "hs256", "HS256 ", None, 1, ["HS256"]]
)
def test_only_the_algorithm_that_is_asked_for_counts(alg: object) -> None:
    for digest in ("sha256", "sha512"):
        assert refusal(token({"alg": alg}, {}, digest=digest)) is Reason.MALFORMED
    assert refusal(part({"alg": alg}) + b"." + part({}) + b".") is Reason.MALFORMED


def test_a_header_that_names_a_key_is_not_followed() -> None:
    made = token({"alg": "HS256", "kid": "../../dev/null", "jku": "https://elsewhere.example"}, {"a": 1})
    assert compact_jwt.claims_of(made, [SECRET], NOW) == {"a": 1}
    by_nothing = token({"alg": "HS256", "kid": "../../dev/null"}, {"a": 1}, secret="")
    assert refusal(by_nothing) is Reason.MISMATCH


def test_what_a_token_demands_and_nobody_here_knows_is_refused() -> None:
    assert refusal(token({"alg": "HS256", "crit": ["b64"], "b64": False}, {})) is Reason.MALFORMED


@pytest.mark.parametrize(
    "made",
    [
        b"",
        b"..",
        b"a.b",
        b"a.b.c.d",
        b'{"a": 1}',
        token({"alg": "HS256"}, [1]),
        token({"alg": "HS256"}, b"\xff"),
        token({"alg": "HS256"}, b"{"),
        token({"alg": "HS256"}, b'{"a": NaN}'),
        token({"alg": "HS256"}, b'{"a": 1, "a": 2}'),
        token(b'{"alg": "none", "alg": "HS256"}', {}),
        token({"alg": "HS256"}, b"[" * 100_000),
    ],
)
def test_what_is_no_token_is_malformed(made: bytes) -> None:
    assert refusal(made) is Reason.MALFORMED


@pytest.mark.parametrize("more", [b" ", b"\n", b"=", b"==", b"\xff", b"\0", b"."])
def test_a_token_has_one_writing(more: bytes) -> None:
    made = compact_jwt.token_of({"a": 1}, SECRET)
    for written in (
        made + more,
        more + made,
        made.replace(b".", b"." + more),
        made.replace(b".", more + b"."),
    ):
        assert refusal(written) is Reason.MALFORMED


def test_bits_that_mean_nothing_must_be_none() -> None:
    made = compact_jwt.token_of({"a": 1}, SECRET)
    assert len(made.rpartition(b".")[2]) % 4 == 3  # two bits are left over
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [bytes([letters[letters.index(made[-1]) ^ bit]]) for bit in (1, 2, 3)]
    assert {refusal(made[:-1] + other) for other in others} == {Reason.MALFORMED}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"exp": SECONDS}, Reason.TOO_OLD),
        ({"exp": SECONDS - 1}, Reason.TOO_OLD),
        ({"nbf": SECONDS + 1}, Reason.TOO_NEW),
        ({"exp": "tomorrow"}, Reason.MALFORMED),
        ({"exp": True}, Reason.MALFORMED),
        ({"exp": -1}, Reason.MALFORMED),
        ({"nbf": 10**400}, Reason.MALFORMED),
        ({"nbf": [1]}, Reason.MALFORMED),
    ],
)
def test_a_token_counts_between_its_times(told: dict[str, Any], expected: Reason) -> None:
    assert refusal(compact_jwt.token_of(told, SECRET)) is expected
    good = {"exp": SECONDS + 0.5, "nbf": SECONDS}
    assert compact_jwt.claims_of(compact_jwt.token_of(good, SECRET), [SECRET], NOW) == good


@pytest.mark.parametrize("unset", [[], [""], [" \t\n", ""], ["\ud800"]])
def test_without_a_usable_secret_nothing_is_proven(unset: list[str]) -> None:
    by_nobody = token({"alg": "HS256"}, {}, secret="")
    with pytest.raises(BadSignature) as refused:
        compact_jwt.claims_of(by_nobody, unset, NOW)
    assert refused.value.reason is Reason.NO_SECRET


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=60))
def test_a_bearers_token_is_for_one_body(body: bytes, other: bytes) -> None:
    headers = digest_jwt.sign_bearer(body, SECRET, NOW, "1")
    assert digest_jwt.verify_bearer(headers, body, [SECRET], NOW).at == NOW
    with pytest.raises(BadSignature):
        digest_jwt.verify_bearer(headers, body + other, [SECRET], NOW)


@pytest.mark.parametrize("told", ["", "Basic YTpi", "Bearer", "Bearer ", "token"])
def test_another_authorization_bears_no_token(told: str) -> None:
    with pytest.raises(BadSignature) as refused:
        digest_jwt.verify_bearer({"authorization": told}, b"{}", [SECRET], NOW)
    assert refused.value.reason in (Reason.MISSING_HEADER, Reason.MALFORMED)


@given(st.text(max_size=40), st.binary(max_size=40))
def test_a_requests_token_is_for_one_address_and_body(path: str, body: bytes) -> None:
    url = "https://desk.example/" + path.encode("ascii", "replace").decode()
    headers = digest_jwt.sign_request(url, body, SECRET, NOW, "1")
    assert digest_jwt.verify_request(headers, url, body, [SECRET], NOW).at == NOW
    for changed in ((url + "?", body), (url, body + b" "), (url.replace("https", "http"), body)):
        with pytest.raises(BadSignature):
            digest_jwt.verify_request(headers, *changed, [SECRET], NOW)


def test_a_telnyx_key_proves_what_its_owner_signs() -> None:
    """The oracle is the library's own signature over the documented text."""
    private = Ed25519PrivateKey.generate()
    public = b64encode(private.public_key().public_bytes_raw()).decode()
    body = b'{"data": {}}'
    made = b64encode(private.sign(f"{SECONDS}|".encode() + body)).decode()
    headers = {"telnyx-signature-ed25519": made, "telnyx-timestamp": str(SECONDS)}
    assert ed25519.verify(headers, body, ["trial:other", public], NOW).at == NOW
    for late in (TOLERANCE, -TOLERANCE):
        assert ed25519.verify(headers, body, [public], NOW + late).at == NOW
        with pytest.raises(BadSignature):
            ed25519.verify(headers, body, [public], NOW + late * 1.01)


@pytest.mark.parametrize(
    "secret", ["a secret", "trial:", "trial:  ", "AAAA", "=" * 44, b64encode(b"x" * 33).decode()]
)
def test_what_is_no_public_key_is_none(secret: str) -> None:
    with pytest.raises(BadSignature) as refused:
        ed25519.verify(ed25519.sign(b"", "trial:x", NOW), b"", [secret], NOW)
    assert refused.value.reason is Reason.NO_SECRET


def test_nobody_signs_for_a_key_that_is_not_for_trials() -> None:
    with pytest.raises(BadSignature):
        ed25519.sign(b"", b64encode(b"x" * 32).decode(), NOW)


parameters = st.dictionaries(
    st.text(min_size=1, max_size=6).filter(lambda name: name not in ("sig", "timestamp")),
    st.text(max_size=12),
    max_size=5,
)


@given(parameters, st.sampled_from(sorted_parameters.METHODS))
def test_parameters_are_proven_by_the_method_of_their_secret(told: dict[str, str], method: str) -> None:
    secret = f"{method}:{SECRET}"
    signed = sorted_parameters.sign(told, secret, NOW)
    upper = {**signed, "sig": signed["sig"].upper()}
    assert sorted_parameters.verify(signed, ["other", secret], NOW).at == NOW
    assert sorted_parameters.verify(upper, [secret], NOW).at == NOW
    for other in sorted_parameters.METHODS:
        if other != method:
            with pytest.raises(BadSignature) as refused:
                sorted_parameters.verify(signed, [f"{other}:{SECRET}"], NOW)
            assert refused.value.reason is Reason.MISMATCH


def test_a_secret_without_a_method_is_one_for_sha256() -> None:
    told = {"b": "2", "a": "x&y=z"}
    text = f"&a=x_y_z&b=2&timestamp={SECONDS}".encode()
    expected = hmac.digest(b"un:usual", text, hashlib.sha256).hex()
    assert sorted_parameters.sign(told, "un:usual", NOW)["sig"] == expected


def test_parameters_without_their_time_prove_nothing() -> None:
    signed = sorted_parameters.sign({"a": "1"}, SECRET, NOW)
    for missing in ("timestamp", "sig"):
        with pytest.raises(BadSignature):
            sorted_parameters.verify({**signed, missing: ""}, [SECRET], NOW)
    with pytest.raises(BadSignature) as refused:
        sorted_parameters.verify(signed, [SECRET], NOW + timedelta(seconds=301))
    assert refused.value.reason is Reason.TOO_OLD
