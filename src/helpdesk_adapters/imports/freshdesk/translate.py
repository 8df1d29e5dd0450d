"""From what Freshdesk tells to what is brought."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.imports.brought import (
    BroughtCustomer,
    BroughtField,
    BroughtFile,
    BroughtMessage,
    BroughtTeam,
    BroughtTicket,
    BroughtUser,
    Said,
    Speaker,
)

STATUSES: Final[Mapping[int, str]] = {2: "open", 3: "pending", 4: "resolved", 5: "closed"}
PRIORITIES: Final[Mapping[int, str]] = {1: "low", 2: "medium", 3: "high", 4: "urgent"}
SOURCES: Final[Mapping[int, str]] = {
    1: "email",
    2: "portal",
    3: "phone",
    7: "chat",
    9: "widget",
    10: "outbound_email",
}
NOTE: Final = 2
FIELD_TYPES: Final[Mapping[str, str]] = {
    "custom_text": "text",
    "custom_paragraph": "multiline",
    "custom_number": "integer",
    "custom_decimal": "number",
    "custom_checkbox": "boolean",
    "custom_date": "date",
    "custom_dropdown": "select",
}


def team(group: freshdesk.Group) -> BroughtTeam:
    return BroughtTeam(id=str(group.id), name=group.name)


def user(agent: freshdesk.Agent) -> BroughtUser:
    return BroughtUser(
        id=str(agent.id),
        name=agent.contact.name,
        email=agent.contact.email,
        active=not agent.deactivated,
        teams=tuple(str(one) for one in agent.group_ids),
    )


def customer(contact: freshdesk.Contact, companies: Mapping[int, str]) -> BroughtCustomer:
    emails = (*([contact.email] if contact.email else []), *contact.other_emails)
    phones = tuple(number for number in (contact.mobile, contact.phone) if number)
    notes = {"description": contact.description, "external_id": contact.unique_external_id}
    return BroughtCustomer(
        id=str(contact.id),
        name=contact.name,
        emails=emails,
        phones=phones,
        company=companies.get(contact.company_id) if contact.company_id is not None else None,
        language=_language(contact.language),
        blocked=contact.blocked,
        metadata={name: value for name, value in notes.items() if value},
        created_at=moment(contact.created_at),
        updated_at=moment(contact.updated_at),
    )


def field(told: freshdesk.TicketField) -> BroughtField:
    choices = told.choices if isinstance(told.choices, list) else []
    return BroughtField(
        id=told.name,
        key=told.name.removeprefix("cf_"),
        label=told.label,
        type=FIELD_TYPES.get(told.type, "text"),
        options=tuple(dict.fromkeys(one for one in choices if isinstance(one, str))),
    )


def status_names(fields: Sequence[freshdesk.TicketField]) -> Mapping[int, str]:
    """What an account calls its statuses, by their numbers."""
    names = dict(STATUSES)
    for told in fields:
        if told.name == "status" and isinstance(told.choices, Mapping):
            for number, words in told.choices.items():
                word = words[0] if isinstance(words, list) and words else words
                if str(number).isdigit() and int(number) not in STATUSES and isinstance(word, str):
                    names[int(number)] = word
    return names


def ticket(
    told: freshdesk.Ticket, messages: Sequence[freshdesk.Conversation], statuses: Mapping[int, str]
) -> BroughtTicket:
    """The ticket with its description as the first message, and what was said after it."""
    created_at = moment(told.created_at)
    updated_at = moment(told.updated_at) or created_at
    if created_at is None or updated_at is None:
        raise ValueError("The ticket does not say when it was opened.")
    first = BroughtMessage(
        id="description",
        said=Said.PUBLIC,
        speaker=Speaker.UNKNOWN,
        speaker_id=None if told.requester_id is None else str(told.requester_id),
        text=told.description_text or "",
        html=told.description,
        created_at=created_at,
        files=tuple(_file(one, told.id) for one in told.attachments),
    )
    rest = [message for one in messages if (message := _message(one, told.id)) is not None]
    return BroughtTicket(
        id=str(told.id),
        number=str(told.id),
        subject=told.subject or "",
        status=statuses.get(told.status, str(told.status)),
        priority=PRIORITIES.get(told.priority, str(told.priority)),
        channel=SOURCES.get(told.source, str(told.source)),
        customer_id=None if told.requester_id is None else str(told.requester_id),
        assignee_id=None if told.responder_id is None else str(told.responder_id),
        team_id=None if told.group_id is None else str(told.group_id),
        tags=told.tags,
        fields={name: value for name, value in told.custom_fields.items() if value not in (None, "")},
        created_at=created_at,
        updated_at=updated_at,
        resolved_at=moment(told.stats.resolved_at),
        closed_at=moment(told.stats.closed_at),
        messages=(first, *rest),
        version=updated_at.isoformat(),
    )


def gone(told: freshdesk.Ticket) -> BroughtTicket:
    """A ticket that was deleted there, or called spam."""
    at = moment(told.created_at) or moment(told.updated_at)
    if at is None:
        raise ValueError("The ticket does not say when it was opened.")
    return BroughtTicket(
        id=str(told.id), created_at=at, updated_at=moment(told.updated_at) or at, deleted=True, version="9999"
    )


def _message(told: freshdesk.Conversation, ticket_id: int) -> BroughtMessage | None:
    at = moment(told.created_at)
    if at is None:
        return None
    spoken = Said.INBOUND if told.incoming else Said.REPLY
    return BroughtMessage(
        id=str(told.id),
        said=Said.NOTE if told.private else spoken,
        speaker=Speaker.UNKNOWN,
        speaker_id=None if told.user_id is None else str(told.user_id),
        text=told.body_text or "",
        html=told.body,
        created_at=at,
        files=tuple(_file(one, ticket_id, told.id) for one in told.attachments),
    )


def _file(told: freshdesk.Attachment, ticket_id: int, message_id: int | None = None) -> BroughtFile:
    """Its address runs out, so the ticket is named with it, to be asked for a new one."""
    reference = {"ticket": ticket_id, "message": message_id, "file": told.id, "url": told.attachment_url}
    return BroughtFile(
        id=str(told.id),
        filename=told.name,
        content_type=told.content_type,
        size=told.size,
        reference=json.dumps(reference),
    )


def _language(code: str | None) -> str | None:
    found = re.match(r"[A-Za-z]{2}(?=$|[-_])", code or "")
    return found[0].lower() if found else None


def reference_of(text: str) -> Mapping[str, Any]:
    """What a file's reference names."""
    return dict(json.loads(text))
