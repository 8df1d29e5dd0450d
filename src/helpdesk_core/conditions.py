"""Conditions: what a rule, a policy or a view asks of a ticket.

A condition compares one fact with a value. Facts are plain JSON by name (`facts_of`), so that `holds` is total: it
answers for whatever stands on either side. What cannot be compared is not fulfilled.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.errors import InvalidValue
from helpdesk_core.tickets import Channel, Priority, Status, Ticket

Facts = Mapping[str, Any]
"""JSON by the name of a field; what is not there is not set."""


class Operator(StrEnum):
    """How a fact is compared. Text is compared without regard to case; of a list, one item is enough."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    GREATER = "greater"
    LESS = "less"
    IS_SET = "is_set"
    NOT_SET = "not_set"


@frozen
class Condition:
    """One thing to be true: `field` compared with `value`."""

    field: str
    operator: Operator
    value: Any = None


@frozen
class Conditions:
    """All of `all` are to hold and, where there is any, one of `any`."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    @property
    def each(self) -> tuple[Condition, ...]:
        return (*self.all, *self.any)


@frozen
class Askable:
    """How a field can be asked: with which operators, and for which words where these are fixed."""

    operators: frozenset[Operator]
    choices: frozenset[str] = field(factory=frozenset)


MOST = 50
"""Conditions of one rule, and values of one condition."""

LONGEST = 1000
"""Characters of a value."""

_EITHER = frozenset({Operator.IS_SET, Operator.NOT_SET})
_ONE = frozenset({Operator.IS, Operator.IS_NOT, Operator.ANY_OF, Operator.NONE_OF})
_PART = frozenset({Operator.CONTAINS, Operator.NOT_CONTAINS})
_SIZE = frozenset({Operator.GREATER, Operator.LESS})

_TEXT, _ID = Askable(_ONE | _PART | _EITHER), Askable(_ONE | _EITHER)
_NUMBER = Askable(_ONE | _SIZE | _EITHER)
_LIST = Askable(_PART | _EITHER | {Operator.ANY_OF, Operator.NONE_OF})
_ANYTHING = Askable(frozenset(Operator))


def _choice(*of: Iterable[StrEnum], sized: bool = False) -> Askable:
    words = frozenset(member.value for members in of for member in members)
    return Askable(_ONE | (_SIZE if sized else frozenset()), words)


FIELDS: Mapping[str, Askable] = {
    "status": _choice(Status),
    "priority": _choice(Priority, sized=True),
    "channel": _choice(Channel),
    "assignee_id": _ID,
    "team_id": _ID,
    "tags": _LIST,
    "subject": _TEXT,
    "language": _TEXT,
    "message_count": _NUMBER,
    "customer.email": _TEXT,
    "customer.domain": _TEXT,
    "customer.company": _TEXT,
    "customer.language": _TEXT,
    "customer.country": _TEXT,
    "message.kind": _choice(Kind),
    "message.text": _TEXT,
    "changed": _LIST,
    "rating.score": _TEXT,
    "hours_since_created": _NUMBER,
    "hours_since_updated": _NUMBER,
    "hours_since_last_message": _NUMBER,
}
"""What can be asked, besides `custom_fields.<name>`. `message` is the event's, `changed` names what it changed."""

CUSTOM = "custom_fields."

OF_TICKETS = frozenset(name for name in FIELDS if not name.startswith(("message.", "changed", "rating.")))
"""Fields that are there without an event."""


