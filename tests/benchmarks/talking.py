"""Deliveries of messaging providers, made beforehand."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from tests.benchmarks.load import request
from tests.http.running import signed

BASE = "http://desk.example"
OURS = "+14155550142"
CUSTOMERS = 1_000
ENVIRONMENT = {
    "DIALPAD_WEBHOOK_SECRET": "what Dialpad and the benchmark know",
    "MESSAGEBIRD_SIGNING_KEY": "what MessageBird and the benchmark know",
    "MESSENGER_APP_SECRET": "what Messenger and the benchmark know",
    "SLACK_SIGNING_SECRET": "what Slack and the benchmark know",
    "TELNYX_PUBLIC_KEY": "trial:a long random text that only the benchmark knows",
    "TWILIO_ACCOUNT_SID": "ACa1b2c3d4e5f60718293a4b5c6d7e8f90",
    "TWILIO_AUTH_TOKEN": "what Twilio and the benchmark know",
    "VONAGE_SIGNATURE_SECRET": "what Vonage and the benchmark know and nobody else does",
    "WHATSAPP_APP_SECRET": "what WhatsApp and the benchmark know",
}
EVENTS = {
    "dialpad": "sms.inbound",
    "messenger": "messages",
    "slack": "message",
    "sms": "message",
    "sms-messagebird": "messagebird.message",
    "sms-telnyx": "telnyx.message.received",
    "sms-vonage": "vonage.message.inbound",
    "whatsapp": "message",
}
"""By provider the event that is sent: somebody's message."""


def settings(data: Path) -> Settings:
    """Those of the environment, for whoever signs beside the desk."""
    kept = {name.lower(): (value,) for name, value in ENVIRONMENT.items() if name != "TWILIO_ACCOUNT_SID"}
    return Settings(
        data_dir=data,
        public_url=BASE,
        twilio_account_sid=ENVIRONMENT["TWILIO_ACCOUNT_SID"],
        **kept,  # type: ignore[arg-type]
    )


def examples(data: Path, provider: str, event: str, number: int, name: str) -> list[bytes]:
    """So many events like the provider's example, each one of its own."""
    entry = REGISTRY[provider]
    secret, now = entry.secret(settings(data)), datetime.now(UTC)
    made = []
    for place in range(number):
        id = f"{name}-{place}"
        body = entry.renew(entry.example(event), id, now)
        made.append(_posted(entry.sign(entry.delivery(event, BASE, body), secret, now, id)))
    return made


def to_the_floor(requests: Sequence[bytes], name: str) -> list[bytes]:
    """The same bodies, signed as the bare route expects it, which reads JSON."""
    made = []
    for place, delivery in enumerate(requests):
        raw = delivery.partition(b"\r\n\r\n")[2].decode()
        try:
            told = json.loads(raw)
        except ValueError:
            told = dict(parse_qsl(raw)) or {"body": raw}
        body = json.dumps({**told, "type": "event", "created_at": "2026-04-06"}).encode()
        headers = {key.replace("-", "_"): value for key, value in signed(body, f"{name}-{place}").items()}
        made.append(request("POST", "/webhook", body, **headers))
    return made


def texts(data: Path, number: int, part: int) -> list[bytes]:
    """Text messages over Twilio, of a thousand customers in turn; new in each part."""
    entry = REGISTRY["sms"]
    secret, now = entry.secret(settings(data)), datetime.now(UTC)
    made = []
    for place in range(part * number, (part + 1) * number):
        told = {
            "AccountSid": ENVIRONMENT["TWILIO_ACCOUNT_SID"],
            "MessageSid": f"SM{place:032d}",
            "SmsStatus": "received",
            "From": f"+1212555{place % CUSTOMERS:04d}",
            "To": OURS,
            "Body": f"Message {place} about the kettle, which drips on the floor at night.",
            "NumMedia": "0",
            "NumSegments": "1",
        }
        delivery = entry.delivery("message", BASE, urlencode(told).encode())
        made.append(_posted(entry.sign(delivery, secret, now, f"text-{place}")))
    return made


def _posted(delivery: Delivery) -> bytes:
    headers = {name.replace("-", "_"): value for name, value in delivery.headers.items()}
    path = delivery.url.removeprefix(BASE)
    return request("POST", path, delivery.body, **headers)
