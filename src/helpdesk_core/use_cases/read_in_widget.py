"""What a visitor sees of their conversation, and that they have seen it."""

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, DeliveryState, Kind, with_delivery
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.chat_in_widget import known_visitor
from helpdesk_core.users import Actor
from helpdesk_core.widget_sessions import WidgetSession, used

AT_ONCE = 100
"""Messages that are read at once."""

EARLIER = 5
"""Closed tickets before the one of today whose messages are shown as well."""

Shown = tuple[WidgetSession, Sequence[Conversation], Mapping[AttachmentId, Attachment]]


@frozen
class ReadInWidget:
    """The messages of a visitor's session, the oldest first, up to a hundred: no notes, and nobody else's.

    `after`: only those behind this message. WrongCredentials for an unknown or expired token. Reading keeps the
    session alive.
    """

    store: Store
    clock: Clock

    async def __call__(self, token: str, after: ConversationId | None = None) -> Shown:
        async def look(view: View) -> Shown:
            session, _ = await known_visitor(token, view, self.clock)
            messages = await messages_of(session, after, view)
            ids = [attachment_id for message in messages for attachment_id in message.attachment_ids]
            files = await view.attachments.many(session.organization_id, ids) if ids else {}
            return session, messages, files

        shown = await self.store.read(look)
        if used(shown[0], self.clock()) != shown[0]:
            await self.store.transact(lambda work: self._note_use(token, work))
        return shown

    async def _note_use(self, token: str, work: Work) -> None:
        session, _ = await known_visitor(token, work, self.clock)
        await work.widget_sessions.replace(used(session, self.clock()))


@frozen
class SeeInWidget:
    """The visitor has seen the messages up to one; answers among them become `read`."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, token: str, conversation_id: ConversationId) -> None:
        async def unit(work: Work) -> None:
            session, _ = await known_visitor(token, work, self.clock)
            seen = await work.conversations.get(session.organization_id, conversation_id)
            if seen is None or session.ticket_id is None:
                return
            occasion = Occasion(self.clock(), self.new_id, Actor("customer", session.customer_id))
            news = await messages_of(session, session.seen_id, work)
            for message in news:
                if message.created_at <= seen.created_at:
                    await _mark_read(message, work, occasion)
            await work.widget_sessions.replace(evolve(used(session, occasion.at), seen_id=conversation_id))

        await self.store.transact(unit)


async def messages_of(
    session: WidgetSession, after: ConversationId | None, view: View
) -> Sequence[Conversation]:
    """What the visitor may see, behind `after`."""
    behind = None if after is None else await view.conversations.get(session.organization_id, after)
    shown: list[Conversation] = []
    for ticket in await _tickets(session, view):
        shown += await _of_ticket(session, ticket, behind, view)
        if len(shown) >= AT_ONCE:
            break
    return shown[:AT_ONCE]


async def _tickets(session: WidgetSession, view: View) -> Sequence[Ticket]:
    """The session's ticket, after those that it takes up again."""
    found: list[Ticket] = []
    next_id = session.ticket_id
    while next_id is not None and len(found) <= EARLIER:
        ticket = await view.tickets.get(session.organization_id, next_id)
        if ticket is None:
            break
        found.insert(0, ticket)
        next_id = ticket.follows_id
    return found


async def _of_ticket(
    session: WidgetSession, ticket: Ticket, behind: Conversation | None, view: View
) -> Sequence[Conversation]:
    home = ticket
    while home.merged_into_id is not None:
        following = await view.tickets.get(session.organization_id, home.merged_into_id)
        if following is None:
            return ()
        home = following
    after = None if behind is None else Position(behind.created_at, behind.id)
    shown: list[Conversation] = []
    while len(shown) < AT_ONCE:
        page = Page(limit=AT_ONCE, sort="created_at", after=after)
        found = await view.conversations.of_ticket(session.organization_id, home.id, page)
        shown += [message for message in found.items if _is_for(session, ticket, home, message)]
        if found.next is None:
            break
        after = found.next
    return shown


def _is_for(session: WidgetSession, ticket: Ticket, home: Ticket, message: Conversation) -> bool:
    """Whether the visitor may see it: in a ticket that theirs was merged into, only what came from theirs.

    Unless that one is of the same customer; even then what others wrote in it is not shown.
    """
    if message.kind is Kind.NOTE:
        return False
    if (message.origin_ticket_id or message.ticket_id) == ticket.id:
        return True
    return home.customer_id == session.customer_id and (
        message.kind is Kind.REPLY or message.author.id == session.customer_id
    )


async def _mark_read(message: Conversation, work: Work, occasion: Occasion) -> None:
    moved = with_delivery(message, DeliveryState.READ)
    if moved == message:
        return
    await work.conversations.replace(moved)
    data = {"ticket_id": str(message.ticket_id), "state": DeliveryState.READ.value}
    await work.log.append(occasion.event(message.organization_id, "conversation.seen", message.id, data))
