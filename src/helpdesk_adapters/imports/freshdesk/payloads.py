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
    blocked: bool = False
    description: str | None = None
    unique_external_id: str | None = None
    job_title: str | None = None
    address: str | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = Factory(dict)
    created_at: str | None = None
    updated_at: str | None = None


@frozen
class NestedField:
    """A field whose choices depend on another one's."""

    name: str
    label: str = ""


@frozen
class TicketField:
    """`name` is the key under which tickets have its values; a `default` one every ticket has."""

    id: int
    name: str = ""
    label: str = ""
    type: str = ""
    default: bool = False
    choices: Any = None
    nested_ticket_fields: tuple[NestedField, ...] = ()


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
    """One message. `source` says what kind: 0 an answer, 2 a note, 5 and 7 of social networks, 6 of a survey, 8 a
    forward. What does not say whether it is private counts as private.
    """

    id: int
    body: str | None = None
    body_text: str | None = None
    incoming: bool = False
    private: bool = True
    user_id: int | None = None
    source: int = 2
    thread_message_id: str | None = None
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
    type: str | None = None
    cc_emails: tuple[str, ...] = ()
    deleted: bool = False
    spam: bool = False
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = Factory(dict)
    attachments: tuple[Attachment, ...] = ()
    conversations: tuple[Conversation, ...] | None = None
    stats: Stats = Stats()
    created_at: str = ""
    updated_at: str = ""


@frozen
class Rating:
    """What somebody thought of a ticket; `ratings` by question, the survey's own being `default_question`.

    100 is neutral, up to 103 is happy, down to -103 is unhappy.
    """

    ticket_id: int
    ratings: Mapping[str, Any] = Factory(dict)
    feedback: str | None = None
    created_at: str | None = None


@frozen
class ResponseFolder:
    """A folder of canned responses; a `personal` one is for nobody but the owner of the API key."""

    id: int
    name: str = ""
    personal: bool = False


@frozen
class CannedResponse:
    id: int
    title: str = ""
    content: str = ""
    content_html: str | None = None
    attachments: tuple[Attachment, ...] = ()


@frozen
class Category:
    """The uppermost part of the help centre."""

    id: int
    name: str = ""


@frozen
class Folder:
    """A part of a category. `visibility` 1 is for everybody; any other for some, such as agents alone."""

    id: int
    name: str = ""
    visibility: int = 0


@frozen
class Article:
    """A page of the help centre: `status` 1 is a draft, 2 is published."""

    id: int
    title: str = ""
    description: str | None = None
    status: int = 1
    attachments: tuple[Attachment, ...] = ()
    created_at: str | None = None
    updated_at: str | None = None
