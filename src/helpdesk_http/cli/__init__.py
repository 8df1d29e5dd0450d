"""The terminal's door: `helpdesk`.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import gc
import os
import sys
from collections.abc import Sequence

import typer

from helpdesk_http.cli import (
    export,
    housekeeping,
    imap,
    imports,
    inbox,
    integrations,
    knowledge,
    people,
    serving,
    simulate,
    widgets,
)
from helpdesk_http.cli.options import examples
from helpdesk_http.cli.trouble import complaint

__all__ = ["app", "main"]

app = typer.Typer(
    name="helpdesk",
    help="A helpdesk: tickets, customers, and what providers report.\n\n"
    "Settings come from the environment and from a .env file in the working folder; every one has a default. "
    "Every command takes --json: one JSON value on standard output, and nothing else there. "
    "Exit codes: 0 done, 1 a failure, 2 bad usage or a bad setting.",
    epilog=examples(
        "helpdesk demo                    look around, nothing is kept",
        "helpdesk serve                   a desk of your own, kept in ./helpdesk-data",
        "helpdesk org create --slug acme --name 'Acme Ltd'",
        "helpdesk doctor                  what is missing, and how to mend it",
    ),
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for family in (
    serving,
    people,
    integrations,
    imports,
    export,
    knowledge,
    imap,
    widgets,
    inbox,
    simulate,
    housekeeping,
):
    family.register(app)


GARBAGE = (30_000, 10, 10)
"""How rarely to look for garbage: a start makes 100,000 things that stay, and looking takes a fifth of it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 a failure, 2 bad usage or a bad setting.

    What goes wrong is one line on standard error. A bug is raised, as everywhere.
    """
    os.umask(0o077)  # what the desk keeps (mail, password hashes) is its own user's business
    gc.set_threshold(*GARBAGE)
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = app(given or ["--help"], prog_name="helpdesk", standalone_mode=False)
    except Exception as error:
        told = complaint(error)
        if told is None:
            raise
        typer.echo(told.line, err=True)
        return told.exit_code
    return code if isinstance(code, int) else 0
