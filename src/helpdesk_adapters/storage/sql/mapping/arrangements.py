"""What organizations set up for themselves.

The fields of a kind are kept as JSON under their names. One that a row lacks has its default, so that a field may be
added to a kind without touching what is kept.
"""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import attrs
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.arrangements import Arrangement, name_key

A = TypeVar("A", bound=Arrangement)

ARRANGEMENT = ("id", "organization_id", "name", "created_at", "updated_at", "version", "body")

_COMMON = frozenset(field.name for field in attrs.fields(Arrangement))


def to_arrangement(kind: type[A], row: Row) -> A:
    *common, body = row
    own = {
        field.name: _converter().structure(body[field.name], field.type)
        for field in attrs.fields(kind)
        if field.name in body and field.name not in _COMMON
    }
    return kind(**dict(zip(ARRANGEMENT, common, strict=False)), **own)


def arrangement_row(arrangement: Arrangement) -> dict[str, Any]:
    own = {
        field.name: _converter().unstructure(getattr(arrangement, field.name), field.type)
        for field in attrs.fields(type(arrangement))
        if field.name not in _COMMON
    }
    return {
        "id": arrangement.id,
        "organization_id": arrangement.organization_id,
        "kind": arrangement.kind,
        "name": arrangement.name,
        "name_key": name_key(arrangement.name),
        "public_key": arrangement.public_key,
        "created_at": arrangement.created_at,
        "updated_at": arrangement.updated_at,
        "version": arrangement.version,
        "body": own,
    }


@cache
def _converter() -> OrjsonConverter:
    converter = make_converter()
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    converter.register_unstructure_hook(UUID, str)
    return converter
