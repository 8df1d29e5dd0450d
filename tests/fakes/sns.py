"""Amazon SNS as far as the desk knows it: it signs messages, publishes its certificate, and takes confirmations."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.fakes.http_server import Reply, Request, serving

NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:210987654321:seller-notifications"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-77aa55.pem"
TOKEN = "51b2ff3edb475b7d9155"
SUBSCRIBE_URL = (
    f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={TOKEN}"
)
DIGESTS = {"1": hashes.SHA1(), "2": hashes.SHA256()}


@cache
def rsa_key(name: str = "sns", bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same one for the same name: making them takes long."""
    return rsa.generate_private_key(65537, bits)


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    name: str = "sns.amazonaws.com",
    begins: datetime = datetime(2020, 1, 1, tzinfo=UTC),
    ends: datetime = datetime(2120, 1, 1, tzinfo=UTC),
) -> str:
    """A certificate that its key signed itself, in PEM."""
    private = key or rsa_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, private.public_key(), 7, begins, ends)
    return made.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def text_of(message: dict[str, Any]) -> bytes:
    """What SNS signs, written down as Amazon's guide does it."""
    if message["Type"] == "Notification":
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    else:
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    told = [(name, message[name]) for name in names if message.get(name) is not None]
    return "".join(name + "\n" + value + "\n" for name, value in told).encode()


def message(text: str = "Hello", type: str = "Notification", **more: Any) -> dict[str, Any]:
    """A message that nobody has signed yet."""
    confirms = {} if type == "Notification" else {"Token": TOKEN, "SubscribeURL": SUBSCRIBE_URL}
    return {
        "Type": type,
        "MessageId": "0f3c2a1e-1d7c-5a55-9f44-000000000001",
        "TopicArn": TOPIC,
        "Message": text,
        "Timestamp": "2026-04-06T09:29:58.120Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        **confirms,
        **more,
    }


def signed(message: dict[str, Any], key: rsa.RSAPrivateKey | None = None) -> dict[str, Any]:
    """The message with a signature of its version."""
    made = (key or rsa_key()).sign(text_of(message), PKCS1v15(), DIGESTS[message["SignatureVersion"]])
    return {**message, "Signature": b64encode(made).decode()}


def body_of(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()


@frozen
class Confirmed:
    topic: str
    token: str


@define
class FakeSns:
    """A stand-in on a port of its own. `pem` is what it publishes; without one it has none."""

    base: str = ""
    pem: str | None = None
    status: int = 200
    fetched: list[str] = Factory(list)
    confirmed: list[Confirmed] = Factory(list)

    @property
    def certificate_url(self) -> str:
        return f"{self.base}/SimpleNotificationService-77aa55.pem"

    @property
    def subscribe_url(self) -> str:
        return f"{self.base}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={TOKEN}"

    def answer(self, request: Request) -> Reply:
        there = urlsplit(request.target)
        if there.path.endswith(".pem"):
            self.fetched.append(there.path)
            if self.pem is None:
                return Reply(404)
            return Reply(self.status, self.pem.encode(), {"location": self.base + "/elsewhere.pem"})
        asked = parse_qs(there.query)
        if self.status == 200 and asked.get("Action") == ["ConfirmSubscription"]:
            self.confirmed.append(Confirmed(asked["TopicArn"][0], asked["Token"][0]))
        return Reply(self.status, b"<ConfirmSubscriptionResponse/>")


@contextmanager
def fake_sns() -> Iterator[FakeSns]:
    """One that publishes its certificate, until the block ends."""
    fake = FakeSns(pem=certificate())
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake
