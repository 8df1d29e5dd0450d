"""How far a sync of the knowledge has come, as it is remembered between the units of work that make it up."""

import json
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import asdict, evolve, frozen

from helpdesk_core.ids import JobId
from helpdesk_core.paging import Position

MOST_TICKETS = 20_000
"""Solved tickets that a sync goes through, the newest first; older ones are known where they were learned already."""


class Phase(StrEnum):
    """What a sync does, in this order."""

    ARTICLES = "articles"
    TICKETS = "tickets"
    WEEDING = "weeding"
    """Takes away what has no source any more."""
    DONE = "done"


@frozen(kw_only=True)
class KnowledgeSync:
    """One sync of everything that an organization may know.

    `total` sources there were when it was ordered, `done` of them have been gone through; `after` is the place behind
    the last one. `again`: it was ordered once more meanwhile, and begins anew when it is through.
    """

    job_id: JobId
    total: int
    ordered_at: datetime
    done: int = 0
    phase: Phase = Phase.ARTICLES
    after: Position | None = None
    gone_through: int = 0
    """Sources of this phase."""
    again: bool = False
    finished_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.phase is Phase.DONE


def advanced(sync: KnowledgeSync, sources: int, after: Position | None, at: datetime) -> KnowledgeSync:
    """The sync after so many more sources; `after` is None where its phase has no more."""
    gone_through = sync.gone_through + sources
    done = sync.done if sync.phase is Phase.WEEDING else sync.done + sources
    moved = evolve(sync, done=done, total=max(sync.total, done), gone_through=gone_through, after=after)
    enough = sync.phase is Phase.TICKETS and gone_through >= MOST_TICKETS
    if after is not None and not enough:
        return moved
    following = list(Phase)[list(Phase).index(sync.phase) + 1]
    over = following is Phase.DONE
    return evolve(
        moved,
        phase=following,
        after=None,
        gone_through=0,
        finished_at=at if over else None,
        total=moved.done if over else moved.total,
    )


def as_text(sync: KnowledgeSync) -> str:
    """To be remembered."""
    return json.dumps(asdict(sync, value_serializer=_plain))


def from_text(text: str | None) -> KnowledgeSync | None:
    """What was remembered, if anything was."""
    if text is None:
        return None
    told = json.loads(text)
    after = told.pop("after")
    return KnowledgeSync(
        job_id=JobId(UUID(told.pop("job_id"))),
        phase=Phase(told.pop("phase")),
        ordered_at=datetime.fromisoformat(told.pop("ordered_at")),
        finished_at=_moment(told.pop("finished_at")),
        after=None if after is None else Position(_value(after["value"]), UUID(after["id"])),
        **told,
    )


def _plain(_: object, __: object, value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _value(value: str | int) -> datetime | int | str:
    """Places among articles and tickets are times; those among passages count."""
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value
