"""Slack signs each request with the app's signing secret; an example of one is signed and renewed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from attrs import evolve

from helpdesk_adapters.messaging.slack.envelope import FORM, FORM_EVENTS, form_of, is_ssl_check
from helpdesk_core.signatures import Proven, slack
from helpdesk_core.webhooks import Delivery


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Slack sent it, or raises BadSignature.

    Slack's check of the certificate (`ssl_check=1`) may come without a signature: nothing ever follows from it.
    """
    if slack.SIGNATURE not in delivery.headers and is_ssl_check(delivery):
        return Proven(at=None, id=None)
    return slack.verify(delivery.headers, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Slack would send it."""
    return evolve(delivery, headers={**delivery.headers, **slack.sign(delivery.body, secret, now)})


def headers_of(event: str) -> Mapping[str, str]:
    """What Slack says of the body of such an event."""
    return {"content-type": FORM if event in FORM_EVENTS else "application/json"}


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had just happened, under ids of its own."""
    if body[:1] != b"{":
        form = dict(form_of(body))
        if "payload" in form:
            form["payload"] = json.dumps(_renewed(json.loads(form["payload"]), id, now))
            return urlencode(form).encode()
        return urlencode(_renewed(form, id, now)).encode()
    return json.dumps(_renewed(json.loads(body), id, now)).encode()


def _renewed(told: dict[str, Any], id: str, now: datetime) -> dict[str, Any]:
    ts = f"{int(now.timestamp())}.{now.microsecond:06d}"
    fresh = {"event_id": f"Ev{id}", "event_time": int(now.timestamp()), "trigger_id": f"{ts}.{id}"}
    told = {**told, **{name: value for name, value in fresh.items() if name in told}}
    if isinstance(told.get("view"), dict):
        told["view"] = {**told["view"], "id": f"V{id}"}
    if isinstance(told.get("event"), dict):
        times = {name: ts for name in ("ts", "event_ts") if name in told["event"]}
        told["event"] = {**told["event"], **times}
    return told
