"""Until when a ticket is put off, in the words of whoever does it."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk_core.errors import InvalidValue

MORNING: Final = time(8)
SOON: Final = timedelta(hours=3)
MONDAY: Final = 0


def until(choice: str, own: str, zone: str, now: datetime) -> datetime:
    """The time that is meant: `choice` is later, tomorrow, monday, week or own; `own` is then YYYY-MM-DDTHH:MM.

    Mornings are those of the zone (IANA's name), UTC where that is unknown. InvalidValue for anything else.
    """
    here = now.astimezone(zone_of(zone))
    match choice:
        case "later":
            return (now + SOON).replace(second=0, microsecond=0)
        case "tomorrow":
            return _morning(here, 1)
        case "monday":
            return _morning(here, (MONDAY - here.weekday()) % 7 or 7)
        case "week":
            return _morning(here, 7)
        case "own":
            return _own(own, here)
        case _:
            raise InvalidValue("until", "is none of the times that can be chosen")


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, UTC where there is none. Total."""
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _morning(here: datetime, days: int) -> datetime:
    day = here.date() + timedelta(days=days)
    return datetime.combine(day, MORNING, here.tzinfo).astimezone(UTC)


def _own(text: str, here: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=here.tzinfo)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue("until", "is no day and time") from None
