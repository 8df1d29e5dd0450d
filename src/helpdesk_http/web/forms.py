"""Forms: what controls they have, what somebody wrote into them, and what is wrong with that.

A form is filled into the same class that the API takes the thing as, so that both refuse the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from attrs import field, frozen
from starlette.datastructures import FormData

from helpdesk_core.errors import InvalidValue, Refusal
from helpdesk_http.scalars import InvalidBody
from helpdesk_http.wire import structure

T = TypeVar("T")
Reads = Callable[[FormData, str], Any]
LEFT_OUT: Final = object()
_ROW: Final = re.compile(r"[a-z_]+-[0-9]{1,3}-[a-z_]+")


@frozen
class Wrong(Exception):
    """Somebody filled in a form wrongly: what is wrong, by the control's name; "" for the form as a whole."""

    errors: Mapping[str, str]


def text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def optional(form: FormData, name: str) -> Any:
    """Nothing written is nothing said."""
    return text(form, name) or LEFT_OUT


def nullable(form: FormData, name: str) -> str | None:
    return text(form, name) or None


def ticked(form: FormData, name: str) -> bool:
    return bool(form.get(name))


def whole(form: FormData, name: str) -> Any:
    """A whole number; what is none is handed on, for the API's class to refuse."""
    written = text(form, name)
    if not written:
        return LEFT_OUT
    return int(written) if written.lstrip("-").isdecimal() else written


def several(form: FormData, name: str) -> list[str]:
    """What was ticked or chosen of many."""
    return [str(one) for one in form.getlist(name)]


def lines(form: FormData, name: str) -> list[str]:
    """One a line; empty ones do not count."""
    return [line.strip() for line in text(form, name).splitlines() if line.strip()]


def listed(form: FormData, name: str) -> list[str]:
    """Parted by commas."""
    return [one.strip() for one in text(form, name).split(",") if one.strip()]


def rows(*columns: str) -> Reads:
    """Reads the rows of a control of kind `rows`: one mapping a row in which anything is written, in their order."""

    def read(form: FormData, name: str) -> list[dict[str, str]]:
        places = {
            int(key.split("-")[1]) for key in form if _ROW.fullmatch(key) and key.startswith(f"{name}-")
        }
        found = [
            {column: text(form, f"{name}-{place}-{column}") for column in columns} for place in sorted(places)
        ]
        return [row for row in found if any(row.values())]

    return read


@frozen(kw_only=True)
class Column:
    """One column of rows: a choice where it has `options`, else a line of text, or several lines where `long`."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    long: bool = False


@frozen(kw_only=True)
class Control:
    """One control. kind: that of the macro `field` in parts.html, or `choice`, `several` for tick boxes, or `rows`.

    `options` are (value, label) pairs; `columns` are those of rows; `reads` makes of the form what the API takes,
    and `shows` of that what people read.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    columns: Sequence[Column] = ()
    reads: Reads = text
    shows: Callable[[Any], Any] | None = None
    more: Mapping[str, str] = field(factory=dict)


Shape = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def filled(takes: type[T], controls: Sequence[Control], form: FormData, shape: Shape = dict) -> T:
    """What the API would have been given; Wrong where it would have refused it.

    shape: makes the API's body of the controls' values, where it is not simply these.
    """
    values = {one.name: one.reads(form, one.name) for one in controls}
    try:
        body = shape({name: value for name, value in values.items() if value is not LEFT_OUT})
        return structure(takes, dict(body))
    except InvalidBody as refusal:
        raise Wrong(by_control({one.path: one.message for one in refusal.errors}, controls)) from refusal


def by_control(errors: Mapping[str, str], controls: Sequence[Control]) -> Mapping[str, str]:
    """Errors by the names of controls: `member_ids[2]` is that of `member_ids`; what has no control, of the whole."""
    names = {one.name for one in controls}
    found: dict[str, str] = {}
    for path, message in errors.items():
        steps = [step.partition("[")[0] for step in path.split(".")]
        name = next((step for step in steps if step in names), "")
        found.setdefault(name, message if name else f"{path} {message}")
    return found


@contextmanager
def carrying_out(controls: Sequence[Control]) -> Iterator[None]:
    """What the core refuses of a form while it is carried out, as Wrong."""
    try:
        yield
    except InvalidValue as refusal:
        raise Wrong(by_control({refusal.path: refusal.message}, controls)) from refusal
    except Refusal as refusal:
        raise Wrong({"": str(refusal)}) from refusal


def as_written(form: FormData, controls: Sequence[Control]) -> Mapping[str, Any]:
    """What somebody wrote, by control, to be shown again. Passwords and keys are not sent back."""
    return {one.name: _as_written(form, one) for one in controls}


def _as_written(form: FormData, control: Control) -> Any:
    match control.kind:
        case "several":
            return several(form, control.name)
        case "rows":
            return control.reads(form, control.name)
        case "password":
            return ""
        case _:
            return str(form.get(control.name, ""))
