"""Bad usage, and what `--help` teaches. Nothing here gets as far as opening a desk."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import typer.main
from attrs import frozen

from helpdesk_http.cli import app, main
from tests.http.commands import COMMAND

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "commands.md"
HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "uvicorn",
    "rich",
    "dependency_injector",
    "structlog",
)


@frozen
class Known:
    """A command, as its help tells of it."""

    words: tuple[str, ...]
    command: Any

    @property
    def name(self) -> str:
        return " ".join(("helpdesk", *self.words))

    @property
    def is_family(self) -> bool:
        return hasattr(self.command, "commands")


def everything() -> Iterator[Known]:
    waiting = [Known((), typer.main.get_command(app))]
    while waiting:
        known = waiting.pop(0)
        yield known
        members = getattr(known.command, "commands", {})
        waiting[:0] = [Known((*known.words, name), command) for name, command in members.items()]


KNOWN = tuple(everything())
COMMANDS = tuple(known for known in KNOWN if not known.is_family)

each_command = pytest.mark.parametrize("known", COMMANDS, ids=lambda known: known.name)


def test_every_command_of_the_operators_contract_is_there() -> None:
    assert {known.name.removeprefix("helpdesk ") for known in COMMANDS} >= {
        "serve", "demo", "worker", "backup", "restore", "doctor", "db upgrade", "db check", "org create",
        "user create", "user list", "user password", "user disable", "apikey create", "apikey list",
        "apikey revoke", "integration connect", "integration list", "events list", "events show",
        "events replay", "jobs list", "jobs retry",
    }  # fmt: skip


@each_command
def test_every_command_takes_json(known: Known) -> None:
    assert any("--json" in parameter.opts for parameter in known.command.params)


@each_command
def test_every_help_shows_an_example_and_explains_every_option(
    known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*known.words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert re.search(rf"Examples:\n(.*\n)*? +.*{known.name}", shown)
    assert all(parameter.help for parameter in known.command.params)


def test_no_arguments_at_all_are_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: helpdesk")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("frobnicate", "helpdesk: No such command 'frobnicate' (see helpdesk --help)"),
        ("user", "helpdesk user: Missing command (see helpdesk user --help)"),
        (
            "org create --slug x",
            "helpdesk org create: Missing option '--name' (see helpdesk org create --help)",
        ),
        ("org list --frob", "helpdesk org list: No such option: --frob (see helpdesk org list --help)"),
        ("events show not-an-id", "helpdesk events show: Invalid value for 'ID'"),
        ("events list --state lost", "helpdesk events list: Invalid value for '--state'"),
        ("user list --limit", "helpdesk user list: No such option: --limit"),
        ("events list --limit 0", "helpdesk events list: Invalid value for '--limit'"),
        ("serve --port 70000", "helpdesk serve: Invalid value for '--port'"),
        ("serve --workers 0", "helpdesk serve: Invalid value for '--workers'"),
        ("backup", "helpdesk backup: Missing argument 'FILE'"),
        ("jobs retry", "helpdesk jobs retry: Missing argument 'ID"),
        ("user disable", "helpdesk user disable: Invalid value: give one e-mail, as EMAIL or with --email"),
        (
            "integration connect --org a resend --external-id x --set nonsense",
            "helpdesk integration connect: Invalid value: --set takes NAME=VALUE",
        ),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(
    arguments: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments.split()) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(line)
    assert told.err.count("\n") == 1


def test_help_answers_before_anything_heavy_is_imported() -> None:
    script = f"""
import sys
from helpdesk_http.cli import main
assert main(["--help"]) == 0
assert main(["user", "create", "--help"]) == 0
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_the_script_that_is_installed_is_this_command() -> None:
    done = subprocess.run([COMMAND, "--frob"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "helpdesk: No such option: --frob (see helpdesk --help)\n"


def test_the_page_of_all_commands_says_what_help_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m tests.http.test_cli_usage"


def page() -> str:
    """The reference page, from what the commands say of themselves."""
    return "\n\n".join([INTRODUCTION, *(section(known) for known in KNOWN if known.words)]) + "\n"


def section(known: Known) -> str:
    if known.is_family:
        return f"## `{known.name}`\n\n{known.command.help}"
    parameters = [parameter for parameter in known.command.params if parameter.name != "help"]
    rows = [f"| `{spelling(one)}` | {meaning(one)} |" for one in parameters]
    shown = known.command.epilog.removeprefix("\b\nExamples:\n")
    return "\n\n".join(
        [
            f"{'##' if len(known.words) == 1 else '###'} `{known.name}`",
            known.command.help,
            "\n".join(["| | |", "| --- | --- |", *rows]),
            f"```sh\n{dedent(shown)}\n```",
        ]
    )


def spelling(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return str(parameter.metavar)
    choices = getattr(parameter.type_descriptor, "choices", None) or ()
    value = parameter.metavar or "\\|".join(str(choice.value) for choice in choices)
    return " ".join(filter(None, [parameter.opts[0], "" if parameter.is_flag else value]))


def meaning(parameter: Any) -> str:
    default = getattr(parameter.default, "value", parameter.default)
    if parameter.required:
        return f"{parameter.help} Required."
    shown = default not in (None, False) and not callable(default)
    return f"{parameter.help} Default: `{default}`." if shown else parameter.help


INTRODUCTION = """# Commands

One command, `helpdesk`, for whoever runs a desk. This page says what `--help` says.

- `--json` makes every command print exactly one JSON value on standard output. `serve`, `demo` and `worker` print it
  once they are ready.
- Errors are one line on standard error. Exit code 2 means bad usage or a bad setting, 1 that it could not be done.
- A secret given as `-` is read from standard input, where no list of processes shows it; at a terminal it is asked for.
- The first command on an empty data folder makes the store. A store whose migrations are due is brought up to date by
  `helpdesk serve` and `helpdesk db upgrade` alone: every other command says so and does nothing.
- Log lines go to standard error, in the form of `HELPDESK_LOG_FORMAT`."""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
