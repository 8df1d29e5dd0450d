"""The room for custom fields: what an organization wants to know of its tickets."""

from collections.abc import Mapping, Sequence
from typing import Any

from helpdesk_core.custom_fields import CustomField, FieldType
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_http.routes.custom_fields import NewCustomField
from helpdesk_http.web.forms import Control, lines, ticked
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.controls import ACTIVE, DESCRIPTION, PLACE, words
from helpdesk_http.web.tongues import Ours as _


async def controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    return (
        Control(
            name="name",
            label=_("Key"),
            hint=_("What programs call it, such as size. It is for good, as is the type."),
            required=True,
        ),
        Control(name="label", label=_("Label"), hint=_("What people read.")),
        Control(name="type", label=_("Type"), kind="choice", options=words(FieldType)),
        Control(
            name="options",
            label=_("Choices"),
            kind="textarea",
            hint=_("One a line, for the types select and multiselect."),
            reads=lines,
        ),
        Control(
            name="required",
            label=_("Must have a value before a ticket is resolved"),
            kind="checkbox",
            reads=ticked,
        ),
        DESCRIPTION,
        PLACE,
        ACTIVE,
    )


def values(field: CustomField) -> Mapping[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type.value,
        "options": "\n".join(field.options),
        "required": field.required,
        "description": field.description,
        "position": field.position,
        "active": field.active,
    }


CUSTOM_FIELDS = Room[CustomField](
    name="fields",
    title=_("Custom fields"),
    lead=_("What you want to know of your tickets."),
    one=_("custom field"),
    sign="list",
    takes=NewCustomField,
    verbs=lambda desk: desk.arrange_custom_fields(),
    reads=lambda view: view.custom_fields,
    controls=controls,
    values=values,
    line=lambda field: f"{field.type.value} · {field.label}",
)
