"""The texts that a provider has approved, for whoever may send nothing else."""

import re
from collections.abc import Sequence
from typing import Final

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.correspondences import Correspondence
from helpdesk_core.errors import Refusal
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.messages import ApprovedTemplate
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence_of
from helpdesk_http.web.inbox.sheets import sheet
from helpdesk_http.web.inbox.ticket_reading import ticket_of
from helpdesk_http.web.rendering import desk_of, said
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

VARIABLE: Final = re.compile(r"\{\{\s*(\w{1,40})\s*\}\}")


@frozen
class Choice:
    """A template, and what its text has places for, in their order."""

    template: ApprovedTemplate
    variables: Sequence[str]


async def templates_sheet(request: Request, who: Caller) -> Response:
    """The templates of the account that the ticket goes by; its provider is asked each time."""
    ticket, desk = await ticket_of(request, who), desk_of(request)
    account = await desk.store().read(lambda view: _account(who.organization_id, ticket, view))
    if account is None:
        told = said(request, _("The account that this ticket goes by is not connected."))
        return await sheet("ticket/templates.html", request, who, ticket, choices=(), error=told)
    try:
        found = await desk.list_templates()(who.organization_id, account)
    except Refusal as refusal:
        return await sheet("ticket/templates.html", request, who, ticket, choices=(), error=str(refusal))
    choices = [Choice(one, variables_of(one.text)) for one in found]
    return await sheet("ticket/templates.html", request, who, ticket, choices=choices)


def variables_of(text: str) -> Sequence[str]:
    """What the text has places for, each once, in the order in which they come first."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def filled(text: str, values: Sequence[str]) -> str:
    """The text as the customer reads it; a place without a value stays as it is."""
    known = dict(zip(variables_of(text), values, strict=False))
    return VARIABLE.sub(lambda place: known.get(place[1], place[0]), text)


async def _account(organization_id: OrganizationId, ticket: Ticket, view: View) -> IntegrationId | None:
    there: Correspondence | None = await correspondence_of(ticket, view)
    if there is None:
        return None
    return next(
        (
            one.id
            for one in await view.integrations.of(organization_id)
            if one.provider == ticket.channel.value and one.external_id == there.account
        ),
        None,
    )
