"""An answer to a visitor of a widget: shown there while they are there, and sent by mail if they never see it."""

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.letters import UNSEEN
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.users import DESK
from helpdesk_core.widget_sessions import GONE_AFTER

SHOWN = "Shown in the widget."


async def visitor_is_there(ticket: Ticket, view: View, occasion: Occasion) -> bool:
    """Whether a visitor of this ticket has the widget open."""
    if ticket.channel is not Channel.WIDGET:
        return False
    sessions = await view.widget_sessions.of_ticket(ticket.organization_id, ticket.id)
    return any(session.is_there(occasion.at) for session in sessions[:1])


async def show_in_widget(answer: Conversation, work: Work, occasion: Occasion) -> Conversation:
    """The step: the answer as shown, with the job that mails it if it stays unseen. It is not yet kept."""
    job = occasion.job(
        answer.organization_id,
        JobKind.MAIL_UNSEEN_ANSWER,
        {"conversation_id": str(answer.id)},
        run_at=occasion.at + GONE_AFTER,
    )
    await work.jobs.add(job)
    return evolve(answer, delivery=DeliveryStatus(DeliveryState.SENT, SHOWN))


@frozen
class MailUnseenAnswer:
    """Puts an answer in line for mail that the visitor has not seen, where they left an address."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, conversation_id: ConversationId) -> None:
        async def unit(work: Work) -> None:
            answer = await work.conversations.get(organization_id, conversation_id)
            if answer is None or answer.delivery is None or not answer.mail.to:
                return
            if answer.delivery.state is not DeliveryState.SENT or answer.delivery.detail != SHOWN:
                return
            occasion = Occasion(self.clock(), self.new_id, DESK)
            unseen = evolve(
                answer,
                delivery=DeliveryStatus(DeliveryState.QUEUED),
                metadata={**answer.metadata, UNSEEN: True},
            )
            await work.conversations.replace(unseen)
            await work.jobs.add(
                occasion.job(organization_id, JobKind.SEND_REPLY, {"conversation_id": str(answer.id)})
            )

        await self.store.transact(unit)
