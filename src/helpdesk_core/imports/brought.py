"""What a source brings: every kind of thing that a desk holds, under the source's own ids.

These are values, not rows: whatever is not known there has its default. Times are aware; texts are as they were there,
unsafe until they are shown. `id`s are texts, unique for their kind within the source's account.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import Factory, frozen


class Kind(StrEnum):
    """What can be brought, in the order in which it is: each needs only what stands before it."""

    TEAMS = "teams"
    USERS = "users"
    CUSTOMERS = "customers"
    FIELDS = "fields"
    MACROS = "macros"
    ARTICLES = "articles"
    TICKETS = "tickets"


class Speaker(StrEnum):
    """Who wrote a message: `unknown` is whoever was brought under that id, a user or a customer, or nobody any more."""

    CUSTOMER = "customer"
    USER = "user"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Said(StrEnum):
    """Whom a message was for. What is in doubt is a note: an internal word must never become public.

    `public` is for the other side, whichever that is: an answer where a user wrote it, else a customer's message.
    """

    INBOUND = "inbound"
    REPLY = "reply"
    NOTE = "note"
    PUBLIC = "public"


@frozen(kw_only=True)
class BroughtTeam:
    """A group of people who work there."""

    id: str
    name: str


@frozen(kw_only=True)
class BroughtUser:
    """Somebody who works there. One without an e-mail address, or who has left, gets no log-in here."""

    id: str
    name: str
    email: str | None = None
    admin: bool = False
    active: bool = True
    teams: tuple[str, ...] = ()


@frozen(kw_only=True)
class BroughtIdentity:
    """Who somebody is on another channel than mail and telephone, such as `slack`."""

    kind: str
    value: str


@frozen(kw_only=True)
class BroughtCustomer:
    """Somebody who writes in. With `merged_into`, everything of theirs is that other customer's."""

    id: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    identities: tuple[BroughtIdentity, ...] = ()
    company: str | None = None
    language: str | None = None
    country: str | None = None
    city: str | None = None
    blocked: bool = False
    metadata: Mapping[str, Any] = Factory(dict)
    merged_into: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@frozen(kw_only=True)
class BroughtField:
    """A custom field of tickets; `type` in the words of `helpdesk_core.custom_fields`."""

    id: str
    key: str
    label: str
    type: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    position: int = 0
    active: bool = True
    description: str = ""


@frozen(kw_only=True)
class BroughtAction:
    """What a macro does, in the words of `helpdesk_core.actions`; users and teams by their ids there."""

    do: str
    value: Any = None
    field: str | None = None


@frozen(kw_only=True)
class BroughtMacro:
    """Prepared work: a text to answer with, and what it sets; or `actions`, which win over these."""

    id: str
    name: str
    text: str = ""
    status: str | None = None
    priority: str | None = None
    add_tags: tuple[str, ...] = ()
    actions: tuple[BroughtAction, ...] = ()
    description: str = ""
    active: bool = True
    untranslated: tuple[str, ...] = ()
    """What it did there that has no equal here, in words for whoever reads the report."""


@frozen(kw_only=True)
class BroughtArticle:
    """A page of a help centre; `body` is HTML."""

    id: str
    title: str
    body: str = ""
    section: str | None = None
    published: bool = True
    language: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@frozen(kw_only=True)
class BroughtFile:
    """A file of a message; `reference` is what its source needs to fetch it. One that cannot be had says why."""

    id: str
    filename: str
    content_type: str = ""
    size: int = 0
    reference: str = ""
    inline: bool = False
    content_id: str | None = None
    problem: str | None = None


@frozen(kw_only=True)
class BroughtTranslation:
    """What a message says in another language (ISO 639-1). Of an answer that was translated for the customer, what its
    agent wrote.
    """

    language: str
    text: str


@frozen(kw_only=True)
class BroughtMessage:
    """One message of a ticket; `html` wins over `text` where both are there."""

    id: str
    said: Said
    speaker: Speaker
    speaker_id: str | None = None
    speaker_name: str = ""
    text: str = ""
    html: str | None = None
    created_at: datetime
    files: tuple[BroughtFile, ...] = ()
    message_id: str | None = None
    """Of the mail that it came or went by, so that answers to it find the ticket."""
    language: str | None = None
    translation: BroughtTranslation | None = None
    metadata: Mapping[str, Any] = Factory(dict)


@frozen(kw_only=True)
class BroughtRating:
    """What the customer thought of it: `good` or `bad`."""

    score: str
    comment: str = ""
    created_at: datetime | None = None


@frozen(kw_only=True)
class BroughtTicket:
    """A ticket with everything that was said on it. `status` and `priority` are in the source's words, which
    `translation` makes ours.

    `version` grows with every change there: what is older than what is known already is passed over.
    """

    id: str
    number: str = ""
    subject: str = ""
    status: str = "open"
    priority: str | None = None
    channel: str = ""
    customer_id: str | None = None
    assignee_id: str | None = None
    team_id: str | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Any] = Factory(dict)
    """Values of custom fields, by the field's id there."""
    followers: tuple[str, ...] = ()
    """Who wants to hear of it besides customer and assignee, by their ids there: users and customers. Others by their
    e-mail addresses.
    """
    language: str | None = None
    metadata: Mapping[str, Any] = Factory(dict)
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    messages: tuple[BroughtMessage, ...] = ()
    message_ids: tuple[str, ...] = ()
    """Further ids by which mails about it name it, so that answers to them find it."""
    rating: BroughtRating | None = None
    deleted: bool = False
    merged_into: str | None = None
    version: str = ""


Brought = (
    BroughtTeam | BroughtUser | BroughtCustomer | BroughtField | BroughtMacro | BroughtArticle | BroughtTicket
)

KIND_OF: Mapping[type[Any], Kind] = {
    BroughtTeam: Kind.TEAMS,
    BroughtUser: Kind.USERS,
    BroughtCustomer: Kind.CUSTOMERS,
    BroughtField: Kind.FIELDS,
    BroughtMacro: Kind.MACROS,
    BroughtArticle: Kind.ARTICLES,
    BroughtTicket: Kind.TICKETS,
}
