"""The desk's own signature for pushed mail; the oracle is its documented formula, written out here."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from helpdesk_core.signatures import TOLERANCE, BadSignature, Proven, Reason, timestamped_hmac

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
T = "1772357400"
BODY = b"From: jo@customer.example\r\nSubject: Gr\xfc\xdfe\r\n\r\nStill broken."
SECRET = "a long and random secret"
NAMES = ("x-helpdesk-timestamp", "x-helpdesk-signature")

anything = st.text(st.characters(), max_size=80)


def signed(now: datetime = NOW, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return timestamped_hmac.sign(body, secret, now)


def refusal(headers: dict[str, str], secrets: list[str], body: bytes = BODY, now: datetime = NOW) -> Reason:
    with pytest.raises(BadSignature) as refused:
        timestamped_hmac.verify(headers, body, secrets, now)
    return refused.value.reason


@given(
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    body=st.binary(max_size=200),
    at=st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda passed: NOW + passed),
    skew=st.timedeltas(-TOLERANCE + timedelta(seconds=1), TOLERANCE - timedelta(seconds=1)),
)
def test_a_sender_needs_nothing_but_the_documented_formula(
    secret: str, body: bytes, at: datetime, skew: timedelta
) -> None:
    """Senders are scripts in any language, and mail is any bytes: nobody may need our code to sign."""
    assume(secret.strip())
    seconds = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = dict(zip(NAMES, (seconds, f"v1={digest}"), strict=True))
    assert signed(at, body, secret) == headers
    whole = at.replace(microsecond=0)
    assert timestamped_hmac.verify(headers, body, [secret], at + skew) == Proven(at=whole, id=None)


def test_a_fixed_example_stays_proven() -> None:
    # The digest is what `openssl dgst -sha256 -hmac` prints.
    digest = "859ff30e70a4adaad194a6636b17557778812886eaad00f37d6ee1f66f785476"
    assert signed() == {"x-helpdesk-timestamp": T, "x-helpdesk-signature": f"v1={digest}"}


def test_every_configured_secret_is_tried_so_that_one_can_be_rotated() -> None:
    assert timestamped_hmac.verify(signed(), BODY, ["new", "", SECRET], NOW).at == NOW
    assert refusal(signed(), ["new"]) is Reason.MISMATCH


@pytest.mark.parametrize("unset", [[], [""], [" \t\n", ""], ["\ud800"]])
def test_without_a_usable_secret_even_a_signature_by_the_empty_key_is_refused(unset: list[str]) -> None:
    by_nobody = hmac.digest(b"", T.encode() + b"." + BODY, "sha256").hex()
    assert refusal({**signed(), "x-helpdesk-signature": f"v1={by_nobody}"}, unset) is Reason.NO_SECRET


def test_one_string_instead_of_a_list_is_a_mistake_and_never_a_list_of_letters() -> None:
    with pytest.raises(TypeError):
        timestamped_hmac.verify(signed(secret="a"), BODY, SECRET, NOW)


def test_signing_without_a_secret_is_refused() -> None:
    with pytest.raises(BadSignature) as refused:
        timestamped_hmac.sign(BODY, "", NOW)
    assert refused.value.reason is Reason.NO_SECRET


@pytest.mark.parametrize("name", NAMES)
def test_both_headers_are_needed(name: str) -> None:
    headers = signed()
    assert refusal({**headers, name: ""}, [SECRET]) is Reason.MISSING_HEADER
    del headers[name]
    assert refusal(headers, [SECRET]) is Reason.MISSING_HEADER


@pytest.mark.parametrize("prefix", ["", "v0=", "v2=", "V1=", "v1:", "sha256=", " v1="])
def test_the_signature_names_its_version(prefix: str) -> None:
    headers = signed()
    headers["x-helpdesk-signature"] = headers["x-helpdesk-signature"].replace("v1=", prefix)
    assert refusal(headers, [SECRET]) is Reason.MALFORMED


def test_the_clocks_may_differ_by_five_minutes_either_way_and_no_moment_more() -> None:
    moment = timedelta(microseconds=1)
    for now in (NOW - TOLERANCE, NOW + TOLERANCE):
        assert timestamped_hmac.verify(signed(), BODY, [SECRET], now).at == NOW
    assert refusal(signed(), [SECRET], now=NOW + TOLERANCE + moment) is Reason.TOO_OLD
    assert refusal(signed(), [SECRET], now=NOW - TOLERANCE - moment) is Reason.TOO_NEW


def test_an_old_and_forged_signature_is_called_forged() -> None:
    assert refusal(signed(secret="theirs"), [SECRET], now=NOW + timedelta(days=1)) is Reason.MISMATCH


def test_a_message_tells_no_secret_and_no_signature() -> None:
    for headers, now in ((signed(secret="theirs"), NOW), (signed(), NOW + TOLERANCE * 2)):
        with pytest.raises(BadSignature) as refused:
            timestamped_hmac.verify(headers, BODY, [SECRET], now)
        told = str(refused.value)
        assert told
        assert not any(hidden in told for hidden in (SECRET, signed()["x-helpdesk-signature"][3:], T))


@given(place=st.integers(0, len(BODY) - 1), mask=st.integers(1, 255))
def test_any_changed_byte_of_the_mail_is_refused(place: int, mask: int) -> None:
    """The signature is all that stands between a stranger and the inbox."""
    changed = BODY[:place] + bytes([BODY[place] ^ mask]) + BODY[place + 1 :]
    assert refusal(signed(), [SECRET], changed) is Reason.MISMATCH


@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_changed_character_of_a_header_is_refused(name: str, data: st.DataObject) -> None:
    """A timestamp that could be changed would let one recorded mail be pushed forever."""
    value = signed()[name]
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters())
    assume(letter != value[place])
    changed = value[:place] + letter + value[place + 1 :]
    assert refusal({**signed(), name: changed}, [SECRET]) in (Reason.MISMATCH, Reason.MALFORMED)


@given(seconds=anything, signature=anything, secret=anything, body=st.binary(max_size=80))
@example(T, "v1=é", SECRET, b"\xff")
@example(T, "v1=\ud800", SECRET, b"")
@example(T, "v1=\x00", SECRET, b"\x00")
@example(T, "v1=" + "0" * 10**6, SECRET, b"")
@example("9" * 10**6, "v1=0", SECRET, b"")
@example("253402300800", "v1=0", SECRET, b"")
@example("²", "v1=0", SECRET, b"")
def test_hostile_headers_are_refused_and_break_nothing(
    seconds: str, signature: str, secret: str, body: bytes
) -> None:
    """Strangers choose these; another error than the refusal would be a 500 and a traceback in the log."""
    headers = dict(zip(NAMES, (seconds, signature), strict=True))
    assert isinstance(refusal(headers, [secret], body), Reason)
