"""Blocked senders."""

from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.ids import BlockedSenderId
from helpdesk_core.paging import cut
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import BlockedSenderView, Listed, blocked_sender_view
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class NewBlockedSender:
    """Senders to keep out: an address (`a@b.c`), a domain (`@b.c`) or a wildcard (`*@*.b.c`)."""

    pattern: Annotated[str, Text(min=2, max=320, example="*@*.pests.example")]


@frozen(kw_only=True)
class BlockedSenderQuery:
    limit: Limit = 25
    sort: Literal["created_at"] = "created_at"
    cursor: Cursor | None = None


async def list_blocked_senders(
    desk: Container, who: Caller, request: Request, query: BlockedSenderQuery
) -> Reply[Listed[BlockedSenderView]]:
    """List the rules that keep senders out, the oldest first."""
    page = page_of(desk, "blocked-senders", query)
    rules = await desk.store().read(lambda view: view.blocked_senders.of(who.organization_id))
    # They are few, and read whole with every mail.
    behind = [rule for rule in rules if page.after is None or (rule.created_at, rule.id) > page.after.place]
    found = cut(behind[: page.limit + 1], page)
    views = [blocked_sender_view(rule) for rule in found.items]
    return listed(desk, request, "blocked-senders", query, views, found.next)


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
