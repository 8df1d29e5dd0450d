"""What is to be seen to when custom fields are arranged, and when tickets have values of them."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from helpdesk_core.custom_fields import SELECTING, CustomField, missing_values, wrong_values
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import DONE, Status

DEMANDED_OF = frozenset({"user", "api_key"})
"""Who has to fill in required fields; customers and the desk's own rules do not."""


async def check_custom_field(field: CustomField, work: Work) -> CustomField:
    """The field with a label; InvalidValue where its type and its options do not fit."""
    if field.type in SELECTING and not field.options:
        raise InvalidValue("options", "must name what can be chosen")
    if field.type not in SELECTING and field.options:
        raise InvalidValue("options", f"must be empty for a field of the type {field.type.value}")
    if len(set(field.options)) < len(field.options):
        raise InvalidValue("options", "must all be different")
    return evolve(field, label=field.label.strip() or field.name)


async def check_values(organization_id: OrganizationId, values: Mapping[str, Any], view: View) -> None:
    """InvalidValue where a value is none of its field's; its path names the key (`custom_fields.size`)."""
    if not any(value is not None for value in values.values()):
        return
    wrong = wrong_values(await view.custom_fields.of(organization_id), values)
    for key, problem in wrong.items():
        raise InvalidValue(f"custom_fields.{key}", problem)


async def demand_values(
    organization_id: OrganizationId,
    before: Status,
    after: Status | None,
    values: Mapping[str, Any],
    view: View,
    occasion: Occasion,
) -> None:
    """InvalidValue where somebody of the desk is about to resolve a ticket that lacks a required field."""
    if after not in DONE or before in DONE or occasion.actor.type not in DEMANDED_OF:
        return
    for key in missing_values(await view.custom_fields.of(organization_id), values):
        raise InvalidValue(f"custom_fields.{key}", "is required before a ticket is resolved")
