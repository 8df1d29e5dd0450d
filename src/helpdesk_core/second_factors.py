"""The second factor of a log-in: codes of an app that change every half minute (TOTP, RFC 6238), and recovery codes."""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from attrs import evolve, field, frozen

from helpdesk_core.ids import UserId

RECOVERY_CODES: Final = 10
FIRST_STEP_LASTS: Final = timedelta(minutes=10)
"""How long after the password the code may come."""
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Signs of recovery codes, without those that look alike."""
_SIGNS: Final = 12


@frozen
class SecondFactor:
    """What a user's app was given, sealed, and what has been used of it.

    It counts once it was `confirmed_at`. `last_step` is the time step of the newest code that was accepted: neither it
    nor an earlier one is accepted again. `recovery_hashes` are those of the recovery codes that are left.
    """

    user_id: UserId
    sealed_secret: str = field(repr=False)
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = None
    recovery_hashes: tuple[str, ...] = field(default=(), repr=False)

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None


def with_step(factor: SecondFactor, step: int | None) -> SecondFactor | None:
    """The factor after a code of this time step; None where the code is wrong (no step), or was used before."""
    if step is None or (factor.last_step is not None and step <= factor.last_step):
        return None
    return evolve(factor, last_step=step)


def without_recovery_code(factor: SecondFactor, code: str) -> SecondFactor | None:
    """The factor after this recovery code, which is used up; None where it is none of those that are left."""
    used = recovery_hash(factor.user_id, code)
    if used not in factor.recovery_hashes:
        return None
    return evolve(factor, recovery_hashes=tuple(one for one in factor.recovery_hashes if one != used))


def recovery_code(chance: bytes) -> str:
    """A code out of at least 12 random bytes as it is written down, `xxxx-xxxx-xxxx`: more than 58 random bits."""
    signs = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in chance[:_SIGNS])
    return "-".join(signs[place : place + 4] for place in range(0, _SIGNS, 4))


def recovery_hash(user_id: UserId, code: str) -> str:
    """What is kept of a recovery code; however it is spelled, with or without hyphens."""
    return sha256(user_id.bytes + re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()


def is_recovery_code(code: str) -> bool:
    """Whether the code looks like a recovery code, and not like one of an app."""
    return len(re.sub(r"[\s-]", "", code)) == _SIGNS
