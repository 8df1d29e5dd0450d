"""Amazon SNS: messages that are pushed over HTTPS, with an RSA signature among the members of their JSON.

Signed are some members, in the order of their names, each as its name, a line feed, its decoded value and a line feed.
The key is in a certificate that the message itself points to, so where that may lie is half of the proof. Sources:
docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html, and Amazon's validator for PHP
(github.com/aws/aws-php-sns-message-validator), which signs the token of both confirmations.

What is not signed: the two URLs of certificate and cancellation, the version, and every header.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from helpdesk_core.signatures import BadSignature, Headers, Proven, Reason


class SnsType(StrEnum):
    """What a message is, by the signed word in it; the header that says so is not signed."""

    NOTIFICATION = "Notification"
    SUBSCRIPTION = "SubscriptionConfirmation"
    END = "UnsubscribeConfirmation"


SIGNED: Final[Mapping[SnsType, tuple[str, ...]]] = {
    SnsType.NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SnsType.SUBSCRIPTION: (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
    SnsType.END: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
"""The members that are signed, in their order. Without a Subject, or with null for one, that is left out."""


@frozen
class SnsMessage:
    """A message as it came: `signed` holds the members that are signed and nothing else, the rest proves nothing."""

    type: SnsType
    signed: Mapping[str, str]
    version: str
    certificate_url: str
    signature: str = field(repr=False)

    @property
    def topic(self) -> str:
        return self.signed["TopicArn"]

    @property
    def id(self) -> str:
        return self.signed["MessageId"]

    @property
    def text(self) -> bytes:
        """What the signature is over."""
        return "".join(f"{name}\n{value}\n" for name, value in self.signed.items()).encode()


def read(body: bytes) -> SnsMessage:
    """The message that the body is; proven is nothing yet. Raises `BadSignature` only."""
    try:
        told = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise _malformed("The body is not JSON.") from error
    if not isinstance(told, dict):
        raise _malformed("The body is no JSON object.")
    type = next((known for known in SnsType if known == told.get("Type")), None)
    if type is None:
        raise _malformed("The body is no message of SNS: it has no Type that there is.")
    wanted = [name for name in SIGNED[type] if name != "Subject" or told.get(name) is not None]
    signed = {name: value for name in wanted if isinstance(value := told.get(name), str) and _is_text(value)}
    if len(signed) < len(wanted):
        raise _malformed("A member that is signed is missing, or no text.")
    if _ID.fullmatch(signed["MessageId"]) is None:
        raise _malformed("The MessageId is not printable ASCII.")
    signature = told.get("Signature")
    if not isinstance(signature, str) or not signature:
        raise BadSignature(Reason.MISSING_HEADER, "The member Signature is missing or empty.")
    version, url = told.get("SignatureVersion"), told.get("SigningCertURL")
    if not isinstance(version, str) or not isinstance(url, str):
        raise _malformed("SignatureVersion or SigningCertURL is missing.")
    return SnsMessage(type, signed, version, url, signature)


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that SNS has sent the message, not that the sender's topic is one of ours.

    `secrets` are the certificates in PEM, as found at the message's URL after `require_certificate_url`. There is no
    limit to a message's age: it is retried as it was first sent. Raises `BadSignature` only.
    """
    if isinstance(secrets, str):  # also a Sequence[str]
        raise TypeError("secrets must be a sequence of certificates, not one string")
    usable = [found for pem in secrets if pem.strip() and (found := certificate_of(pem)) is not None]
    if not usable:
        raise BadSignature(Reason.NO_SECRET, "There is no certificate of Amazon SNS that could be used.")
    message = read(body)
    digest = _DIGESTS.get(message.version)
    if digest is None:
        raise _malformed("The SignatureVersion is neither 1 nor 2.")
    signature = _decoded(message.signature)
    made = [one for one in usable if _made(one.key, digest, message.text, signature)]
    if not made:
        told = "The certificate at the message's URL did not make this signature over these members."
        raise BadSignature(Reason.MISMATCH, told)
    if not any(one.holds(now) for one in made):
        early = all(now < one.not_before for one in made)
        raise BadSignature(
            Reason.TOO_NEW if early else Reason.TOO_OLD, "The certificate is not valid at this time."
        )
    return Proven(at=None, id=message.id)


def sign(body: bytes, key: str, certificate_url: str) -> bytes:
    """The body with what SNS would add to it, by a private key in PEM; `SignatureVersion` is 2 unless it says 1."""
    told = {**json.loads(body), "Signature": "-", "SigningCertURL": certificate_url}
    told.setdefault("SignatureVersion", "2")
    message = read(json.dumps(told).encode())
    private = load_pem_private_key(key.encode(), None)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("SNS signs with RSA keys")
    made = private.sign(message.text, PKCS1v15(), _DIGESTS[message.version])
    return json.dumps({**told, "Signature": b64encode(made).decode()}).encode()


