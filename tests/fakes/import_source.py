"""A source of imports that tells what the test says, page by page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field

from helpdesk_core.imports.brought import KIND_OF, Brought, Kind
from helpdesk_core.imports.progress import Import
from helpdesk_core.ports.imports import SourcePage


@define
class Script:
    """Pages by kind; a cursor is the number of the next page. `before` is asked ahead of every page, and may raise."""

    pages: Mapping[Kind, Sequence[SourcePage]]
    asked: list[tuple[Kind, str]] = field(factory=list)
    troubles: list[Exception | None] = field(factory=list)
    closed: int = 0

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        self.asked.append((kind, cursor))
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
        found = self.pages.get(kind, ())
        place = int(cursor or 0)
        return found[place] if place < len(found) else SourcePage((), "", last=True)

    async def close(self) -> None:
        self.closed += 1


def script(*runs: Iterable[Brought], most: int = 100) -> Script:
    """A source of these pages, each of one kind or more; `most` is how many things a page holds at most."""
    pages: dict[Kind, list[tuple[Brought, ...]]] = {}
    for run in runs:
        by_kind: dict[Kind, list[Brought]] = {}
        for thing in run:
            by_kind.setdefault(KIND_OF[type(thing)], []).append(thing)
        for kind, things in by_kind.items():
            for start in range(0, len(things), most):
                pages.setdefault(kind, []).append(tuple(things[start : start + most]))
    return Script({kind: _linked(found) for kind, found in pages.items()})


def opening(source: Script) -> Mapping[str, Any]:
    """As the container's `import_sources`."""

    async def open_source(import_: Import) -> Script:
        return source

    return {"zendesk": open_source}


def _linked(pages: Sequence[tuple[Brought, ...]]) -> list[SourcePage]:
    last = len(pages) - 1
    return [
        SourcePage(things, "" if place == last else str(place + 1), last=place == last, total=None)
        for place, things in enumerate(pages)
    ]
