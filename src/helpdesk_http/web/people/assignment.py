"""The room of the assignment: who is handed new tickets."""

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.people_settings import AssignmentMode, AssignmentScope, PeopleSettings
from helpdesk_core.ports.store import View
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import Role, User
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

ASSIGNMENT = f"{HOME}/assignment"


@frozen
class Taker:
    """Somebody who may be handed tickets, and whether they take any just now."""

    user: User
    settings: UserSettings
    there: bool


def assignment_routes() -> list[BaseRoute]:
    return [
        Route(ASSIGNMENT, guarded(assignment_page, Role.ADMIN)),
        Route(ASSIGNMENT, guarded(change_assignment, Role.ADMIN), methods=["POST"]),
    ]


async def assignment_page(request: Request, who: Caller) -> Response:
    now = desk_of(request).clock()()

    async def look(view: View) -> tuple[PeopleSettings, list[Taker]]:
        home = who.organization_id
        settings = await view.people_settings.get(home) or PeopleSettings(home)
        known = {one.user_id: one for one in await view.user_settings.of(home)}
        users = [user for user in await view.users.of(home) if user.disabled_at is None]
        theirs = [(user, known.get(user.id) or UserSettings(user.id, home)) for user in users]
        return settings, [Taker(user, own, own.takes_tickets(now)) for user, own in theirs]

    settings, takers = await desk_of(request).store().read(look)
    return await settings_page("people/assignment.html", request, who, settings=settings, takers=takers)


async def change_assignment(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    mode, scope = text(form, "assignment"), text(form, "scope")
    await desk_of(request).change_people_settings()(
        who.organization_id,
        who.actor,
        assignment=AssignmentMode(mode) if mode in set(AssignmentMode) else None,
        scope=AssignmentScope(scope) if scope in set(AssignmentScope) else None,
    )
    return RedirectResponse(f"{ASSIGNMENT}?done=saved", 303)
