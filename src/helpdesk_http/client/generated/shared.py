"""What several families show.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.actions import Do
from helpdesk_core.conditions import Operator
from helpdesk_core.conversations import AuthorRole, AuthorType, DeliveryState, Kind
from helpdesk_core.email.authentication import Verdict
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.unset import UNSET, Unset


@frozen(kw_only=True)
class SlaView:
    """What is promised of a ticket: the policy that holds, and by when."""

    policy_id: UUID
    first_response_due_at: datetime | None
    resolution_due_at: datetime | None
    breached_at: datetime | None
    """When the first due time passed unmet."""


@frozen(kw_only=True)
class IdentityView:
    """One way to know a customer: an e-mail, a phone, or who they are on a channel."""

    kind: str
    value: str


@frozen(kw_only=True)
class CustomerView:
    """A person who writes in."""

    id: UUID
    name: str
    email: str | None
    emails: Sequence[str]
    phones: Sequence[str]
    company: str | None
    language: str | None
    country: str | None
    city: str | None
    metadata: Mapping[str, Any]
    blocked: bool
    created_at: datetime
    updated_at: datetime
    identities: Sequence[IdentityView]
    """Every way to know this customer, e-mails and phones among them."""
    merged_into_id: UUID | None
    """Who took over everything of theirs; null: they are still somebody."""


@frozen(kw_only=True)
class AuthorView:
    """Who wrote a message."""

    type: AuthorType
    id: UUID | None
    name: str
    avatar_url: str | None
    role: AuthorRole


@frozen(kw_only=True)
class TranslationView:
    """A message in another language. Of a reply that was written to be translated: what its agent
    wrote.
    """

    language: str
    text: str | None
    """Plain text; null as long as there is none."""
    state: str
    """`pending`, `translated`, `failed`, or `not_configured` where nothing here translates. A reply
    that was written to be translated does not leave before it is `translated`.
    """


@frozen(kw_only=True)
class AttachmentView:
    """A file of a message."""

    id: UUID
    filename: str
    content_type: str
    size: int
    state: str
    """`pending` while it is fetched from its provider, `stored`, or `failed`: see `detail`."""
    detail: str | None
    """Why it could not be had."""
    inline: bool
    content_id: str | None


@frozen(kw_only=True)
class DeliveryView:
    """How far an answer has come, with a sentence where one is needed."""

    state: DeliveryState
    detail: str | None


@frozen(kw_only=True)
class MailView:
    """The headers of the mail that brought a message, or that carries it; addresses without names."""

    from_: str | None
    to: Sequence[str]
    cc: Sequence[str]
    bcc: Sequence[str]
    subject: str | None
    message_id: str | None
    """Without angle brackets."""


@frozen(kw_only=True)
class AuthenticationView:
    """What is known of where a mail came from (SPF, DKIM, DMARC)."""

    spf: Verdict
    dkim: Verdict
    dmarc: Verdict
    policy: str | None
    """What the sender's domain wants done with mail that fails DMARC."""
    aligned: Sequence[str]
    """Domains of the sender that a check vouches for."""
    server: str | None
    """Which server says so; null: it does not say, or it is the desk."""
    by_us: bool
    """The desk looked at the signatures itself."""
    trusted: bool
    """It is proof; anything else is a hint, which anybody can write."""


@frozen(kw_only=True)
class VersionView:
    """How a message stood before it was edited."""

    at: datetime
    """Since when it stood so."""
    text: str


@frozen(kw_only=True)
class ReactionView:
    """Somebody's sign on a message."""

    by: str
    """Who, as their provider names them."""
    emoji: str
    at: datetime