def require_certificate_url(message: SnsMessage, own: str | None = None) -> str:
    """Where the certificate may be fetched: the message's URL, if it is SNS's own, in the region of the topic.

    Whoever can choose this URL can sign as anybody. Nothing else that Amazon hosts will do: buckets and APIs there
    hold what strangers put in. A URL of the origin of `own` counts too. Raises `BadSignature`.
    """
    found = _CERTIFICATE_URL.fullmatch(message.certificate_url)
    if found is not None and found["region"] == region_of(message.topic):
        return message.certificate_url
    if _CERTIFICATE_PATH.fullmatch(_below(message.certificate_url, own) or ""):
        return message.certificate_url
    raise _malformed("The SigningCertURL is not that of Amazon SNS in the topic's region.")


def is_subscribe_url(url: str, topic: str, token: str, own: str | None = None) -> bool:
    """Whether calling it confirms this subscription, and does nothing else and nowhere else."""
    found = _SUBSCRIBE_URL.fullmatch(url)
    if found is None or found["region"] != region_of(topic):
        found = _SUBSCRIBE_PATH.fullmatch(_below(url, own) or "")
    if found is None:
        return False
    try:
        asked = sorted(parse_qsl(found["query"], strict_parsing=True, max_num_fields=10))
    except ValueError:
        return False
    return asked == [("Action", "ConfirmSubscription"), ("Token", token), ("TopicArn", topic)]


def region_of(topic: str) -> str | None:
    """The region in a topic's name, such as `us-east-1`; None for what is no topic."""
    found = _TOPIC.fullmatch(topic)
    return found["region"] if found else None


@frozen
class Certificate:
    """What a certificate of SNS says."""

    key: RSAPublicKey
    not_before: datetime
    not_after: datetime

    def holds(self, now: datetime) -> bool:
        return self.not_before <= now <= self.not_after


@lru_cache(32)
def certificate_of(pem: str) -> Certificate | None:
    """The certificate in this text; None where there is none, or none of SNS's: RSA, with SNS as its name."""
    from cryptography import x509  # takes a desk that has no such topic longer to start than it should
    from cryptography.x509.oid import NameOID

    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
        names = [str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except (ValueError, UnsupportedAlgorithm):  # also a UnicodeEncodeError, and what cannot be parsed
        return None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        return None
    if not any(_NAME.fullmatch(name) for name in names):
        return None
    return Certificate(key, found.not_valid_before_utc, found.not_valid_after_utc)


_DIGESTS: Final[Mapping[str, hashes.HashAlgorithm]] = {"1": hashes.SHA1(), "2": hashes.SHA256()}
_SMALLEST_KEY = 2048
_ID = re.compile(r"[!-~]{1,200}")
_HOST = r"sns\.(?P<region>[a-z0-9-]{3,40})\.amazonaws\.com(?:\.cn)?"
_NAME = re.compile(r"sns\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
_CERTIFICATE_PATH = re.compile(r"SimpleNotificationService-[A-Za-z0-9]{1,100}\.pem")
_CERTIFICATE_URL = re.compile(f"https://{_HOST}/{_CERTIFICATE_PATH.pattern}")
_SUBSCRIBE_PATH = re.compile(r"\?(?P<query>[!-\"$-~]{1,4000})")  # printable, and no #
_SUBSCRIBE_URL = re.compile(f"https://{_HOST}/{_SUBSCRIBE_PATH.pattern}")
_TOPIC = re.compile(r"arn:aws[a-z-]{0,20}:sns:(?P<region>[a-z0-9-]{3,40}):[0-9]{1,20}:[A-Za-z0-9_.-]{1,260}")


def _below(url: str, own: str | None) -> str | None:
    """What follows the origin of `own` in the URL; None where it is of another one."""
    if own is None:
        return None
    base = urlsplit(own)
    origin = f"{base.scheme}://{base.netloc}/"
    return url.removeprefix(origin) if url.startswith(origin) else None


def _made(key: RSAPublicKey, digest: hashes.HashAlgorithm, text: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), digest)
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise _malformed("The Signature is not base64.") from error
    if b64encode(found).decode() != text:  # another writing of the same bytes
        raise _malformed("The Signature is not base64 as SNS writes it.")
    return found


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _malformed(told: str) -> BadSignature:
    return BadSignature(Reason.MALFORMED, told)