def facts_of(
    ticket: Ticket,
    now: datetime,
    customer: Customer | None = None,
    message: Conversation | None = None,
    changed: Sequence[str] = (),
    score: Any = None,
) -> Facts:
    """What can be asked about the ticket, its customer and an event's message, as of `now`."""
    email = customer.email if customer else None
    return {
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "channel": ticket.channel.value,
        "assignee_id": None if ticket.assignee_id is None else str(ticket.assignee_id),
        "team_id": None if ticket.team_id is None else str(ticket.team_id),
        "tags": list(ticket.tags),
        "subject": ticket.subject,
        "language": ticket.language,
        "message_count": ticket.message_count,
        "customer.email": email,
        "customer.domain": email.rpartition("@")[2] if email else None,
        "customer.company": customer.company if customer else None,
        "customer.language": customer.language if customer else None,
        "customer.country": customer.country if customer else None,
        "message.kind": message.kind.value if message else None,
        "message.text": message.content_text if message else None,
        "changed": list(changed),
        "rating.score": score,
        "hours_since_created": _hours(ticket.created_at, now),
        "hours_since_updated": _hours(ticket.updated_at, now),
        "hours_since_last_message": _hours(ticket.last_message_at, now),
        **{f"{CUSTOM}{name}": value for name, value in ticket.custom_fields.items()},
    }


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is fulfilled; total on any JSON."""
    return _TESTS[condition.operator](facts.get(condition.field), condition.value)


def all_hold(conditions: Conditions, facts: Facts) -> bool:
    """Whether the conditions are fulfilled together; none at all are."""
    return all(holds(one, facts) for one in conditions.all) and (
        not conditions.any or any(holds(one, facts) for one in conditions.any)
    )


def check_conditions(conditions: Conditions, fields: Iterable[str] = FIELDS) -> Conditions:
    """The conditions, or InvalidValue at the path of the first that can never be asked."""
    for name, group in (("all", conditions.all), ("any", conditions.any)):
        if len(group) > MOST:
            raise InvalidValue(name, f"can have {MOST} conditions at most")
        for place, condition in enumerate(group):
            check_condition(condition, f"{name}[{place}]", fields)
    return conditions


def check_condition(condition: Condition, path: str, fields: Iterable[str] = FIELDS) -> None:
    """InvalidValue where the field is unknown, is not compared so, or not with such a value."""
    of_type = _type_of(condition.field, fields)
    if of_type is None:
        raise InvalidValue(f"{path}.field", f"must be one of {', '.join(sorted(fields))}, {CUSTOM}<name>")
    if condition.operator not in of_type.operators:
        words = ", ".join(sorted(of_type.operators))
        raise InvalidValue(f"{path}.operator", f"must for {condition.field} be one of {words}")
    fault = _fault(condition, of_type)
    if fault:
        raise InvalidValue(f"{path}.value", fault)


def _type_of(name: str, fields: Iterable[str]) -> Askable | None:
    if name.startswith(CUSTOM) and name > CUSTOM and len(name) <= 200:
        return _ANYTHING
    return FIELDS.get(name) if name in set(fields) else None


def _fault(condition: Condition, of_type: Askable) -> str | None:
    """What is wrong with the value, as the end of a sentence."""
    value, operator = condition.value, condition.operator
    if operator in _EITHER:
        return None if value is None else "must be left out"
    if operator in (Operator.ANY_OF, Operator.NONE_OF):
        if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST:
            return f"must be an array of 1 to {MOST} values"
        return next((fault for one in value if (fault := _fault_of_one(one, of_type))), None)
    if operator in _SIZE and not of_type.choices and not (_is_number(value) or _is_day(value)):
        return "must be a number, or a day like 2026-01-02"
    return _fault_of_one(value, of_type)


def _fault_of_one(value: Any, of_type: Askable) -> str | None:
    if not isinstance(value, str | int | float):
        return "must be a string, a number, true or false"
    if isinstance(value, str) and not 0 < len(value) <= LONGEST:
        return f"must have 1 to {LONGEST} characters"
    if of_type.choices and value not in of_type.choices:
        return f"must be one of {', '.join(sorted(of_type.choices))}"
    if of_type is _NUMBER and not _is_number(value):
        return "must be a number"
    return None


def _same(fact: Any, value: Any) -> bool:
    if isinstance(fact, str) and isinstance(value, str):
        return _key(fact) == _key(value)
    if isinstance(fact, bool) or isinstance(value, bool):
        return fact is value
    return bool(fact == value)


def _is(fact: Any, value: Any) -> bool:
    if isinstance(fact, list | tuple) and not isinstance(value, list | tuple):
        return any(_same(item, value) for item in fact)
    return _same(fact, value)


def _contains(fact: Any, value: Any) -> bool:
    if isinstance(fact, str):
        return isinstance(value, str) and _key(value) in _key(fact)
    return isinstance(fact, list | tuple) and any(_same(item, value) for item in fact)


def _any_of(fact: Any, value: Any) -> bool:
    return isinstance(value, list | tuple) and any(_is(fact, one) for one in value)


def _greater(fact: Any, value: Any) -> bool:
    if _is_number(fact) and _is_number(value):
        return bool(fact > value)
    if isinstance(fact, str) and isinstance(value, str):
        if fact in _RANKS and value in _RANKS:
            return _RANKS.index(fact) > _RANKS.index(value)
        return _is_day(fact) and _is_day(value) and fact > value
    return False


def _is_set(fact: Any, value: Any) -> bool:
    return fact is not None and fact not in ("", [], (), {})


_TESTS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: _is,
    Operator.IS_NOT: lambda fact, value: not _is(fact, value),
    Operator.CONTAINS: _contains,
    Operator.NOT_CONTAINS: lambda fact, value: not _contains(fact, value),
    Operator.ANY_OF: _any_of,
    Operator.NONE_OF: lambda fact, value: not _any_of(fact, value),
    Operator.GREATER: _greater,
    Operator.LESS: lambda fact, value: _greater(value, fact),
    Operator.IS_SET: _is_set,
    Operator.NOT_SET: lambda fact, value: not _is_set(fact, value),
}

_RANKS = tuple(priority.value for priority in Priority)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and _DAY.match(value) is not None


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _hours(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since).total_seconds() / 3600