@frozen(kw_only=True)
class ConversationView:
    """One message of a ticket."""

    id: UUID
    ticket_id: UUID
    kind: Kind
    channel: Channel
    author: AuthorView
    content: Mapping[str, Any]
    """A ProseMirror document."""
    content_text: str
    content_html: str
    """Sanitized: safe to show as it is. Images that came along are at
    `/api/v1/attachments/{id}/content`; those from elsewhere bear their address as
    `data-remote-src`, unless `remote_images=show`.
    """
    new_text: str
    """What was written for this message, without what it quotes."""
    new_html: str
    """The same as HTML, safe to show as `content_html` is."""
    quoted: bool
    """Whether the whole says more than the new part."""
    raw_url: str | None
    """Where the mail is as it came, for whoever may read it here; null: there is none."""
    language: str | None
    translation: TranslationView | None
    attachments: Sequence[AttachmentView]
    delivery: DeliveryView | None
    """Null for messages that do not leave the desk."""
    mail: MailView | None
    """Null for what is no mail."""
    cc: Sequence[str]
    bcc: Sequence[str]
    warnings: Sequence[str]
    """What an agent should know of this message."""
    authentication: AuthenticationView | None
    """Of a mail that came in; null: nothing is known."""
    created_at: datetime
    redacted_at: datetime | None
    """When words of it were blacked out."""
    edited_at: datetime | None
    """When its author changed it last, at its provider."""
    deleted_at: datetime | None
    """When its author took it back there: its words and files are gone."""
    versions: Sequence[VersionView]
    """How it stood before its edits, the first one first."""
    reactions: Sequence[ReactionView]
    """Signs that stand on it."""
    marks: Mapping[str, Any]
    """What else its provider tells of it, by the provider's habit: a place, a pressed button."""


@frozen(kw_only=True)
class TicketView:
    """One matter of one customer."""

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    channel: Channel
    customer_id: UUID
    assignee_id: UUID | None
    team_id: UUID | None
    tags: Sequence[str]
    custom_fields: Mapping[str, Any]
    language: str | None
    metadata: Mapping[str, Any]
    message_count: int
    created_at: datetime
    updated_at: datetime
    last_message_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into_id: UUID | None
    follows_id: UUID | None
    """The closed ticket that this one takes up again."""
    split_from_id: UUID | None
    """The ticket whose messages this one began with."""
    snoozed_until: datetime | None
    """Until then it rests out of sight."""
    followers: Sequence[str]
    """Ids of users, and addresses, that want to hear of the ticket."""
    sla: SlaView | None
    """Null: nothing is promised."""
    customer: CustomerView | Unset = UNSET
    """With `include=customer`."""
    conversations: Sequence[ConversationView] | Unset = UNSET
    """With `include=conversations`, oldest first."""


@frozen(kw_only=True)
class ActionBody:
    """One thing to do to a ticket.

    The value is a status, a priority, a user's id or null (`assign`), a team's id or null
    (`assign_team`), a tag, what
    the custom field named by `field` is to hold, a text (`add_note`, `reply`), hours (`snooze`) or
    a user's id
    (`follow`). Texts may hold placeholders like `{{customer.first_name|there}}`.
    """

    do: Do
    value: Any | Unset = UNSET
    field: str | None | Unset = UNSET
    """For `set_field`: its name."""


@frozen(kw_only=True)
class ConditionBody:
    """One thing to be true of a ticket. Text is compared without regard to case; of a list one item is
    enough.
    """

    field: str
    """What is looked at; `custom_fields.` and a name: that custom field."""
    operator: Operator
    value: Any | Unset = UNSET
    """What it is compared with: a string, number or boolean; for `any_of` and `none_of` an array of
    these; for `is_set` and `not_set` nothing.
    """


@frozen(kw_only=True)
class Received:
    """The delivery is kept; what follows from it is done by a job."""

    received: bool


@frozen(kw_only=True)
class ArticleView:
    """An article of the knowledge base."""

    id: UUID
    title: str
    body: str
    """Sanitized HTML: safe to show as it is."""
    body_text: str
    """The words of the body, for reading."""
    published: bool
    """Whether customers may read it."""
    section: str | None
    language: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class EventSubject:
    """What it happened to."""

    type: str
    id: UUID


@frozen(kw_only=True)
class EventActor:
    """Who did it; a customer's name is null, for it is the customer's to have forgotten."""

    type: Literal["user", "api_key", "customer", "system"]
    id: UUID | None
    name: str | None


@frozen(kw_only=True)
class EventView:
    """One thing that happened. Webhooks and the live stream tell it in the same words, under the same
    id.
    """

    id: UUID
    seq: int
    """Its place in the organization's log, which has no gaps."""
    type: str
    subject: EventSubject
    actor: EventActor
    occurred_at: datetime
    """When it happened; long ago for what was imported."""
    recorded_at: datetime
    """When the desk learned of it."""
    cause: str | None
    """What led to it: a webhook, a rule, another event."""
    data: Mapping[str, Any]
    """What else there is to say in ids, numbers and fixed words; read the subject for the rest."""
