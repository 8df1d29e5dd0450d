"""What a topic signs is proven, and nothing else is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import BadSignature, Proven, Reason, sns
from tests.fakes.sns import (
    CERTIFICATE_URL,
    NOW,
    SUBSCRIBE_URL,
    TOKEN,
    TOPIC,
    body_of,
    certificate,
    message,
    rsa_key,
    signed,
    text_of,
)

PEM = certificate()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TYPES = ("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation")


def verify(told: dict[str, Any], *pems: str, now: datetime = NOW) -> Proven:
    return sns.verify({}, body_of(told), pems or [PEM], now)


def reason(told: dict[str, Any], *pems: str, now: datetime = NOW) -> Reason:
    with pytest.raises(BadSignature) as refused:
        verify(told, *pems, now=now)
    return refused.value.reason


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("version", ["1", "2"])
@given(text=TEXT, subject=st.none() | TEXT)
def test_what_sns_signs_is_proven(type: str, version: str, text: str, subject: str | None) -> None:
    told = signed(message(text, type, SignatureVersion=version, Subject=subject))
    assert verify(told) == Proven(at=None, id=told["MessageId"])


@pytest.mark.parametrize("type", TYPES)
@given(data=st.data(), text=TEXT)
def test_every_member_that_is_signed_counts(type: str, data: st.DataObject, text: str) -> None:
    told = signed(message(type=type))
    name = data.draw(st.sampled_from(sorted(sns.SIGNED[sns.SnsType(type)])))
    if told.get(name) != text:
        with pytest.raises(BadSignature):
            verify({**told, name: text})


def test_the_text_is_that_of_amazons_guide() -> None:
    told = message("a\nb", Subject="")
    assert sns.read(body_of(signed(told))).text == text_of(told)
    assert text_of(told).startswith(b"Message\na\nb\nMessageId\n")
    assert b"Subject\n\n" in text_of(told)


def test_a_subject_cannot_be_moved_into_the_message() -> None:
    """Lines are not escaped in what is signed: a text that holds the next member must not pass for it."""
    told = signed(message("Hello", Subject="Hi"))
    smuggled = {**told, "Message": "Hello\nMessageId\n" + told["MessageId"]}
    assert reason(smuggled) is Reason.MISMATCH
    swallowed = {**told, "MessageId": told["MessageId"] + "\nSubject\nHi", "Subject": None}
    assert text_of(swallowed) == text_of(told)
    assert reason(swallowed) is Reason.MALFORMED


def test_the_version_cannot_be_changed() -> None:
    for made, said in (("1", "2"), ("2", "1")):
        assert reason({**signed(message(SignatureVersion=made)), "SignatureVersion": said}) is Reason.MISMATCH
    assert reason({**signed(message()), "SignatureVersion": "3"}) is Reason.MALFORMED


@pytest.mark.parametrize("signature", ["*", "AAAA", "é", "AAAA\n", 5, None, ""])
def test_what_is_no_signature_is_refused(signature: object) -> None:
    kinds = (Reason.MALFORMED, Reason.MISMATCH, Reason.MISSING_HEADER)
    assert reason({**message(), "Signature": signature}) in kinds


def test_only_sns_has_such_a_certificate() -> None:
    told = signed(message())
    other = certificate(rsa_key("somebody else"))
    assert reason(told, other) is Reason.MISMATCH
    assert verify(told, other, PEM) == verify(told)
    for name in ("sns.amazonaws.com.evil.example", "evil.example", "xsns.amazonaws.com", ""):
        pem = certificate(name=name) if name else "no certificate at all"
        assert reason(told, pem) is Reason.NO_SECRET
    assert verify(told, certificate(name="sns.eu-west-1.amazonaws.com")) == verify(told)


def test_keys_that_sns_does_not_use_are_no_keys() -> None:
    told = signed(message())
    assert reason(told, certificate(rsa_key("small", 1024))) is Reason.NO_SECRET
    assert reason(told, certificate(ec.generate_private_key(ec.SECP256R1()))) is Reason.NO_SECRET


def test_a_certificate_holds_between_its_dates() -> None:
    told, begins, ends = signed(message()), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    pem = certificate(begins=begins, ends=ends)
    assert verify(told, pem, now=begins) == verify(told, pem, now=ends) == verify(told)
    second = timedelta(seconds=1)
    assert reason(told, pem, now=begins - second) is Reason.TOO_NEW
    assert reason(told, pem, now=ends + second) is Reason.TOO_OLD
    assert reason({**told, "Message": "?"}, pem, now=ends + second) is Reason.MISMATCH


def test_one_certificate_is_not_taken_for_a_list_of_them() -> None:
    with pytest.raises(TypeError):
        sns.verify({}, body_of(signed(message())), PEM, NOW)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[1]", b"[" * 100_000, b'"x"', b'{"Type": "Notification"}'])
def test_hostile_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        sns.verify({}, body, [PEM], NOW)


@given(
    st.dictionaries(
        st.sampled_from([*message(), "Signature"]), st.none() | st.integers() | st.text(), max_size=9
    )
)
def test_no_body_raises_anything_else(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        verify({**message(), **changes})


@pytest.mark.parametrize(
    "id", ["", "a b", "a\n", "\0", "é", "x" * 201], ids=["empty", "space", "line", "nul", "letter", "long"]
)
def test_an_id_must_serve_as_a_key(id: str) -> None:
    assert reason(signed(message(MessageId=id))) is Reason.MALFORMED


BAD_URLS = [
    "",
    CERTIFICATE_URL.replace("https", "http"),
    CERTIFICATE_URL.replace("eu-west-1", "us-east-1"),
    CERTIFICATE_URL.replace(".com/", ".com.evil.example/"),
    CERTIFICATE_URL.replace(".com/", ".com@evil.example/"),
    CERTIFICATE_URL.replace(".com/", ".com:443/"),
    CERTIFICATE_URL.replace("https://", "https://evil.example/"),
    CERTIFICATE_URL.replace("https://", "https://x@"),
    CERTIFICATE_URL.replace("sns.", "evil-sns."),
    CERTIFICATE_URL.replace("sns.eu-west-1", "sns.eu-west-1.s3"),
    CERTIFICATE_URL.replace("-77aa55.pem", "-77aa55.pem?x=1"),
    CERTIFICATE_URL.replace("-77aa55.pem", "-77aa55.pem#x"),
    CERTIFICATE_URL.replace("-77aa55.pem", "-77aa55.pem/../x.pem"),
    CERTIFICATE_URL.replace("SimpleNotificationService", "a/SimpleNotificationService"),
    CERTIFICATE_URL.replace(".com/", ".com\n/"),
    CERTIFICATE_URL + "\n",
    " " + CERTIFICATE_URL,
    CERTIFICATE_URL.replace("eu-west-1", "EU-WEST-1"),
    CERTIFICATE_URL.replace("eu-west-1", "eu-west-١"),
    "https://s3.amazonaws.com/bucket/SimpleNotificationService-77aa55.pem",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_certificate_lies_nowhere_but_at_sns_in_the_topics_region(url: str) -> None:
    with pytest.raises(BadSignature):
        sns.require_certificate_url(sns.read(body_of(signed(message(SigningCertURL=url)))))


def test_a_certificate_lies_at_sns_or_at_its_stand_in() -> None:
    found = sns.read(body_of(signed(message())))
    assert sns.require_certificate_url(found) == CERTIFICATE_URL
    china = message(
        TopicArn=TOPIC.replace("aws", "aws-cn").replace("eu-west-1", "cn-north-1"),
        SigningCertURL=CERTIFICATE_URL.replace("eu-west-1", "cn-north-1").replace(".com/", ".com.cn/"),
    )
    assert sns.require_certificate_url(sns.read(body_of(signed(china)))).endswith(".pem")
    own = "http://127.0.0.1:8125/path"
    url = "http://127.0.0.1:8125/SimpleNotificationService-1.pem"
    found = sns.read(body_of(signed(message(SigningCertURL=url))))
    assert sns.require_certificate_url(found, own) == url
    for strange in (url + "?", url.replace("8125", "81250"), url.replace("127", "x@127"), own):
        with pytest.raises(BadSignature):
            sns.require_certificate_url(sns.read(body_of(signed(message(SigningCertURL=strange)))), own)


@pytest.mark.parametrize(
    "url",
    [
        *(
            SUBSCRIBE_URL.replace("eu-west-1.amazonaws.com/", other)
            for other in ("evil.example/", "eu-west-1.amazonaws.com/x")
        ),
        SUBSCRIBE_URL.replace("https", "http"),
        SUBSCRIBE_URL.replace("ConfirmSubscription", "DeleteTopic"),
        SUBSCRIBE_URL.replace(TOKEN, "another"),
        SUBSCRIBE_URL.replace("seller-notifications", "another"),
        SUBSCRIBE_URL.replace("sns.eu-west-1", "sns.us-east-1"),
        SUBSCRIBE_URL + "&Action=DeleteTopic",
        SUBSCRIBE_URL + "&Next=https://evil.example",
        SUBSCRIBE_URL + "#x",
        SUBSCRIBE_URL + "\n",
        "https://sns.eu-west-1.amazonaws.com/",
        "",
    ],
)
def test_a_confirmation_does_nothing_else_and_goes_nowhere_else(url: str) -> None:
    assert sns.is_subscribe_url(SUBSCRIBE_URL, TOPIC, TOKEN)
    assert not sns.is_subscribe_url(url, TOPIC, TOKEN)


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_none(url: str) -> None:
    assert not sns.is_subscribe_url(url, TOPIC, TOKEN)
    assert not sns.is_subscribe_url(url, url, url, "http://127.0.0.1:1")


def test_what_the_desk_signs_for_a_trial_is_proven() -> None:
    private = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for version in ("1", "2"):
        body = sns.sign(body_of(message(SignatureVersion=version)), private, CERTIFICATE_URL)
        assert sns.verify({}, body, [PEM], NOW).id == message()["MessageId"]
