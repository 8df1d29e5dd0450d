"""Reading: the strict hook of every annotation, composed of `scalars`, compiled once a class by cattrs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, get_args, get_origin

import attrs
import orjson
from cattrs import AttributeValidationNote, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from helpdesk_http.annotations import is_lenient, kind_of, made_once, members_of
from helpdesk_http.fields import Check
from helpdesk_http.scalars import (
    MAX_ERRORS,
    SCALARS,
    FieldError,
    Hook,
    InvalidBody,
    choice,
    null,
    refuse,
    unfit,
)

_converter: Final = Converter(detailed_validation=True)


@made_once
def hook_of(annotation: Any) -> Hook:
    """The hook that makes a value of this type from parsed JSON; TypeError if JSON has no form for it."""
    kind = kind_of(annotation)
    if not kind.arms:
        return null
    hook = _arm(kind.arms[0]) if len(kind.arms) == 1 else _one_of(kind.arms)
    for note in reversed(kind.notes):
        if check := note.check():
            hook = _checked(hook, check)
    return _nullable(hook) if kind.nullable else hook


def _arm(arm: Any) -> Hook:
    origin, arguments = get_origin(arm) or arm, get_args(arm)
    if arm in SCALARS:
        return SCALARS[arm]
    if arm is Any:
        return _anything
    if attrs.has(origin):
        return _object(arm)
    if origin is Literal and all(isinstance(word, str) for word in arguments):
        return choice({word: word for word in arguments})
    if isinstance(origin, type) and issubclass(origin, StrEnum):
        return choice({member.value: member for member in origin})
    if origin in (list, Sequence) and arguments:
        return _array(list if origin is list else tuple, arguments[0])
    if origin is tuple and arguments[1:] == (...,):
        return _array(tuple, arguments[0])
    if origin in (dict, Mapping) and arguments[:1] == (str,):
        return _mapping(arguments[1])
    raise TypeError(f"{arm!r} has no strict form in JSON")


def _checked(hook: Hook, check: Check) -> Hook:
    def checked(value: Any, type_: Any) -> Any:
        made = hook(value, type_)
        if fault := check(made):
            refuse(fault)
        return made

    return checked


def _nullable(hook: Hook) -> Hook:
    return lambda value, type_: None if value is None else hook(value, type_)


def _one_of(arms: tuple[Any, ...]) -> Hook:
    hooks: dict[type, Hook] = {}
    for arm in arms:
        for json_type in _json_types(arm):
            if json_type in hooks:
                raise TypeError(f"two of {arms!r} have the same form in JSON")
            hooks[json_type] = hook_of(arm)
    expected = f"must be {' or '.join(dict.fromkeys(_JSON_NAMES[json_type] for json_type in hooks))}"

    def chosen(value: Any, type_: Any) -> Any:
        hook = hooks.get(type(value))
        return hook(value, type_) if hook else refuse(expected)

    return chosen


def _json_types(annotation: Any) -> tuple[type, ...]:
    (arm,) = kind_of(annotation).arms
    origin = get_origin(arm) or arm
    if arm is bool:
        return (bool,)
    if arm in (int, float):
        return (int, float)
    if origin in (list, tuple, Sequence):
        return (list,)
    return (dict,) if attrs.has(origin) or origin in (dict, Mapping) else (str,)


_JSON_NAMES: Final = {
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "an array",
    dict: "an object",
}


def _array(make: Callable[[list[Any]], Any], item: Any) -> Hook:
    hook = hook_of(item)

    def array(value: Any, _: Any) -> Any:
        if type(value) is not list:
            refuse("must be an array")
        try:
            return make([hook(each, item) for each in value])
        except InvalidBody:
            raise _all_wrong(((f"[{index}]", each) for index, each in enumerate(value)), hook, item) from None

    return array


def _mapping(item: Any) -> Hook:
    hook = hook_of(item)

    def mapping(value: Any, _: Any) -> dict[str, Any]:
        if type(value) is not dict:
            refuse("must be an object")
        for name in value:
            if fault := unfit(name):
                refuse(f"a name in it {fault}")
        try:
            return {name: hook(each, item) for name, each in value.items()}
        except InvalidBody:
            raise _all_wrong(((_step(name), each) for name, each in value.items()), hook, item) from None

    return mapping


def _all_wrong(steps: Iterator[tuple[str, Any]], hook: Hook, item: Any) -> InvalidBody:
    errors: list[FieldError] = []
    for step, each in steps:
        try:
            hook(each, item)
        except InvalidBody as wrong:
            errors += (error.under(step) for error in wrong.errors)
        if len(errors) >= MAX_ERRORS:
            break
    return InvalidBody(tuple(errors))


def _anything(value: Any, type_: Any) -> Any:
    if type(value) is str:
        if fault := unfit(value):
            refuse(fault)
    elif type(value) is list:
        _any_array(value, type_)
    elif type(value) is dict:
        _any_object(value, type_)
    return value


def _object(cls: Any) -> Hook:
    members = members_of(cls)
    wire_names = {member.name: member.wire for member in members}
    overrides: dict[str, Any] = {
        member.name: override(rename=member.wire, struct_hook=hook_of(member.annotation))
        for member in members
    }
    strict = not is_lenient(cls)
    build = make_dict_structure_fn(cls, _converter, _cattrs_forbid_extra_keys=strict, **overrides)

    def structured(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            refuse("must be an object")
        try:
            return build(value, cls)
        except ClassValidationError as group:
            raise InvalidBody(tuple(_errors_in(group, wire_names, value))) from None

    return structured


def _errors_in(group: ClassValidationError, wire_names: dict[str, str], value: Any) -> Iterator[FieldError]:
    for error in group.exceptions:
        notes = getattr(error, "__notes__", ())
        fields = [note.name for note in notes if isinstance(note, AttributeValidationNote)]
        name = wire_names[fields[0]] if fields else None
        if isinstance(error, ForbiddenExtraKeysError):
            for extra in sorted(error.extra_fields)[:MAX_ERRORS]:
                yield FieldError(_step(extra), "is not known here")
        elif name is not None and name not in value:
            yield FieldError(name, "is required")
        elif isinstance(error, InvalidBody):
            yield from (inner.under(name) if name else inner for inner in error.errors)
        elif isinstance(error, ValueError) and name is None:
            yield FieldError("", str(error))  # what the class itself says of its fields taken together
        else:
            raise error


def _step(name: str) -> str:
    if name.isidentifier() and len(name) <= 100:
        return name
    return f"[{orjson.dumps(name[:100].encode(errors='replace').decode()).decode()}]"


_any_array: Final = _array(list, Any)
_any_object: Final = _mapping(Any)
