"""Ratings, and the receipts of erasures."""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.privacy import Erasure, ErasureState
from helpdesk_core.satisfaction import SatisfactionRating, Score

RATING = (
    "id",
    "organization_id",
    "ticket_id",
    "customer_id",
    "assignee_id",
    "score",
    "comment",
    "created_at",
    "updated_at",
    "version",
)


def to_rating(row: Row) -> SatisfactionRating:
    id, organization_id, ticket_id, customer_id, assignee_id, score, *rest = row
    return SatisfactionRating(id, organization_id, ticket_id, customer_id, assignee_id, Score(score), *rest)


def rating_row(rating: SatisfactionRating) -> dict[str, Any]:
    return {name: getattr(rating, name) for name in RATING} | {"score": rating.score.value}


ERASURE = ("id", "organization_id", "customer_id", "state", "erased", "requested_at", "finished_at")


def to_erasure(row: Row) -> Erasure:
    id, organization_id, customer_id, state, *rest = row
    return Erasure(id, organization_id, customer_id, ErasureState(state), *rest)


def erasure_row(erasure: Erasure) -> dict[str, Any]:
    return {name: getattr(erasure, name) for name in ERASURE} | {"state": erasure.state.value}
