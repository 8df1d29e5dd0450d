"""Imports, and what things are called elsewhere."""

from functools import cache
from typing import Any

import attrs
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.imports.progress import Import, ImportState, Problem
from helpdesk_core.imports.references import Reference

IMPORT = ("id", "organization_id", "source", "account", "state", "created_at", "version", "body")
_OF_IMPORT = frozenset(IMPORT)


def to_import(row: Row) -> Import:
    id, organization_id, source, account, state, created_at, version, body = row
    known = {
        field.name: _converter().structure(body[field.name], field.type or str)
        for field in attrs.fields(Import)
        if field.name in body
    }
    return Import(
        id=id,
        organization_id=organization_id,
        source=source,
        account=account,
        state=ImportState(state),
        created_at=created_at,
        version=version,
        **known,
    )


def import_row(one: Import) -> dict[str, Any]:
    rest = {
        field.name: getattr(one, field.name)
        for field in attrs.fields(Import)
        if field.name not in _OF_IMPORT and getattr(one, field.name) is not None
    }
    return {
        "id": one.id,
        "organization_id": one.organization_id,
        "source": one.source,
        "account": one.account,
        "state": one.state.value,
        "created_at": one.created_at,
        "version": one.version,
        "body": _converter().unstructure(rest),
    }


def to_problem(row: Row) -> Problem:
    return Problem(*row)


REFERENCE = (
    "organization_id",
    "source",
    "account",
    "kind",
    "external_id",
    "our_id",
    "digest",
    "version",
    "made",
)


def to_reference(row: Row) -> Reference:
    return Reference(*row)


def reference_row(one: Reference) -> dict[str, Any]:
    return {name: getattr(one, name) for name in REFERENCE}


@cache
def _converter() -> OrjsonConverter:
    return make_converter()
