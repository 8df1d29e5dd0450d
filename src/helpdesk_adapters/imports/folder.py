"""A folder of JSON lines as a source: `customers.jsonl`, `tickets.jsonl` …, with the files beside them in `files/`."""

from pathlib import Path

import anyio
from attrs import frozen

from helpdesk_adapters.imports.lines import UnreadableLine, thing_of
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import SourceGone, SourcePage

AT_ONCE = 200
"""Things of one page."""
LONGEST_LINE = 32 * 1024 * 1024


@frozen
class FolderSource:
    """An ImportSource over files. A cursor is the byte at which the next line begins.

    A line that cannot be read is a problem of its own; the others are brought.
    """

    folder: Path

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        return await anyio.to_thread.run_sync(self._page, kind, cursor)

    async def close(self) -> None:
        """Nothing is held."""

    def _page(self, kind: Kind, cursor: str) -> SourcePage:
        if not self.folder.is_dir():
            raise SourceGone(f"There is no folder {self.folder}.")
        path = self.folder / f"{kind.value}.jsonl"
        if not path.is_file():
            return SourcePage((), "", last=True)
        start = int(cursor or 0)
        things: list[Brought] = []
        problems: list[Problem] = []
        with path.open("rb") as lines:
            lines.seek(start)
            for _ in range(AT_ONCE):
                at = lines.tell()
                line = lines.readline(LONGEST_LINE)
                if not line:
                    break
                if not line.strip():
                    continue
                try:
                    things.append(thing_of(kind, line))
                except UnreadableLine as unreadable:
                    problems.append(Problem(kind.value, f"byte {at}", str(unreadable)))
            end = lines.tell()
            last = end >= path.stat().st_size
        return SourcePage(tuple(things), "" if last else str(end), last, problems=tuple(problems))
