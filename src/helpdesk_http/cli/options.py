"""Options that several commands share, and how their help shows examples."""

import sys
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value, and nothing else.")]
Org = Annotated[str, typer.Option("--org", metavar="SLUG", help="The organization, by its slug.")]
AnyOrg = Annotated[
    str | None, typer.Option("--org", metavar="SLUG", help="Only this organization, by its slug.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the newest first.")]


def examples(*commands: str) -> str:
    """An epilog that shows these lines as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def group(name: str, about: str) -> typer.Typer:
    """A family of commands under one name."""
    return typer.Typer(name=name, help=about, rich_markup_mode=None, add_completion=False)


def from_standard_input(option: str, prompt: str, *, others: bool = False) -> str:
    """What `-` stands for: all of standard input, or, where `others` are read from it too, its next line.

    At a terminal it is asked for and not shown. The last line ending is not part of it.
    """
    if sys.stdin.isatty():
        from getpass import getpass

        try:
            return getpass(f"{prompt}: ", sys.stderr)
        except EOFError as error:
            raise typer.BadParameter(f"nothing was typed for {option}") from error
    text = sys.stdin.readline() if others else sys.stdin.read()
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise typer.BadParameter(f"standard input holds no value for {option}")
    return value
