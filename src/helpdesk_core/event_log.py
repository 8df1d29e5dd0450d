"""The event log: what happened, in order, told once.

Every unit of work appends what it did. Feeds, outgoing webhooks, rules, clocks, audit and metrics read from here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import Factory, evolve, frozen

from helpdesk_core.ids import JobId, NewId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.users import Actor

TRAFFIC = frozenset(
    {
        "ticket.created",
        "ticket.updated",
        "ticket.sla_breached",
        "conversation.created",
        "conversation.updated",
        "conversation.delivery",
        "conversation.seen",
        "customer.created",
        "customer.updated",
        "mail.held",
        "notification.created",
        "suggestion.created",
        "suggestion.dismissed",
        "suggestion.edited",
        "suggestion.used",
        "tag.created",
        "order.created",
        "order.updated",
    }
)
"""What a desk does all day. The audit log leaves it out: a ticket's history shows it."""


@frozen
class DomainEvent:
    """One thing that happened to one subject.

    `seq` is dense from 1 within the organization and given by the store when the event is appended.
    `cause` names the event, webhook or request that led to this one, `depth` how long that chain is: whoever reacts to
    events stops where it grows too long. `origin` is the event that the whole chain began with, where others react to
    events. A `quiet` event is history (an import) and wakes nobody.
    """

    id: UUID
    organization_id: OrganizationId
    type: str
    subject_type: str
    subject_id: UUID
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = Factory(dict)
    cause: str | None = None
    depth: int = 0
    origin: str | None = None
    quiet: bool = False
    seq: int = 0


def is_audited(event: DomainEvent) -> bool:
    """Whether the audit log shows the event: what decides how the desk works, and what cannot be taken back."""
    return event.type not in TRAFFIC


@frozen
class Occasion:
    """The occasion of a change: when, by whom, because of what. Steps take their times, authors and ids from it."""

    at: datetime
    new_id: NewId
    actor: Actor
    cause: str | None = None
    depth: int = 0
    quiet: bool = False
    occurred_at: datetime | None = None
    origin: str | None = None

    def event(
        self,
        organization_id: OrganizationId,
        type: str,
        subject_id: UUID,
        data: Mapping[str, Any] | None = None,
    ) -> DomainEvent:
        """The event of this occasion; its subject's kind is the part of `type` before the dot."""
        return DomainEvent(
            id=self.new_id(),
            organization_id=organization_id,
            type=type,
            subject_type=type.partition(".")[0],
            subject_id=subject_id,
            # A customer may want to be forgotten, and the log is never rewritten.
            actor=evolve(self.actor, name="") if self.actor.type == "customer" else self.actor,
            occurred_at=self.occurred_at or self.at,
            recorded_at=self.at,
            data=data or {},
            cause=self.cause,
            depth=self.depth,
            origin=self.origin,
            quiet=self.quiet,
        )

    def job(
        self,
        organization_id: OrganizationId,
        kind: JobKind,
        payload: Mapping[str, Any],
        run_at: datetime | None = None,
    ) -> Job:
        """A job that this occasion leads to, to be added in the same unit of work: for at once, or for `run_at`."""
        return Job(JobId(self.new_id()), kind, payload, run_at or self.at, self.at, organization_id)
