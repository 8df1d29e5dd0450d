"""Times, numbers and amounts as vendors write them: what cannot be used counts as absent."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

SECOND: Final = timedelta(seconds=1)
MILLISECOND: Final = timedelta(milliseconds=1)
LARGEST_NUMBER: Final = 2**53
LARGEST_COUNT: Final = 2**31 - 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AMOUNT: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def moment(text: str | None) -> datetime | None:
    """The time in ISO 8601, in UTC where it says no zone; None for what is none."""
    try:
        at = datetime.fromisoformat(text or "")
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def since_1970(number: int | None, unit: timedelta = SECOND) -> datetime | None:
    """The time so many units after the beginning of 1970; None for one that no calendar has."""
    try:
        return None if number is None else _EPOCH + number * unit
    except OverflowError:
        return None


def whole(number: int | None) -> int | None:
    """The number; None for one that cannot be kept exactly everywhere."""
    return number if number is not None and abs(number) <= LARGEST_NUMBER else None


def count(number: int) -> int:
    """How many there are: never less than none, and no more than a column holds."""
    return max(0, min(number, LARGEST_COUNT))


def amount(text: str | None) -> Decimal | None:
    """The amount, exactly as it is written: plain digits, no more than thirty on either side of the point."""
    return Decimal(text) if text and _AMOUNT.fullmatch(text) else None


def mail_address(text: str | None) -> str | None:
    """The mail address in small letters; None for none. Whether mail can reach it is not looked at."""
    return text.strip().lower() or None if text else None
