"""Places within a page of Zendesk's export, which is larger than what is kept at once."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen


@frozen
class TicketPlace:
    """A place within an export's page: behind its first `done` rows, of which `last` was the last."""

    mark: str = ""
    done: int = 0
    last: str = ""

    def __str__(self) -> str:
        return f"{self.done}.{self.last}:{self.mark}"

    def start(self, rows: Sequence[Any]) -> int:
        """Where it goes on. A page that is read again may have lost rows, which have changed since and come later: then
        behind the same row, and where that one is gone, too, from its beginning.
        """
        if self.done == 0 or (self.done <= len(rows) and telling(rows[self.done - 1]) == self.last):
            return self.done
        places = [place for place, row in enumerate(rows) if telling(row) == self.last]
        return places[0] + 1 if places else 0


def place_in(cursor: str) -> TicketPlace:
    """The place that a cursor of ours tells."""
    within, _, mark = cursor.partition(":")
    done, _, last = within.partition(".")
    return TicketPlace(mark, int(done or "0"), last)


def place_of(rows: Sequence[Any], ticket_id: int) -> int:
    """Where the ticket stands among these rows, of which it is one."""
    return next(place for place, row in enumerate(rows) if _id(row) == str(ticket_id))


def telling(row: Any) -> str:
    """Which telling of which ticket it is: one that has changed is told again."""
    return f"{_id(row)}-{row.get('generated_timestamp', '')}" if isinstance(row, dict) else ""


def _id(row: Any) -> str:
    return str(row.get("id", "")) if isinstance(row, dict) else ""
