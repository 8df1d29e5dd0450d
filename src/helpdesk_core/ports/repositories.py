"""What a unit of work can read and write, one small port a noun.

Every read names its organization first: a thing of another one is not found. `…Reads` can be had outside a unit too;
what `get` finds is None where there is nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import Contact, Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import (
    ApiKeyId,
    AttachmentId,
    BlockedSenderId,
    ConversationId,
    CustomerId,
    IntegrationId,
    JobId,
    OrganizationId,
    TeamId,
    TicketId,
    UserId,
    WebhookEventId,
)
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job, JobState
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.threads import Evidence
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.users import ApiKey, Session, User
from helpdesk_core.webhooks import EventState, WebhookEvent


class OrganizationReads(Protocol):
    async def get(self, organization_id: OrganizationId) -> Organization | None: ...

    async def by_slug(self, slug: str) -> Organization | None: ...

    async def all(self) -> Sequence[Organization]:
        """Every organization by slug. For operators; nothing that serves a tenant calls it."""
        ...


class Organizations(OrganizationReads, Protocol):
    async def add(self, organization: Organization) -> None:
        """Raises AlreadyTaken where the slug is in use."""
        ...

    async def replace(self, organization: Organization) -> None: ...


class UserReads(Protocol):
    async def get(self, organization_id: OrganizationId, user_id: UserId) -> User | None: ...

    async def by_id(self, user_id: UserId) -> User | None:
        """Whatever their organization; for recognising a session."""
        ...

    async def by_email(self, email: str) -> User | None:
        """Whatever their organization; e-mails are compared in lower case."""
        ...

    async def of(self, organization_id: OrganizationId | None) -> Sequence[User]:
        """The users of the organization (None: those without one) by e-mail, the disabled ones too."""
        ...


class Users(UserReads, Protocol):
    async def add(self, user: User) -> None:
        """Raises AlreadyTaken where the e-mail is in use, in whatever organization."""
        ...

    async def replace(self, user: User) -> None: ...


class SessionReads(Protocol):
    async def get(self, token_hash: str) -> Session | None: ...


class Sessions(SessionReads, Protocol):
    async def add(self, session: Session) -> None: ...

    async def replace(self, session: Session) -> None: ...

    async def remove(self, token_hash: str) -> None: ...

    async def remove_of(self, user_id: UserId) -> None:
        """Logs a user out everywhere."""
        ...

    async def remove_expired(self, now: datetime) -> int: ...


class ApiKeyReads(Protocol):
    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """Whatever its organization; for recognising a caller."""
        ...

    async def get(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey | None: ...

    async def of(self, organization_id: OrganizationId) -> Sequence[ApiKey]:
        """By age, the revoked ones too."""
        ...


class ApiKeys(ApiKeyReads, Protocol):
    async def add(self, key: ApiKey) -> None: ...

    async def replace(self, key: ApiKey) -> None: ...


class LogInAttempts(Protocol):
    """Failed log-ins, counted in the store so that every process knows of them."""

    async def count(self, subject: str, since: datetime) -> int: ...

    async def add(self, subject: str, at: datetime) -> None: ...

    async def forget(self, subject: str, before: datetime | None = None) -> None:
        """All of a subject, or those of everybody `before` a time where the subject is empty."""
        ...


@frozen
class CustomerFilter:
    """Which customers: `q` finds a beginning of name, e-mail, phone or company, whatever the case."""

    q: str | None = None
    email: str | None = None
    phone: str | None = None
    blocked: bool | None = None


class CustomerReads(Protocol):
    async def get(self, organization_id: OrganizationId, customer_id: CustomerId) -> Customer | None: ...

    async def by_contact(self, organization_id: OrganizationId, contact: Contact) -> Customer | None: ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[CustomerId]
    ) -> Mapping[CustomerId, Customer]: ...

    async def page(self, organization_id: OrganizationId, wanted: CustomerFilter, page: Page) -> Slice[Customer]:
        """Sorts by created_at, updated_at."""
        ...


class Customers(CustomerReads, Protocol):
    async def add(self, customer: Customer) -> None:
        """Raises AlreadyTaken where one of the contacts belongs to another customer."""
        ...

    async def replace(self, customer: Customer) -> None:
        """As `add`; contacts that are gone from the customer are free again."""
        ...

    async def remove(self, organization_id: OrganizationId, customer_id: CustomerId) -> None: ...


@frozen
class TicketFilter:
    """Which tickets; the members are all to hold, the values of one tuple are alternatives.

    `q` finds words of the subject and the messages (the last one may be a beginning). Merged tickets are never listed.
    """

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    channel: tuple[Channel, ...] = ()
    assignee_id: UserId | None = None
    unassigned: bool = False
    team_id: TeamId | None = None
    customer_id: CustomerId | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    q: str | None = None


class TicketReads(Protocol):
    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        """Merged ones too."""
        ...

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None: ...

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        """Sorts by created_at, updated_at, last_message_at, number. The cost does not grow with the depth."""
        ...


class Tickets(TicketReads, Protocol):
    async def next_number(self, organization_id: OrganizationId) -> int:
        """The next number, from 1; a unit that is rolled back leaves no hole."""
        ...

    async def add(self, ticket: Ticket) -> None: ...

    async def replace(self, ticket: Ticket) -> None: ...

    async def remove(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        """With its conversations, attachments' rows and threading traces."""
        ...


@frozen
class ThreadQuery:
    """What to look up of a letter, see `helpdesk_core.threads`; `ids` are its `quoted_ids`."""

    ids: tuple[str, ...] = ()
    token_number: int | None = None
    subject_number: int | None = None
    customer_id: CustomerId | None = None
    subject_key: str = ""
    since: datetime | None = None
    """Tickets found by subject must have had a message since then."""


