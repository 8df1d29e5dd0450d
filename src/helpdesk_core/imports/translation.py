"""How a source's words become ours: data that an admin may change before an import, with sensible beginnings."""

from collections.abc import Mapping
from typing import Final

from attrs import Factory, frozen

from helpdesk_core.tickets import Priority, Status

USUAL_STATUSES: Final[Mapping[str, Status]] = {
    "new": Status.OPEN,
    "open": Status.OPEN,
    "pending": Status.PENDING,
    "hold": Status.ON_HOLD,
    "on_hold": Status.ON_HOLD,
    "waiting on customer": Status.PENDING,
    "waiting on third party": Status.ON_HOLD,
    "solved": Status.RESOLVED,
    "resolved": Status.RESOLVED,
    "closed": Status.CLOSED,
}
USUAL_PRIORITIES: Final[Mapping[str, Priority]] = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "medium": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}


@frozen
class Translation:
    """Statuses and priorities by the source's words in lower case; keys of custom fields by the fields' ids there.

    A field that is mapped to nothing (an empty key) is left out; one that is not mapped keeps a key of its own.
    """

    statuses: Mapping[str, Status] = Factory(dict)
    priorities: Mapping[str, Priority] = Factory(dict)
    fields: Mapping[str, str] = Factory(dict)

    def status(self, word: str) -> Status | None:
        """Ours; None where nothing says what it means."""
        key = word.strip().lower()
        return self.statuses.get(key) or USUAL_STATUSES.get(key)

    def priority(self, word: str | None) -> Priority | None:
        """Ours; None where nothing says what it means."""
        key = (word or "normal").strip().lower()
        return self.priorities.get(key) or USUAL_PRIORITIES.get(key)
