"""Passwords by Argon2id (RFC 9106), two at a time: each takes 19 MiB while it is being computed."""

from functools import cached_property
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from attrs import define

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = 2


@define(slots=False)
class Argon2Passwords:
    """Passwords as the port asks, in threads of their own (OWASP's parameters: 19 MiB, two passes, one lane)."""

    async def hash(self, password: str) -> str:
        return await to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def matches(self, password: str, hashed: str | None) -> bool:
        return await to_thread.run_sync(self._matches, password, hashed, limiter=self._limiter)

    def _matches(self, password: str, hashed: str | None) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(hashed or self._decoy, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
        return bool(hashed)

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _decoy(self) -> str:
        """What an unknown user's password is compared with, so that it takes as long."""
        return self._hasher.hash("nobody has this password")

    @cached_property
    def _limiter(self) -> CapacityLimiter:
        return CapacityLimiter(AT_ONCE)
