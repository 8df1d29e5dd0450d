"""Who sent it: SNS signs with the key of a certificate that it publishes. For trials the desk makes one of its own."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from attrs import evolve
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from helpdesk_adapters.commerce.amazon.certificates import folder_of, keep, sweep
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.errors import MissingSetting
from helpdesk_core.signatures import BadSignature, Proven, Reason, sns
from helpdesk_core.webhooks import Delivery

TYPE_HEADER: Final = "x-amz-sns-message-type"
TRIAL: Final = timedelta(days=1)
"""How long a certificate for trials is good."""
_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----"


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that SNS sent it, or raises BadSignature; the header that says what it is must not say otherwise."""
    proven = sns.verify(delivery.headers, delivery.body, secrets, now)
    said = delivery.headers.get(TYPE_HEADER)
    if said is not None and said != sns.read(delivery.body).type.value:
        raise BadSignature(Reason.MALFORMED, f"The header {TYPE_HEADER} contradicts what is signed.")
    return proven


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as SNS would send it. `secret` is what `key_pair` makes, perhaps with a topic before it.

    A body that is no message stays as it is.
    """
    told = object_in(delivery.body)
    if not told:
        return delivery
    head, _, pem = secret.partition(_CERTIFICATE)
    topic, _, key = head.rpartition("-----BEGIN PRIVATE KEY-----")
    told["MessageId"] = delivery_id
    if topic.strip():
        told["TopicArn"] = topic.strip()
    if "Token" in told:
        told["SubscribeURL"] = _subscribe_url(str(told["TopicArn"]), str(told["Token"]))
    url = certificate_url(str(told["TopicArn"]), _CERTIFICATE + pem)
    body = sns.sign(json.dumps(told).encode(), "-----BEGIN PRIVATE KEY-----" + key, url)
    headers = {
        "content-type": "text/plain; charset=UTF-8",
        TYPE_HEADER: str(told.get("Type")),
        "x-amz-sns-message-id": delivery_id,
        "x-amz-sns-topic-arn": str(told["TopicArn"]),
        **delivery.headers,
    }
    return evolve(delivery, headers=headers, body=body)


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as another message, with another notification in it, of just now."""
    told = json.loads(body)
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told |= {"Timestamp": at, "MessageId": id}
    note = object_in(told["Message"].encode())
    if note:
        for name, value in note.items():
            if name.lower() == "eventtime":
                note[name] = at
            elif name.lower() == "notificationmetadata":
                note[name] = {
                    key: id if key.lower() == "notificationid" else known for key, known in value.items()
                }
        told["Message"] = json.dumps(note)
    return json.dumps(told).encode()


def prepare(settings: Settings) -> str:
    """What a trial is signed with: a key that is kept nowhere, whose certificate a desk of this folder believes.

    Raises MissingSetting where the desk listens to no topic.
    """
    topic = next(iter(settings.amazon_sns_topic_arns), None)
    if topic is None:
        raise MissingSetting("AMAZON_SNS_TOPIC_ARNS", "set it to what the running desk has")
    pair = key_pair(datetime.now(UTC))
    pem = _CERTIFICATE + pair.partition(_CERTIFICATE)[2]
    folder = folder_of(settings)
    sweep(folder, datetime.now(UTC))
    keep(folder, certificate_url(topic, pem), pem)
    return f"{topic}\n{pair}"


def key_pair(now: datetime, name: str = "sns.amazonaws.com", life: timedelta = TRIAL) -> str:
    """A private key and a certificate that it signed itself, both in PEM, good from an hour ago."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + life)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (private + certificate.public_bytes(Encoding.PEM)).decode()


def certificate_url(topic: str, pem: str) -> str:
    """Where SNS would have published the certificate."""
    name = sha256(pem.encode()).hexdigest()[:32]
    return f"https://sns.{sns.region_of(topic)}.amazonaws.com/SimpleNotificationService-{name}.pem"


def _subscribe_url(topic: str, token: str) -> str:
    query = urlencode({"Action": "ConfirmSubscription", "TopicArn": topic, "Token": token}, safe=":")
    return f"https://sns.{sns.region_of(topic)}.amazonaws.com/?{query}"
