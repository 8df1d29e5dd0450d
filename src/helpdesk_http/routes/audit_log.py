"""The audit log."""

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import AuditFilter
from helpdesk_core.ports.store import View
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.routes.events import EventView, event_view
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class AuditQuery:
    """Filters of the list."""

    actor_id: Annotated[UUID, About(doc="Who did it: a user, or an API key.")] | None = None
    type: Annotated[str, Text(min=1, max=80, example="api_key.created")] | None = None
    subject_id: Annotated[UUID, About(doc="What it was done to.")] | None = None
    after: Annotated[datetime, About(doc="Only what was recorded later.")] | None = None
    before: Annotated[datetime, About(doc="Only what was recorded earlier.")] | None = None
    limit: Limit = 25
    sort: Literal["-seq", "seq"] = "-seq"
    cursor: Cursor | None = None


async def list_audit_log(
    desk: Container, who: Caller, request: Request, query: AuditQuery
) -> Reply[Listed[EventView]]:
    """List who changed how the desk works, and what cannot be taken back, the newest first.

    The daily traffic of tickets, messages and customers is left out; the event feed has it.
    """
    wanted = AuditFilter(query.actor_id, query.type, query.subject_id, query.after, query.before)
    page = page_of(desk, "audit-log", query)
    found = await desk.store().read(partial(_page, who.organization_id, wanted, page))
    return listed(desk, request, "audit-log", query, [event_view(one) for one in found.items], found.next)


async def _page(
    organization_id: OrganizationId, wanted: AuditFilter, page: Page, view: View
) -> Slice[DomainEvent]:
    return await view.log.page(organization_id, wanted, page)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/audit-log", list_audit_log, tag="Audit log", auth=key(Scope.ADMIN)),
)
