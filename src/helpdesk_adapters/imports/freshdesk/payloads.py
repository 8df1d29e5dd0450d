"""What Freshdesk's API tells (developers.freshdesk.com/api): the fields that are read."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen


@frozen
class Group:
    id: int
    name: str = ""


@frozen
class Person:
    name: str = ""
    email: str | None = None


@frozen
class Agent:
    id: int
    contact: Person = Person()
    group_ids: tuple[int, ...] = ()
    deactivated: bool = False
    type: str = ""


@frozen
class Company:
    id: int
    name: str = ""


@frozen
class Contact:
    id: int
    name: str = ""
    email: str | None = None
    other_emails: tuple[str, ...] = ()
    phone: str | None = None
    mobile: str | None = None
    language: str | None = None
    company_id: int | None = None
    deleted: bool = False
    blocked: bool = False
    description: str | None = None
    unique_external_id: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


@frozen
class TicketField:
    """`name` is the key under which tickets have its values; a `default` one every ticket has."""

    id: int
    name: str = ""
    label: str = ""
    type: str = ""
    default: bool = False
    choices: Any = None


@frozen
class Attachment:
    id: int
    name: str = ""
    content_type: str = ""
    size: int = 0
    attachment_url: str = ""


@frozen
class Stats:
    resolved_at: str | None = None
    closed_at: str | None = None


@frozen
class Conversation:
    """One message. `source` says what kind: 0 an answer, 2 a note, 5 and 7 of social networks, 8 a forward."""

    id: int
    body: str | None = None
    body_text: str | None = None
    incoming: bool = False
    private: bool = True
    user_id: int | None = None
    source: int = 2
    attachments: tuple[Attachment, ...] = ()
    created_at: str = ""


@frozen
class Ticket:
    """A ticket: in lists without `description`, `attachments` and `conversations`."""

    id: int
    subject: str | None = None
    description: str | None = None
    description_text: str | None = None
    status: int = 2
    priority: int = 1
    source: int = 1
    requester_id: int | None = None
    responder_id: int | None = None
    group_id: int | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = Factory(dict)
    attachments: tuple[Attachment, ...] = ()
    conversations: tuple[Conversation, ...] | None = None
    stats: Stats = Stats()
    created_at: str = ""
    updated_at: str = ""
