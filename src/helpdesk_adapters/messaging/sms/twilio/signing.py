"""Twilio signs the URL and the form (twilio.com/docs/usage/security)."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from attrs import evolve

from helpdesk_core.signatures import Proven, url_form_hmac
from helpdesk_core.webhooks import Delivery

FORM = "application/x-www-form-urlencoded"


def recognise(delivery: Delivery) -> bool:
    """Whether it says that Twilio sends it."""
    return url_form_hmac.HEADER in delivery.headers


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Twilio sent it to this address, or raises BadSignature."""
    return url_form_hmac.verify(delivery.headers, delivery.url, delivery.body, secrets)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Twilio would send it."""
    headers = {**delivery.headers, "content-type": FORM}
    signed = url_form_hmac.sign(delivery.url, delivery.body, headers, secret)
    return evolve(delivery, headers={**headers, **signed})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had just been sent, under another id."""
    told = dict(parse_qsl(body.decode(), keep_blank_values=True))
    sid = f"SM{id.replace('-', '')[:32]:0<32}"
    return urlencode(
        {
            name: sid if name.endswith("Sid") and name != "AccountSid" else value
            for name, value in told.items()
        }
    ).encode()
