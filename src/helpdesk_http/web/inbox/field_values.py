"""Values of custom fields and of metadata, as forms write them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from helpdesk_core.custom_fields import CustomField, FieldType
from helpdesk_http.web.forms import several, text

BEFORE: Final = "field:"
"""What stands before a field's key in the name of its control."""
SHOWN: Final = "shown"
"""Names the fields that a form has: a box that is not ticked sends nothing."""


def values_in(form: FormData, fields: Sequence[CustomField], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the form wants the fields to be, null for none; for the desk to check."""
    by_name = {field.name: field for field in fields}
    wanted: dict[str, Any] = {}
    for name in several(form, SHOWN):
        field = by_name.get(name)
        if field is None or not field.active:
            wanted[name] = _member(text(form, BEFORE + name), now.get(name))
        else:
            wanted[name] = _value(form, field)
    return wanted


def members_in(form: FormData, now: Mapping[str, Any]) -> Mapping[str, Any]:
    """Names and values side by side; a name that is gone is taken away."""
    names, values = several(form, "name"), several(form, "value")
    told = {
        name.strip(): _member(value, now.get(name.strip()))
        for name, value in zip(names, values, strict=False)
        if name.strip() and value.strip()
    }
    return {**dict.fromkeys(now), **told}


def written(value: Any) -> str:
    """A value of any kind as a text that `values_in` and `members_in` read again."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _member(value: str, now: Any) -> Any:
    """What was a text stays one; of another kind is what is valid JSON."""
    value = value.strip()
    if not value:
        return None
    if value == written(now):
        return now
    if isinstance(now, str):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return value if isinstance(found, float) and found != found else found


def _value(form: FormData, field: CustomField) -> Any:
    name = BEFORE + field.name
    if field.type is FieldType.MULTISELECT:
        return several(form, name) or None
    value = str(form.get(name, "")).replace("\r\n", "\n").strip()
    if not value:
        return None
    match field.type:
        case FieldType.BOOLEAN:
            return {"yes": True, "no": False}.get(value, value)
        case FieldType.INTEGER | FieldType.NUMBER:
            return _number(value)
        case _:
            return value


def _number(value: str) -> Any:
    """The number; what is none is handed on, to be refused."""
    try:
        return int(value) if value.lstrip("+-").isdecimal() else float(value)
    except (ValueError, OverflowError):
        return value
