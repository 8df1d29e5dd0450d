"""Histories brought from other desks, in the foreground."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpdesk_http.cli.desk import organization_id, run
from helpdesk_http.cli.options import Json, Org, examples, from_standard_input, group
from helpdesk_http.cli.output import print_json, print_table
from helpdesk_http.cli.trouble import Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from helpdesk_adapters.container import Container
    from helpdesk_core.imports.progress import Import, Problem
    from helpdesk_core.imports.translation import Translation
    from helpdesk_core.use_cases.importing.order_import import Order

    Watch = Callable[[Import], Awaitable[None]]

imports = group(
    "import",
    "Bring the history of another desk: nothing is sent by it, and running it again brings only what has changed.\n\n"
    "It can be stopped with Ctrl-C and taken up again by the same command.",
)
SHOWN_PROBLEMS = 20
"""Problems that are printed for people; `--json` has them all."""

Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Only what has changed since; without it, what has since the last import; at first, everything.",
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE.json",
        help="What statuses, priorities and fields mean here; without it, what the organization has set.",
        exists=True,
        dir_okay=False,
    ),
]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only look what would come, and keep nothing.")]


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(imports)


@imports.command(
    "zendesk",
    epilog=examples(
        "helpdesk import zendesk --org acme --subdomain acme --token - < token.txt",
        "helpdesk import zendesk --org acme --subdomain acme --dry-run",
    ),
)
def zendesk(
    org: Org,
    subdomain: Annotated[
        str, typer.Option("--subdomain", metavar="NAME", help="The part before .zendesk.com.")
    ],
    token: Annotated[
        str | None,
        typer.Option(
            "--token", help="An access token; - reads standard input. Default: the connected account's."
        ),
    ] = None,
    since: Since = None,
    mapping: MappingFile = None,
    dry: Dry = False,
    as_json: Json = False,
) -> None:
    """Import a Zendesk account: people, tickets with all that was said, macros, articles."""
    _import(
        "zendesk", subdomain, "access_token", "--token", token, org, since, mapping, dry=dry, as_json=as_json
    )


@imports.command(
    "freshdesk",
    epilog=examples("helpdesk import freshdesk --org acme --domain acme.freshdesk.com --api-key - < key.txt"),
)
def freshdesk(
    org: Org,
    domain: Annotated[str, typer.Option("--domain", metavar="HOST", help="The whole domain.")],
    api_key: Annotated[
        str | None,
        typer.Option(
            "--api-key", help="An API key; - reads standard input. Default: the connected account's."
        ),
    ] = None,
    since: Since = None,
    mapping: MappingFile = None,
    dry: Dry = False,
    as_json: Json = False,
) -> None:
    """Import a Freshdesk account: people, tickets with all that was said, articles."""
    _import(
        "freshdesk", domain, "api_key", "--api-key", api_key, org, since, mapping, dry=dry, as_json=as_json
    )


@imports.command(
    "files",
    epilog=examples(
        "helpdesk import files --org acme ./export", "helpdesk import files --org acme ./csv --dry-run"
    ),
)
def files(
    org: Org,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="With customers.jsonl, tickets.jsonl … in it.")
    ],
    mapping: MappingFile = None,
    dry: Dry = False,
    as_json: Json = False,
) -> None:
    """Import a folder of JSON lines or CSV: what `helpdesk export` wrote, or what you made of something else."""
    _import("files", str(folder.resolve()), "", "", None, org, None, mapping, dry=dry, as_json=as_json)


def _import(
    source: str,
    account: str,
    secret: str,
    option: str,
    given: str | None,
    org: str,
    since: datetime | None,
    mapping: Path | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    from datetime import UTC

    from helpdesk_core.use_cases.importing.order_import import Order

    value = from_standard_input(option, secret.replace("_", " ")) if given == "-" else given
    order = Order(
        source,
        account,
        since=since.replace(tzinfo=since.tzinfo or UTC) if since else None,
        translation=None if mapping is None else _translation(mapping),
        secrets={secret: value} if value else {},
        dry=dry,
        foreground=True,
    )
    with _bar(hidden=as_json) as watch:
        ended, problems = run(lambda desk: _run(desk, org, order, watch))
    _report(ended, problems, as_json=as_json)


async def _run(
    desk: "Container", org: str, order: "Order", watch: "Watch"
) -> "tuple[Import, Sequence[Problem]]":
    """Runs the import to its end, waiting where its source wants that."""
    import anyio

    from helpdesk_core.jobs import TryLater
    from helpdesk_core.users import DESK

    organization = await organization_id(desk, org)
    import_ = await desk.order_import()(organization, DESK, order)
    attempt = 0
    while True:
        attempt += 1
        try:
            known = await desk.run_import()(organization, import_.id, attempt, watch)
        except TryLater as later:
            await anyio.sleep(min(2.0**attempt, 60.0) if later.after is None else later.after.total_seconds())
            continue
        if known is None or known.place is None or known.state.value != "running":
            break
        attempt = 0
        if known.waits_until is not None:
            await watch(known)
            await anyio.sleep(max(0.0, (known.waits_until - desk.clock()()).total_seconds()))
    found = await desk.store().read(lambda view: view.imports.get(organization, import_.id))
    problems = await desk.store().read(lambda view: view.imports.problems(organization, import_.id))
    assert found is not None
    return found, problems


def _translation(path: Path) -> "Translation":
    """What the file says, in the form of `PUT /api/v1/import-mappings/{source}`; each part may be left out."""
    import json

    from cattrs import Converter
    from cattrs.errors import BaseValidationError

    from helpdesk_core.errors import InvalidValue
    from helpdesk_core.imports.mappings import checked_translation
    from helpdesk_core.imports.translation import Translation

    try:
        told = json.loads(path.read_bytes())
        return checked_translation(Converter(forbid_extra_keys=True).structure(told, Translation))
    except InvalidValue as invalid:
        raise Failure(f"{path} is no mapping: {invalid}") from invalid
    except (BaseValidationError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Failure(
            f"{path} is no mapping: it must hold statuses, priorities and fields, in words that there are"
        ) from error


@contextmanager
def _bar(*, hidden: bool) -> "Iterator[Watch]":
    """A line that tells kind, how many, how fast and how long still; for terminals only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        async def watch(import_: "Import") -> None:
            for kind, tally in import_.tallies.items():
                if kind not in tasks:
                    tasks[kind] = progress.add_task(kind, total=tally.total, rate="", told="")
                task = progress.tasks[tasks[kind]]
                rate = f"{task.speed:,.0f}/s" if task.speed else ""
                told = f"{import_.problems} problems" if import_.problems else ""
                progress.update(
                    tasks[kind],
                    completed=tally.seen,
                    total=tally.total,
                    rate=rate,
                    told=import_.detail or told,
                )

        yield watch


