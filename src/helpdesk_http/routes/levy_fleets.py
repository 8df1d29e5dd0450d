"""Levy Fleets' backend reports for its riders; the answer says which ticket it is."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from attrs import asdict, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.fleet_reports import LONGEST_URL, fleet_report
from helpdesk_core.use_cases.fleet.take_fleet_report import Reported
from helpdesk_core.webhooks import Delivery, WebhookProvider
from helpdesk_http.fields import About, Text, lenient
from helpdesk_http.operations import Operation, Reply, operation, proof
from helpdesk_http.problems import Problem
from helpdesk_http.routes.webhooks import delivered, taken
from helpdesk_http.wire import read

Line = Annotated[str, Text(max=500)]


@lenient
@frozen(kw_only=True)
class FleetTicket:
    """What a rider reports. The address, or else the telephone number, says who they are; one of them is needed."""

    message: Annotated[str, Text(min=1, max=100_000, pattern=r"\S", example="Battery issue on ride")]
    email: Annotated[str, Text(max=320, example="rider@example.com")] | None = None
    phone: Annotated[str, Text(max=50, doc="In international form.", example="+14155550117")] | None = None
    name: Line | None = None
    subject: Annotated[str, Text(max=500, example="Ride issue")] | None = None
    vehicle_number: Annotated[str, Text(max=200, example="LF-1021")] | None = None
    image_url: (
        Annotated[
            str,
            Text(
                max=LONGEST_URL,
                doc="A picture at a public http or https address; it is fetched afterwards.",
                example="https://example.com/photo.jpg",
            ),
        ]
        | None
    ) = None


@frozen
class FleetTicketTaken:
    """What became of a report."""

    success: Annotated[bool, About(doc="Always true: the report is kept.")]
    ticketId: Annotated[UUID | None, About(doc="Null with 202.")]
    ticketNumber: Annotated[int | None, About(doc="Null with 202.")]
    duplicate: Annotated[bool, About(doc="The same was reported within half a minute: it is that ticket.")]


async def open_fleet_ticket(desk: Container, request: Request) -> Reply[FleetTicketTaken]:
    """Report for a rider.

    Opens a ticket of the organization that the desk's settings name; answers of agents go to the rider by e-mail.

    201: the ticket is there. 202: kept, but something that is needed was away; its ticket opens by itself later.
    """
    provider = desk.webhook_providers()["levy-fleets"]
    delivery = delivered(desk, request, await request.body())
    became = await taken(desk, provider, delivery, partial(_take, desk))
    ticket = became.ticket
    view = FleetTicketTaken(
        success=True,
        ticketId=ticket.id if ticket else None,
        ticketNumber=ticket.number if ticket else None,
        duplicate=became.duplicate,
    )
    return Reply(view, None if became.finished else 202)


async def _take(
    desk: Container, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery
) -> Reported:
    """Judges the key before a word of the body is looked at."""
    provider.verify(delivery, secrets, desk.clock()())
    media_type = delivery.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        how = "Send it as application/json."
        raise Problem(415, "unsupported_media_type", "The body must be JSON.", how)
    body = read(FleetTicket, delivery.body)
    fleet_report(**{name: text or "" for name, text in asdict(body).items()})
    (arrived,) = desk.receive_webhook().proven(provider, secrets, delivery)
    return await desk.take_fleet_report()(arrived)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/levy-fleets/tickets",
        open_fleet_ticket,
        tag="Webhooks",
        auth=proof("levy-fleetsSignature", handler_checks=True),
        status=201,
        errors=(400, 401, 403, 413, 415, 503),
        also={202: FleetTicketTaken},
        form=FleetTicket,
    ),
)
