"""Notifications: what a user is told of tickets, in the page and by mail."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import frozen

from helpdesk_core.arrangements import name_key
from helpdesk_core.ids import ConversationId, NotificationId, OrganizationId, TicketId, UserId
from helpdesk_core.users import User

KEPT_FOR: Final = timedelta(days=30)
GATHERED_FOR: Final = timedelta(minutes=1)
"""What happens within this time after a first notification goes into the same mail."""


class NotificationKind(StrEnum):
    """What there is to be told of."""

    NEW_TICKET = "new_ticket"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    MENTIONED = "mentioned"


class Way(StrEnum):
    """How somebody wants to be told: not at all, in the page, or in the page and by mail."""

    OFF = "off"
    PAGE = "page"
    MAIL = "mail"


class MailState(StrEnum):
    """How the mail about a notification stands."""

    NONE = "none"
    WAITING = "waiting"
    MAILED = "mailed"


@frozen
class Notification:
    """One thing that one user was told."""

    id: NotificationId
    organization_id: OrganizationId
    user_id: UserId
    kind: NotificationKind
    ticket_id: TicketId
    created_at: datetime
    conversation_id: ConversationId | None = None
    read_at: datetime | None = None
    mail: MailState = MailState.NONE


def mentioned(text: str, users: Iterable[User]) -> Sequence[UserId]:
    """Those whom a note names: `@Ada Brandt`, `@ada`, or the part of an e-mail before its @. Case does not count.

    A name that two people bear alike names both. A name is a whole one: `@adam` does not name Ada.
    """
    said = name_key(text)
    found = []
    for user in users:
        names = {
            name_key(user.name),
            name_key(user.name).partition(" ")[0],
            name_key(user.email.partition("@")[0]),
        }
        if any(name and re.search(rf"(?<![\w@.])@{re.escape(name)}(?![\w@])", said) for name in names):
            found.append(user.id)
    return found
