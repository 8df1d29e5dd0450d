"""Users are told of what concerns them: new tickets, those they were given, answers, and notes that name them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from attrs import frozen

from helpdesk_core.conversations import Kind
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ConversationId, NewId, NotificationId, TicketId, UserId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.notifications import (
    GATHERED_FOR,
    MailState,
    Notification,
    NotificationKind,
    Way,
    mentioned,
)
from helpdesk_core.paging import Page
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import DESK, User


@frozen
class Told:
    """Whom an event concerns, in which way, on which ticket."""

    kind: NotificationKind
    ticket: Ticket
    user_ids: Sequence[UserId]
    conversation_id: ConversationId | None = None


@frozen
class TellUsers:
    """A follower of the log that writes notifications, once each, as every user wants it.

    Nobody is told of what they did themselves, and nobody of history (quiet events). Mail is gathered for a minute: see
    MailNotifications. One event `notification.created` an occasion tells open pages to look.
    """

    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        telling = [event for event in events if not event.quiet and event.type in CONCERNS]
        if not telling:
            return
        organization_id = events[0].organization_id
        users = {user.id: user for user in await work.users.of(organization_id) if user.disabled_at is None}
        settings = {one.user_id: one for one in await work.user_settings.of(organization_id)}
        for event in telling:
            told = await concerned(event, users.values(), work)
            if told is None:
                continue
            occasion = Occasion(
                self.clock(), self.new_id, event.actor, str(event.id), event.depth + 1, origin=event.origin
            )
            others = [one for one in dict.fromkeys(told.user_ids) if one in users and one != event.actor.id]
            ways = {
                one: (settings.get(one) or UserSettings(one, organization_id)).way(told.kind)
                for one in others
            }
            await _tell(told, {one: way for one, way in ways.items() if way is not Way.OFF}, work, occasion)


FIRST = Page(limit=1, sort="created_at")
CONCERNS = frozenset({"ticket.created", "ticket.updated", "conversation.created"})


async def concerned(event: DomainEvent, users: Iterable[User], view: View) -> Told | None:
    """Whom the event concerns, as the desk stands now; None where it concerns nobody."""
    if event.type == "conversation.created":
        return await _by_message(event, users, view)
    ticket = await view.tickets.get(event.organization_id, TicketId(event.subject_id))
    if ticket is None or ticket.merged_into_id is not None:
        return None
    if event.type == "ticket.created":
        if ticket.assignee_id is not None:
            return None  # whoever has it was told by the change that gave it to them
        team = await view.teams.get(event.organization_id, ticket.team_id) if ticket.team_id else None
        members = team.member_ids if team is not None else [user.id for user in users]
        return Told(NotificationKind.NEW_TICKET, ticket, members)
    if "assignee_id" not in event.data.get("changed", ()):
        return None
    given_to = event.data.get("after", {}).get("assignee_id")
    if given_to is None or str(ticket.assignee_id) != given_to:
        return None
    return Told(NotificationKind.ASSIGNED, ticket, [UserId(UUID(given_to))])


async def _by_message(event: DomainEvent, users: Iterable[User], view: View) -> Told | None:
    """A customer's answer concerns whoever has the ticket, a note those whom it names."""
    kind = event.data.get("kind")
    if kind not in (Kind.INBOUND.value, Kind.NOTE.value) or event.data.get("automatic"):
        return None
    message = await view.conversations.get(event.organization_id, ConversationId(event.subject_id))
    if message is None:
        return None
    ticket = await view.tickets.get(event.organization_id, message.ticket_id)
    if ticket is None:
        return None
    if kind == Kind.NOTE.value:
        named = mentioned(message.content_text, users)
        return Told(NotificationKind.MENTIONED, ticket, named, message.id)
    if ticket.assignee_id is None:
        return None
    first = await view.conversations.of_ticket(event.organization_id, ticket.id, FIRST)
    if first.items and first.items[0].id == message.id:
        return None  # what a ticket begins with is no answer
    return Told(NotificationKind.ANSWERED, ticket, [ticket.assignee_id], message.id)


async def _tell(told: Told, ways: dict[UserId, Way], work: Work, occasion: Occasion) -> None:
    if not ways:
        return
    ticket = told.ticket
    rows = [
        Notification(
            NotificationId(occasion.new_id()),
            ticket.organization_id,
            user_id,
            told.kind,
            ticket.id,
            occasion.at,
            told.conversation_id,
            mail=MailState.WAITING if way is Way.MAIL else MailState.NONE,
        )
        for user_id, way in ways.items()
    ]
    for row in rows:
        if row.mail is MailState.WAITING and not await _is_gathered(row, work):
            await work.jobs.add(_mailing(row, occasion))
    await work.notifications.add(*rows)
    data = {
        "kind": told.kind.value,
        "ticket_id": str(ticket.id),
        "user_ids": [str(user_id) for user_id in ways],
    }
    await work.log.append(occasion.event(ticket.organization_id, "notification.created", rows[0].id, data))


async def _is_gathered(row: Notification, work: Work) -> bool:
    """Whether a mail that is to leave within the minute takes it along."""
    waiting = await work.notifications.waiting(row.organization_id, row.user_id, 50)
    return any(row.created_at - one.created_at < GATHERED_FOR for one in waiting)


def _mailing(row: Notification, occasion: Occasion) -> Job:
    payload = {"user_id": str(row.user_id)}
    at = occasion.at + GATHERED_FOR
    return Occasion(occasion.at, occasion.new_id, DESK).job(
        row.organization_id, JobKind.MAIL_NOTIFICATIONS, payload, at
    )
