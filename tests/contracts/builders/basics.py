"""What every builder needs: a time, names and ids that are always other ones."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from helpdesk_core.ids import uuid7

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

_serial = count(1)


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def fresh(word: str = "x") -> str:
    """A text that no other thing bears."""
    return f"{word}-{next(_serial)}"


def new_id() -> UUID:
    return uuid7(NOON, next(_serial))
