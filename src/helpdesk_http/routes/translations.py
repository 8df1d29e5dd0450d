"""Messages are put into other languages."""

from functools import partial
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.ids import ConversationId
from helpdesk_core.users import Scope
from helpdesk_http.fields import shown
from helpdesk_http.message_views import ConversationView
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.routes.conversations import with_attachments
from helpdesk_http.values import Language
from helpdesk_http.who import Caller


@shown(language="en")
@frozen(kw_only=True)
class TranslationOrder:
    """What language a message is wanted in."""

    language: Language


async def translate_conversation(
    desk: Container, who: Caller, conversation_id: UUID, body: TranslationOrder
) -> ConversationView:
    """Have a message translated.

    `translation` is there at once, `pending`; it is `translated`, with its text, or `failed` a little later, which
    `conversation.updated` tells. A message has one translation: another language takes its place. 409 where nothing
    here translates, and for an answer that was translated for the customer.
    """
    asked = await desk.ask_translation()(
        who.organization_id, ConversationId(conversation_id), who.actor, body.language
    )
    return (await desk.store().read(partial(with_attachments, who.organization_id, [asked])))[0]


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/v1/conversations/{conversation_id}/translate",
        translate_conversation,
        tag="Conversations",
        auth=key(Scope.WRITE),
        status=202,
        errors=(404, 409),
    ),
)
