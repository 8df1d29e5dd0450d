"""Satisfaction ratings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import RatingId, TicketId, UserId
from helpdesk_core.ports.repositories import RatingFilter
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.users import Scope
from helpdesk_http.arranged import shown_as
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Comment = Annotated[str, Text(max=5000, example="Thank you, it came the next day.")]


@frozen(kw_only=True)
class NewRating:
    """How content the customer is; a comment that is left out stays as it is."""

    score: Score
    comment: Comment | None = None


@frozen
class RatingView:
    """How content a customer is with a ticket."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    assignee_id: Annotated[UUID | None, About(doc="Who had the ticket when it was rated.")]
    score: Score
    comment: str
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class RatingQuery:
    score: Score | None = None
    ticket_id: UUID | None = None
    assignee_id: UUID | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    limit: Limit = 25
    sort: Literal["-created_at", "created_at"] = "-created_at"
    cursor: Cursor | None = None


async def rate_ticket(desk: Container, who: Caller, ticket_id: UUID, body: NewRating) -> Reply[RatingView]:
    """Rate a ticket on its customer's behalf.

    The first rating answers 201; rating the ticket again changes it and answers 200.
    """
    rating, is_new = await desk.rate_ticket()(
        who.organization_id, TicketId(ticket_id), who.actor, body.score, body.comment
    )
    headers = {"location": f"/api/v1/satisfaction-ratings/{rating.id}"} if is_new else {}
    return Reply(_view(rating), 201 if is_new else 200, headers)


async def list_satisfaction_ratings(
    desk: Container, who: Caller, request: Request, query: RatingQuery
) -> Reply[Listed[RatingView]]:
    """List satisfaction ratings, the newest first."""
    wanted = RatingFilter(
        score=query.score,
        ticket_id=TicketId(query.ticket_id) if query.ticket_id else None,
        assignee_id=UserId(query.assignee_id) if query.assignee_id else None,
        created_after=query.created_after,
        created_before=query.created_before,
    )
    page = page_of(desk, "satisfaction-ratings", query)
    found = await desk.store().read(lambda view: view.ratings.page(who.organization_id, wanted, page))
    views = [_view(rating) for rating in found.items]
    return listed(desk, request, "satisfaction-ratings", query, views, found.next)


async def read_satisfaction_rating(desk: Container, who: Caller, rating_id: UUID) -> RatingView:
    """Read a satisfaction rating."""
    found = await desk.store().read(lambda view: view.ratings.get(who.organization_id, RatingId(rating_id)))
    return _view(existing(found, "satisfaction rating", rating_id))


async def delete_satisfaction_rating(desk: Container, who: Caller, rating_id: UUID) -> None:
    """Take a satisfaction rating back."""
    await desk.delete_rating()(who.organization_id, RatingId(rating_id), who.actor)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/v1/tickets/{ticket_id}/satisfaction",
        rate_ticket,
        tag="Satisfaction",
        auth=key(Scope.WRITE),
        status=201,
        errors=(404,),
        also={200: RatingView},
    ),
    operation(
        "GET /api/v1/satisfaction-ratings",
        list_satisfaction_ratings,
        tag="Satisfaction",
        auth=key(Scope.READ),
    ),
    operation(
        "GET /api/v1/satisfaction-ratings/{rating_id}",
        read_satisfaction_rating,
        tag="Satisfaction",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "DELETE /api/v1/satisfaction-ratings/{rating_id}",
        delete_satisfaction_rating,
        tag="Satisfaction",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)


def _view(rating: SatisfactionRating) -> RatingView:
    return shown_as(RatingView, rating)
