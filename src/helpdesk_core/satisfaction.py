"""Satisfaction: how content a customer is with one ticket."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from helpdesk_core.ids import CustomerId, OrganizationId, RatingId, TicketId, UserId


class Score(StrEnum):
    GOOD = "good"
    BAD = "bad"


@frozen
class SatisfactionRating:
    """One a ticket; whoever had the ticket when it was rated stays named."""

    id: RatingId
    organization_id: OrganizationId
    ticket_id: TicketId
    customer_id: CustomerId
    assignee_id: UserId | None
    score: Score
    comment: str
    created_at: datetime
    updated_at: datetime
    version: int = 1


def rated_again(
    rating: SatisfactionRating, score: Score, comment: str | None, assignee_id: UserId | None, at: datetime
) -> SatisfactionRating:
    """The rating after a change of mind; without a comment the one before stays."""
    words = rating.comment if comment is None else comment
    if (score, words) == (rating.score, rating.comment):
        return rating
    return evolve(
        rating,
        score=score,
        comment=words,
        assignee_id=assignee_id,
        updated_at=max(at, rating.updated_at),
        version=rating.version + 1,
    )
