"""Keeping secrets: passwords, tokens, credentials."""

from typing import Protocol


class Passwords(Protocol):
    """Hashes passwords slowly, a few at a time, without holding up anything else."""

    async def hash(self, password: str) -> str:
        """A salted hash, self-describing, so that its cost can be raised later."""
        ...

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password fits; takes as long for None (no such user) as for a wrong password."""
        ...


class Vault(Protocol):
    """Encrypts stored credentials under the desk's secret key; older keys still open what they sealed."""

    def seal(self, secret: str) -> str: ...

    def unseal(self, sealed: str) -> str:
        """The secret, or SecretLost where no key of ours sealed it."""
        ...


class SecretLost(Exception):
    """Raised when a stored credential was sealed under a key that is no longer configured."""
