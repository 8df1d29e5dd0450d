"""One-time codes by pyotp (RFC 6238), half a minute early or late."""

import re
from datetime import datetime
from typing import Final

from attrs import frozen

STEP: Final = 30
"""Seconds."""
_DIGITS: Final = re.compile(r"[0-9]{6}")


@frozen
class PyotpCodes:
    """OneTimeCodes, as every app knows them: SHA-1, six digits, 30 seconds."""

    def new_secret(self) -> str:
        import pyotp

        return pyotp.random_base32()

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        import pyotp

        digits = "".join(code.split())
        if not _DIGITS.fullmatch(digits):
            return None
        codes, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP
        # All of them are compared, whichever fits, so that time tells nothing.
        fitting = [
            step
            for step in (now - 1, now, now + 1)
            if pyotp.utils.strings_equal(codes.generate_otp(step), digits)
        ]
        return fitting[0] if fitting else None

    def address(self, secret: str, account: str, issuer: str) -> str:
        import pyotp

        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
