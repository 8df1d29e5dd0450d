"""Objects of any members, such as custom fields and metadata: changed member by member, and of a limited size."""

import json
from collections.abc import Mapping
from typing import Any

from helpdesk_core.errors import InvalidValue

MOST = 65_536
"""Characters of such an object as JSON. Whoever lists a hundred tickets gets a hundred of them."""


def merged_members(current: Mapping[str, Any], change: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The members as the change leaves them; null removes one. InvalidValue where they grow beyond MOST."""
    merged = {name: value for name, value in {**current, **change}.items() if value is not None}
    if MOST < size_of(merged) > size_of(current):
        raise InvalidValue(path, f"would have more than {MOST} characters as JSON")
    return merged


def size_of(members: Mapping[str, Any]) -> int:
    """How many characters the members are as compact JSON."""
    return len(json.dumps(members, ensure_ascii=False, separators=(",", ":"), default=str))
