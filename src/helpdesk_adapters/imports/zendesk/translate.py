"""From what Zendesk tells of people and of how it is set up to what is brought."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.imports.brought import (
    BroughtArticle,
    BroughtCustomer,
    BroughtField,
    BroughtMacro,
    BroughtTeam,
    BroughtUser,
)

STAFF: Final = frozenset({"agent", "admin"})
FIELD_TYPES: Final[Mapping[str, str]] = {
    "text": "text",
    "textarea": "multiline",
    "integer": "integer",
    "decimal": "number",
    "checkbox": "boolean",
    "date": "date",
    "tagger": "select",
    "multiselect": "multiselect",
}
"""By Zendesk's own; any other is a text."""


def team(group: zendesk.Group) -> BroughtTeam:
    return BroughtTeam(id=str(group.id), name=group.name)


def user(person: zendesk.User, groups: Collection[int] = ()) -> BroughtUser:
    """Somebody who works there, in these groups and in the one that is usual for them."""
    default = () if person.default_group_id is None else (person.default_group_id,)
    return BroughtUser(
        id=str(person.id),
        name=person.name,
        email=person.email,
        admin=person.role == "admin",
        active=person.active and not person.suspended,
        teams=tuple(str(one) for one in dict.fromkeys((*default, *groups))),
    )


def customer(
    person: zendesk.User, companies: Mapping[int, str], identities: Sequence[zendesk.Identity] = ()
) -> BroughtCustomer:
    """Somebody who writes in, with the further addresses and numbers by which they are known."""
    notes = {"notes": person.notes, "details": person.details, "tags": list(person.tags)}
    return BroughtCustomer(
        id=str(person.id),
        name=person.name,
        emails=_once(person.email, (one.value for one in identities if one.type == "email")),
        phones=_once(person.phone, (one.value for one in identities if one.type == "phone_number")),
        company=companies.get(person.organization_id) if person.organization_id is not None else None,
        language=_language(person.locale),
        blocked=person.suspended,
        metadata={name: value for name, value in notes.items() if value},
        created_at=moment(person.created_at),
        updated_at=moment(person.updated_at),
    )


def fields(told: Sequence[zendesk.TicketField]) -> Sequence[BroughtField]:
    """The account's own fields. Where two have one title, the second one's key ends in its id."""
    found: dict[str, BroughtField] = {}
    for one in told:
        if one.removable:
            key = field_key(one.title, one.id)
            key = key if key not in found else f"{key}_{one.id}"
            found[key] = _field(one, key)
    return tuple(found.values())


def _field(told: zendesk.TicketField, key: str) -> BroughtField:
    return BroughtField(
        id=str(told.id),
        key=key,
        label=told.title,
        type=FIELD_TYPES.get(told.type, "text"),
        options=tuple(dict.fromkeys(option.value for option in told.custom_field_options if option.value)),
    )


def field_key(title: str, id: int) -> str:
    """A key made of the field's title."""
    key = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:60]
    return key or f"field_{id}"


def macro(told: zendesk.Macro) -> BroughtMacro:
    text, status, priority, tags, rest = "", None, None, tuple[str, ...](), list[str]()
    for action in told.actions:
        value = action.value
        if action.field in ("comment_value", "comment_value_html"):
            text = _last_text(value)
        elif action.field == "status" and isinstance(value, str):
            status = value
        elif action.field == "priority" and isinstance(value, str):
            priority = value
        elif action.field in ("current_tags", "set_tags") and isinstance(value, str):
            tags = (*tags, *value.split())
        else:
            rest.append(f"{told.title}: the action {action.field!r} has no equal here.")
    return BroughtMacro(
        id=str(told.id),
        name=told.title,
        text=_without_placeholders(text),
        status=status,
        priority=priority,
        add_tags=tags,
        untranslated=tuple(rest),
    )


def article(told: zendesk.Article, sections: Mapping[int, str]) -> BroughtArticle:
    return BroughtArticle(
        id=str(told.id),
        title=told.title,
        body=told.body or "",
        section=sections.get(told.section_id) if told.section_id is not None else None,
        published=not told.draft,
        language=_language(told.locale),
        created_at=moment(told.created_at),
        updated_at=moment(told.updated_at),
    )


def _once(first: str | None, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (first, *others) if one))


def _language(locale: str | None) -> str | None:
    found = re.match(r"[A-Za-z]{2}(?=$|[-_])", locale or "")
    return found[0].lower() if found else None


def _last_text(value: Any) -> str:
    """A comment's text: alone, or behind the channel that it is for."""
    if isinstance(value, list | tuple):
        value = value[-1] if value else ""
    return value if isinstance(value, str) else ""


def _without_placeholders(text: str) -> str:
    """Zendesk's placeholders in our words where there is one, else as what they are, not to be filled in."""
    return re.sub(r"\{\{\s*([^}]*?)\s*\}\}", lambda found: PLACEHOLDERS.get(found[1], f"[{found[1]}]"), text)


PLACEHOLDERS: Final[Mapping[str, str]] = {
    "ticket.id": "{{ticket.number}}",
    "ticket.title": "{{ticket.subject}}",
    "ticket.requester.name": "{{customer.name}}",
    "ticket.requester.first_name": "{{customer.first_name}}",
    "current_user.name": "{{agent.name}}",
}
