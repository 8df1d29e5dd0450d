"""The difference between "not given" and "given as null"."""

from enum import Enum
from typing import Any, Final, Literal

import attrs


class Unset(Enum):
    """The value of a field that was not given."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET


def given(change: attrs.AttrsInstance) -> dict[str, Any]:
    """The fields of a change that were given, by name."""
    return {
        field.name: value
        for field in attrs.fields(type(change))
        if (value := getattr(change, field.name)) is not UNSET
    }
