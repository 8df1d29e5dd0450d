"""Quarantine.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.quarantine import QuarantineState, Reason
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import AuthenticationView
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class QuarantinedMailView:
    """A mail that is held, or was."""

    id: UUID
    state: QuarantineState
    reasons: Sequence[Reason]
    """What it is held for."""
    sender: str
    """Empty: it names none."""
    subject: str
    held_at: datetime
    settled_at: datetime | None
    """When somebody decided about it."""
    ticket_id: UUID | None
    """The ticket that it became part of."""
    conversation_id: UUID | None


@frozen(kw_only=True)
class HeldFileView:
    """A file of a mail that is held; it cannot be downloaded."""

    filename: str
    content_type: str
    size: int


@frozen(kw_only=True)
class WholeQuarantinedMailView:
    """A mail with the beginning of its words, as long as it is held."""

    id: UUID
    state: QuarantineState
    reasons: Sequence[Reason]
    """What it is held for."""
    sender: str
    """Empty: it names none."""
    subject: str
    held_at: datetime
    settled_at: datetime | None
    """When somebody decided about it."""
    ticket_id: UUID | None
    """The ticket that it became part of."""
    conversation_id: UUID | None
    excerpt: str | None
    """Plain text. Null: it is held no longer."""
    to: Sequence[str]
    files: Sequence[HeldFileView]
    authentication: AuthenticationView | None


@frozen
class Quarantine:
    """Quarantine."""

    _calls: Calls

    def list(
        self,
        *,
        state: QuarantineState | None = None,
        sender: str | None = None,
        limit: int | None = None,
        sort: Literal["-held_at", "held_at"] | None = None,
    ) -> Pages[QuarantinedMailView]:
        """List mail that is or was held, the newest first.

        sender: A whole address.
        limit: How many at the most.
        """
        return self._calls.pages(
            QuarantinedMailView,
            "/api/v1/quarantine",
            {"state": state, "sender": sender, "limit": limit, "sort": sort},
        )

    async def get_quarantined_mail(self, quarantined_mail_id: UUID | str) -> WholeQuarantinedMailView:
        """Read a mail that is held: the beginning of its words, and what its files are."""
        answered: WholeQuarantinedMailView = await self._calls.answer(
            WholeQuarantinedMailView, "GET", f"/api/v1/quarantine/{segment(quarantined_mail_id)}"
        )
        return answered

    async def release_quarantined_mail(
        self, quarantined_mail_id: UUID | str, *, idempotency_key: str | None = None
    ) -> QuarantinedMailView:
        """Take a mail in after all.

        It opens a ticket, or joins the one that it belongs to, as if nothing had been against it.
        """
        answered: QuarantinedMailView = await self._calls.answer(
            QuarantinedMailView,
            "POST",
            f"/api/v1/quarantine/{segment(quarantined_mail_id)}/release",
            key=idempotency_key or True,
        )
        return answered

    async def discard_quarantined_mail(
        self, quarantined_mail_id: UUID | str, *, idempotency_key: str | None = None
    ) -> QuarantinedMailView:
        """Throw a mail away, with its files; the same mail is not taken in again."""
        answered: QuarantinedMailView = await self._calls.answer(
            QuarantinedMailView,
            "POST",
            f"/api/v1/quarantine/{segment(quarantined_mail_id)}/discard",
            key=idempotency_key or True,
        )
        return answered
