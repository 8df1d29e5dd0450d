"""By what a customer is talked to over other channels than mail, and whether they want that."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.know_customer import as_merged
from helpdesk_core.use_cases.customers.merge_customers import known_customer
from helpdesk_core.users import Scope
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen
class CorrespondenceView:
    """One conversation with a customer at a provider."""

    channel: Channel
    account: Annotated[str, About(doc="Ours, that it is held with, as integrations name it.")]
    thread: Annotated[str, About(doc="What the provider calls it: answers are addressed to it.")]
    ticket_id: Annotated[UUID | None, About(doc="The ticket in which it went on last.")]
    heard_at: Annotated[datetime | None, About(doc="When the customer spoke last.")]
    read_until: Annotated[
        datetime | None, About(doc="What was sent until then was read, where the provider tells that.")
    ]
    opted_out: Annotated[bool, About(doc="They want no messages: none is sent until they say otherwise.")]
    opted_at: Annotated[datetime | None, About(doc="When they last said whether they want messages.")]


async def list_correspondences(desk: Container, who: Caller, customer_id: UUID) -> Listed[CorrespondenceView]:
    """List the conversations with a customer at providers; of one who was merged, those of the other one."""
    found = await desk.store().read(partial(_of, who.organization_id, CustomerId(customer_id)))
    return Listed([correspondence_view(one) for one in found if one.alias_of is None], None)


def correspondence_view(one: Correspondence) -> CorrespondenceView:
    return CorrespondenceView(
        one.channel,
        one.account,
        one.addressed,
        one.ticket_id,
        one.heard_at,
        one.read_until,
        one.opted_out,
        one.opted_at,
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/customers/{customer_id}/correspondences",
        list_correspondences,
        tag="Customers",
        auth=key(Scope.READ),
        errors=(404,),
    ),
)


async def _of(
    organization_id: OrganizationId, customer_id: CustomerId, view: View
) -> Sequence[Correspondence]:
    customer = await as_merged(await known_customer(organization_id, customer_id, view), view)
    return await view.correspondences.of_customer(organization_id, customer.id)
