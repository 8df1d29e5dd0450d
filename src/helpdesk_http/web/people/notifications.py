"""What a user was told, the newest first; reading it."""

from typing import Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import NotFound
from helpdesk_core.ids import NotificationId
from helpdesk_core.notifications import Notification
from helpdesk_core.paging import Position
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.guarded import address_behind, guarded, place_in, user_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

NOTIFICATIONS: Final = "/app/notifications"
A_PAGE: Final = 30


@frozen
class Line:
    """A notification and its ticket."""

    notification: Notification
    ticket: Ticket


def notification_routes() -> list[BaseRoute]:
    one = f"{NOTIFICATIONS}/{{notification_id:uuid}}"
    return [
        Route(NOTIFICATIONS, guarded(notifications_page)),
        Route(f"{NOTIFICATIONS}/read", guarded(read_all), methods=["POST"]),
        Route(one, guarded(follow)),
        Route(f"{one}/read", guarded(read_one), methods=["POST"]),
    ]


async def notifications_page(request: Request, who: Caller) -> Response:
    desk, user = desk_of(request), user_of(who)
    page = place_in(desk, "notifications", A_PAGE, request)

    async def look(view: View) -> tuple[list[Line], Position | None]:
        found = await view.notifications.page(who.organization_id, user.id, page)
        ids = list({one.ticket_id for one in found.items})
        tickets = await view.tickets.many(who.organization_id, ids)
        return [
            Line(one, tickets[one.ticket_id]) for one in found.items if one.ticket_id in tickets
        ], found.next

    lines, position = await desk.store().read(look)
    return await desk_page(
        "people/notifications.html",
        request,
        who,
        "notifications",
        lines=lines,
        older=address_behind(desk, "notifications", position, NOTIFICATIONS),
        any_unread=any(line.notification.read_at is None for line in lines),
    )


async def follow(request: Request, who: Caller) -> Response:
    """To the ticket; it counts as read from now on."""
    notification, ticket = await _theirs(request, who)
    await _read(request, who, notification)
    place = f"#m-{notification.conversation_id}" if notification.conversation_id else ""
    return RedirectResponse(f"/app/tickets/{ticket.number}{place}", 303)


async def read_one(request: Request, who: Caller) -> Response:
    notification, _ = await _theirs(request, who)
    await _read(request, who, notification)
    return RedirectResponse(NOTIFICATIONS, 303)


async def read_all(request: Request, who: Caller) -> Response:
    await desk_of(request).read_notifications().all(who.organization_id, user_of(who))
    return RedirectResponse(NOTIFICATIONS, 303)


async def _read(request: Request, who: Caller, notification: Notification) -> None:
    await desk_of(request).read_notifications().one(user_of(who), notification)


async def _theirs(request: Request, who: Caller) -> tuple[Notification, Ticket]:
    """The user's own notification and its ticket; that of anybody else is not found."""
    notification_id: UUID = request.path_params["notification_id"]

    async def look(view: View) -> tuple[Notification, Ticket]:
        found = await view.notifications.get(who.organization_id, NotificationId(notification_id))
        ticket = await view.tickets.get(who.organization_id, found.ticket_id) if found else None
        if found is None or ticket is None or found.user_id != user_of(who).id:
            raise NotFound("notification", notification_id)
        return found, ticket

    return await desk_of(request).store().read(look)
