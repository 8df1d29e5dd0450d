"""Jobs: work that happens after a commit, at least once, with patience."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from attrs import frozen

from helpdesk_core.ids import JobId, OrganizationId

MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=1)
LEASE = timedelta(seconds=30)
"""How long a silent worker keeps a job; another takes it up afterwards."""


class JobState(StrEnum):
    """`failed` will be tried again by itself, `dead` rests until somebody retries it."""

    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"
    DEAD = "dead"
    DONE = "done"


class JobKind(StrEnum):
    """What there is to do; each kind has one use case that performs it."""

    PERFORM_EVENT = "perform_event"
    SEND_REPLY = "send_reply"
    ERASE_CUSTOMER = "erase_customer"
    ERASE_TRACES = "erase_traces"
    SWEEP = "sweep"
    FORGET_BLOBS = "forget_blobs"
    SEND_NOTICE = "send_notice"
    DELIVER_WEBHOOK = "deliver_webhook"
    REDELIVER_WEBHOOKS = "redeliver_webhooks"
    WAKE_TICKET = "wake_ticket"
    SLA_DUE = "sla_due"
    RETAG_TICKETS = "retag_tickets"
    ENRICH_MESSAGE = "enrich_message"
    MAIL_UNSEEN_ANSWER = "mail_unseen_answer"
    SYNC_MAILBOXES = "sync_mailboxes"
    WAKE_EVENTS = "wake_events"
    WAKE_ANSWERS = "wake_answers"
    CHECK_SELLERS = "check_sellers"
    FULFIL_PRIVACY_REQUEST = "fulfil_privacy_request"
    REGISTER_WEBHOOKS = "register_webhooks"
    CHECK_SHOPS = "check_shops"
    SEND_MESSAGE = "send_message"
    FETCH_FILE = "fetch_file"
    RUN_IMPORT = "run_import"
    JOIN_PARTS = "join_parts"
    ANNOUNCE_TICKET = "announce_ticket"
    CONFIRM_TICKET = "confirm_ticket"
    SETTLE_CALL = "settle_call"
    REVOKE_ACCESS = "revoke_access"
    SYNC_KNOWLEDGE = "sync_knowledge"
    EMBED_PASSAGES = "embed_passages"
    SUGGEST_REPLIES = "suggest_replies"
    TRANSLATE_ANSWER = "translate_answer"
    MAIL_LINK = "mail_link"
    MAIL_NOTIFICATIONS = "mail_notifications"
    TRANSLATE_MESSAGE = "translate_message"


@frozen
class Job:
    """One thing to do. Its payload holds ids only (and, sealed, REVOKE_ACCESS's what is to be revoked and MAIL_LINK's
    the token); whoever performs it reads the state it finds.
    """

    id: JobId
    kind: JobKind
    payload: Mapping[str, Any]
    run_at: datetime
    created_at: datetime
    organization_id: OrganizationId | None = None
    state: JobState = JobState.QUEUED
    attempts: int = 0
    error: str | None = None
    finished_at: datetime | None = None


class TryLater(Exception):
    """The job cannot succeed just now; `after` is how long the other side asked us to wait, if it did."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class GiveUp(Exception):
    """The job can never succeed as things are; it rests as `dead` at once."""


@frozen
class Retry:
    """Try again at `at`."""

    at: datetime


@frozen
class Rest:
    """No more tries by itself."""


def after_failure(attempts: int, error: BaseException, now: datetime, jitter: float) -> Retry | Rest:
    """What follows the failure of the `attempts`-th try (from 1); `jitter` is uniform in [0, 1).

    Pauses double from one second, at most an hour, stretched by up to a quarter so that a crowd of failures spreads.
    A pause the other side asked for is kept, and is never shortened by ours.
    """
    if isinstance(error, GiveUp) or attempts >= MAX_ATTEMPTS:
        return Rest()
    pause = min(timedelta(seconds=2 ** min(attempts - 1, 20)), LONGEST_PAUSE) * (1 + jitter / 4)
    pause = min(pause, LONGEST_PAUSE)
    if isinstance(error, TryLater) and error.after is not None:
        pause = max(pause, error.after)
    return Retry(now + pause)


def short_error(error: BaseException) -> str:
    """One line that says what went wrong, bounded, for lists and logs."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500] if text else type(error).__name__
