"""Time and chance as the operating system gives them."""

import random
import secrets
from datetime import UTC, datetime
from os import urandom
from uuid import UUID

from helpdesk_core.ids import uuid7


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid7(system_clock(), int.from_bytes(urandom(10)))  # `secrets.randbits` takes three times as long


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


jitter = random.random
