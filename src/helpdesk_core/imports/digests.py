"""Digests: whether a thing that is brought again has changed since."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from helpdesk_core.imports.brought import Brought, BroughtFile


def digest_of(thing: Brought) -> str:
    """The same for equal things, and for no others; 32 hexadecimal digits.

    Where a file is to be had does not count: some sources give it another address each time.
    """
    told = json.dumps(_plain(thing), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, BroughtFile):
        value = attrs.evolve(value, reference="")
    if attrs.has(type(value)):
        return [_plain(getattr(value, field.name)) for field in attrs.fields(type(value))]
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value.isoformat() if isinstance(value, datetime) else value
