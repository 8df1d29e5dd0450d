"""The queues that every desk has and the views that an organization has saved, with how much is in each."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlencode

from attrs import evolve, frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.saved_views import MOST_COUNTED, SavedView, counted
from helpdesk_core.tickets import Status
from helpdesk_core.use_cases.automation.show_views import filter_of
from helpdesk_http.web.guarded import user_of
from helpdesk_http.web.rendering import desk_of, render, said
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

AT_WORK: Final = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


@frozen
class Queue:
    """A list of tickets that every desk has."""

    name: str
    label: str
    wanted: TicketFilter
    mine: bool = False

    def filter_for(self, user_id: UserId) -> TicketFilter:
        return evolve(self.wanted, assignee_id=user_id) if self.mine else self.wanted


QUEUES: Final = {
    queue.name: queue
    for queue in (
        Queue("mine", _("Mine"), TicketFilter(status=AT_WORK, snoozed=False), mine=True),
        Queue("unassigned", _("Unassigned"), TicketFilter(status=AT_WORK, unassigned=True, snoozed=False)),
        Queue("open", _("Open"), TicketFilter(status=(Status.OPEN,), snoozed=False)),
        Queue("waiting", _("Waiting"), TicketFilter(status=(Status.PENDING, Status.ON_HOLD))),
        Queue("snoozed", _("Snoozed"), TicketFilter(snoozed=True)),
        Queue("done", _("Done"), TicketFilter(status=(Status.RESOLVED, Status.CLOSED))),
        Queue("all", _("All"), TicketFilter()),
    )
}
UNCOUNTED: Final = frozenset({"done", "all"})
"""Queues whose size tells nobody what there is to do."""


async def queues_fragment(request: Request, who: Caller) -> Response:
    """The queues and views with how many tickets are in each, as far as it is worth counting."""
    desk = desk_of(request)
    user_id = user_of(who).id
    here = parse_qs(request.query_params.get("here", "").partition("?")[2])
    now = "" if "q" in here else (here.get("view") or here.get("queue") or ["open"])[0]

    async def unit(view: View) -> Sequence[tuple[str, str, str, bool]]:
        shown = []
        for queue in QUEUES.values():
            count = ""
            if queue.name not in UNCOUNTED:
                count = await _count(who.organization_id, queue.filter_for(user_id), view)
            label = said(request, queue.label)
            shown.append((address_of(queue.name), label, count, now == queue.name))
        for saved in await saved_views(who.organization_id, user_id, view):
            count = await _count(who.organization_id, filter_of(saved.filter), view)
            shown.append((f"/app?view={saved.id}", saved.name, count, now == str(saved.id)))
        return shown

    return render("inbox/queues.html", request, queues=await desk.store().read(unit))


def address_of(queue: str, **more: str) -> str:
    """Where a queue is read."""
    return "/app?" + urlencode({"queue": queue, **more})


async def saved_views(organization_id: OrganizationId, user_id: UserId, view: View) -> Sequence[SavedView]:
    """Everybody's and this user's own, in their order."""
    found = await view.saved_views.of(organization_id)
    ours = [one for one in found if one.user_id in (None, user_id)]
    return sorted(ours, key=lambda one: (one.position, one.name.casefold()))


async def _count(organization_id: OrganizationId, wanted: TicketFilter, view: View) -> str:
    return counted(await view.tickets.count(organization_id, wanted, MOST_COUNTED + 1)).text
