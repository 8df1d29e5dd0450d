"""What keeps the desk running: accounts, the inbox, jobs, the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import (
    IntegrationId,
    JobId,
    OrganizationId,
    WebhookEventId,
)
from helpdesk_core.integrations import Integration, LastEvent
from helpdesk_core.jobs import Job, JobState
from helpdesk_core.paging import Page, Slice
from helpdesk_core.webhooks import EventState, WebhookEvent


class IntegrationReads(Protocol):
    async def by_account(self, provider: str, external_id: str) -> Integration | None:
        """Whose account this is; None where nobody has connected it, or where it was disconnected."""
        ...

    async def known(self, provider: str, external_id: str) -> Integration | None:
        """As `by_account`, disconnected ones too."""
        ...

    async def get(
        self, organization_id: OrganizationId, integration_id: IntegrationId
    ) -> Integration | None: ...

    async def of(self, organization_id: OrganizationId) -> Sequence[Integration]:
        """By provider and external id."""
        ...

    async def connected(self, provider: str) -> Sequence[Integration]:
        """The connected accounts of this provider, of all organizations, by external id."""
        ...

    async def heard(self, organization_id: OrganizationId) -> Mapping[IntegrationId, LastEvent]:
        """The newest event of each account that was heard of while it was this organization's."""
        ...


class Integrations(IntegrationReads, Protocol):
    async def add(self, integration: Integration) -> None:
        """Raises AlreadyTaken where the account is connected, to whatever organization."""
        ...

    async def replace(self, integration: Integration) -> None: ...


@frozen
class EventFilter:
    """Which webhook events; without an organization: all of them, or only the `unowned`, which belong to nobody yet."""

    organization_id: OrganizationId | None = None
    unowned: bool = False
    provider: str | None = None
    state: EventState | None = None
    type: str | None = None


class InboxReads(Protocol):
    async def get(self, event_id: WebhookEventId) -> WebhookEvent | None: ...

    async def by_external_id(self, provider: str, external_id: str) -> WebhookEvent | None:
        """The event to which the provider gave this id."""
        ...

    async def page(self, wanted: EventFilter, page: Page) -> Slice[WebhookEvent]:
        """Sorts by received_at. The rows come without their raw bodies (empty)."""
        ...

    async def waiting(self, provider: str, account: str, limit: int) -> Sequence[WebhookEvent]:
        """Unmatched events that wait for this account and can be replayed, the oldest first."""
        ...


class Inbox(InboxReads, Protocol):
    async def admit(self, event: WebhookEvent) -> bool:
        """Keeps the event; False, and nothing kept, where the provider's event id is known."""
        ...

    async def replace(self, event: WebhookEvent) -> None: ...

    async def empty(self, before: datetime, limit: int) -> int:
        """Forgets the bodies of so many events that rest and were received before that; how many there were.

        The rest of them stays: a provider's event id is known for good.
        """
        ...


@frozen
class JobFilter:
    """Which jobs; the members are all to hold."""

    state: JobState | None = None
    kind: str | None = None
    organization_id: OrganizationId | None = None
    """Whose; of a state in which few are, for it is looked for among these."""


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

    async def forget_done(self, before: datetime, limit: int) -> int:
        """Removes so many jobs that were done before that, at most; how many there were."""
        ...


class FactReads(Protocol):
    """What the store remembers of itself, by name: the fingerprint of the key that sealed its secrets, and the like."""

    async def get(self, name: str) -> str | None: ...


class Facts(FactReads, Protocol):
    async def put(self, name: str, value: str) -> None: ...


@frozen
class LogSlice:
    """A run of the log in order; `last` is the organization's newest sequence number."""

    events: Sequence[DomainEvent] = field(factory=tuple)
    last: int = 0


@frozen
class AuditFilter:
    """Which audited events; both times are exclusive."""

    actor_id: UUID | None = None
    type: str | None = None
    subject_id: UUID | None = None
    after: datetime | None = None
    before: datetime | None = None


class LogReads(Protocol):
    async def since(self, organization_id: OrganizationId, seq: int, limit: int) -> LogSlice:
        """The events behind `seq` in order, without gaps."""
        ...

    async def acted(self, organization_id: OrganizationId, origin: str) -> frozenset[UUID]:
        """Who has acted in the chain of events that began with this one: the ids of the actors."""
        ...

    async def about(
        self, organization_id: OrganizationId, subject_id: UUID, page: Page
    ) -> Slice[DomainEvent]:
        """What happened to one subject. Sorts by recorded_at."""
        ...

    async def page(
        self, organization_id: OrganizationId, wanted: AuditFilter, page: Page
    ) -> Slice[DomainEvent]:
        """What is audited, see `event_log.is_audited`. Sorts by seq."""
        ...


class Log(LogReads, Protocol):
    async def append(self, *events: DomainEvent) -> None:
        """Appends in this order, numbering densely."""
        ...
