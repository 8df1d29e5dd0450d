"""What the errors of PostgreSQL mean to the desk (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

from attrs import frozen
from psycopg import errors

from helpdesk_core.errors import AlreadyTaken, Conflict, InvalidValue, StoreUnavailable
from helpdesk_core.ids import OrganizationId

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
HELD_ELSEWHERE = "55P03"
"""A lock that was to be had at once, or not at all."""
PLAN_IS_STALE = "0A000"
"""A prepared statement was overtaken by a migration; among ours, that is all it can mean."""


@frozen
class Lesson:
    """What a try has taught about how a unit of work is to be run."""

    asked_at: float = 0.0
    """When the unit was asked for. It has to see whatever was committed before, and so no older snapshot."""
    organization_id: OrganizationId | None = None
    """Whose lane it belongs in."""
    alone: bool = False
    """It does not share a transaction, so that every error is its own."""
    careful: bool = False
    """It goes on after statements that were refused, so each is to be undone by itself."""
    conflicts: int = 0
    """How often others were quicker."""

    def and_(self, other: "Lesson") -> "Lesson":
        return Lesson(
            self.asked_at,
            other.organization_id or self.organization_id,
            self.alone or other.alone,
            self.careful or other.careful,
            self.conflicts + other.conflicts,
        )


class StartAgain(BaseException):
    """The unit has to be run again from its beginning. Not an Exception, so that no unit catches it."""

    def __init__(self, lesson: Lesson = Lesson()) -> None:
        super().__init__("this unit of work is run again")
        self.lesson = lesson


CONFLICT, ALONE = Lesson(conflicts=1), Lesson(alone=True)


def is_to_be_tried_again(error: errors.Error) -> bool:
    """Whether the same unit may succeed if it is just run again."""
    return error.sqlstate in (SERIALIZATION_FAILURE, DEADLOCK, PLAN_IS_STALE)


def refusal(error: Exception) -> Exception:
    """What an error means to the desk; one that means a mistake of ours stays what it is."""
    if isinstance(error, UnicodeEncodeError):
        return InvalidValue("", "a text holds half a character (a lone surrogate), which cannot be kept")
    if not isinstance(error, errors.Error):
        return error
    state = error.sqlstate
    if state is None:
        if isinstance(error, errors.DataError):
            return InvalidValue("", f"a value cannot be kept: {error}")
        return StoreUnavailable(f"The database cannot be reached just now: {_in_one_line(error)}.")
    match error:
        case errors.UniqueViolation():
            return AlreadyTaken("Another thing already bears this name.")
        case errors.ForeignKeyViolation():
            return Conflict(
                "This belongs to something that does not exist, or something else still belongs to it."
            )
        case errors.UntranslatableCharacter() | errors.CharacterNotInRepertoire():
            return InvalidValue("", "a text holds a character that cannot be kept (NUL)")
        case errors.DataError() | errors.ProgramLimitExceeded():
            return InvalidValue("", f"a value cannot be kept: {_in_one_line(error)}")
    if state.startswith(_UNAVAILABLE):
        return StoreUnavailable(f"The database cannot be used just now: {_in_one_line(error)} ({state}).")
    return error


_UNAVAILABLE = (
    "08",  # the connection failed
    "25006",  # it is a standby server
    "25P03",  # the transaction was idle for too long
    "28",  # the server does not let us in
    "3D000",  # there is no such database
    "53",  # disk, memory or connections are used up
    "57",  # it is starting, stopping, or was told to cancel
    "58",  # its system failed
    "XX",  # it is broken
)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
