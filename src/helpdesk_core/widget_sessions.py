"""Visitors of a widget: how they are recognised from one request to the next, and whether they are still there."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from attrs import Factory, evolve, field, frozen

from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId, WidgetId

SESSION_LIFE = timedelta(days=30)
"""A session ends this long after its last use."""

USE_IS_NOTED_EVERY = timedelta(minutes=1)
"""Reading alone is no reason to write more often than this."""

GONE_AFTER = timedelta(minutes=3)
"""A visitor who has asked for nothing so long has left the page."""


@frozen
class WidgetSession:
    """One visitor in one browser. The store keeps the digest of the session's token, never the token."""

    token_hash: str = field(repr=False)
    organization_id: OrganizationId
    widget_id: WidgetId
    visitor_id: str
    created_at: datetime
    last_used_at: datetime
    customer_id: CustomerId | None = None
    ticket_id: TicketId | None = None
    """The ticket that the visitor's next message joins."""
    seen_id: ConversationId | None = None
    """The newest message that the visitor has seen."""
    verified: bool = False
    """Whether the page has vouched for who the visitor is."""
    metadata: Mapping[str, Any] = Factory(dict)

    def has_expired(self, now: datetime) -> bool:
        return now - self.last_used_at >= SESSION_LIFE

    def is_there(self, now: datetime) -> bool:
        """Whether the visitor still has the page open, as far as we can tell."""
        return now - self.last_used_at < GONE_AFTER


def used(session: WidgetSession, now: datetime) -> WidgetSession:
    """The session after a use: the same one where its last use was noted a moment ago."""
    if now - session.last_used_at < USE_IS_NOTED_EVERY:
        return session
    return evolve(session, last_used_at=now)


def is_vouched_for(secret: str, who: str, proof: str) -> bool:
    """Whether `proof` is the hex HMAC-SHA256 of a visitor's id or e-mail under the widget's identity secret."""
    expected = hmac.new(secret.encode(), who.encode(), sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), proof.strip().lower().encode("utf-8", "replace"))


@frozen
class Submission:
    """That a message was accepted, and what it became; `fingerprint` as of `helpdesk_core.dedup`."""

    organization_id: OrganizationId
    fingerprint: str
    accepted_at: datetime
    ticket_id: TicketId
    conversation_id: ConversationId
