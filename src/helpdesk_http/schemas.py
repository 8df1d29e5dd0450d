"""JSON Schema 2020-12 (OpenAPI 3.1's dialect) and example values, of the annotations that `wire` reads by."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import cleandoc
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

import attrs
from attrs import Factory, define

from helpdesk_core.unset import UNSET
from helpdesk_http.annotations import Kind, Member, is_lenient, kind_of, members_of
from helpdesk_http.fields import Many, Number, Text
from helpdesk_http.scalars import MAX_INTEGER, MIN_INTEGER
from helpdesk_http.wire import plain

Schema = dict[str, Any]


@define
class Schemas:
    """Collects the schemas of attrs classes and enumerations under their names, for `components.schemas`."""

    components: dict[str, Schema] = Factory(dict)
    _classes: dict[str, Any] = Factory(dict)
    _taken: set[str] = Factory(set)

    def taken(self, annotation: Any) -> Schema:
        """The schema of what we take: fields with a default may be absent, unknown ones must be."""
        return self._schema(annotation, taken=True)

    def given(self, annotation: Any) -> Schema:
        """The schema of what we give: every field is there, and later versions may add some."""
        return self._schema(annotation, taken=False)

    def sparse(self, annotation: Any) -> Schema:
        """The schema of what we give where only some fields were asked for: of one thing, or of those in `data`."""
        members = {member.wire: member for member in members_of(annotation)}
        if "data" not in members or get_origin(members["data"].kind.arms[0]) not in (list, tuple, Sequence):
            return self._part(annotation)
        properties = {name: self._property(member, taken=False) for name, member in members.items()}
        properties["data"] = {"type": "array", "items": self._part(get_args(members["data"].kind.arms[0])[0])}
        return {"type": "object", "properties": properties, "required": list(members)}

    def _part(self, cls: Any) -> Schema:
        name = f"{component_name(cls)}Part"
        if name not in self.components:
            self.components[name] = {}
            whole = self._object(cls, taken=False)
            words = f"Some fields of {component_name(cls)}."
            self.components[name] = {
                "type": "object",
                "description": words,
                "properties": whole["properties"],
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def parameter(self, annotation: Any) -> Schema:
        """The schema of a parameter, which is absent where a field would be null and has words of its own."""
        schema = self._schema(attrs.evolve(kind_of(annotation), nullable=False), taken=True)
        return {key: value for key, value in schema.items() if key != "description"}

    def _schema(self, annotation: Any, taken: bool) -> Schema:
        kind = annotation if isinstance(annotation, Kind) else kind_of(annotation)
        schemas = [self._arm(arm, kind, taken) for arm in kind.arms]
        if kind.nullable:
            schemas.append({"type": "null"})
        schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        if doc := kind.said("doc", ""):
            schema["description"] = doc
        example = kind.said("example", UNSET)
        return schema if example is UNSET else {**schema, "examples": [example]}

    def _arm(self, arm: Any, kind: Kind, taken: bool) -> Schema:
        origin, arguments = get_origin(arm) or arm, get_args(arm)
        schema: Schema
        if arm in _SCALARS:
            schema = dict(_SCALARS[arm])
            if taken and arm is int and not any(isinstance(note, Number) for note in kind.notes):
                schema |= {"minimum": MIN_INTEGER, "maximum": MAX_INTEGER}
        elif arm is Any:
            schema = {}
        elif attrs.has(origin) or (isinstance(origin, type) and issubclass(origin, StrEnum)):
            schema = self._component(arm, taken)
        elif origin is Literal:
            schema = {"type": "string", "enum": list(arguments)}
        elif origin in (list, tuple, Sequence):
            schema = {"type": "array", "items": self._schema(arguments[0], taken)}
        elif origin in (dict, Mapping):
            schema = {"type": "object", "additionalProperties": self._schema(arguments[1], taken) or True}
        else:
            raise TypeError(f"{arm!r} has no schema")
        for note in kind.notes:
            schema |= note.schema()
        return schema

    def _component(self, cls: Any, taken: bool) -> Schema:
        name = component_name(cls)
        if self._classes.setdefault(name, cls) != cls:
            raise TypeError(f"two classes of the contract are called {name}")
        # A class that goes both ways is described as we take it, the stricter of the two.
        if name not in self.components or (taken and name not in self._taken):
            self.components[name] = {}
            if taken:
                self._taken.add(name)
            self.components[name] = (
                self._object(cls, taken) if attrs.has(get_origin(cls) or cls) else _enumeration(cls)
            )
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, cls: Any, taken: bool) -> Schema:
        members = members_of(cls)
        schema: Schema = {"type": "object"}
        if doc := _doc(cls):
            schema["description"] = doc
        schema["properties"] = {member.wire: self._property(member, taken) for member in members}
        required = [m.wire for m in members if (m.required if taken else not m.kind.omissible)]
        if required:
            schema["required"] = required
        if taken and not is_lenient(cls):
            schema["additionalProperties"] = False
        return schema

    def _property(self, member: Member, taken: bool) -> Schema:
        schema = self._schema(member.annotation, taken)
        if taken and not member.required and member.default is not UNSET:
            schema["default"] = plain(member.fallback)
        return schema


def example_of(annotation: Any) -> Any:
    """An example in the form it has in JSON: what the notes say, the fields' examples, else one for the type.

    Of an object it has the required fields, and those optional ones that come with an example of their own.
    """
    kind = kind_of(annotation)
    said = kind.said("example", UNSET)
    if said is not UNSET:
        return said
    if not kind.arms:
        return None
    arm = kind.arms[0]
    origin, arguments = get_origin(arm) or arm, get_args(arm)
    if arm is str:
        return _example_text(kind)
    if arm in (int, float):
        return next((note.min for note in kind.notes if isinstance(note, Number) and note.min is not None), 1)
    if attrs.has(origin):
        if whole := getattr(origin, "__wire_example__", None):
            return whole
        members = (member for member in members_of(arm) if member.required or _has_example(member.annotation))
        return {member.wire: example_of(member.annotation) for member in members}
    if origin in (list, tuple, Sequence):
        wanted = next((note.min for note in kind.notes if isinstance(note, Many)), 1)
        return [example_of(arguments[0])] * max(wanted, 1)
    if origin is Literal:
        return arguments[0]
    if isinstance(origin, type) and issubclass(origin, StrEnum):
        return next(iter(origin)).value
    return _EXAMPLES.get(arm, {})


def _has_example(annotation: Any) -> bool:
    kind = kind_of(annotation)
    if kind.said("example", UNSET) is not UNSET:
        return True
    return any(
        _has_example(inner) for arm in kind.arms for inner in get_args(arm) if not isinstance(inner, str)
    )


def _example_text(kind: Kind) -> str:
    for note in kind.notes:
        if isinstance(note, Text):
            if note.pattern is not None:
                raise TypeError(f"a text that must match {note.pattern} needs an example")
            text = _EXAMPLES.get(note.format, "text")
            return str(text).ljust(note.min, ".")[: note.max]
    return "text"


def component_name(arm: Any) -> str:
    """What a class is called in the contract: a generic one after its parameters too."""
    arguments = (kind_of(argument).arms for argument in get_args(arm) if argument is not ...)
    inner = "".join("Or".join(component_name(each) for each in arms) for arms in arguments)
    name: str = (get_origin(arm) or arm).__name__
    return f"{name}Of{inner}" if inner else name


def _enumeration(cls: type[StrEnum]) -> Schema:
    doc = _doc(cls)
    return {
        "type": "string",
        **({"description": doc} if doc else {}),
        "enum": [member.value for member in cls],
    }


def _doc(cls: Any) -> str | None:
    return cleandoc((get_origin(cls) or cls).__dict__.get("__doc__") or "") or None


_SCALARS: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer", "format": "int64"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"},
    bytes: {"type": "string", "contentMediaType": "application/octet-stream"},
}
_EXAMPLES: Final[dict[Any, Any]] = {
    bool: True,
    UUID: "019b76da-a800-7d3c-9b1f-2f6b8a1c5e44",
    datetime: "2026-01-02T03:04:05.123Z",
    date: "2026-01-02",
    Decimal: "12.50",
    bytes: "(binary)",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
