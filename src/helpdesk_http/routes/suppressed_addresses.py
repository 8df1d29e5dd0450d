"""Addresses that nothing is sent to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.ids import SuppressedAddressId
from helpdesk_core.paging import Slice
from helpdesk_core.ports.store import View
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason, address_keys
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of, page_of_few
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class NewSuppressedAddress:
    """An address to send nothing to."""

    address: Annotated[str, Text(min=3, max=320, example="gone@garden.example")]
    detail: Annotated[str, Text(max=500, doc="Why, for those who look it up.")] = ""


@frozen(kw_only=True)
class SuppressedAddressQuery:
    address: Annotated[str, Text(min=3, max=320, doc="This address alone.")] | None = None
    limit: Limit = 25
    sort: Literal["since", "-since"] = "-since"
    cursor: Cursor | None = None


@frozen
class SuppressedAddressView:
    """An address that nothing is sent to."""

    id: UUID
    address: str
    reason: SuppressionReason
    detail: Annotated[str, About(doc="What the mail system said, or whoever did it by hand.")]
    since: datetime
    conversation_id: Annotated[
        UUID | None, About(doc="The answer that could not be delivered, or was complained about.")
    ]


async def list_suppressed_addresses(
    desk: Container, who: Caller, request: Request, query: SuppressedAddressQuery
) -> Reply[Listed[SuppressedAddressView]]:
    """List the addresses that nothing is sent to, the newest first."""
    page = page_of(desk, "suppressed-addresses", query)

    async def read(view: View) -> Slice[SuppressedAddress]:
        if query.address is None:
            return await view.suppressed_addresses.page(who.organization_id, page)
        wanted = address_keys([query.address])
        return page_of_few(await view.suppressed_addresses.among(who.organization_id, wanted), page)

    found = await desk.store().read(read)
    return listed(desk, request, "suppressed-addresses", query, _views(found.items), found.next)


async def create_suppressed_address(
    desk: Container, who: Caller, body: NewSuppressedAddress
) -> SuppressedAddressView:
    """Send nothing to an address from now on."""
    suppressed = await desk.suppress_address()(who.organization_id, who.actor, body.address, body.detail)
    return _view(suppressed)


async def delete_suppressed_address(desk: Container, who: Caller, suppressed_address_id: UUID) -> None:
    """Send to an address again."""
    await desk.release_address()(who.organization_id, who.actor, SuppressedAddressId(suppressed_address_id))


def _views(suppressed: Sequence[SuppressedAddress]) -> list[SuppressedAddressView]:
    return [_view(one) for one in suppressed]


def _view(one: SuppressedAddress) -> SuppressedAddressView:
    return SuppressedAddressView(one.id, one.address, one.reason, one.detail, one.since, one.conversation_id)


TAG = "Suppressed addresses"
OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/suppressed-addresses", list_suppressed_addresses, tag=TAG, auth=key(Scope.READ)),
    operation(
        "POST /api/v1/suppressed-addresses",
        create_suppressed_address,
        tag=TAG,
        auth=key(Scope.WRITE),
        status=201,
        errors=(409,),
    ),
    operation(
        "DELETE /api/v1/suppressed-addresses/{suppressed_address_id}",
        delete_suppressed_address,
        tag=TAG,
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)
