"""Custom fields of tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_core.custom_fields import FieldType
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.fields import About, Many, Number, Text, shown
from helpdesk_http.values import Description

Key = Annotated[
    str, Text(min=1, max=120, pattern=r"\S", doc="The key in `custom_fields` of tickets.", example="size")
]
Label = Annotated[str, Text(max=200, doc="What people read; by default the name.", example="Shoe size")]
Option = Annotated[str, Text(min=1, max=200, pattern=r"\S", example="42")]
Options = Annotated[
    tuple[Option, ...], Many(max=500, doc="What can be chosen, of the types select and multiselect.")
]
Position = Annotated[int, Number(min=0, max=1_000_000, doc="The smallest is shown first.")]
Required = Annotated[
    bool, About(doc="Tickets need a value before a user or a program resolves them; customers are not asked.")
]
Active = Annotated[bool, About(doc="One that is not is like none; values that tickets have stay.")]


@shown(name="size", label="Shoe size", type="select", options=["41", "42"])
@frozen(kw_only=True)
class NewCustomField:
    """What an organization wants to know of its tickets. Name and type are for good."""

    name: Key
    label: Label = ""
    type: FieldType = FieldType.TEXT
    required: Required = False
    options: Options = ()
    position: Position = 0
    active: Active = True
    description: Description = ""


@frozen(kw_only=True)
class CustomFieldPatch:
    """What is to be different; values that tickets have already are not looked at."""

    label: Label | Unset = UNSET
    required: Required | Unset = UNSET
    options: Options | Unset = UNSET
    position: Position | Unset = UNSET
    active: Active | Unset = UNSET
    description: Description | Unset = UNSET


@frozen
class CustomFieldView:
    """What an organization wants to know of its tickets."""

    id: UUID
    name: str
    label: str
    type: FieldType
    required: bool
    options: Sequence[str]
    position: int
    active: bool
    description: str
    created_at: datetime
    updated_at: datetime


OPERATIONS = arrangement_operations(
    "/api/v1/custom-fields",
    "custom field",
    tag="Custom fields",
    shows=CustomFieldView,
    takes=NewCustomField,
    changes=CustomFieldPatch,
    verbs=lambda desk: desk.arrange_custom_fields(),
    reads=lambda view: view.custom_fields,
)
