"""Progress: how far an import has come, and what stood in its way. Every change is a new value."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import Factory, evolve, field, frozen

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.translation import Translation

MOST_PROBLEMS: Final = 1_000
"""Problems of one import that are kept; all are counted."""


class ImportState(StrEnum):
    """`paused`: it waits for somebody, who has to mend what its detail says; it goes on from where it stood."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"


ENDED = frozenset({ImportState.COMPLETED, ImportState.FAILED})


@frozen
class Tally:
    """What became of the things of one kind: `seen` is the sum of the other four, and of nothing else.

    `skipped`: unchanged, told before, or nothing to keep.

    `total` is how many the source says there are; None: it does not.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    total: int | None = None

    @property
    def seen(self) -> int:
        return self.created + self.updated + self.skipped + self.failed


@frozen
class Problem:
    """One thing that could not be brought, or only in part."""

    kind: str
    external_id: str
    told: str


@frozen
class Place:
    """Where an import stands: in which kind of things, behind which of the source's marks; '' is the beginning."""

    kind: Kind
    cursor: str = ""


@frozen
class Import:
    """Everything of one account of a source, on its way into an organization.

    `marks` are the places, by kind, from which the next import of the account brings only what has changed.
    """

    id: ImportId
    organization_id: OrganizationId
    source: str
    account: str
    kinds: tuple[Kind, ...]
    created_at: datetime
    state: ImportState = ImportState.QUEUED
    place: Place | None = None
    """None: it has not begun, or it is over."""
    since: datetime | None = None
    translation: Translation = field(factory=Translation)
    tallies: Mapping[str, Tally] = Factory(dict)
    problems: int = 0
    waits_until: datetime | None = None
    """When its source lets us go on."""
    detail: str | None = None
    """What it waits for, or what went wrong, in a sentence."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    marks: Mapping[str, str] = Factory(dict)
    foreground: bool = False
    """Whoever ordered it runs it, too: no job does."""
    dry: bool = False
    """It only looks what would come, and keeps nothing."""
    version: int = 1


def begun(known: Import, now: datetime) -> Import:
    """The import at work."""
    if known.state in ENDED:
        raise Conflict(f"The import is {known.state.value}.")
    place = known.place or Place(known.kinds[0], known.marks.get(known.kinds[0], ""))
    return evolve(
        known,
        state=ImportState.RUNNING,
        place=place,
        detail=None,
        waits_until=None,
        started_at=known.started_at or now,
    )


def advanced(
    known: Import, counted: Mapping[str, Tally], cursor: str, *, last: bool, problems: int
) -> Import:
    """The import after one more page of its kind, which ends at `cursor`; the `last` one leads to the next kind."""
    if known.place is None:
        raise Conflict("The import has no place to go on from.")
    tallies = {**known.tallies}
    for kind, tally in counted.items():
        tallies[kind] = _sum(tallies.get(kind, Tally()), tally)
    kind = known.place.kind
    marks = {**known.marks, kind.value: cursor} if last and cursor else known.marks
    place: Place | None = Place(kind, cursor)
    if last:
        following = known.kinds[known.kinds.index(kind) + 1 :]
        place = Place(following[0], marks.get(following[0].value, "")) if following else None
    return evolve(
        known, tallies=tallies, place=place, marks=marks, problems=known.problems + problems, detail=None
    )


def ended(known: Import, now: datetime) -> Import:
    """The import, over and well."""
    return evolve(known, state=ImportState.COMPLETED, place=None, finished_at=now, detail=None)


def halted(known: Import, state: ImportState, detail: str, now: datetime) -> Import:
    """The import, paused or failed, with the reason."""
    finished_at = now if state is ImportState.FAILED else None
    return evolve(known, state=state, detail=detail, finished_at=finished_at)


def kept(problems: Sequence[Problem], known: int) -> Sequence[Problem]:
    """Those that are kept of these, where so many are kept already."""
    return problems[: max(0, MOST_PROBLEMS - known)]


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.created + other.created,
        one.updated + other.updated,
        one.skipped + other.skipped,
        one.failed + other.failed,
        other.total if other.total is not None else one.total,
    )