def _report(import_: "Import", problems: "Sequence[Problem]", *, as_json: bool) -> None:
    rows = [
        {
            "kind": kind,
            "there": tally.total if tally.total is not None else "",
            "seen": tally.seen,
            "created": tally.created,
            "updated": tally.updated,
            "skipped": tally.skipped,
            "failed": tally.failed,
        }
        for kind, tally in import_.tallies.items()
    ]
    told = [{"kind": one.kind, "external_id": one.external_id, "message": one.told} for one in problems]
    if as_json:
        print_json(_value(import_, rows, told))
    else:
        print_table(rows, ("kind", "there", "seen", "created", "updated", "skipped", "failed"))
        for one in told[:SHOWN_PROBLEMS]:
            typer.echo(f"{one['kind']} {one['external_id']}: {one['message']}")
        if len(told) > SHOWN_PROBLEMS:
            typer.echo(f"… and {import_.problems - SHOWN_PROBLEMS} more (--json lists them)")
    if import_.state.value in ("queued", "running"):
        raise Failure("Another process has taken the import over; it goes on there.")
    if import_.state.value != "completed":
        raise Failure(
            f"The import is {import_.state.value}: {import_.detail or 'it did not come to its end'}"
        )


def _value(
    import_: "Import", rows: "Sequence[Mapping[str, Any]]", problems: "Sequence[Mapping[str, str]]"
) -> "Mapping[str, Any]":
    return {
        "id": str(import_.id),
        "source": import_.source,
        "account": import_.account,
        "status": import_.state.value,
        "dry_run": import_.dry,
        "counts": rows,
        "problems": problems,
        "detail": import_.detail,
    }
