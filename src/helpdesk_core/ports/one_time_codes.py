"""One-time codes out of a shared secret and the time."""

from datetime import datetime
from typing import Protocol


class OneTimeCodes(Protocol):
    """Codes of six digits for 30 seconds each (TOTP, RFC 6238)."""

    def new_secret(self) -> str:
        """160 random bits, as apps take them (base32)."""
        ...

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The time step that the code belongs to: that of `at`, or the one before or behind it. None: it is wrong."""
        ...

    def address(self, secret: str, account: str, issuer: str) -> str:
        """The `otpauth:` address that a QR code shows to an app."""
        ...
