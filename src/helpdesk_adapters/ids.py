"""Time and chance as the operating system gives them."""

import os
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
    return uuid7(system_clock(), _chance())


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


jitter = random.random


def _chance() -> int:
    """80 random bits. They are fetched in bulk: each time, another thread takes the chance to run in between."""
    try:
        return _fetched.pop()
    except IndexError:
        bulk = urandom(10 * FETCHED)
        _fetched.extend(int.from_bytes(bulk[place : place + 10]) for place in range(10, len(bulk), 10))
        return int.from_bytes(bulk[:10])


FETCHED = 128
_fetched: list[int] = []
if hasattr(os, "register_at_fork"):  # a child must not go on with what its parent uses too
    os.register_at_fork(after_in_child=_fetched.clear)
