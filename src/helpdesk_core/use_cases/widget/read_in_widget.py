"""What a visitor sees of their conversation, and that they have seen it."""

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import AuthorType, Conversation, DeliveryState, Kind, with_delivery
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.translations import waits_for_translation
from helpdesk_core.use_cases.widget.know_visitor import as_it_is_now
from helpdesk_core.users import Actor
from helpdesk_core.widget_sessions import WidgetSession, used

AT_ONCE = 100
"""Messages that are read at once."""

EARLIER = 5
"""Closed tickets before the one of today whose messages are shown as well."""

Shown = tuple[Sequence[Conversation], Mapping[AttachmentId, Attachment]]


@frozen
class ReadInWidget:
    """The messages of a visitor's session, the oldest first, up to a hundred: no notes, and nobody else's.

    `after`: only those behind this message. The visitor was found a moment ago, see `FindVisitor`; reading keeps the
    session alive.
    """

    store: Store
    clock: Clock

    async def __call__(self, session: WidgetSession, after: ConversationId | None = None) -> Shown:
        async def look(view: View) -> Shown:
            messages = await _signed(await messages_for(session, after, view), view)
            ids = [attachment_id for message in messages for attachment_id in message.attachment_ids]
            files = await view.attachments.many(session.organization_id, ids) if ids else {}
            return messages, files

        shown = await self.store.read(look)
        if used(session, self.clock()) != session:
            await self.store.transact(lambda work: self._note_use(session, work))
        return shown

    async def _note_use(self, session: WidgetSession, work: Work) -> None:
        current = await as_it_is_now(session, work)
        await work.widget_sessions.replace(used(current, self.clock()))


@frozen
class SeeInWidget:
    """The visitor has seen the messages up to one; answers among them become `read`."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, visitor: WidgetSession, conversation_id: ConversationId) -> None:
        async def unit(work: Work) -> None:
            session = await as_it_is_now(visitor, work)
            seen = await work.conversations.get(session.organization_id, conversation_id)
            if seen is None or session.ticket_id is None:
                return
            occasion = Occasion(self.clock(), self.new_id, Actor("customer", session.customer_id))
            news = await messages_for(session, session.seen_id, work)
            for message in news:
                if message.created_at <= seen.created_at:
                    await _mark_read(message, work, occasion)
            await work.widget_sessions.replace(evolve(used(session, occasion.at), seen_id=conversation_id))

        await self.store.transact(unit)


async def messages_for(
    session: WidgetSession, after: ConversationId | None, view: View
) -> Sequence[Conversation]:
    """What the visitor may see, behind `after`."""
    shown: list[Conversation] = []
    for ticket in await _tickets(session, view):
        shown += await _of_ticket(session, ticket, after, view)
        if len(shown) >= AT_ONCE:
            break
    return shown[:AT_ONCE]


async def _tickets(session: WidgetSession, view: View) -> Sequence[Ticket]:
    """The session's ticket, after those of the same customer that it takes up again."""
    found: list[Ticket] = []
    next_id = session.ticket_id
    while next_id is not None and len(found) <= EARLIER:
        ticket = await view.tickets.get(session.organization_id, next_id)
        if ticket is None or ticket.customer_id != session.customer_id:
            break
        found.insert(0, ticket)
        next_id = ticket.follows_id
    return found


async def _of_ticket(
    session: WidgetSession, ticket: Ticket, after: ConversationId | None, view: View
) -> Sequence[Conversation]:
    home = ticket
    while home.merged_into_id is not None:
        following = await view.tickets.get(session.organization_id, home.merged_into_id)
        if following is None:
            return ()
        home = following
    shown: list[Conversation] = []
    while len(shown) < AT_ONCE:
        found = await view.conversations.behind(session.organization_id, home.id, after, AT_ONCE)
        shown += [message for message in found if _is_for(session, ticket, home, message)]
        if len(found) < AT_ONCE:
            break
        after = found[-1].id
    return shown


def _is_for(session: WidgetSession, ticket: Ticket, home: Ticket, message: Conversation) -> bool:
    """Whether the visitor may see it: what was written on their own ticket, and what they wrote wherever it went.

    Where their ticket was merged into one of the same customer, the answers there as well; into one of somebody else,
    nothing that is said there.
    """
    if message.kind is Kind.NOTE or waits_for_translation(message):
        return False
    is_theirs = message.author.type is AuthorType.CUSTOMER and message.author.id == session.customer_id
    if is_theirs or (message.origin_ticket_id or message.ticket_id) == ticket.id:
        return True
    return home.customer_id == session.customer_id and message.kind is Kind.REPLY


async def _signed(messages: Sequence[Conversation], view: View) -> Sequence[Conversation]:
    """The messages, those that a program wrote in the organization's name: its own is for colleagues."""
    programs = [message for message in messages if message.author.type is AuthorType.API_KEY]
    organization = await view.organizations.get(programs[0].organization_id) if programs else None
    if organization is None:
        return messages
    return [
        evolve(message, author=evolve(message.author, name=organization.name))
        if message.author.type is AuthorType.API_KEY
        else message
        for message in messages
    ]


async def _mark_read(message: Conversation, work: Work, occasion: Occasion) -> None:
    moved = with_delivery(message, DeliveryState.READ)
    if moved == message:
        return
    await work.conversations.replace(moved)
    data = {"ticket_id": str(message.ticket_id), "state": DeliveryState.READ.value}
    await work.log.append(occasion.event(message.organization_id, "conversation.seen", message.id, data))
