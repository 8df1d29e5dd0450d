"""What Zendesk's API tells (developer.zendesk.com/api-reference/ticketing): the fields that are read."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Group:
    id: int
    name: str = ""
    deleted: bool = False


@frozen
class Organization:
    id: int
    name: str = ""


@frozen
class User:
    """`role` is `end-user`, `agent` or `admin`; a suspended one may not write any more."""

    id: int
    name: str = ""
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    organization_id: int | None = None
    role: str = "end-user"
    active: bool = True
    suspended: bool = False
    default_group_id: int | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    details: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


@frozen
class Membership:
    """That somebody works in a group."""

    user_id: int
    group_id: int


@frozen
class Identity:
    """One of the ways to reach a person: `type` is `email`, `phone_number`, or a social network's name."""

    user_id: int
    type: str = ""
    value: str = ""
    primary: bool = False


@frozen
class Option:
    name: str = ""
    value: str = ""


@frozen
class TicketField:
    """`removable` ones are an account's own; the others every ticket has."""

    id: int
    type: str = "text"
    title: str = ""
    active: bool = True
    removable: bool = False
    custom_field_options: tuple[Option, ...] = ()


@frozen
class FieldValue:
    id: int
    value: Any = None


@frozen
class Rating:
    """`score` is `good` or `bad` once somebody has rated it; before, `offered` or `unoffered`."""

    score: str = ""
    comment: str | None = None


@frozen
class CustomStatus:
    """A status of the account's own; the `default` ones are Zendesk's. Tickets name the category beside it."""

    id: int
    agent_label: str = ""
    default: bool = False


@frozen
class Via:
    channel: str = ""


@frozen
class Ticket:
    """`generated_timestamp` grows with every change, also where `updated_at` stays; `encoded_id` stands in its mails.

    `collaborator_ids` are those of before there were followers and copies; they may repeat both.
    """

    id: int
    subject: str | None = None
    description: str | None = None
    status: str = "open"
    priority: str | None = None
    requester_id: int | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    tags: tuple[str, ...] = ()
    custom_fields: tuple[FieldValue, ...] = ()
    satisfaction_rating: Rating | None = None
    via: Via = Via()
    created_at: str = ""
    updated_at: str = ""
    generated_timestamp: int | None = None
    external_id: str | None = None
    type: str | None = None
    is_public: bool = False
    organization_id: int | None = None
    problem_id: int | None = None
    due_at: str | None = None
    custom_status_id: int | None = None
    follower_ids: tuple[int, ...] = ()
    email_cc_ids: tuple[int, ...] = ()
    collaborator_ids: tuple[int, ...] = ()
    encoded_id: str | None = None


@frozen
class Attachment:
    """`malware_scan_result` is `malware_found` where it is known to do harm. `mapped_content_url` is the same file
    under the account's own domain.
    """

    id: int
    file_name: str = ""
    content_url: str = ""
    mapped_content_url: str = ""
    content_type: str = ""
    size: int = 0
    inline: bool = False
    deleted: bool = False
    malware_scan_result: str = ""


@frozen
class Comment:
    """One message. `author_id` is -1 where Zendesk itself speaks."""

    id: int
    author_id: int | None = None
    body: str | None = None
    html_body: str | None = None
    public: bool = False
    attachments: tuple[Attachment, ...] = ()
    via: Via = Via()
    created_at: str = ""
    metadata: Mapping[str, Any] = Factory(dict)


@frozen
class Restriction:
    value: Any = None
    field: str = named("field", "")


@frozen
class Macro:
    id: int
    title: str = ""
    active: bool = True
    actions: tuple[Restriction, ...] = ()


@frozen
class Article:
    id: int
    title: str = ""
    body: str | None = None
    draft: bool = False
    locale: str | None = None
    section_id: int | None = None
    created_at: str | None = None
    updated_at: str | None = None


@frozen
class Section:
    id: int
    name: str = ""


@frozen
class Meta:
    has_more: bool = False
    after_cursor: str | None = None
