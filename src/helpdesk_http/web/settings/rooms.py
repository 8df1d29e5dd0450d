"""The rooms of the settings, as the list beside each of them shows them."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.users import Role
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.rendering import said
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

HOME = "/app/settings"
FOR_AGENTS = frozenset({"macros", "views"})
"""Rooms that are not for admins only."""


ROOMS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        _("People"),
        (("users", _("Users")), ("teams", _("Teams")), ("api-keys", _("API keys"))),
    ),
    (
        _("Channels"),
        (
            ("integrations", _("Integrations")),
            ("mail", _("Mail")),
            ("widgets", _("Widgets")),
            ("blocked-senders", _("Blocked senders")),
        ),
    ),
    (
        _("Work"),
        (
            ("assignment", _("Assignment")),
            ("views", _("Views")),
            ("macros", _("Macros")),
            ("tags", _("Tags")),
            ("fields", _("Custom fields")),
            ("rules", _("Rules")),
            ("sla", _("Service levels")),
        ),
    ),
    (
        _("Machinery"),
        (
            ("webhooks", _("Outgoing webhooks")),
            ("events", _("Webhook inbox")),
            ("jobs", _("Jobs")),
            ("imports", _("Imports")),
            ("knowledge", _("Knowledge")),
            ("audit", _("Audit log")),
        ),
    ),
)


async def settings_page(
    template: str, request: Request, who: Caller, status: int = 200, **values: Any
) -> Response:
    """A page of the settings from this template, which extends `settings.html`."""
    return await desk_page(template, request, who, "settings", status, rooms=_shown(request, who), **values)


async def settings_home(request: Request, who: Caller) -> Response:
    return await settings_page("settings/home.html", request, who)


def _shown(request: Request, who: Caller) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """The rooms that this reader may enter, in their language."""
    admin = who.user is not None and who.user.role is Role.ADMIN
    rooms = []
    for title, entries in ROOMS:
        open_to = [
            (f"{HOME}/{name}", said(request, label)) for name, label in entries if admin or name in FOR_AGENTS
        ]
        if open_to:
            rooms.append((said(request, title), open_to))
    return rooms
