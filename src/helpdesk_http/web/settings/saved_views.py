"""The room for saved views: lists of tickets that people come back to."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.saved_views import SavedView
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.users import Role
from helpdesk_http.routes.views import NewView, values_of_view
from helpdesk_http.web.forms import LEFT_OUT, Control, nullable, optional, several, ticked
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.controls import DESCRIPTION, NAME, PLACE, words
from helpdesk_http.web.tongues import Ours as _

ORDERS = (
    ("-last_message_at", _("Latest message first")),
    ("last_message_at", _("Longest waiting first")),
    ("-created_at", _("Newest first")),
    ("created_at", _("Oldest first")),
    ("-updated_at", _("Latest change first")),
)
OF_FILTER = ("status", "priority", "channel", "assignee_id", "team_id", "tag", "q", "sla_breached")


async def controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    users = [(str(one.id), one.called) for one in await view.users.of(organization_id)]
    teams = [(str(one.id), one.name) for one in await view.teams.of(organization_id)]
    anybody = [("", _("Anybody")), ("none", _("Nobody"))]
    return (
        NAME,
        DESCRIPTION,
        Control(name="status", label=_("Status"), kind="several", options=words(Status), reads=several),
        Control(name="priority", label=_("Priority"), kind="several", options=words(Priority), reads=several),
        Control(name="channel", label=_("Channel"), kind="several", options=words(Channel), reads=several),
        Control(
            name="assignee_id",
            label=_("Assignee"),
            kind="choice",
            options=[*anybody, *users],
            reads=optional,
        ),
        Control(
            name="team_id", label=_("Team"), kind="choice", options=[("", _("Any")), *teams], reads=optional
        ),
        Control(name="tag", label=_("Tag"), reads=optional),
        Control(name="q", label=_("Words"), hint=_("All of these stand in it."), reads=optional),
        Control(name="sla_breached", label=_("Only what is overdue"), kind="checkbox", reads=_only),
        Control(name="sort", label=_("Order"), kind="choice", options=ORDERS),
        Control(
            name="user_id",
            label=_("Whose it is"),
            kind="choice",
            options=[("", _("Everybody’s")), *users],
            reads=nullable,
        ),
        PLACE,
    )


def shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The API's body: what says which tickets stands under `filter`."""
    wanted = {name: values[name] for name in OF_FILTER if values.get(name) not in (None, [], "")}
    return {**{name: value for name, value in values.items() if name not in OF_FILTER}, "filter": wanted}


def values(saved: SavedView) -> Mapping[str, Any]:
    wanted = saved.filter
    return {
        "name": saved.name,
        "description": saved.description,
        "status": list(wanted.status),
        "priority": list(wanted.priority),
        "channel": list(wanted.channel),
        "assignee_id": "none" if wanted.unassigned else str(wanted.assignee_id or ""),
        "team_id": str(wanted.team_id or ""),
        "tag": wanted.tag or "",
        "q": wanted.q or "",
        "sla_breached": bool(wanted.sla_breached),
        "sort": saved.sort,
        "user_id": str(saved.user_id or ""),
        "position": saved.position,
    }


def _only(form: FormData, name: str) -> Any:
    return True if ticked(form, name) else LEFT_OUT


VIEWS = Room[SavedView](
    name="views",
    title=_("Views"),
    lead=_("Lists of tickets that people come back to. They stand beside the queues of the inbox."),
    one=_("view"),
    sign="layout-list",
    takes=NewView,
    verbs=lambda desk: desk.arrange_views(),
    reads=lambda view: view.saved_views,
    controls=controls,
    values=values,
    values_of=values_of_view,
    shape=shape,
    line=lambda saved: saved.description,
    needed=Role.AGENT,
)
