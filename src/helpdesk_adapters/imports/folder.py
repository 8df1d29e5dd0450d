"""A folder as a source: JSON lines (`customers.jsonl`, `tickets.jsonl` …) or CSV, with the files beside them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import anyio
from attrs import define, evolve, field

from helpdesk_adapters.imports.csv_rows import Spot, UnreadableTable, rows_from, spot_of
from helpdesk_adapters.imports.csv_things import things_of
from helpdesk_adapters.imports.folder_files import reference_in
from helpdesk_adapters.imports.lines import FORMAT, MANIFEST, VERSION, UnreadableLine, thing_of
from helpdesk_core.imports.brought import Brought, BroughtFile, BroughtTicket, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import SourceGone, SourcePage

AT_ONCE: Final = 200
"""Things of one page."""
LARGEST_PAGE: Final = 16 << 20
"""Bytes after which no further line is added to a page."""
LONGEST_LINE: Final = 64 << 20
MOST_TOLD: Final = 100_000
"""Of those whom tickets name, how many are remembered, so that each is brought once a run."""
TABLES: Final[Mapping[Kind, tuple[Kind, ...]]] = {
    Kind.TEAMS: (Kind.TICKETS,),
    Kind.USERS: (Kind.TICKETS,),
    Kind.CUSTOMERS: (Kind.CUSTOMERS, Kind.TICKETS),
    Kind.TICKETS: (Kind.TICKETS,),
}
"""In which tables there is something of a kind."""


@define
class FolderSource:
    """An ImportSource over files. A cursor is the byte at which the next line begins, and that line's number; of CSV
    with the table before it. Where there are JSON lines of a kind, CSV is not looked at.

    A line that cannot be read is a problem of its own; the others are brought.
    """

    folder: Path
    _told: dict[tuple[Kind, str], None] = field(factory=dict, init=False)
    _totals: Mapping[str, int] | None = field(default=None, init=False)

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        return await anyio.to_thread.run_sync(self._page, kind, cursor)

    async def close(self) -> None:
        """Nothing is held."""

    def _page(self, kind: Kind, cursor: str) -> SourcePage:
        if not self.folder.is_dir():
            raise SourceGone(f"There is no folder {self.folder}.")
        if self._totals is None:
            self._totals = _totals(self.folder)
        path = self.folder / f"{kind.value}.jsonl"
        if path.is_file():
            return evolve(self._lines(kind, path, spot_of(cursor)), total=self._totals.get(kind.value))
        tables = [one for one in TABLES.get(kind, ()) if (self.folder / f"{one.value}.csv").is_file()]
        if not tables:
            return SourcePage((), "", last=True)
        named, _, place = cursor.partition(" ")
        table = Kind(named) if named else tables[0]
        return self._rows(kind, table, tables[tables.index(table) + 1 :], spot_of(place))

    def _lines(self, kind: Kind, path: Path, spot: Spot) -> SourcePage:
        things: list[Brought] = []
        problems: list[Problem] = []
        with path.open("rb") as lines:
            lines.seek(spot.byte)
            number = spot.line
            for number in range(spot.line, spot.line + AT_ONCE):
                if lines.tell() - spot.byte > LARGEST_PAGE:
                    number -= 1
                    break
                line, whole = _line(lines)
                if not line.strip():
                    continue
                try:
                    if not whole:
                        raise UnreadableLine(f"It is longer than {LONGEST_LINE} bytes.")
                    things.append(self._with_places(thing_of(kind, line)))
                except UnreadableLine as unreadable:
                    problems.append(Problem(kind.value, f"line {number}", str(unreadable)))
            end = Spot(lines.tell(), number + 1)
            last = end.byte >= path.stat().st_size
        return SourcePage(tuple(things), "" if last else end.cursor, last, problems=tuple(problems))

    def _rows(self, kind: Kind, table: Kind, more: list[Kind], spot: Spot) -> SourcePage:
        try:
            found = rows_from(self.folder / f"{table.value}.csv", spot, AT_ONCE)
        except UnreadableTable as unreadable:
            raise SourceGone(f"{table.value}.csv cannot be read: {unreadable}") from unreadable
        things: list[Brought] = []
        problems: list[Problem] = []
        for row in found.rows:
            try:
                if row.problem:
                    raise UnreadableLine(row.problem)
                things += [one for one in things_of(kind, table, row.cells) if self._is_new(kind, table, one)]
            except UnreadableLine as unreadable:
                if kind is table:  # else it is told with the table's own kind
                    problems.append(Problem(kind.value, f"line {row.line}", str(unreadable)))
        cursor = f"{table.value} {found.spot.cursor}"
        if found.last:
            cursor = f"{more[0].value} " if more else ""
        return SourcePage(tuple(things), cursor, found.last and not more, problems=tuple(problems))

    def _is_new(self, kind: Kind, table: Kind, thing: Brought) -> bool:
        """Whether the thing is one of the table's own, or is named for the first time."""
        if kind is table:
            return True
        key = (kind, thing.id)
        if key in self._told:
            return False
        if len(self._told) < MOST_TOLD:
            self._told[key] = None
        return True

    def _with_places(self, thing: Brought) -> Brought:
        """The thing with its files where they lie in the folder."""
        if not isinstance(thing, BroughtTicket) or not any(one.files for one in thing.messages):
            return thing
        messages = [
            evolve(message, files=tuple(self._placed(one) for one in message.files))
            for message in thing.messages
        ]
        return evolve(thing, messages=tuple(messages))

    def _placed(self, file: BroughtFile) -> BroughtFile:
        if file.problem is not None:
            return file
        if not file.reference:
            return evolve(file, problem="The line does not say where the file is.")
        return evolve(file, reference=reference_in(self.folder, file.reference))


def _line(lines: BinaryIO) -> tuple[bytes, bool]:
    """The next line, and whether that is all of it: one that is too long is read past, and only its end given."""
    line, whole = lines.readline(LONGEST_LINE), True
    while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
        line, whole = lines.readline(LONGEST_LINE) or b"-", False
    return line, whole


def _totals(folder: Path) -> Mapping[str, int]:
    """How many things of each kind there are, as far as a manifest says so. SourceGone for one of a later format."""
    try:
        told: Any = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SourceGone(f"{MANIFEST} cannot be read.") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise SourceGone(f"{MANIFEST} is not that of an export.")
    version = told.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise SourceGone(f"The export is of format {version}; this desk reads up to {VERSION}.")
    counts = told.get("counts")
    rows = counts.items() if isinstance(counts, dict) else ()
    return {str(kind): count for kind, count in rows if isinstance(count, int)}
