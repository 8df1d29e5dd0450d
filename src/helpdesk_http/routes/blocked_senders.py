"""Blocked senders."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.ids import BlockedSenderId
from helpdesk_core.users import Scope
from helpdesk_http.fields import Text
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.views import BlockedSenderView, Listed, blocked_sender_view
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class NewBlockedSender:
    """Senders to keep out: an address (`a@b.c`), a domain (`@b.c`) or a wildcard (`*@*.b.c`)."""

    pattern: Annotated[str, Text(min=2, max=320, example="*@*.pests.example")]


async def list_blocked_senders(desk: Container, who: Caller) -> Listed[BlockedSenderView]:
    """List the rules that keep senders out."""
    rules = await desk.store().read(lambda view: view.blocked_senders.of(who.organization_id))
    return Listed([blocked_sender_view(rule) for rule in rules], None)


async def create_blocked_sender(desk: Container, who: Caller, body: NewBlockedSender) -> BlockedSenderView:
    """Keep senders out; their mail opens no ticket from now on."""
    return blocked_sender_view(await desk.block_sender()(who.organization_id, who.actor, body.pattern))


async def delete_blocked_sender(desk: Container, who: Caller, blocked_sender_id: UUID) -> None:
    """Let senders in again."""
    await desk.unblock_sender()(who.organization_id, who.actor, BlockedSenderId(blocked_sender_id))


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/blocked-senders", list_blocked_senders, tag="Blocked senders", auth=key(Scope.READ)
    ),
    operation(
        "POST /api/v1/blocked-senders",
        create_blocked_sender,
        tag="Blocked senders",
        auth=key(Scope.WRITE),
        status=201,
        errors=(409,),
    ),
    operation(
        "DELETE /api/v1/blocked-senders/{blocked_sender_id}",
        delete_blocked_sender,
        tag="Blocked senders",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)
