"""JSON meets types once: here, strictly, both ways.

Reading coerces nothing (true is not 1, "3" is not 3), passes over nothing (an unknown field is
an error) and reports every wrong field at once by its path (`customer.email`, `tags[1]`). Writing is compiled
once a class.

The types: str, int (64 bits), float, bool, None, UUID, StrEnum, Literal of strings, datetime (RFC 3339 with
an offset; out in UTC with milliseconds), date, Decimal (as text), attrs classes, list, tuple[T, ...] and
Sequence (a tuple), dict and Mapping of str, Any, unions whose members differ in their JSON type, and all of
these with notes (see `fields`). A type beyond these is a TypeError when its reader is made.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args, get_origin

import attrs
import orjson
from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_unstructure_fn, override

from helpdesk_core.unset import UNSET
from helpdesk_http.annotations import kind_of, made_once, members_of
from helpdesk_http.scalars import FieldError, InvalidBody, timestamp
from helpdesk_http.shapes import hook_of

__all__ = [
    "FieldError",
    "InvalidBody",
    "MalformedJson",
    "parse_json",
    "read",
    "reader",
    "structure",
    "timestamp",
    "write",
    "writer",
]

T = TypeVar("T")

MAX_DEPTH: Final = 100
"""Arrays and objects inside each other: orjson reads 1,024 levels but writes 254, and no form has thirty."""


class MalformedJson(ValueError):
    """These bytes are not JSON (RFC 8259); the message says where they cease to be."""


def parse_json(raw: bytes) -> Any:
    """One JSON value in UTF-8. Of equal keys the last counts; an integer beyond 64 bits becomes a float.

    Raises MalformedJson for all else: NaN, a lone surrogate, a byte order mark, more than MAX_DEPTH levels.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedJson(f"This is not valid JSON: {error.msg} ({where}).") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(value):
        raise MalformedJson(f"This JSON is nested more than {MAX_DEPTH} levels deep.")
    return value


def read(cls: type[T], raw: bytes) -> T:
    """A value of `cls` from JSON; raises MalformedJson or InvalidBody and nothing else."""
    return structure(cls, parse_json(raw))


def structure(cls: type[T], value: Any) -> T:
    """A value of `cls` from parsed JSON; raises InvalidBody."""
    made: T = hook_of(cls)(value, cls)
    return made


def reader(cls: Any) -> Callable[[Any], Any]:
    """`structure` for one annotation, whatever it is; raises TypeError if JSON has no strict form for it."""
    hook = hook_of(cls)
    return lambda value: hook(value, cls)


def write(value: Any) -> bytes:
    """JSON of a value by the classes it is made of."""
    return orjson.dumps(value, _by_class, orjson.OPT_PASSTHROUGH_DATETIME)


def writer(cls: Any) -> Callable[[Any], bytes]:
    """`write` for one declared type, compiled: the fast way for answers that are always of that type."""
    hook = _hook_out(cls)
    return lambda value: orjson.dumps(hook(value), _by_class, orjson.OPT_PASSTHROUGH_DATETIME)


def plain(value: Any) -> Any:
    """What a value looks like once it has been JSON: strings, numbers, lists and dicts."""
    return orjson.loads(write(value))


_converter: Final = Converter()


@made_once
def _hook_out(annotation: Any) -> Callable[[Any], Any]:
    kind = kind_of(annotation)
    hooks = [_arm_out(arm) for arm in kind.arms]
    if all(hook is identity for hook in hooks):
        return identity
    if len(hooks) > 1:
        return lambda value: _hook_out(type(value))(value)
    hook = hooks[0]
    return (lambda value: None if value is None else hook(value)) if kind.nullable else hook


def _arm_out(arm: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(arm) or arm, get_args(arm)
    if arm is datetime:
        return timestamp
    if attrs.has(origin):
        return _object_out(arm)
    if origin in (list, tuple, Sequence) and arguments:
        hook = _hook_out(arguments[0])
        return identity if hook is identity else lambda value: [hook(each) for each in value]
    if origin in (dict, Mapping) and arguments:
        hook = _hook_out(arguments[1])
        return identity if hook is identity else lambda value: {name: hook(value[name]) for name in value}
    return identity  # orjson knows it, or asks _by_class


def _object_out(cls: Any) -> Callable[[Any], dict[str, Any]]:
    overrides: dict[str, Any] = {
        member.name: override(
            rename=member.wire,
            unstruct_hook=_hook_out(member.annotation),
            omit_if_default=member.default is UNSET,
        )
        for member in members_of(cls)
    }
    return make_dict_unstructure_fn(cls, _converter, **overrides)


def _by_class(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return dict(value)
    if attrs.has(type(value)):
        return _hook_out(type(value))(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _is_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(MAX_DEPTH + 1):
        nested = [node for node in layer if type(node) is list or type(node) is dict]
        layer = [inner for node in nested for inner in (node.values() if type(node) is dict else node)]
        if not nested:
            return False
    return True
