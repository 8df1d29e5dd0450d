"""From what Zendesk tells to what is brought."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.imports.brought import (
    BroughtArticle,
    BroughtCustomer,
    BroughtField,
    BroughtFile,
    BroughtMacro,
    BroughtMessage,
    BroughtRating,
    BroughtTeam,
    BroughtTicket,
    BroughtUser,
    Said,
    Speaker,
)
from helpdesk_core.message_ids import message_ids

SYSTEM_AUTHOR: Final = -1
STAFF: Final = frozenset({"agent", "admin"})
DONE: Final = frozenset({"solved", "closed"})
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


def user(person: zendesk.User) -> BroughtUser:
    teams = () if person.default_group_id is None else (str(person.default_group_id),)
    return BroughtUser(
        id=str(person.id),
        name=person.name,
        email=person.email,
        admin=person.role == "admin",
        active=person.active and not person.suspended,
        teams=teams,
    )


def customer(person: zendesk.User, companies: Mapping[int, str]) -> BroughtCustomer:
    notes = {"notes": person.notes, "details": person.details, "tags": list(person.tags)}
    return BroughtCustomer(
        id=str(person.id),
        name=person.name,
        emails=(person.email,) if person.email else (),
        phones=(person.phone,) if person.phone else (),
        company=companies.get(person.organization_id) if person.organization_id is not None else None,
        language=_language(person.locale),
        blocked=person.suspended,
        metadata={name: value for name, value in notes.items() if value},
        created_at=moment(person.created_at),
        updated_at=moment(person.updated_at),
    )


def field(told: zendesk.TicketField) -> BroughtField:
    return BroughtField(
        id=str(told.id),
        key=field_key(told.title, told.id),
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


def ticket(told: zendesk.Ticket, comments: Sequence[zendesk.Comment] | None) -> BroughtTicket:
    """The ticket with its comments, of which the first is its description; None: they are gone."""
    created_at = moment(told.created_at)
    updated_at = moment(told.updated_at) or created_at
    if created_at is None or updated_at is None:
        raise ValueError("The ticket does not say when it was opened.")
    rated = told.satisfaction_rating
    return BroughtTicket(
        id=str(told.id),
        number=str(told.id),
        subject=told.subject or "",
        status=told.status,
        priority=told.priority,
        channel=told.via.channel,
        customer_id=None if told.requester_id is None else str(told.requester_id),
        assignee_id=None if told.assignee_id is None else str(told.assignee_id),
        team_id=None if told.group_id is None else str(told.group_id),
        tags=told.tags,
        fields={str(one.id): one.value for one in told.custom_fields if one.value not in (None, "")},
        metadata={"external_id": told.external_id} if told.external_id else {},
        created_at=created_at,
        updated_at=updated_at,
        resolved_at=updated_at if told.status in DONE else None,
        closed_at=updated_at if told.status == "closed" else None,
        messages=_messages(told, comments),
        rating=BroughtRating(score=rated.score, comment=rated.comment or "")
        if rated is not None and rated.score in ("good", "bad")
        else None,
        deleted=told.status == "deleted",
        version=str(told.generated_timestamp or ""),
    )


def _messages(told: zendesk.Ticket, comments: Sequence[zendesk.Comment] | None) -> tuple[BroughtMessage, ...]:
    if comments is None or not comments:
        at = moment(told.created_at)
        if at is None or not told.description:
            return ()
        description = BroughtMessage(
            id="description",
            said=Said.PUBLIC if told.is_public else Said.NOTE,
            speaker=Speaker.UNKNOWN,
            speaker_id=None if told.requester_id is None else str(told.requester_id),
            text=told.description,
            created_at=at,
        )
        return (description,)
    return tuple(message for one in comments if (message := _message(one)) is not None)


def _message(comment: zendesk.Comment) -> BroughtMessage | None:
    at = moment(comment.created_at)
    if at is None:
        return None
    by_itself = comment.author_id in (None, SYSTEM_AUTHOR)
    return BroughtMessage(
        id=str(comment.id),
        said=Said.PUBLIC if comment.public else Said.NOTE,
        speaker=Speaker.SYSTEM if by_itself else Speaker.UNKNOWN,
        speaker_id=None if by_itself else str(comment.author_id),
        text=comment.body or "",
        html=comment.html_body or None,
        created_at=at,
        files=tuple(_file(one) for one in comment.attachments),
        message_id=_message_id(comment.metadata),
        metadata={"channel": comment.via.channel} if comment.via.channel else {},
    )


def _message_id(metadata: Mapping[str, Any]) -> str | None:
    """The Message-ID of a comment that came by mail."""
    system = metadata.get("system")
    told = system.get("message_id") if isinstance(system, Mapping) else None
    ids = message_ids(told) if isinstance(told, str) else ()
    return ids[0] if ids else None


def _file(told: zendesk.Attachment) -> BroughtFile:
    problem = None
    if told.deleted:
        problem = "The file was deleted at Zendesk."
    elif told.malware_scan_result == "malware_found":
        problem = "Zendesk found malware in the file."
    return BroughtFile(
        id=str(told.id),
        filename=told.file_name,
        content_type=told.content_type,
        size=told.size,
        reference=told.content_url,
        inline=told.inline,
        problem=problem,
    )


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
