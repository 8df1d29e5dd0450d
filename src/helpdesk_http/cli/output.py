"""What a command answers: one JSON value for programs, or words and a table for people."""

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

UNFOLDED = 10_000
"""Characters a line may have where no terminal shows it: ids stay whole for grep and awk."""

STYLES = {
    "ok": "green",
    "warning": "yellow",
    "problem": "bold red",
    "processed": "green",
    "unmatched": "yellow",
    "failed": "yellow",
    "dead": "bold red",
}


def answer(value: Any, as_json: bool, *lines: str) -> None:
    """The value as JSON, or the lines for people."""
    if as_json:
        print_json(value)
    else:
        typer.echo("\n".join(lines))


def answer_table(
    rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Sequence[str], nothing: str = "Nothing found."
) -> None:
    """The rows as a JSON array with all their members, or a table of some columns."""
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo(nothing)
    else:
        print_table(rows, columns)


def print_json(value: Any) -> None:
    """One JSON value and a line feed, on standard output."""
    from helpdesk_http.wire import write

    sys.stdout.buffer.write(write(value) + b"\n")
    sys.stdout.buffer.flush()


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Ids are never cut; colours are for terminals only."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), no_wrap=column in ("id", "state"), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    console().print(table)


def console() -> "Console":
    """Standard output, as wide as the terminal."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else UNFOLDED)


def for_people(value: Any) -> str:
    """One line of text. What others wrote (a vendor, a customer) can't steer the terminal."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={for_people(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(for_people, value))
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in str(value))


def _cell(value: Any) -> "Text":
    from rich.text import Text

    text = for_people(value)
    return Text(text, style=STYLES.get(text, ""))
