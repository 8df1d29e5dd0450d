"""Saved views."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.ids import CustomerId, OrganizationId, SavedViewId, TeamId
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.store import View
from helpdesk_core.saved_views import Count, SavedView, ViewFilter
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.use_cases.automation.show_views import count_views, existing_view, filter_of
from helpdesk_core.users import Scope
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.automation import Place
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Many
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.routes.tickets import Include, TicketSort, ticket_views
from helpdesk_http.values import (
    NOBODY,
    Assignee,
    Cursor,
    Description,
    Limit,
    Query,
    Tag,
    Title,
    assignee_of,
)
from helpdesk_http.views import Listed, TicketView
from helpdesk_http.who import Caller

Owner = Annotated[UUID | None, About(doc="Whose it is, for display; null: everybody's.")]


@frozen(kw_only=True)
class ViewFilterBody:
    """Which tickets a view shows: the filters of the list of tickets. What is left out does not matter."""

    status: Annotated[tuple[Status, ...] | Unset, Many(max=10)] = UNSET
    priority: Annotated[tuple[Priority, ...] | Unset, Many(max=10)] = UNSET
    channel: Annotated[tuple[Channel, ...] | Unset, Many(max=20)] = UNSET
    assignee_id: Annotated[Assignee | None | Unset, About(doc="`none` or null: nobody's.")] = UNSET
    team_id: UUID | Unset = UNSET
    customer_id: UUID | Unset = UNSET
    tag: Tag | Unset = UNSET
    created_after: datetime | Unset = UNSET
    created_before: datetime | Unset = UNSET
    updated_after: datetime | Unset = UNSET
    snoozed: bool | Unset = UNSET
    sla_breached: bool | Unset = UNSET
    q: Query | Unset = UNSET


@frozen(kw_only=True)
class NewView:
    """A filter and an order of tickets under a name."""

    name: Title
    filter: ViewFilterBody = ViewFilterBody()
    sort: TicketSort = "-created_at"
    description: Description = ""
    position: Place = 0
    user_id: Owner = None


@frozen(kw_only=True)
class ViewPatch:
    """What is to be different; `filter` is replaced whole."""

    name: Title | Unset = UNSET
    filter: ViewFilterBody | Unset = UNSET
    sort: TicketSort | Unset = UNSET
    description: Description | Unset = UNSET
    position: Place | Unset = UNSET
    user_id: Owner | Unset = UNSET


@frozen
class ViewView:
    """A filter and an order of tickets under a name."""

    id: UUID
    name: str
    description: str
    filter: ViewFilterBody
    sort: str
    position: int
    user_id: UUID | None
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class ViewTicketsQuery:
    include: tuple[Include, ...] = ()
    limit: Limit = 25
    cursor: Cursor | None = None


@frozen(kw_only=True)
class CountsQuery:
    ids: Annotated[tuple[UUID, ...], Many(min=1, max=100, doc="Views, with commas between them.")]


@frozen
class CountView:
    """How many tickets a view shows; where it is `capped` there are more than `count`."""

    count: int
    capped: bool
    text: Annotated[str, About(doc="For display.", example="1,000+")]


@frozen
class NamedCountView:
    """A view's id, and how many tickets it shows."""

    id: UUID
    count: int
    capped: bool
    text: Annotated[str, About(doc="For display.", example="1,000+")]


@frozen
class CountsView:
    """The counts of several views; those that there are not are left out."""

    data: Sequence[NamedCountView]


async def list_view_tickets(
    desk: Container, who: Caller, request: Request, view_id: UUID, query: ViewTicketsQuery
) -> Reply[Listed[TicketView]]:
    """List the tickets that a view shows, in its order."""
    home = who.organization_id
    saved = await desk.store().read(lambda view: existing_view(home, SavedViewId(view_id), view))
    # A cursor belongs to the view as it was: with another filter, another list would go on there.
    asked = _Paged(query.limit, saved.sort, query.cursor)
    name = f"view:{saved.id}:{saved.version}"
    page = page_of(desk, name, asked)
    views, next_ = await desk.store().read(partial(_shown, home, saved, page, query.include))
    return listed(desk, request, name, asked, views, next_)


async def count_view(desk: Container, who: Caller, view_id: UUID) -> CountView:
    """Count the tickets that a view shows, up to a thousand."""

    async def unit(view: View) -> Count:
        saved = await existing_view(who.organization_id, SavedViewId(view_id), view)
        (found,) = await count_views(who.organization_id, [SavedViewId(saved.id)], view)
        return found.count

    count = await desk.store().read(unit)
    return CountView(count.count, count.capped, count.text)


async def count_several_views(desk: Container, who: Caller, query: CountsQuery) -> CountsView:
    """Count the tickets of several views, for a sidebar: up to a thousand each."""
    ids = [SavedViewId(id_) for id_ in query.ids]
    found = await desk.store().read(lambda view: count_views(who.organization_id, ids, view))
    return CountsView(
        [NamedCountView(one.id, one.count.count, one.count.capped, one.count.text) for one in found]
    )


@frozen
class _Paged:
    """What `page_of` asks of a query; the order is the view's."""

    limit: int
    sort: str
    cursor: str | None


async def _shown(
    organization_id: OrganizationId, saved: SavedView, page: Page, include: Sequence[Include], view: View
) -> tuple[Sequence[TicketView], Position | None]:
    found = await view.tickets.page(organization_id, filter_of(saved.filter), page)
    return await ticket_views(organization_id, found.items, include, view), found.next


def values_of_view(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body as the fields of the noun."""
    values = dict(body)
    if "filter" in values:
        wanted = given(values["filter"])
        if "assignee_id" in wanted:
            text = wanted["assignee_id"]
            wanted["assignee_id"], wanted["unassigned"] = assignee_of(NOBODY if text is None else text)
        for name, kind in (("team_id", TeamId), ("customer_id", CustomerId)):
            if name in wanted:
                wanted[name] = kind(wanted[name])
        values["filter"] = ViewFilter(**wanted)
    return values


def _view(saved: SavedView) -> ViewView:
    wanted = saved.filter
    shown = {name: value for name, value in given(wanted).items() if value not in (None, ())}
    shown.pop("unassigned")
    if wanted.unassigned or wanted.assignee_id is not None:
        shown["assignee_id"] = NOBODY if wanted.unassigned else str(wanted.assignee_id)
    return ViewView(
        id=saved.id,
        name=saved.name,
        description=saved.description,
        filter=ViewFilterBody(**shown),
        sort=saved.sort,
        position=saved.position,
        user_id=saved.user_id,
        created_at=saved.created_at,
        updated_at=saved.updated_at,
    )


OPERATIONS: tuple[Operation, ...] = (
    *arrangement_operations(
        "/api/v1/views",
        "view",
        tag="Views",
        shows=ViewView,
        takes=NewView,
        changes=ViewPatch,
        verbs=lambda desk: desk.arrange_views(),
        reads=lambda view: view.saved_views,
        view_of=_view,
        values_of=values_of_view,
        writing=Scope.WRITE,
    ),
    operation("GET /api/v1/views/counts", count_several_views, tag="Views", auth=key(Scope.READ)),
    operation(
        "GET /api/v1/views/{view_id}/tickets",
        list_view_tickets,
        tag="Views",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "GET /api/v1/views/{view_id}/count", count_view, tag="Views", auth=key(Scope.READ), errors=(404,)
    ),
)
