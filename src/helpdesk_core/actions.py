"""Actions: what a macro or a rule does to a ticket."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.placeholders import check_placeholders
from helpdesk_core.tickets import Priority, Status

MOST = 50
"""Actions of one macro or rule."""

LONGEST_TEXT = 50_000
LONGEST_SNOOZE = 24 * 366
"""Hours."""


class Do(StrEnum):
    """What can be done; behind each stands what its `value` is.

    `set_field` puts the value into the custom field that `field` names; null takes it out. `assign` and
    `assign_team` take null for nobody.
    """

    SET_STATUS = "set_status"
    SET_PRIORITY = "set_priority"
    ASSIGN = "assign"
    ASSIGN_TEAM = "assign_team"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    SET_FIELD = "set_field"
    ADD_NOTE = "add_note"
    REPLY = "reply"
    SNOOZE = "snooze"
    FOLLOW = "follow"


@frozen
class Action:
    """One thing to do."""

    do: Do
    value: Any = None
    field: str | None = None


SAYING = frozenset({Do.ADD_NOTE, Do.REPLY})
"""Actions that post a message."""


def check_actions(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """The actions, or InvalidValue at the path of the first that can never be done."""
    if not 0 < len(actions) <= MOST:
        raise InvalidValue("actions", f"must be 1 to {MOST}")
    for place, action in enumerate(actions):
        check_action(action, f"actions[{place}]")
    return actions


def check_action(action: Action, path: str) -> None:
    """InvalidValue where the value is not of the kind that the action takes. Whether ids are known is not looked at."""
    if (action.do is Do.SET_FIELD) != (action.field is not None):
        which = "must name a custom field" if action.do is Do.SET_FIELD else "is for set_field only"
        raise InvalidValue(f"{path}.field", which)
    if action.field is not None and not 0 < len(action.field) <= 200:
        raise InvalidValue(f"{path}.field", "must have 1 to 200 characters")
    fault = _FAULTS[action.do](action.value)
    if fault:
        raise InvalidValue(f"{path}.value", fault)
    if action.do in SAYING:
        check_placeholders(action.value, f"{path}.value")


def _word(members: type[StrEnum]) -> Callable[[Any], str | None]:
    words = [member.value for member in members]
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _id(value: Any) -> str | None:
    return None if _is_id(value) else "must be a UUID"


def _id_or_null(value: Any) -> str | None:
    return None if value is None or _is_id(value) else "must be a UUID or null"


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _tag(value: Any) -> str | None:
    fits = isinstance(value, str) and 0 < len(value) <= 60 and "," not in value and len(value.split()) == 1
    return None if fits and value == value.strip() else "must be 1 to 60 characters without blanks or commas"


def _words(value: Any) -> str | None:
    fits = isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT
    return None if fits else f"must be a text of at most {LONGEST_TEXT} characters"


def _hours(value: Any) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0.01 <= value <= LONGEST_SNOOZE
    return None if fits else f"must be a number of hours, {LONGEST_SNOOZE} at most"


_FAULTS: Mapping[Do, Callable[[Any], str | None]] = {
    Do.SET_STATUS: _word(Status),
    Do.SET_PRIORITY: _word(Priority),
    Do.ASSIGN: _id_or_null,
    Do.ASSIGN_TEAM: _id_or_null,
    Do.ADD_TAG: _tag,
    Do.REMOVE_TAG: _tag,
    Do.SET_FIELD: lambda value: None,
    Do.ADD_NOTE: _words,
    Do.REPLY: _words,
    Do.SNOOZE: _hours,
    Do.FOLLOW: _id,
}
