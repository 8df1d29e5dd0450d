"""What stands around every page of the desk: whose desk it is, who reads, and what waits for them."""

from typing import Any, Final

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import QuarantineFilter
from helpdesk_core.ports.store import View
from helpdesk_core.quarantine import QuarantineState
from helpdesk_core.users import User
from helpdesk_http.web.guarded import organization_of, user_of
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.web.tongues import NAMES
from helpdesk_http.who import Caller

HELD: Final = QuarantineFilter(QuarantineState.HELD)
NEWEST_HELD: Final = "-held_at"
COUNTED: Final = 50
"""How many held mails are counted for a page; further ones are a plus sign."""
MOST_UNREAD: Final = 99


@frozen
class Chrome:
    """`held` and `unread`: how many, in words that are shown, or an empty text; `place`: how far the log had come."""

    organization: Organization
    user: User
    held: str
    unread: str
    place: int


async def desk_page(
    template: str, request: Request, who: Caller, here: str, status: int = 200, **values: Any
) -> Response:
    """A page of the desk from this template, which extends `desk.html`; `here` is the place it belongs to."""
    desk = desk_of(request)
    user = user_of(who)

    async def unit(view: View) -> Chrome:
        return await chrome_of(user, who.organization_id, view)

    chrome = await desk.store().read(unit)
    return render(
        template, request, status, chrome=chrome, user=user, here=here, tongue_names=NAMES, **values
    )


async def chrome_of(user: User, organization_id: OrganizationId, view: View) -> Chrome:
    """What is told around a page, of one moment."""
    organization = await organization_of(organization_id, view)
    held = await held_count(organization_id, view)
    unread = await unread_count(user, organization_id, view)
    return Chrome(organization, user, held, unread, (await view.log.since(organization_id, 0, 0)).last)


async def unread_count(user: User, organization_id: OrganizationId, view: View) -> str:
    """How much a user has not read, as a page shows it; empty where nothing."""
    number = await view.notifications.unread(organization_id, user.id, MOST_UNREAD + 1)
    return f"{MOST_UNREAD}+" if number > MOST_UNREAD else str(number or "")


async def held_count(organization_id: OrganizationId, view: View) -> str:
    """How much mail is held, as a page shows it; empty where none is."""
    found = await view.quarantine.page(organization_id, HELD, Page(COUNTED, NEWEST_HELD))
    return f"{COUNTED}+" if found.next else str(len(found.items) or "")
