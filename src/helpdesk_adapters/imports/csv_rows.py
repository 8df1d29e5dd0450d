"""Rows of a CSV file as RFC 4180 has it, from any place on, each with the number of its line; bad rows one by one.

UTF-8, with or without the mark at its beginning; cells are divided by commas, semicolons or tabs, whichever the first
line has most of. Cells are texts and nothing else: whatever begins like a formula stays what it is.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from attrs import define, frozen

LONGEST_CELL: Final = 16 << 20
LONGEST_LINE: Final = 64 << 20
LARGEST_PAGE: Final = 16 << 20
"""Bytes after which no further row is read at once."""
DIVIDERS: Final = (",", ";", "\t")


class UnreadableTable(Exception):
    """The file has no first row with the names of its columns."""


@frozen
class Spot:
    """A place in the file: a byte at which a row begins, and the number of its line, from 1."""

    byte: int = 0
    line: int = 1

    @property
    def cursor(self) -> str:
        return f"{self.byte} {self.line}"


def spot_of(cursor: str) -> Spot:
    """The spot that the text tells of; '' is the beginning."""
    byte, _, line = cursor.partition(" ")
    return Spot(int(byte or 0), int(line or 1))


@frozen
class Row:
    """A row by the names of its columns, in lower case; a bad one has no cells, but the reason why."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""


@define
class Rows:
    """Some rows behind a spot; `spot` is behind the last of them."""

    rows: list[Row]
    spot: Spot
    last: bool


def rows_from(path: Path, spot: Spot, most: int) -> Rows:
    """Up to so many rows. Raises UnreadableTable."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as file:
        names, divider, first = _header(file)
        spot = first if spot.byte < first.byte else spot
        found, end = list[Row](), spot.byte + LARGEST_PAGE
        while len(found) < most and spot.byte < end:
            row, after = _next(file, spot, divider)
            if row is None:
                return Rows(found, after, last=True)
            if any(cell.strip() for cell in row) or isinstance(row, _Bad):
                found.append(_named(row, names, spot.line))
            spot = after
        return Rows(found, spot, last=spot.byte >= path.stat().st_size)


class _Bad(list[str]):
    """No row; its only member says why."""


@define
class _Lines:
    """The lines of the file from a spot on, as texts; remembers how far it has read."""

    file: BinaryIO
    spot: Spot

    def __iter__(self) -> Iterator[str]:
        self.file.seek(self.spot.byte)
        while line := self.file.readline(LONGEST_LINE):
            if self.spot.byte == 0:
                line = line.removeprefix(b"\xef\xbb\xbf")
            self.spot = Spot(self.file.tell(), self.spot.line + 1)
            yield line.decode("utf-8", "surrogateescape")


def _next(file: BinaryIO, spot: Spot, divider: str) -> tuple[Sequence[str] | None, Spot]:
    """The row that begins there (None: the end), and the spot behind it; behind a bad one that of the next line."""
    lines = _Lines(file, spot)
    try:
        row = next(csv.reader(iter(lines), delimiter=divider, strict=True), None)
    except csv.Error as error:
        file.seek(spot.byte)
        file.readline()
        return _Bad([f"It is no row of CSV: {error}."]), Spot(file.tell(), spot.line + 1)
    if row is not None and any("\udc80" <= letter <= "\udcff" for cell in row for letter in cell):
        return _Bad(["It is not written in UTF-8."]), lines.spot
    return row, lines.spot


def _header(file: BinaryIO) -> tuple[Sequence[str], str, Spot]:
    first = file.readline(LONGEST_LINE).decode("utf-8", "replace")
    divider = max(DIVIDERS, key=first.count)
    row, after = _next(file, Spot(), divider)
    if not row or isinstance(row, _Bad):
        raise UnreadableTable("The first row must have the names of the columns, in UTF-8.")
    return [name.strip().lower() for name in row], divider, after


def _named(row: Sequence[str], names: Sequence[str], line: int) -> Row:
    if isinstance(row, _Bad):
        return Row(line, {}, row[0])
    if len(row) > len(names):
        return Row(line, {}, f"It has {len(row)} cells, and the table {len(names)} columns.")
    return Row(line, dict(zip(names, row, strict=False)))
