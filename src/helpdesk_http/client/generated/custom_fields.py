"""Custom fields.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.custom_fields import FieldType
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
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


@frozen
class CustomFields:
    """Custom fields."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[CustomFieldView]:
        """List custom fields.

        limit: How many at the most.
        """
        return self._calls.pages(CustomFieldView, "/api/v1/custom-fields", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        label: str | Unset = UNSET,
        type: FieldType | Unset = UNSET,
        required: bool | Unset = UNSET,
        options: Sequence[str] | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        description: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> CustomFieldView:
        """Set up a custom field.

        name: The key in `custom_fields` of tickets.
        label: What people read; by default the name.
        required: Tickets need a value before a user or a program resolves them; customers are not
        asked.
        options: What can be chosen, of the types select and multiselect.
        position: The smallest is shown first.
        active: One that is not is like none; values that tickets have stay.
        """
        answered: CustomFieldView = await self._calls.answer(
            CustomFieldView,
            "POST",
            "/api/v1/custom-fields",
            body={
                "name": name,
                "label": label,
                "type": type,
                "required": required,
                "options": options,
                "position": position,
                "active": active,
                "description": description,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, custom_field_id: UUID | str) -> CustomFieldView:
        """Read a custom field."""
        answered: CustomFieldView = await self._calls.answer(
            CustomFieldView, "GET", f"/api/v1/custom-fields/{segment(custom_field_id)}"
        )
        return answered

    async def change(
        self,
        custom_field_id: UUID | str,
        *,
        label: str | Unset = UNSET,
        required: bool | Unset = UNSET,
        options: Sequence[str] | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        description: str | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> CustomFieldView:
        """Change a custom field.

        label: What people read; by default the name.
        required: Tickets need a value before a user or a program resolves them; customers are not
        asked.
        options: What can be chosen, of the types select and multiselect.
        position: The smallest is shown first.
        active: One that is not is like none; values that tickets have stay.
        """
        answered: CustomFieldView = await self._calls.answer(
            CustomFieldView,
            "PATCH",
            f"/api/v1/custom-fields/{segment(custom_field_id)}",
            body={
                "label": label,
                "required": required,
                "options": options,
                "position": position,
                "active": active,
                "description": description,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, custom_field_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a custom field away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/custom-fields/{segment(custom_field_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
