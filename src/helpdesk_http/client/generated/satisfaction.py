"""Satisfaction.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.satisfaction import Score
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class RatingView:
    """How content a customer is with a ticket."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    assignee_id: UUID | None
    """Who had the ticket when it was rated."""
    score: Score
    comment: str
    created_at: datetime
    updated_at: datetime


@frozen
class Satisfaction:
    """Satisfaction."""

    _calls: Calls

    async def rate_ticket(
        self,
        ticket_id: UUID | str,
        *,
        score: Score,
        comment: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> RatingView:
        """Rate a ticket on its customer's behalf.

        The first rating answers 201; rating the ticket again changes it and answers 200.
        """
        answered: RatingView = await self._calls.answer(
            RatingView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/satisfaction",
            200,
            body={"score": score, "comment": comment},
            key=idempotency_key or True,
        )
        return answered

    def list_ratings(
        self,
        *,
        score: Score | None = None,
        ticket_id: UUID | None = None,
        assignee_id: UUID | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[RatingView]:
        """List satisfaction ratings, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            RatingView,
            "/api/v1/satisfaction-ratings",
            {
                "score": score,
                "ticket_id": ticket_id,
                "assignee_id": assignee_id,
                "created_after": created_after,
                "created_before": created_before,
                "limit": limit,
                "sort": sort,
            },
        )

    async def read_rating(self, rating_id: UUID | str) -> RatingView:
        """Read a satisfaction rating."""
        answered: RatingView = await self._calls.answer(
            RatingView, "GET", f"/api/v1/satisfaction-ratings/{segment(rating_id)}"
        )
        return answered

    async def delete_rating(
        self, rating_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a satisfaction rating back."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/satisfaction-ratings/{segment(rating_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