class ThreadReads(Protocol):
    async def evidence(self, organization_id: OrganizationId, query: ThreadQuery) -> Evidence:
        """Everything the store knows about where a letter belongs; merged tickets replaced by their targets."""
        ...


class Threads(ThreadReads, Protocol):
    async def remember(
        self, organization_id: OrganizationId, ticket_id: TicketId, ids: Sequence[str], customer_id: CustomerId | None
    ) -> None:
        """That messages of the ticket name these ids (`quoted_ids`), and that the customer takes part in it."""
        ...

    async def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        """Moves conversations, attachments, participants and mentions of a merged ticket."""
        ...


class ConversationReads(Protocol):
    async def get(self, organization_id: OrganizationId, conversation_id: ConversationId) -> Conversation | None: ...

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId, page: Page
    ) -> Slice[Conversation]:
        """Sorts by created_at."""
        ...

    async def of_tickets(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[Conversation]]:
        """The newest hundred messages of each of these tickets, oldest first."""
        ...

    async def by_message_id(self, organization_id: OrganizationId, message_id: str) -> Conversation | None: ...

    async def by_external_id(
        self, organization_id: OrganizationId, channel: Channel, external_id: str
    ) -> Conversation | None: ...

    async def last_mail(self, organization_id: OrganizationId, ticket_id: TicketId) -> Conversation | None:
        """The newest message of the ticket that has a Message-ID and came from outside, else the newest of ours."""
        ...


class Conversations(ConversationReads, Protocol):
    async def add(self, conversation: Conversation) -> None:
        """Raises AlreadyTaken where its message id or external id is known in the organization."""
        ...

    async def replace(self, conversation: Conversation) -> None: ...


class AttachmentReads(Protocol):
    async def get(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> Attachment | None: ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Mapping[AttachmentId, Attachment]: ...


class Attachments(AttachmentReads, Protocol):
    async def add(self, attachment: Attachment) -> None: ...

    async def replace(self, attachment: Attachment) -> None: ...


class BlockedSenderReads(Protocol):
    async def of(self, organization_id: OrganizationId) -> Sequence[BlockedSender]: ...

    async def get(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> BlockedSender | None: ...


class BlockedSenders(BlockedSenderReads, Protocol):
    async def add(self, blocked: BlockedSender) -> None:
        """Raises AlreadyTaken where the organization has this pattern."""
        ...

    async def remove(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> None: ...


class IntegrationReads(Protocol):
    async def by_account(self, provider: str, external_id: str) -> Integration | None:
        """Whose account this is."""
        ...

    async def get(self, organization_id: OrganizationId, integration_id: IntegrationId) -> Integration | None: ...

    async def of(self, organization_id: OrganizationId) -> Sequence[Integration]:
        """By provider and external id."""
        ...


class Integrations(IntegrationReads, Protocol):
    async def add(self, integration: Integration) -> None:
        """Raises AlreadyTaken where the account is connected, to whatever organization."""
        ...

    async def replace(self, integration: Integration) -> None: ...


@frozen
class EventFilter:
    """Which webhook events; without an organization: all of them, for operators."""

    organization_id: OrganizationId | None = None
    provider: str | None = None
    state: EventState | None = None
    type: str | None = None


class InboxReads(Protocol):
    async def get(self, event_id: WebhookEventId) -> WebhookEvent | None: ...

    async def page(self, wanted: EventFilter, page: Page) -> Slice[WebhookEvent]:
        """Sorts by received_at. The rows come without their raw bodies (empty)."""
        ...


class Inbox(InboxReads, Protocol):
    async def admit(self, event: WebhookEvent) -> bool:
        """Keeps the event; False, and nothing kept, where the provider's event id is known."""
        ...

    async def replace(self, event: WebhookEvent) -> None: ...


@frozen
class JobFilter:
    state: JobState | None = None
    kind: str | None = None


class JobReads(Protocol):
    async def get(self, job_id: JobId) -> Job | None: ...

    async def page(self, wanted: JobFilter, page: Page) -> Slice[Job]:
        """Sorts by created_at."""
        ...

    async def counts(self) -> Mapping[JobState, int]:
        """How many there are in each state but `done`."""
        ...


class Jobs(JobReads, Protocol):
    async def add(self, job: Job) -> None:
        """The job runs once the unit has been committed, and never if it is rolled back."""
        ...

    async def retry(self, job_id: JobId, at: datetime) -> None:
        """Puts a dead or failed job back in line with all its tries before it. Raises Conflict for another state."""
        ...


@frozen
class LogSlice:
    """A run of the log in order; `last` is the organization's newest sequence number."""

    events: Sequence[DomainEvent] = field(factory=tuple)
    last: int = 0


class FactReads(Protocol):
    """What the store remembers of itself, by name: the fingerprint of the key that sealed its secrets, and the like."""

    async def get(self, name: str) -> str | None: ...


class Facts(FactReads, Protocol):
    async def put(self, name: str, value: str) -> None: ...


class LogReads(Protocol):
    async def since(self, organization_id: OrganizationId, seq: int, limit: int) -> LogSlice:
        """The events behind `seq` in order, without gaps."""
        ...

    async def about(self, organization_id: OrganizationId, subject_id: UUID, page: Page) -> Slice[DomainEvent]:
        """What happened to one subject. Sorts by recorded_at."""
        ...


class Log(LogReads, Protocol):
    async def append(self, *events: DomainEvent) -> None:
        """Appends in this order, numbering densely."""
        ...
