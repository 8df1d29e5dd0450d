"""Received webhooks, jobs, the event log."""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.event_log import DomainEvent, is_audited
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.users import Actor
from helpdesk_core.webhooks import EventState, WebhookEvent

WEBHOOK_EVENT = (
    "id",
    "provider",
    "external_id",
    "type",
    "received_at",
    "state",
    "organization_id",
    "attempts",
    "processed_at",
    "error",
    "account",
    "raw",
)


def to_webhook_event(row: Row) -> WebhookEvent:
    """The last column, `raw`, may be left out: it is empty then."""
    id, provider, external_id, type, received_at, state, organization_id, attempts, processed_at = row[:9]
    return WebhookEvent(
        id=id,
        provider=provider,
        external_id=external_id,
        type=type,
        raw=row[11] if len(row) > 11 else b"",
        received_at=received_at,
        state=EventState(state),
        organization_id=organization_id,
        attempts=attempts,
        processed_at=processed_at,
        error=row[9],
        account=row[10],
    )


def webhook_event_row(event: WebhookEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "provider": event.provider,
        "external_id": event.external_id,
        "type": event.type,
        "received_at": event.received_at,
        "state": event.state.value,
        "organization_id": event.organization_id,
        "attempts": event.attempts,
        "processed_at": event.processed_at,
        "error": event.error,
        "account": event.account,
        "raw": event.raw,
    }


JOB = (
    "id",
    "kind",
    "payload",
    "run_at",
    "created_at",
    "organization_id",
    "state",
    "attempts",
    "error",
    "finished_at",
)


def to_job(row: Row) -> Job:
    id, kind, payload, run_at, created_at, organization_id, state, attempts, error, finished_at = row
    return Job(
        id=id,
        kind=JobKind(kind),
        payload=payload,
        run_at=run_at,
        created_at=created_at,
        organization_id=organization_id,
        state=JobState(state),
        attempts=attempts,
        error=error,
        finished_at=finished_at,
    )


def job_row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "payload": job.payload,
        "run_at": job.run_at,
        "created_at": job.created_at,
        "organization_id": job.organization_id,
        "state": job.state.value,
        "attempts": job.attempts,
        "error": job.error,
        "finished_at": job.finished_at,
    }


LOGGED = (
    "id",
    "organization_id",
    "type",
    "subject_type",
    "subject_id",
    "actor_type",
    "actor_id",
    "actor_name",
    "occurred_at",
    "recorded_at",
    "data",
    "cause",
    "depth",
    "origin",
    "quiet",
    "seq",
)


def to_event(row: Row) -> DomainEvent:
    id, organization_id, type, subject_type, subject_id, actor_type, actor_id, actor_name, *rest = row
    occurred_at, recorded_at, data, cause, depth, origin, quiet, seq = rest
    return DomainEvent(
        id=id,
        organization_id=organization_id,
        type=type,
        subject_type=subject_type,
        subject_id=subject_id,
        actor=Actor(actor_type, actor_id, actor_name),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        data=data,
        cause=cause,
        depth=depth,
        origin=origin,
        quiet=quiet,
        seq=seq,
    )


def event_row(event: DomainEvent, seq: int) -> dict[str, Any]:
    return {
        "id": event.id,
        "organization_id": event.organization_id,
        "type": event.type,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "actor_type": event.actor.type,
        "actor_id": event.actor.id,
        "actor_name": event.actor.name,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "data": event.data,
        "cause": event.cause,
        "depth": event.depth,
        "origin": event.origin,
        "quiet": event.quiet,
        "audited": is_audited(event),
        "seq": seq,
    }
