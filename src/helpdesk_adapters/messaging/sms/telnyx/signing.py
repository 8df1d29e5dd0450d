"""Telnyx signs with a key of its own, whose public half is in its portal."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import evolve

from helpdesk_adapters.settings import Settings
from helpdesk_core.errors import MissingSetting
from helpdesk_core.signatures import Proven, ed25519
from helpdesk_core.webhooks import Delivery


def recognise(delivery: Delivery) -> bool:
    """Whether it says that Telnyx sends it."""
    return ed25519.SIGNATURE in delivery.headers or ed25519.TIMESTAMP in delivery.headers


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Telnyx sent it, or raises BadSignature."""
    return ed25519.verify(delivery.headers, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Telnyx would send it, by a key for trials."""
    signed = ed25519.sign(delivery.body, secret, now)
    return evolve(delivery, headers={"content-type": "application/json", **delivery.headers, **signed})


def prepare(settings: Settings) -> str:
    """What a trial is signed with: nobody but Telnyx has Telnyx's key, so the desk must believe one for trials."""
    for secret in settings.telnyx_public_key:
        if secret.startswith(ed25519.TRIAL):
            return secret
    told = "add to it, on the running desk and here, a key for trials: trial: and a long random text"
    raise MissingSetting("TELNYX_PUBLIC_KEY", told)


def pair_of(secret: str) -> tuple[str, str]:
    """What signs and what proves, made of a text: the same, as long as it is one for trials."""
    text = secret if not secret.strip() else f"{ed25519.TRIAL}{secret}"
    return text, text


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as another event, about another message, of just now."""
    told = json.loads(body)
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told["data"] |= {"id": id, "occurred_at": at}
    told["data"]["payload"] |= {"id": f"message-{id}", "received_at": at}
    return json.dumps(told).encode()
