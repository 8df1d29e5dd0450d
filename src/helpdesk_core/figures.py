"""Figures: what is counted day by day, so that nobody has to look through tickets to know how the desk does.

Every event that counts says so itself: how a ticket stands before and after it, how long somebody waited. Whoever
follows the log adds that up by day (UTC), channel and agent; a day that is past changes only when history is imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from math import floor, log2
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.suggestions.counting import suggestion_counts
from helpdesk_core.tickets import DONE, Channel, Status, Ticket

NOBODY = UUID(int=0)
"""The agent of what no agent did or has."""

CREATED = "tickets_created"
RECEIVED = "messages_in"
SENT = "messages_out"
FIRST_RESPONSE = "first_response"
RESOLUTION = "resolution"
REOPENED = "reopened"
GOOD = "satisfaction_good"
BAD = "satisfaction_bad"
COUNTS = (CREATED, RECEIVED, SENT, REOPENED, GOOD, BAD)
TIMES = (FIRST_RESPONSE, RESOLUTION)
"""Measures of time: each is counted and summed up as a whole, and once more among those of about the same length."""

LONGEST = 120
"""Four lengths to each doubling: the last is 34 years."""

STANDING = {status: f"standing_{status.value}" for status in Status}
"""How many more tickets stand so at the end of a day than at its beginning."""

BACKLOG = tuple(STANDING[status] for status in (Status.OPEN, Status.PENDING, Status.ON_HOLD))


@frozen
class Figure:
    """What was counted of one measure on one day: `total` is the sum of what was measured, in seconds."""

    measure: str
    day: date
    channel: str
    agent_id: UUID
    count: int
    total: int = 0


def length_of(seconds: int) -> int:
    """Which of the lengths a time is about: 4 to each doubling, so that none is a tenth off. Total."""
    return min(LONGEST, round(4 * log2(seconds))) if seconds > 0 else 0


def seconds_of(length: int) -> int:
    """The time in the middle of those of this length."""
    return round(2 ** (length / 4))


def of_length(measure: str, length: int) -> str:
    """The measure that counts the times of this length."""
    return f"{measure}_{length:03}"


# What steps tell of it


def moves(before: Ticket | None, after: Ticket | None) -> dict[str, object]:
    """What the event of a change has to tell so that it is counted; None, or a merged one: there is no such ticket.

    `stood` and `stands`: channel, status and assignee before and after, where these differ. `resolution_seconds`: the
    time since the ticket was opened, where it is resolved by this; `reopened`, where it no longer is.
    """
    stood, stands = _standing(before), _standing(after)
    if stood == stands:
        return {}
    told: dict[str, object] = {"stood": stood, "stands": stands}
    if before is None or after is None or stood is None or stands is None:
        return told
    if _is_done(after) and not _is_done(before):
        told["resolution_seconds"] = _seconds(before.created_at, after.resolved_at or after.updated_at)
    elif _is_done(before) and not _is_done(after):
        told["reopened"] = True
    return told


def responds(before: Ticket, after: Ticket) -> dict[str, object]:
    """What the event of a message has to tell: the channel, and how long the customer waited for a first answer."""
    told: dict[str, object] = {"channel": after.channel.value}
    if before.first_response_at is None and after.first_response_at is not None:
        told["first_response_seconds"] = _seconds(before.created_at, after.first_response_at)
    return told


def rates(
    before: SatisfactionRating | None, after: SatisfactionRating | None, channel: Channel
) -> dict[str, object]:
    """What the event of a rating has to tell: `rated_before` is taken from the day `on` which it was counted."""
    told: dict[str, object] = {}
    if before is not None:
        on = before.updated_at.astimezone(UTC).date().isoformat()
        told["rated_before"] = {**_rating(before, channel), "on": on}
    if after is not None:
        told["rated"] = _rating(after, channel)
    return told


def _rating(rating: SatisfactionRating, channel: Channel) -> dict[str, object]:
    assignee = None if rating.assignee_id is None else str(rating.assignee_id)
    return {"channel": channel.value, "assignee_id": assignee, "score": rating.score.value}


def _standing(ticket: Ticket | None) -> dict[str, object] | None:
    if ticket is None or ticket.merged_into_id is not None:
        return None
    assignee = None if ticket.assignee_id is None else str(ticket.assignee_id)
    return {"channel": ticket.channel.value, "status": ticket.status.value, "assignee_id": assignee}


def _is_done(ticket: Ticket) -> bool:
    return ticket.status in DONE


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, floor((until - since).total_seconds()))


# What whoever follows the log makes of it


def counted(events: Sequence[DomainEvent]) -> Sequence[Figure]:
    """What these events add to the figures, each once. Total: an event that does not tell enough adds nothing."""
    sums: dict[tuple[str, date, str, UUID], Figure] = {}
    for event in events:
        for figure in _of(event):
            place = (figure.measure, figure.day, figure.channel, figure.agent_id)
            known = sums.get(place)
            sums[place] = figure if known is None else _sum(known, figure)
    return [figure for figure in sums.values() if figure.count or figure.total]


def _sum(one: Figure, other: Figure) -> Figure:
    return evolve(one, count=one.count + other.count, total=one.total + other.total)


def _of(event: DomainEvent) -> Iterator[Figure]:
    match event.type:
        case "conversation.created":
            yield from _of_message(event)
        case "satisfaction.rated" | "satisfaction.deleted":
            yield from _of_rating(event)
        case _ if event.subject_type == "suggestion":
            yield from _of_suggestion(event)
        case _ if event.subject_type == "ticket":
            yield from _of_ticket(event)
            yield from _of_history(event)


def _of_ticket(event: DomainEvent) -> Iterator[Figure]:
    stood, stands = _read(event.data.get("stood")), _read(event.data.get("stands"))
    if stood is not None:
        yield _figure(event, STANDING[stood.status], stood.channel, stood.agent_id, -1)
    if stands is not None:
        yield _figure(event, STANDING[stands.status], stands.channel, stands.agent_id)
        if event.type == "ticket.created":
            yield _figure(event, CREATED, stands.channel, stands.agent_id)
        yield from _time(event, RESOLUTION, "resolution_seconds", stands.channel, stands.agent_id)
        if event.data.get("reopened") is True:
            yield _figure(event, REOPENED, stands.channel, stands.agent_id)


def _of_history(event: DomainEvent) -> Iterator[Figure]:
    """What a ticket that was brought from elsewhere adds, see `helpdesk_core.imports.history`."""
    lines, channel = event.data.get("counted"), _channel(event.data.get("channel"))
    for line in lines if isinstance(lines, list | tuple) and channel is not None else ():
        if not isinstance(line, list | tuple) or len(line) != len(
            ("measure", "day", "agent", "count", "total")
        ):
            continue
        measure, on, agent, count, total = line
        if isinstance(measure, str) and isinstance(count, int) and isinstance(total, int):
            figure = _figure(event, measure, channel or "", _agent(agent), count, total)
            yield evolve(figure, day=_day(on, figure.day))


def _of_message(event: DomainEvent) -> Iterator[Figure]:
    channel = _channel(event.data.get("channel"))
    if channel is None:
        return
    agent_id = event.actor.id if event.actor.type == "user" and event.actor.id else NOBODY
    match event.data.get("kind"):
        case "inbound":
            yield _figure(event, RECEIVED, channel, NOBODY)
        case "reply" if event.data.get("automatic") is not True:
            yield _figure(event, SENT, channel, agent_id)
            yield from _time(event, FIRST_RESPONSE, "first_response_seconds", channel, agent_id)


def _of_rating(event: DomainEvent) -> Iterator[Figure]:
    for name, by in (("rated_before", -1), ("rated", 1)):
        told = event.data.get(name)
        if not isinstance(told, Mapping):
            continue
        channel, score = _channel(told.get("channel")), told.get("score")
        if channel is not None and score in (Score.GOOD, Score.BAD):
            measure = GOOD if score == Score.GOOD else BAD
            figure = _figure(event, measure, channel, _agent(told.get("assignee_id")), by)
            yield evolve(figure, day=_day(told.get("on"), figure.day))


def _of_suggestion(event: DomainEvent) -> Iterator[Figure]:
    channel = _channel(event.data.get("channel"))
    if channel is None:
        return
    agent_id = event.actor.id if event.actor.type == "user" and event.actor.id else NOBODY
    for measure, total in suggestion_counts(event):
        yield _figure(event, measure, channel, agent_id, total=total)


def _day(told: Any, otherwise: date) -> date:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else otherwise
    except ValueError:
        return otherwise


def _time(event: DomainEvent, measure: str, name: str, channel: str, agent_id: UUID) -> Iterator[Figure]:
    seconds = event.data.get(name)
    if not isinstance(seconds, int) or seconds < 0:
        return
    yield _figure(event, measure, channel, agent_id, total=seconds)
    yield _figure(event, of_length(measure, length_of(seconds)), channel, agent_id)


def _figure(
    event: DomainEvent, measure: str, channel: str, agent_id: UUID, count: int = 1, total: int = 0
) -> Figure:
    return Figure(measure, event.occurred_at.astimezone(UTC).date(), channel, agent_id, count, total)


@frozen
class _Standing:
    channel: str
    status: Status
    agent_id: UUID


def _read(told: Any) -> _Standing | None:
    if not isinstance(told, Mapping):
        return None
    channel, status = _channel(told.get("channel")), told.get("status")
    if channel is None or not isinstance(status, str) or status not in STANDING:
        return None
    return _Standing(channel, Status(status), _agent(told.get("assignee_id")))


def _channel(told: Any) -> str | None:
    return told if isinstance(told, str) and told in _CHANNELS else None


def _agent(told: Any) -> UUID:
    try:
        return UUID(told) if isinstance(told, str) else NOBODY
    except ValueError:
        return NOBODY


_CHANNELS = frozenset(channel.value for channel in Channel)
