"""Mails handed in at the desk's own door, whole and signed."""

from datetime import UTC, datetime

from helpdesk_core.signatures import timestamped_hmac
from tests.benchmarks.letters import letters
from tests.benchmarks.load import request
from tests.benchmarks.servers import PUSH_SECRET

PATH = "/api/webhooks/inbound-email"


def pushes(number: int, name: str) -> list[bytes]:
    """So many mails as requests. Their signatures hold for some minutes."""
    now = datetime.now(UTC)
    return [push(raw, now) for raw in letters(number, name)]


def push(raw: bytes, now: datetime) -> bytes:
    return request("POST", PATH, raw, **headers(raw, now))


def headers(raw: bytes, now: datetime) -> dict[str, str]:
    """What proves the mail, and says what it is."""
    signed = timestamped_hmac.sign(raw, PUSH_SECRET, now)
    return {name.replace("-", "_"): value for name, value in signed.items()} | {
        "content_type": "message/rfc822"
    }
