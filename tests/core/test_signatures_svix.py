"""Standard Webhooks signatures; the oracle is Svix's own library, which reads the real clock."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from svix.webhooks import Webhook, WebhookVerificationError

from helpdesk_core.signatures import TOLERANCE, BadSignature, Proven, Reason, svix

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
BODY = b'{"type":"email.received","data":{"subject":"Where is my parcel?"}}'
KEY = b"twenty-four bytes of key"
SECRET = "whsec_" + b64encode(KEY).decode()
OTHER = "whsec_" + b64encode(b"another key, just as long").decode()
ID = "msg_31aLp0Qd"
NAMES = ("svix-id", "svix-timestamp", "svix-signature")

secrets = st.binary(min_size=1, max_size=64).map(lambda key: "whsec_" + b64encode(key).decode())
ids = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
bodies = st.text(max_size=200).map(str.encode)
# Two seconds from the edges: the oracle's clock runs on between our reading it and its own.
ages = st.one_of(st.integers(-298, 298), st.integers(302, 10**8), st.integers(-(10**8), -302))
anything = st.text(st.characters(), max_size=80)


def signed(now: datetime = NOW, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return svix.sign(body, secret, now, ID, "svix")


def refusal(headers: dict[str, str], secrets: list[str], body: bytes = BODY, now: datetime = NOW) -> Reason:
    with pytest.raises(BadSignature) as refused:
        svix.verify(headers, body, secrets, now)
    return refused.value.reason


def test_a_signed_delivery_is_proven_with_its_time_and_its_id() -> None:
    assert svix.verify(signed(), BODY, [SECRET], NOW) == Proven(at=NOW, id=ID)


def test_both_families_of_header_names_are_read_and_the_branded_one_wins() -> None:
    unbranded = svix.sign(BODY, SECRET, NOW, "msg_plain")
    assert set(unbranded) == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert svix.verify(unbranded, BODY, [SECRET], NOW).id == "msg_plain"
    assert svix.verify({**unbranded, **signed()}, BODY, [SECRET], NOW).id == ID


@pytest.mark.parametrize("length", [22, 23, 24])
def test_a_secret_may_lack_its_prefix_its_padding_and_carry_space_around_it(length: int) -> None:
    padded = b64encode(KEY[:length]).decode()
    headers = signed(secret=padded)
    bare = padded.rstrip("=")
    for written in (f"whsec_{padded}", bare, f"{bare}=", f" whsec_{padded}\n"):
        assert svix.verify(headers, BODY, [written], NOW).id == ID


def test_every_configured_secret_is_tried_so_that_one_can_be_rotated() -> None:
    assert svix.verify(signed(secret=OTHER), BODY, [SECRET, "", "not base64!", OTHER], NOW).id == ID
    assert refusal(signed(secret=OTHER), [SECRET]) is Reason.MISMATCH


def test_any_readable_v1_of_the_header_counts_whatever_stands_beside_it() -> None:
    good = signed()["svix-signature"]
    beside = f"v1 v1a,{'A' * 88} v1,*** v2,x v1,{'A' * 43}= {signed(secret=OTHER)['svix-signature']} {good}"
    assert svix.verify({**signed(), "svix-signature": beside}, BODY, [SECRET], NOW).id == ID


@pytest.mark.parametrize("version", ["v2", "v1a", "V1", "", "v1 "])
def test_a_signature_under_another_version_proves_nothing(version: str) -> None:
    moved = signed()["svix-signature"].replace("v1,", f"{version},")
    assert refusal({**signed(), "svix-signature": moved}, [SECRET]) is Reason.MALFORMED


@pytest.mark.parametrize(
    "unset", [[], [""], [" \t\n", ""], ["whsec_"], ["whsec_===="], ["whpk_QUJD"], ["whsec_é"]]
)
def test_without_a_usable_secret_even_a_signature_by_the_empty_key_is_refused(unset: list[str]) -> None:
    headers = signed()
    content = f"{ID}.{headers['svix-timestamp']}.".encode() + BODY
    by_nobody = b64encode(hmac.digest(b"", content, "sha256")).decode()
    assert refusal({**headers, "svix-signature": f"v1,{by_nobody}"}, unset) is Reason.NO_SECRET


def test_one_string_instead_of_a_list_is_a_mistake_and_never_a_list_of_letters() -> None:
    with pytest.raises(TypeError):
        svix.verify(signed(), BODY, SECRET, NOW)


def test_signing_without_a_usable_secret_or_with_an_unprintable_id_is_refused() -> None:
    for secret, delivery_id, reason in (
        ("", ID, Reason.NO_SECRET),
        (SECRET, "a\nb", Reason.MALFORMED),
        (SECRET, "é", Reason.MALFORMED),
    ):
        with pytest.raises(BadSignature) as refused:
            svix.sign(BODY, secret, NOW, delivery_id)
        assert refused.value.reason is reason


@pytest.mark.parametrize("name", NAMES)
def test_each_of_the_three_headers_is_needed(name: str) -> None:
    headers = signed()
    assert refusal({**headers, name: ""}, [SECRET]) is Reason.MISSING_HEADER
    del headers[name]
    assert refusal(headers, [SECRET]) is Reason.MISSING_HEADER


@pytest.mark.parametrize(
    "seconds",
    ["soon", "nan", "inf", "1772357400.0", "+1772357400", "-1", "01772357400", "1_772_357_400", "²", "٣"],
)
def test_a_timestamp_is_plain_unix_seconds(seconds: str) -> None:
    assert refusal({**signed(), "svix-timestamp": seconds}, [SECRET]) is Reason.MALFORMED


def test_the_clocks_may_differ_by_five_minutes_either_way_and_no_moment_more() -> None:
    moment = timedelta(microseconds=1)
    for now in (NOW - TOLERANCE, NOW + TOLERANCE):
        assert svix.verify(signed(), BODY, [SECRET], now).at == NOW
    assert refusal(signed(), [SECRET], now=NOW + TOLERANCE + moment) is Reason.TOO_OLD
    assert refusal(signed(), [SECRET], now=NOW - TOLERANCE - moment) is Reason.TOO_NEW


def test_an_old_and_forged_signature_is_called_forged() -> None:
    assert refusal(signed(secret=OTHER), [SECRET], now=NOW + timedelta(days=1)) is Reason.MISMATCH


def test_a_signed_body_that_is_not_text_is_refused() -> None:
    assert refusal(signed(body=b'{"a":"\xff"}'), [SECRET], b'{"a":"\xff"}') is Reason.MALFORMED


def test_a_message_tells_no_secret_and_no_signature() -> None:
    for headers, now in ((signed(secret=OTHER), NOW), (signed(), NOW + TOLERANCE * 2)):
        with pytest.raises(BadSignature) as refused:
            svix.verify(headers, BODY, [SECRET], now)
        told = str(refused.value)
        assert told
        assert not any(hidden in told for hidden in (SECRET[6:], signed()["svix-signature"][3:], ID))


@given(secret=secrets, body=bodies, delivery_id=ids, age=ages)
def test_we_judge_what_the_vendor_signs_as_the_vendor_does(
    secret: str, body: bytes, delivery_id: str, age: int
) -> None:
    """Senders use this library or one like it: a delivery refused here would be lost to a customer."""
    now = datetime.now(UTC)
    at = now.replace(microsecond=0) - timedelta(seconds=age)
    signature = Webhook(secret).sign(delivery_id, at, body.decode())
    headers = dict(zip(NAMES, (delivery_id, str(int(at.timestamp())), signature), strict=True))
    assert headers == svix.sign(body, secret, at, delivery_id, "svix")
    if vendor_accepts(headers, body, secret):
        assert svix.verify(headers, body, [secret], now) == Proven(at=at, id=delivery_id)
    else:
        assert refusal(headers, [secret], body, now) in (Reason.TOO_OLD, Reason.TOO_NEW)


@given(
    entries=st.lists(
        st.sampled_from(
            ["good", "other", "v2", "bare", "v1,", "v1,AAAA", "v1,é", "v1,a,b", "short", "junk", ""]
        ),
        max_size=6,
    )
)
def test_whatever_list_of_signatures_the_vendor_refuses_we_refuse(entries: list[str]) -> None:
    """A looser reading of the header than the scheme's own would be a way around it.

    The vendor raises an undocumented ValueError where an entry cannot be unpacked or decoded; that is no
    verdict on its neighbours, so there ours goes by whether the good signature is listed.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    good = signed(now)["svix-signature"]
    forms = {
        "good": good,
        "other": signed(now, secret=OTHER)["svix-signature"],
        "v2": good.replace("v1", "v2"),
        "bare": good.removeprefix("v1,"),
        "short": good[:-2],
        "junk": good.replace("v1,", "v1,\x00"),
    }
    headers = {**signed(now), "svix-signature": " ".join(forms.get(entry, entry) for entry in entries)}
    try:
        vendor = vendor_accepts(headers, BODY, SECRET)
    except ValueError:
        vendor = "good" in entries
    if "junk" in entries and "good" not in entries:
        vendor = False  # the vendor skips what is not base64 inside a signature
    if vendor:
        assert svix.verify(headers, BODY, [SECRET], now).id == ID
    else:
        assert refusal(headers, [SECRET], now=now) in (
            Reason.MISSING_HEADER,
            Reason.MALFORMED,
            Reason.MISMATCH,
        )


