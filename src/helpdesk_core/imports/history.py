"""History: what a brought ticket adds to the figures, each on the day on which it happened.

One event tells it all, where a ticket that comes to be here is told by one event for each message.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import floor
from uuid import UUID

from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.figures import (
    BAD,
    CREATED,
    FIRST_RESPONSE,
    GOOD,
    NOBODY,
    RECEIVED,
    RESOLUTION,
    SENT,
    STANDING,
    length_of,
    of_length,
)
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.tickets import DONE, Status, Ticket

Line = list[str | int]
"""Measure, day, agent ('' is nobody), count, total in seconds: as an event tells it."""
_Told = tuple[str, datetime, UUID, int, int]


def history(
    ticket: Ticket, messages: Sequence[Conversation], rating: SatisfactionRating | None = None
) -> list[Line]:
    """All of a ticket that is new here: it was open first, and stands as it does since it was last changed."""
    return _lines([*_life(ticket), *_said(messages), *_first(None, ticket, messages), *_rated(rating)])


def more_history(
    before: Ticket,
    after: Ticket,
    messages: Sequence[Conversation],
    rating: SatisfactionRating | None = None,
) -> list[Line]:
    """What is new of a ticket that was here: the messages, which are not counted in `before`, and a rating.

    How it stands is told as of any other change of a ticket.
    """
    return _lines([*_said(messages), *_first(before, after, messages), *_rated(rating)])


def since(ticket: Ticket) -> datetime:
    """Since when the ticket stands as it does, as far as is known."""
    done = ticket.resolved_at or ticket.closed_at if ticket.status in DONE else None
    return max(done or ticket.updated_at, ticket.created_at)


def _life(ticket: Ticket) -> Iterator[_Told]:
    agent = ticket.assignee_id or NOBODY
    yield CREATED, ticket.created_at, agent, 1, 0
    yield STANDING[Status.OPEN], ticket.created_at, agent, 1, 0
    if ticket.status is Status.OPEN:
        return
    yield STANDING[Status.OPEN], since(ticket), agent, -1, 0
    yield STANDING[ticket.status], since(ticket), agent, 1, 0
    if ticket.status in DONE:
        yield from _time(RESOLUTION, ticket.created_at, since(ticket), agent)


def _said(messages: Sequence[Conversation]) -> Iterator[_Told]:
    for one in messages:
        if one.kind is Kind.INBOUND:
            yield RECEIVED, one.created_at, NOBODY, 1, 0
        elif one.kind is Kind.REPLY and not one.said_by_itself:
            yield SENT, one.created_at, _agent(one), 1, 0


def _first(before: Ticket | None, after: Ticket, messages: Sequence[Conversation]) -> Iterator[_Told]:
    if after.first_response_at is None or (before is not None and before.first_response_at is not None):
        return
    replies = [one for one in messages if one.kind is Kind.REPLY]
    first = next((one for one in replies if one.created_at == after.first_response_at), None)
    agent = NOBODY if first is None else _agent(first)
    yield from _time(FIRST_RESPONSE, after.created_at, after.first_response_at, agent)


def _rated(rating: SatisfactionRating | None) -> Iterator[_Told]:
    if rating is not None:
        measure = GOOD if rating.score is Score.GOOD else BAD
        yield measure, rating.updated_at, rating.assignee_id or NOBODY, 1, 0


def _agent(message: Conversation) -> UUID:
    by_user = message.author.type is AuthorType.USER and message.author.id is not None
    return message.author.id if by_user and message.author.id is not None else NOBODY


def _time(measure: str, begun: datetime, done: datetime, agent: UUID) -> Iterator[_Told]:
    seconds = max(0, floor((done - begun).total_seconds()))
    yield measure, done, agent, 1, seconds
    yield of_length(measure, length_of(seconds)), done, agent, 1, 0


def _lines(told: Sequence[_Told]) -> list[Line]:
    counts, totals = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for measure, at, agent, count, total in told:
        key = (measure, at.astimezone(UTC).date().isoformat(), "" if agent == NOBODY else str(agent))
        counts[key] += count
        totals[key] += total
    return [[*key, count, totals[key]] for key, count in counts.items() if count or totals[key]]
