"""Saved views are arranged, and counted."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId, SavedViewId
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View, Work
from helpdesk_core.saved_views import MOST_COUNTED, Count, SavedView, ViewFilter, counted
from helpdesk_core.use_cases.tickets.find_named import named_customer, named_team, named_user


async def check_saved_view(view: SavedView, work: Work) -> SavedView:
    """The view, or InvalidValue where it names somebody or a team that there is not."""
    home, wanted = view.organization_id, view.filter
    if wanted.team_id is not None:
        await named_team(home, wanted.team_id, "filter.team_id", work)
    if wanted.customer_id is not None:
        await named_customer(home, wanted.customer_id, "filter.customer_id", work)
    if wanted.assignee_id is not None:
        await named_user(home, wanted.assignee_id, "filter.assignee_id", work)
    if view.user_id is not None:
        await named_user(home, view.user_id, "user_id", work)
    return view


def filter_of(wanted: ViewFilter) -> TicketFilter:
    """The filter as the store takes it."""
    return TicketFilter(
        status=wanted.status,
        priority=wanted.priority,
        channel=wanted.channel,
        assignee_id=wanted.assignee_id,
        unassigned=wanted.unassigned,
        team_id=wanted.team_id,
        customer_id=wanted.customer_id,
        tag=wanted.tag,
        created_after=wanted.created_after,
        created_before=wanted.created_before,
        updated_after=wanted.updated_after,
        snoozed=wanted.snoozed,
        sla_breached=wanted.sla_breached,
        q=wanted.q,
    )


async def existing_view(organization_id: OrganizationId, view_id: SavedViewId, view: View) -> SavedView:
    """The saved view of this id, or NotFound."""
    return existing(await view.saved_views.get(organization_id, view_id), "view", view_id)


@frozen
class CountedView:
    """A view and how many tickets it shows."""

    id: SavedViewId
    count: Count


async def count_views(
    organization_id: OrganizationId, ids: Sequence[SavedViewId], view: View
) -> Sequence[CountedView]:
    """How many tickets each of these views shows, in their order; those that there are not are left out."""
    known = {one.id: one for one in await view.saved_views.of(organization_id)} if ids else {}
    found = []
    for view_id in dict.fromkeys(ids):
        if view_id in known:
            number = await view.tickets.count(
                organization_id, filter_of(known[view_id].filter), MOST_COUNTED + 1
            )
            found.append(CountedView(view_id, counted(number)))
    return found
