"""From JSON to the classes of answers: as tolerant of a newer desk as the desk is strict with its callers.

A field that this release does not know is passed over, a new word of an enumeration stays the text that it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, get_args, get_origin
from uuid import UUID

import attrs

from helpdesk_core.unset import UNSET
from helpdesk_http.annotations import kind_of, made_once, members_of
from helpdesk_http.client.problems import UnexpectedAnswer

Hook = Callable[[Any], Any]


def structured(annotation: Any, value: Any) -> Any:
    """The value as this type says; raises UnexpectedAnswer where it cannot be."""
    try:
        return _hook(annotation)(value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnexpectedAnswer(
            f"This is not a {getattr(annotation, '__name__', annotation)}: {error!r}"
        ) from error


@made_once
def _hook(annotation: Any) -> Hook:
    arms = kind_of(annotation).arms
    if len(arms) != 1:
        return lambda value: _one_of(arms, value)
    hook = _arm(arms[0])
    return lambda value: None if value is None else hook(value)


def _arm(arm: Any) -> Hook:
    origin, arguments = get_origin(arm) or arm, get_args(arm)
    if attrs.has(origin):
        return _object(arm)
    if origin in (list, tuple, Sequence):
        item = _hook(arguments[0])
        return lambda value: tuple(item(each) for each in value)
    if origin in (dict, Mapping) and arguments:
        inner = _hook(arguments[1])
        return lambda value: {name: inner(each) for name, each in value.items()}
    if isinstance(origin, type) and issubclass(origin, StrEnum):
        words: dict[str, Any] = {member.value: member for member in origin}
        return lambda value: words.get(value, value)
    return _SCALARS.get(arm, _as_it_is)


def _object(cls: Any) -> Hook:
    make: Any = get_origin(cls) or cls
    fields = [
        (member.name, member.wire, _hook(member.annotation), member.fallback, member.required)
        for member in members_of(cls)
    ]

    def made(value: Any) -> Any:
        return make(
            **{
                name: hook(value[wire]) if required or wire in value else fallback
                for name, wire, hook, fallback, required in fields
            }
        )

    return made


def _one_of(arms: tuple[Any, ...], value: Any) -> Any:
    """The arm that is made of such JSON; a string where several of its forms are meant stays a string."""
    for arm in arms:
        origin = get_origin(arm) or arm
        if isinstance(value, dict) and attrs.has(origin):
            return _hook(arm)(value)
        if isinstance(value, list) and origin in (list, tuple, Sequence):
            return _hook(arm)(value)
    return value


def _as_it_is(value: Any) -> Any:
    return value


_SCALARS: Final[dict[Any, Hook]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given."""
    return {name: value for name, value in values.items() if value is not UNSET}
