"""What vendors send, read into the attrs classes of their `payloads.py`: lenient, so that their next version
still arrives.

Unknown fields are passed over; null and values of another type count as absent, and as no member of a list;
every text can be stored. Only what has no default must be there.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter

from helpdesk_core.charsets import storable
from helpdesk_core.webhooks import UnreadableDelivery

T = TypeVar("T")


def named(name: str, default: Any = attrs.NOTHING) -> Any:
    """A field that the vendor calls by a name which Python keeps for itself, such as `from`."""
    return attrs.field(default=default, metadata={"name": name})


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object that the body is, or UnreadableDelivery."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableDelivery("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise UnreadableDelivery("The body is no JSON object.")
    return found


def object_in(body: bytes) -> dict[str, Any]:
    """The JSON object that the body is; empty for anything else."""
    try:
        return {**read_object(body)}
    except UnreadableDelivery:
        return {}


def structured(value: object, cls: type[T]) -> T:
    """The value as a payload class; UnreadableDelivery names what is missing."""
    try:
        return _converter().structure(value, cls)
    except _Unfit as unfit:
        raise UnreadableDelivery(str(unfit)) from unfit


class _Unfit(ValueError):
    """A value is not of the type that is read."""


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(str, lambda value, _: storable(_instance(value, str)))
    converter.register_structure_hook(bool, lambda value, _: _instance(value, bool))
    converter.register_structure_hook(int, lambda value, _: _instance(value, int))
    converter.register_structure_hook_func(
        attrs.has, lambda value, cls: _fields(value, cls, converter.structure)
    )
    converter.register_structure_hook_func(
        lambda cls: _is(cls, Mapping),
        lambda value, _: {storable(name): member for name, member in _instance(value, dict).items()},
    )
    converter.register_structure_hook_func(
        lambda cls: _is(cls, tuple),
        lambda value, cls: tuple(_members(value, get_args(cls)[0], converter.structure)),
    )
    return converter


Structure = Callable[[Any, Any], Any]


def _is(cls: Any, generic: type) -> bool:
    origin: object = get_origin(cls)
    return origin is generic


def _instance(value: object, cls: type[T]) -> T:
    if (isinstance(value, bool) and cls is not bool) or not isinstance(value, cls):
        raise _Unfit(f"A {cls.__name__} was expected.")
    return value


def _fields(value: object, cls: type[attrs.AttrsInstance], structure: Structure) -> object:
    given = _instance(value, dict)
    found: dict[str, Any] = {}
    for field in attrs.fields(cls):
        name = field.metadata.get("name", field.name)
        optional = field.default is not attrs.NOTHING
        if given.get(name) is None:
            if not optional:
                raise _Unfit(f"{cls.__name__}: {name} is missing.")
            continue
        try:
            found[field.alias] = structure(given[name], field.type)
        except _Unfit as unfit:
            if not optional:
                raise _Unfit(f"{cls.__name__}: {name} cannot be read. {unfit}") from unfit
    return cls(**found)


def _members(value: object, cls: object, structure: Structure) -> list[Any]:
    members = []
    for member in _instance(value, list):
        try:
            members.append(structure(member, cls))
        except _Unfit:
            continue  # a member that is not what is read here counts as absent
    return members
