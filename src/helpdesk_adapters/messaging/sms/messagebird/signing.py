"""MessageBird signs the whole address and the body, with a token in a header."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from attrs import evolve

from helpdesk_adapters.messaging.sms.messagebird.envelope import is_status, parameters
from helpdesk_core.signatures import Proven, digest_jwt
from helpdesk_core.webhooks import Delivery, UnreadableDelivery


def recognise(delivery: Delivery) -> bool:
    """Whether it says that MessageBird sends it."""
    return digest_jwt.MESSAGEBIRD in delivery.headers


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that MessageBird sent it to this address, or raises BadSignature."""
    return digest_jwt.verify_request(delivery.headers, delivery.url, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as MessageBird would send it: a message as a form, a status in the query of a GET."""
    try:
        status = is_status(parameters(delivery.body))
    except UnreadableDelivery:
        status = False
    if status:
        url = f"{delivery.url}?{delivery.body.decode()}"
        delivery = evolve(delivery, method="GET", url=url, body=b"")
    else:
        form = {"content-type": "application/x-www-form-urlencoded"}
        delivery = evolve(delivery, headers={**form, **delivery.headers})
    signed = digest_jwt.sign_request(delivery.url, delivery.body, secret, now, delivery_id)
    return evolve(delivery, headers={**delivery.headers, **signed})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as about another message, of just now."""
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    fresh = {"id": id, "createddatetime": at, "statusdatetime": at}
    return urlencode([(name, fresh.get(name.lower(), value)) for name, value in parameters(body)]).encode()
