"""Custom fields: what an organization wants to know of its tickets besides what every ticket has."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_core.addresses import is_email
from helpdesk_core.arrangements import Arrangement

LONGEST_LINE = 1_000
LONGEST_TEXT = 65_536


class FieldType(StrEnum):
    """What a field's values are: `date` is YYYY-MM-DD, `multiselect` a list of options, `url` http or https."""

    TEXT = "text"
    MULTILINE = "multiline"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    SELECT = "select"
    MULTISELECT = "multiselect"
    EMAIL = "email"
    URL = "url"


SELECTING = frozenset({FieldType.SELECT, FieldType.MULTISELECT})


@frozen(kw_only=True)
class CustomField(Arrangement):
    """One field; its name is its key in the `custom_fields` of tickets.

    A `required` one is to be there when an agent or a program resolves a ticket; customers are not asked for it. One
    that is not `active` is like none: what tickets have under its key stays, and is not looked at.
    """

    kind: ClassVar[str] = "custom_field"

    label: str = ""
    type: FieldType = FieldType.TEXT
    required: bool = False
    options: tuple[str, ...] = ()
    """What can be chosen, in this order; of the types that select only."""
    position: int = 0
    """Where it is shown: the smallest comes first."""
    active: bool = True
    description: str = ""


def wrong_values(fields: Iterable[CustomField], values: Mapping[str, Any]) -> Mapping[str, str]:
    """What is wrong with values, by key, as the ends of sentences. Total over JSON.

    Keys without an active field may have any value, and null, which takes a value away, is right for every field.
    """
    wrong = {}
    for field in fields:
        value = values.get(field.name)
        if field.active and value is not None and (problem := problem_with(field, value)):
            wrong[field.name] = problem
    return wrong


def missing_values(fields: Iterable[CustomField], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of required fields that have no value, in the order of their places. Empty text and lists are none."""
    required = sorted((one for one in fields if one.active and one.required), key=lambda one: one.position)
    return tuple(field.name for field in required if values.get(field.name) in (None, "", [], ()))


def problem_with(field: CustomField, value: Any) -> str | None:
    """What is wrong with a value that is not null, as the end of a sentence; None where it is right. Total."""
    match field.type:
        case FieldType.SELECT:
            return None if _is_option(field, value) else f"must be one of {_told(field.options)}"
        case FieldType.MULTISELECT:
            return _chosen_problem(field, value)
        case _:
            is_right, wanted = _RIGHT[field.type]
            return None if is_right(value) else f"must be {wanted}"


def _chosen_problem(field: CustomField, value: Any) -> str | None:
    if not isinstance(value, list | tuple) or not all(_is_option(field, one) for one in value):
        return f"must be a list of {_told(field.options)}"
    return "must not name an option twice" if len(set(value)) < len(value) else None


def _is_option(field: CustomField, value: Any) -> bool:
    return isinstance(value, str) and value in field.options


def _told(options: tuple[str, ...]) -> str:
    shown = ", ".join(options[:10])
    return f"{shown} …" if len(options) > 10 else shown


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_LINE and len(value.splitlines()) <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and isfinite(value))


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != len("2024-05-01"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_url(value: Any) -> bool:
    if not _is_line(value) or any(c.isspace() for c in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


_RIGHT: Mapping[FieldType, tuple[Callable[[Any], bool], str]] = {
    FieldType.TEXT: (_is_line, f"one line of text, of at most {LONGEST_LINE:,} characters"),
    FieldType.MULTILINE: (_is_text, f"text of at most {LONGEST_TEXT:,} characters"),
    FieldType.INTEGER: (_is_integer, "a whole number"),
    FieldType.NUMBER: (_is_number, "a number"),
    FieldType.BOOLEAN: (lambda value: isinstance(value, bool), "true or false"),
    FieldType.DATE: (_is_date, "a date as YYYY-MM-DD"),
    FieldType.EMAIL: (lambda value: isinstance(value, str) and is_email(value), "an e-mail address"),
    FieldType.URL: (_is_url, "an http or https address"),
}
