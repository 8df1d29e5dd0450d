"""Vonage signs in two ways: its Messages API with a token in a header, its SMS API with a parameter."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import evolve

from helpdesk_adapters.messaging.sms.vonage.envelope import parameters
from helpdesk_core.signatures import BadSignature, Proven, Reason, digest_jwt, sorted_parameters
from helpdesk_core.webhooks import Delivery, UnreadableDelivery

MARKS: Final = (b"msisdn", b"message_uuid")
"""Names that no other carrier of ours has."""


def recognise(delivery: Delivery) -> bool:
    """Whether it says that Vonage sends it: by its signature, or, where that is missing, by what it is made of."""
    if _bears_token(delivery):
        return True
    told = delivery.body + delivery.url.encode(errors="replace")
    return any(mark in told for mark in MARKS)


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Vonage sent it, or raises BadSignature."""
    if _bears_token(delivery):
        plain = [sorted_parameters.method_of(secret)[1] for secret in secrets]
        return digest_jwt.verify_bearer(delivery.headers, delivery.body, plain, now)
    return sorted_parameters.verify(_signed(delivery), secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Vonage would send it: the one API's with a token, the other's with a parameter."""
    headers = {"content-type": "application/json", **delivery.headers}
    if MARKS[0] in delivery.body:
        told = sorted_parameters.sign(parameters(delivery), secret, now)
        return evolve(delivery, headers=headers, body=json.dumps(told).encode())
    plain = sorted_parameters.method_of(secret)[1]
    signed = digest_jwt.sign_bearer(delivery.body, plain, now, delivery_id)
    return evolve(delivery, headers={**headers, **signed})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as about another message, of just now."""
    told = json.loads(body)
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fresh = {"message_uuid": id, "messageId": id, "timestamp": at, "message-timestamp": f"{now:%F %T} +0000"}
    return json.dumps({name: fresh.get(name, value) for name, value in told.items()}).encode()


def _bears_token(delivery: Delivery) -> bool:
    return delivery.headers.get(digest_jwt.AUTHORIZATION, "").lower().startswith(digest_jwt.BEARER.lower())


def _signed(delivery: Delivery) -> Mapping[str, str]:
    try:
        return parameters(delivery)
    except UnreadableDelivery as error:
        told = "It bears no token, and no parameters that could be signed."
        raise BadSignature(Reason.MISSING_HEADER, told) from error
