"""Query strings, headers and path segments: text that is read into types as strictly as a body.

Text says an integer as `12`, a boolean as `true`, the rest as a JSON string does; an array is said with
commas, by repeating the parameter, or both. What is not said so is left as it is, and `wire` refuses it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, get_args, get_origin
from urllib.parse import parse_qsl

from attrs import frozen

from helpdesk_http.annotations import Kind, Member, is_lenient, kind_of, members_of
from helpdesk_http.problems import Problem
from helpdesk_http.scalars import FieldError, InvalidBody, InvalidParameters
from helpdesk_http.wire import reader

RawHeaders = Iterable[tuple[bytes, bytes]]

MAX_PARAMETERS: Final = 200


def query_reader(cls: Any, *, ignore_unknown: bool = False) -> Callable[[bytes], Any]:
    """Reads a raw query string into an attrs class; raises InvalidParameters, also for one it does not have.

    With `ignore_unknown`, as for a `lenient` class, parameters that it does not have are passed over.
    """
    texts = _Texts.of(cls, [member.wire for member in members_of(cls)], "query")
    passes_over = ignore_unknown or is_lenient(cls)
    if not any(member.required for member in members_of(cls)):
        whatever = cls()  # frozen, so that every request without a query can share it

        def read(raw: bytes) -> Any:
            return texts.read(_pairs(raw), passes_over) if raw else whatever

        return read
    return lambda raw: texts.read(_pairs(raw), passes_over)


def no_query(raw: bytes) -> None:
    """Refuses every parameter, for an operation that has none."""
    if pairs := _pairs(raw):
        raise InvalidParameters(tuple(FieldError(f"query.{name}", "is not known here") for name, _ in pairs))


def header_reader(cls: Any) -> Callable[[RawHeaders], Any]:
    """Reads the headers that an attrs class names (`if_match` is If-Match) and leaves all others alone."""
    names = [header_name(member) for member in members_of(cls)]
    texts = _Texts.of(cls, names, "header")
    wanted = {name.lower().encode(): name for name in names}

    def read(headers: RawHeaders) -> Any:
        pairs = [(wanted[name], value.decode("latin-1")) for name, value in headers if name in wanted]
        return texts.read(pairs, passes_over=False)

    return read


def header_name(member: Member) -> str:
    return "-".join(word.capitalize() for word in member.name.split("_"))


def segment_reader(annotation: Any) -> Callable[[str], Any]:
    """Reads one segment of a path. What cannot be such a thing's name names nothing: a 404, not a 422."""
    read = reader(annotation)
    (arm,) = kind_of(annotation).arms

    def segment(text: str) -> Any:
        try:
            return read(_said(arm, text))
        except InvalidBody:
            raise Problem(404, "not_found", "Not found.", "There is nothing at this address.") from None

    return segment


@frozen
class _Texts:
    """Reads pairs of texts into `cls`; `members` by the name each has outside."""

    where: str
    members: dict[str, Member]
    to_value: Callable[[Any], Any]

    @classmethod
    def of(cls, target: Any, names: list[str], where: str) -> "_Texts":
        members = members_of(target)
        return cls(where, dict(zip(names, members, strict=True)), reader(target))

    def read(self, pairs: Iterable[tuple[str, str]], passes_over: bool) -> Any:
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, text in pairs:
            member = self.members.get(name)
            if member is None:
                if not passes_over:
                    errors.append(FieldError(f"{self.where}.{name}", "is not known here"))
            elif _is_array(member.kind):
                values.setdefault(member.wire, []).extend(_items(member.kind, text))
            elif member.wire in values:
                errors.append(FieldError(f"{self.where}.{name}", "must be given once"))
            else:
                values[member.wire] = _said(member.kind.arms[0], text)
        try:
            made = self.to_value(values)
        except InvalidBody as wrong:
            errors += (self._outside(error) for error in wrong.errors)
        else:
            if not errors:
                return made
        raise InvalidParameters(tuple(errors))

    def _outside(self, error: FieldError) -> FieldError:
        field, bracket, index = error.path.partition("[")
        name = next((name for name, member in self.members.items() if member.wire == field), field)
        return FieldError(name + bracket + index, error.message).under(self.where)


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    if not raw:
        return []
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        message = f"must be at most {MAX_PARAMETERS} parameters, percent-encoded UTF-8"
        raise InvalidParameters((FieldError("query", message),)) from None


def _is_array(kind: Kind) -> bool:
    return get_origin(kind.arms[0]) in (list, tuple, Sequence)


def _items(kind: Kind, text: str) -> list[Any]:
    (item,) = kind_of(get_args(kind.arms[0])[0]).arms
    return [_said(item, part) for part in text.split(",")]


def _said(arm: Any, text: str) -> Any:
    if arm is int and _INTEGER.fullmatch(text):
        return int(text)
    if arm is float and _NUMBER.fullmatch(text):
        return float(text)
    if arm is bool:
        return _BOOLEANS.get(text, text)
    return text


_BOOLEANS: Final = {"true": True, "false": False}
_INTEGER: Final = re.compile(r"-?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?")
