"""Macros on a ticket: found, shown with what they would change, and applied."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.errors import Refusal
from helpdesk_core.ids import MacroId, OrganizationId
from helpdesk_core.macros import Macro
from helpdesk_core.ports.store import View
from helpdesk_http.web.guarded import user_of
from helpdesk_http.web.inbox.sheets import sheet
from helpdesk_http.web.inbox.ticket_page import back_to
from helpdesk_http.web.inbox.ticket_reading import ticket_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller


async def macros_sheet(request: Request, who: Caller) -> Response:
    """The macros to choose from, those of the reader's teams first."""
    ticket = await ticket_of(request, who)
    user_id = user_of(who).id

    async def unit(view: View) -> Sequence[Macro]:
        mine = {team.id for team in await view.teams.of(who.organization_id) if user_id in team.member_ids}
        found = [one for one in await view.macros.of(who.organization_id) if one.active]
        return sorted(found, key=lambda one: (one.team_id not in mine, one.name.casefold()))

    macros = await desk_of(request).store().read(unit)
    return await sheet("ticket/macros.html", request, who, ticket, macros=macros)


async def macro_sheet(request: Request, who: Caller) -> Response:
    """What the macro would do to the ticket; where it cannot be applied, why."""
    return await _shown(request, who)


async def apply_macro(request: Request, who: Caller) -> Response:
    """The macro's actions are done, all or none."""
    ticket = await ticket_of(request, who)
    try:
        await desk_of(request).apply_macro()(who.organization_id, _id(request), ticket.id, who.actor)
    except Refusal as refusal:
        return await _shown(request, who, str(refusal))
    return back_to(request, ticket)


async def _shown(request: Request, who: Caller, error: str = "") -> Response:
    ticket, desk = await ticket_of(request, who), desk_of(request)
    changes: Mapping[str, Any] = {}
    texts: Sequence[Any] = ()
    try:
        preview = await desk.preview_macro()(who.organization_id, _id(request), ticket.id, who.actor)
        changes, texts = preview.changes, preview.texts
    except Refusal as refusal:
        error = error or str(refusal)
    macro, names = await desk.store().read(lambda view: _named(who.organization_id, _id(request), view))
    return await sheet(
        "ticket/macro.html",
        request,
        who,
        ticket,
        409 if error else 200,
        macro=macro,
        changes={name: _in_words(value, names) for name, value in changes.items()},
        texts=texts,
        error=error,
    )


async def _named(
    organization_id: OrganizationId, macro_id: MacroId, view: View
) -> tuple[Macro | None, Mapping[UUID, str]]:
    users = await view.users.of(organization_id)
    teams = await view.teams.of(organization_id)
    names: dict[UUID, str] = {user.id: user.called for user in users}
    names |= {team.id: team.name for team in teams}
    return await view.macros.get(organization_id, macro_id), names


def _in_words(value: Any, names: Mapping[UUID, str]) -> str:
    match value:
        case None:
            return ""
        case UUID():
            return names.get(value, str(value))
        case list() | tuple():
            return ", ".join(_in_words(one, names) for one in value)
        case Mapping():
            return ", ".join(f"{name}: {_in_words(one, names)}" for name, one in value.items())
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _id(request: Request) -> MacroId:
    return MacroId(request.path_params["macro_id"])
