"""Slack's `X-Slack-Signature: v0=<hex>` over `v0:<time>:<body>`, the time being `X-Slack-Request-Timestamp`.

One rule for events in JSON and for forms. The body may be any bytes; hex is in lower case, and the time has one
writing. Source: api.slack.com/authentication/verifying-requests-from-slack.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpdesk_core.signatures import Headers, Proven, timestamped_hmac
from helpdesk_core.signatures.timestamped_hmac import Scheme

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
SCHEME: Final = Scheme(TIMESTAMP, SIGNATURE, "v0", "v0:{}:")


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery. Raises `BadSignature` only."""
    return timestamped_hmac.verify(headers, body, secrets, now, SCHEME)


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The two headers that Slack would send with `body`. Raises `BadSignature` for a blank secret."""
    return timestamped_hmac.sign(body, secret, now, SCHEME)
