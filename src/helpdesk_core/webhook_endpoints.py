"""Webhook endpoints: where an organization wants its events posted to, and the secrets they are signed with."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from attrs import evolve, field, frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.errors import Conflict, InvalidValue

OLD_SECRET_LASTS = timedelta(hours=24)
MOST_SECRETS = 5
"""Secrets that sign at a time; each makes the signature header longer."""
GIVEN_UP_AFTER = timedelta(days=5)
"""So long nothing but failures, and an endpoint is disabled."""

IpAddress = IPv4Address | IPv6Address


class DisabledReason(StrEnum):
    """Why the desk has disabled an endpoint by itself."""

    GONE = "gone"
    """It answered 410: it wants no more."""
    FAILING = "failing"
    """Nothing but failures for days."""


@frozen
class SigningSecret:
    """A secret as the vault sealed it; None: it is good until there is a newer one."""

    sealed: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None


@frozen(kw_only=True)
class WebhookEndpoint(Arrangement):
    """A URL that is told of events whose types match one of the patterns `*`, `ticket.*`, `ticket.created`.

    `from_seq` is the first event of the log that it is told of: what happened before it was set up is no news.
    `secrets` come newest first. `failing_since` is when the first of an unbroken row of failures was.
    """

    kind: ClassVar[str] = "webhook_endpoint"

    url: str
    events: tuple[str, ...] = ("*",)
    description: str = ""
    active: bool = True
    disabled_reason: DisabledReason | None = None
    disabled_at: datetime | None = None
    failing_since: datetime | None = None
    from_seq: int = 1
    secrets: tuple[SigningSecret, ...] = field(default=(), repr=False)

    def wants(self, type: str) -> bool:
        """Whether events of this type are for it."""
        return matches(self.events, type)

    def live_secrets(self, now: datetime) -> tuple[SigningSecret, ...]:
        """Those that sign, newest first."""
        return tuple(one for one in self.secrets if one.expires_at is None or one.expires_at > now)


def matches(patterns: Sequence[str], type: str) -> bool:
    """Whether one of the patterns means this type of event."""
    family = f"{type.partition('.')[0]}.*"
    return any(pattern in ("*", family, type) for pattern in patterns)


def new_secret(token: str) -> str:
    """A signing secret out of a fresh token of ours, which has at least 24 and at most 64 characters.

    The form is that of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes.
    """
    key = token.encode()
    if not 24 <= len(key) <= 64:
        raise ValueError("a signing secret has 24 to 64 bytes")
    return "whsec_" + b64encode(key).decode()


def rotated(endpoint: WebhookEndpoint, sealed: str, now: datetime, overlap: timedelta) -> WebhookEndpoint:
    """The endpoint with a new first secret; those before it sign for `overlap` longer, never longer than they would.

    Conflict where too many would sign.
    """
    ends = now + overlap
    old = (evolve(one, expires_at=min(one.expires_at or ends, ends)) for one in endpoint.live_secrets(now))
    kept = tuple(old) if overlap else ()
    if len(kept) >= MOST_SECRETS:
        raise Conflict(
            f"{MOST_SECRETS} secrets sign already; let the old ones end, or rotate without an overlap."
        )
    return evolve(endpoint, secrets=(SigningSecret(sealed, now), *kept))


def disabled(endpoint: WebhookEndpoint, reason: DisabledReason, now: datetime) -> WebhookEndpoint:
    """The endpoint after the desk has given it up."""
    return evolve(endpoint, active=False, disabled_reason=reason, disabled_at=now)


def checked_url(url: str, may_reach: Callable[[IpAddress, bool], bool], *, plain: bool) -> str:
    """The URL, or InvalidValue for one that can never be called.

    `may_reach(address, encrypted)` tells of an address that is written out; names are looked up, and judged, at every
    call. Without `plain` there is no network where http:// may be used.
    """
    split = _split(url)
    if split.username is not None or split.password is not None:
        raise InvalidValue("url", "must not hold a user name or a password; deliveries are signed")
    encrypted = split.scheme == "https"
    if not (encrypted or plain):
        raise InvalidValue("url", "must begin with https://")
    address = _literal(split.hostname or "")
    if address is not None and not may_reach(address, encrypted):
        raise InvalidValue("url", "names an address that is not public, which is not called")
    return url


def _split(url: str) -> SplitResult:
    incomplete = InvalidValue("url", "must be a complete http or https URL")
    try:
        split = urlsplit(url)
        complete = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError as error:  # brackets that do not close, a port that is no number
        raise incomplete from error
    if not complete or not url.isprintable() or " " in url:
        raise incomplete
    return split


def _literal(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
