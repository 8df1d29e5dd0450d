"""A visitor's conversation as a live stream of server-sent events.

Each message's `id` is its own, so a widget that comes back with `Last-Event-ID` misses nothing. The stream reads along
the event log with everybody else who listens to the organization: a commit costs one look, however many visitors wait.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from attrs import define
from starlette.types import Send

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import AuthorRole, Conversation
from helpdesk_core.errors import NotFound, StoreUnavailable, WrongCredentials
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import AttachmentId, ConversationId, TicketId
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.widget_sessions import WidgetSession
from helpdesk_http.event_stream import HEARTBEAT, Listening, LiveStream, send_piece

SHOWN: Final = ("conversation.*", "ticket.merged", "ticket.unmerged")
TYPING_LOOK: Final = 6.0
"""Seconds after which an agent who has stopped without saying so is taken to have stopped."""

Shown = tuple[Sequence[Conversation], Mapping[AttachmentId, Attachment]]
Write = Callable[[WidgetSession, Shown], Awaitable[Sequence[tuple[ConversationId, bytes]]]]
"""The messages as JSON, each on one line, with its id."""


@define
class _Place:
    """How far a stream has come."""

    session: WidgetSession
    log: int
    last: ConversationId | None
    home: TicketId | None = None
    """The session's ticket, or the one it was merged into."""
    typing: bool = False


class WidgetStream(LiveStream):
    """Tells a visitor what is new behind `after`, then what is added."""

    def __init__(
        self,
        desk: Container,
        token: str,
        session: WidgetSession,
        after: ConversationId | None,
        write: Write,
    ) -> None:
        super().__init__(desk, session.organization_id)
        self._desk = desk
        self._token = token
        self._session = session
        self._after = after
        self._write = write

    async def tell(self, listener: Listening, send: Send) -> None:
        with suppress(StoreUnavailable, WrongCredentials):  # the widget comes back, or begins anew
            await self._tell_all(listener, send)

    async def _tell_all(self, listener: Listening, send: Send) -> None:
        at = _Place(self._session, await self._live.place(self._organization_id), self._after)
        await send_piece(send, b": here\n\n")
        await self._news(at, send)
        at.home = await self._home_of(at.session)
        while not listener.ended:
            woken = await listener.wait(TYPING_LOOK if at.typing else HEARTBEAT)
            if listener.ended:
                return
            if not woken and not at.typing:
                await send_piece(send, b": still there\n\n")
                await self._look_again(at, send)  # which also notes that the visitor is still there
            if await self._heard_of(at):
                await self._look_again(at, send)
            await self._tell_typing(at, send)

    async def _heard_of(self, at: _Place) -> bool:
        """Whether the log, read to its end, tells of something that the visitor may see."""
        heard, more = False, True
        while more:
            page = await self._live.read(self._organization_id, at.log, SHOWN)
            at.log, more = page.place, page.more
            heard = heard or any(_concerns(at, event) for event in page.events)
        return heard

    async def _home_of(self, session: WidgetSession) -> TicketId | None:
        ticket_id = session.ticket_id
        if ticket_id is None:
            return None
        try:
            found = await self._desk.store().read(
                partial(existing_ticket, session.organization_id, ticket_id)
            )
        except NotFound:  # it was deleted; the next message opens another
            return None
        return found.id

    async def _look_again(self, at: _Place, send: Send) -> None:
        at.session, _ = await self._desk.find_visitor()(self._token)
        at.home = await self._home_of(at.session)
        await self._news(at, send)

    async def _news(self, at: _Place, send: Send) -> None:
        messages, files = await self._desk.read_in_widget()(at.session, at.last)
        for message_id, data in await self._write(at.session, (messages, files)):
            at.last = message_id
            await send_piece(send, b"id: %s\nevent: message\ndata: %s\n\n" % (str(message_id).encode(), data))

    async def _tell_typing(self, at: _Place, send: Send) -> None:
        now = self._desk.clock()()
        typing = self._desk.presence().is_typing(at.home, AuthorRole.AGENT.value, now)
        if typing != at.typing:
            at.typing = typing
            told = b'{"role":"agent","typing":%s}' % (b"true" if typing else b"false")
            await send_piece(send, b"event: typing\ndata: %s\n\n" % told)


def _concerns(at: _Place, event: DomainEvent) -> bool:
    """Whether the event may change what the visitor sees."""
    if event.type.startswith("ticket."):
        return event.subject_id in (at.session.ticket_id, at.home)
    mine = event.actor.type == "customer" and event.actor.id == at.session.customer_id
    return mine or event.data.get("ticket_id") in (str(at.session.ticket_id), str(at.home))
