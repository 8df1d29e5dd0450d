"""Finding a message by the id that its provider gave it."""

from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel


async def message_by_id(
    organization_id: OrganizationId, channel: Channel, account: str, external_id: str, view: View
) -> Conversation | None:
    """The message, be it a customer's or an answer of ours that was sent under that id."""
    known = await view.provider_messages.get(organization_id, channel, account, external_id)
    if known is not None and known.conversation_id is not None:
        return await view.conversations.get(organization_id, known.conversation_id)
    return await view.conversations.by_external_id(organization_id, channel, outside_id(account, external_id))


def outside_id(account: str, external_id: str) -> str:
    """The id as conversations bear it: those of two accounts of one organization may be the same."""
    return f"{account}/{external_id}"
