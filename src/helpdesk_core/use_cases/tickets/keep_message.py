"""A message is kept on its ticket, which moves with it; both are told at once."""

from helpdesk_core.conversations import Conversation
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.figures import responds
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.keep_sla import clocks_moved
from helpdesk_core.use_cases.tickets.tell_changes import changes_told


async def keep_message(
    message: Conversation, before: Ticket, after: Ticket, work: Work, occasion: Occasion
) -> Ticket:
    """The step: the message, its ticket as it stands after it, the clocks of its service level, and the events.

    Files of the message are the caller's. The ticket as it is kept.
    """
    await work.conversations.add(message)
    moved = await clocks_moved(before, after, work, occasion)
    await work.tickets.replace(moved)
    await work.log.append(
        message_told(message, before, moved, occasion), *changes_told(before, moved, occasion)
    )
    return moved


def message_told(message: Conversation, before: Ticket, after: Ticket, occasion: Occasion) -> DomainEvent:
    """The event of a message, with what it did to its ticket."""
    data = {
        "ticket_id": str(message.ticket_id),
        "kind": message.kind.value,
        **({"automatic": True} if message.said_by_itself else {}),
        **responds(before, after),
    }
    return occasion.event(message.organization_id, "conversation.created", message.id, data)
