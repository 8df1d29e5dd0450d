"""Customers."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import Factory, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.customers import normal_phone
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import CustomerFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.customers.know_customer import as_merged
from helpdesk_core.use_cases.customers.merge_customers import known_customer
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import Many, shown
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import (
    City,
    Company,
    Country,
    Cursor,
    Email,
    Language,
    Limit,
    Members,
    Name,
    Phone,
    Query,
)
from helpdesk_http.views import CustomerView, Listed, TicketView, customer_view, ticket_view
from helpdesk_http.who import Caller

Emails = Annotated[tuple[Email, ...], Many(max=20, doc="The main one first.")]
Phones = Annotated[tuple[Phone, ...], Many(max=20, doc="The main one first.")]


@shown(name="Ada Pereira", email="ada@parcels.example", company="Parcels Ltd", language="en", country="PT")
@frozen(kw_only=True)
class NewCustomer:
    """A person to be entered. `email` is short for a list of one."""

    name: Name = ""
    email: Email | None = None
    emails: Emails = ()
    phones: Phones = ()
    company: Company | None = None
    language: Language | None = None
    country: Country | None = None
    city: City | None = None
    metadata: Members = Factory(dict)
    blocked: bool = False


@shown(company="Parcels Ltd", city="Porto", metadata={"order": "A-1001"})
@frozen(kw_only=True)
class CustomerPatch:
    """What is to be different; what is left out stays. `emails` and `phones` replace the lists whole."""

    name: Name | Unset = UNSET
    emails: Emails | Unset = UNSET
    phones: Phones | Unset = UNSET
    company: Company | None | Unset = UNSET
    language: Language | None | Unset = UNSET
    country: Country | None | Unset = UNSET
    city: City | None | Unset = UNSET
    metadata: Members | Unset = UNSET
    blocked: bool | Unset = UNSET


@frozen(kw_only=True)
class CustomerQuery:
    """Filters of the list; `q` finds the beginning of a name, e-mail, phone or company."""

    q: Query | None = None
    email: Email | None = None
    phone: Phone | None = None
    blocked: bool | None = None
    limit: Limit = 25
    sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] = "-created_at"
    cursor: Cursor | None = None


@frozen(kw_only=True)
class TheirTicketsQuery:
    limit: Limit = 25
    sort: Literal["-created_at", "created_at"] = "-created_at"
    cursor: Cursor | None = None


async def list_customers(
    desk: Container, who: Caller, request: Request, query: CustomerQuery
) -> Reply[Listed[CustomerView]]:
    """List or search customers, the newest first."""
    wanted = CustomerFilter(
        q=query.q,
        email=query.email.lower() if query.email else None,
        phone=normal_phone(query.phone) if query.phone else None,
        blocked=query.blocked,
    )
    page = page_of(desk, "customers", query)
    found = await desk.store().read(lambda view: view.customers.page(who.organization_id, wanted, page))
    views = [customer_view(customer) for customer in found.items]
    return listed(desk, request, "customers", query, views, found.next)


async def create_customer(desk: Container, who: Caller, body: NewCustomer) -> Reply[CustomerView]:
    """Enter a customer."""
    if body.email is not None and body.emails:
        raise InvalidValue("email", "must not be given together with emails")
    change = CustomerChange(
        name=body.name,
        emails=(body.email,) if body.email is not None else body.emails,
        phones=body.phones,
        company=body.company,
        language=body.language,
        country=body.country,
        city=body.city,
        metadata=body.metadata,
        blocked=body.blocked,
    )
    customer = await desk.create_customer()(who.organization_id, who.actor, change)
    return Reply(customer_view(customer), headers={"location": f"/api/v1/customers/{customer.id}"})


async def read_customer(desk: Container, who: Caller, customer_id: UUID) -> Reply[CustomerView]:
    """Read a customer.

    One who was merged answers 308 with the address of the other one, and with what is left of them as the body.
    """
    customer = await desk.store().read(partial(known_customer, who.organization_id, CustomerId(customer_id)))
    view = customer_view(customer)
    if customer.merged_into_id is None:
        return Reply(view)
    return Reply(view, 308, {"location": f"/api/v1/customers/{customer.merged_into_id}"})


async def change_customer(
    desk: Container, who: Caller, customer_id: UUID, body: CustomerPatch
) -> CustomerView:
    """Correct a customer."""
    change = CustomerChange(
        name=body.name,
        emails=body.emails,
        phones=body.phones,
        company=body.company,
        language=body.language,
        country=body.country,
        city=body.city,
        metadata=body.metadata,
        blocked=body.blocked,
    )
    return customer_view(
        await desk.change_customer()(who.organization_id, CustomerId(customer_id), who.actor, change)
    )


async def delete_customer(desk: Container, who: Caller, customer_id: UUID) -> None:
    """Delete a customer who has no tickets."""
    await desk.delete_customer()(who.organization_id, CustomerId(customer_id), who.actor)


async def block_customer(desk: Container, who: Caller, customer_id: UUID) -> CustomerView:
    """Block a customer: their mail opens no ticket and joins none."""
    return await _blocked(desk, who, customer_id, True)


async def unblock_customer(desk: Container, who: Caller, customer_id: UUID) -> CustomerView:
    """Let a customer in again."""
    return await _blocked(desk, who, customer_id, False)


async def list_customer_tickets(
    desk: Container, who: Caller, request: Request, customer_id: UUID, query: TheirTicketsQuery
) -> Reply[Listed[TicketView]]:
    """List a customer's tickets, the newest first; of one who was merged, those of the other one."""
    name = f"customer-tickets:{customer_id}"
    page = page_of(desk, name, query)
    found = await desk.store().read(
        partial(_their_tickets, who.organization_id, CustomerId(customer_id), page)
    )
    views = [ticket_view(ticket) for ticket in found.items]
    return listed(desk, request, name, query, views, found.next)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/customers", list_customers, tag="Customers", auth=key(Scope.READ)),
    operation(
        "POST /api/v1/customers",
        create_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        status=201,
        errors=(409,),
    ),
    operation(
        "GET /api/v1/customers/{customer_id}",
        read_customer,
        tag="Customers",
        auth=key(Scope.READ),
        errors=(404,),
        also={308: CustomerView},
    ),
    operation(
        "PATCH /api/v1/customers/{customer_id}",
        change_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/customers/{customer_id}",
        delete_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/customers/{customer_id}/block",
        block_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/customers/{customer_id}/unblock",
        unblock_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "GET /api/v1/customers/{customer_id}/tickets",
        list_customer_tickets,
        tag="Customers",
        auth=key(Scope.READ),
        errors=(404,),
    ),
)


async def _blocked(desk: Container, who: Caller, customer_id: UUID, blocked: bool) -> CustomerView:
    change = CustomerChange(blocked=blocked)
    return customer_view(
        await desk.change_customer()(who.organization_id, CustomerId(customer_id), who.actor, change)
    )


async def _their_tickets(
    organization_id: OrganizationId, customer_id: CustomerId, page: Page, view: View
) -> Slice[Ticket]:
    customer = await as_merged(await known_customer(organization_id, customer_id, view), view)
    return await view.tickets.page(organization_id, TicketFilter(customer_id=customer.id), page)
