"""Imports, and what things are called where they came from."""

from typing import Any

from helpdesk_core.ids import ImportId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Import, ImportState, Place, Tally
from helpdesk_core.imports.references import Reference
from helpdesk_core.organizations import Organization
from tests.contracts.builders.basics import NOON, fresh, new_id


def an_import(organization: Organization, **fields: Any) -> Import:
    return Import(
        **{
            "id": ImportId(new_id()),
            "organization_id": organization.id,
            "source": "zendesk",
            "account": "acme",
            "kinds": (Kind.CUSTOMERS, Kind.TICKETS),
            "created_at": NOON,
            "state": ImportState.RUNNING,
            "place": Place(Kind.TICKETS, "cursor"),
            "tallies": {"customers": Tally(created=2, total=2)},
            **fields,
        }
    )


def a_reference(organization: Organization, our_id: Any, **fields: Any) -> Reference:
    return Reference(
        **{
            "organization_id": organization.id,
            "source": "zendesk",
            "account": "acme",
            "kind": "tickets",
            "external_id": fresh("there"),
            "our_id": our_id,
            "made": {"status": "0f0f0f0f"},
            **fields,
        }
    )