@given(place=st.integers(0, len(BODY) - 1), mask=st.integers(1, 255))
def test_any_changed_byte_of_the_body_is_refused(place: int, mask: int) -> None:
    """The signature is all that stands between a stranger and the inbox."""
    changed = BODY[:place] + bytes([BODY[place] ^ mask]) + BODY[place + 1 :]
    assert refusal(signed(), [SECRET], changed) is Reason.MISMATCH


@given(name=st.sampled_from(NAMES[:2]), data=st.data())
def test_any_changed_character_of_the_id_or_the_timestamp_is_refused(name: str, data: st.DataObject) -> None:
    """An id that could be changed would let one delivery count as many; a timestamp, let it count forever."""
    value = signed()[name]
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    assume(letter != value[place])
    changed = value[:place] + letter + value[place + 1 :]
    assert refusal({**signed(), name: changed}, [SECRET]) in (Reason.MISMATCH, Reason.MALFORMED)


@given(
    delivery_id=anything, seconds=anything, signature=anything, secret=anything, body=st.binary(max_size=80)
)
@example("msg_é", "1772357400", "v1,é", SECRET, b"{}")
@example("msg_\x00", "1772357400", "v1,\x00", SECRET, b"\x00")
@example("msg_\ud800", "\udfff", "v1,\ud800", "whsec_\ud800", b"\xff")
@example("m" * 10**6, "9" * 10**6, "v1," * 10**5, SECRET, b"")
@example(ID, "253402300800", "v1," + "A" * 43 + "=", SECRET, b"")
@example(ID, "253402300799", "v1,AAAA " * 10**5, SECRET, b"")
def test_hostile_headers_are_refused_and_break_nothing(
    delivery_id: str, seconds: str, signature: str, secret: str, body: bytes
) -> None:
    """Strangers choose these; another error than the refusal would be a 500 and a traceback in the log."""
    headers = dict(zip(NAMES, (delivery_id, seconds, signature), strict=True))
    assert isinstance(refusal(headers, [secret], body), Reason)


@given(name=st.sampled_from(NAMES), value=anything)
def test_one_hostile_header_among_good_ones_is_refused_and_breaks_nothing(name: str, value: str) -> None:
    """The other headers being right takes the odd one past the first checks."""
    assume(value != signed()[name])
    assert isinstance(refusal({**signed(), name: value}, [SECRET]), Reason)


def vendor_accepts(headers: dict[str, str], body: bytes, secret: str) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


@given(bodies, st.lists(secrets, min_size=1, max_size=4, unique=True), ids)
def test_with_several_secrets_each_of_them_alone_is_enough_for_the_receiver(
    body: bytes, several: list[str], delivery_id: str
) -> None:
    now = datetime.now(UTC)
    headers = svix.sign_with_all(body, several, now, delivery_id)
    assert len(headers["webhook-signature"].split()) == len(several)
    for secret in several:
        Webhook(secret).verify(body, headers)  # the oracle raises where it does not hold
        assert svix.verify(headers, body, [secret], now).id == delivery_id


def test_with_no_secret_or_an_unusable_one_among_them_nothing_is_signed() -> None:
    for several in ([], [SECRET, ""], ["***", SECRET]):
        with pytest.raises(BadSignature):
            svix.sign_with_all(BODY, several, NOW, ID)
