"""The room for knowledge: how much the desk knows, what it was asked and did not know, and its own language."""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.users import Role
from helpdesk_http.routes import insights, knowledge, organization
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

ROOM: Final = f"{HOME}/knowledge"
SHOWN: Final = 20
"""Gaps on the page, the most asked first."""


def knowledge_routes() -> list[BaseRoute]:
    return [
        Route(ROOM, guarded(knowledge_page, Role.ADMIN)),
        Route(f"{ROOM}/sync", guarded(sync, Role.ADMIN), methods=["POST"]),
        Route(f"{ROOM}/language", guarded(choose_language, Role.ADMIN), methods=["POST"]),
    ]


async def knowledge_page(request: Request, who: Caller) -> Response:
    desk = desk_of(request)
    known = await knowledge.read_knowledge(desk, who)
    gaps = await insights.list_knowledge_gaps(desk, who, insights.GapQuery(limit=SHOWN))
    ours = await organization.read_organization(desk, who)
    return await settings_page(
        "settings/knowledge.html",
        request,
        who,
        known=known,
        gaps=gaps.data,
        ours=ours,
        model=desk.settings().ai_model,
    )


async def sync(request: Request, who: Caller) -> Response:
    await knowledge.sync_knowledge(desk_of(request), who)
    return RedirectResponse(f"{ROOM}?done=started", 303)


async def choose_language(request: Request, who: Caller) -> Response:
    form = await form_of(request, 1_000)
    await desk_of(request).choose_language()(who.organization_id, who.actor, text(form, "language").lower())
    return RedirectResponse(f"{ROOM}?done=saved", 303)
