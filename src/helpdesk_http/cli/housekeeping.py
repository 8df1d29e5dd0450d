"""Keeping a desk well: migrations, backups, and what the doctor says."""

from pathlib import Path
from typing import Annotated, Any

import typer

from helpdesk_http.cli.desk import container
from helpdesk_http.cli.options import Json, examples, group
from helpdesk_http.cli.output import STYLES, answer, console, for_people, print_json
from helpdesk_http.cli.trouble import Failure

db = group("db", "Migrations of the database.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="For instance desk.tar.gz.")]


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(db)
    app.command("backup", epilog=examples("helpdesk backup desk-$(date +%F).tar.gz"))(backup)
    app.command(
        "restore",
        epilog=examples("HELPDESK_DATA_DIR=./elsewhere helpdesk restore desk-2026-03-01.tar.gz"),
    )(restore)
    app.command("doctor", epilog=examples("helpdesk doctor", "helpdesk doctor --json | jq '.checks[]'"))(
        doctor
    )


@db.command("upgrade", epilog=examples("helpdesk backup before.tar.gz && helpdesk db upgrade"))
def upgrade(as_json: Json = False) -> None:
    """Bring the database up to date.

    Makes it where there is none; else applies every migration that is due, all of them or none.
    """
    upgraded = container().migrations().upgrade()
    told = "The database is up to date now." if upgraded else "The database was up to date already."
    answer({"current": True, "upgraded": upgraded}, as_json, told)


@db.command("check", epilog=examples("helpdesk db check || helpdesk db upgrade"))
def check(as_json: Json = False) -> None:
    """Say whether migrations are due.

    Exit code 1 if any is, or if there is no database yet.
    """
    due = container().migrations().due()
    if as_json:
        print_json({"current": not due})
    if due:
        raise Failure("migrations are due; run: helpdesk db upgrade")
    if not as_json:
        typer.echo("The database is up to date.")


def backup(file: File, as_json: Json = False) -> None:
    """Write a backup to one new file.

    It holds the database, the attachments and the secret key, as of one moment; the desk may run meanwhile.
    Whoever has the file has everything, stored credentials too; only its owner may read it. A desk on
    PostgreSQL is backed up with pg_dump instead.
    """
    kept = container().backups().write(file)
    without = (
        "" if kept.secret_key else " The secret key is not part of it: keep HELPDESK_SECRET_KEY as well."
    )
    told = f"Wrote {kept.file} ({kept.size:,} bytes) with {kept.attachments} attachments.{without}"
    answer(_kept(kept), as_json, told)


def restore(
    file: File,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the desk that is there. It must not be running.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup into the data folder.

    The folder must be empty, or --force given. The backup is unpacked and checked first; where anything
    is wrong with it, nothing is changed.
    """
    kept = container().backups().restore(file, force=force)
    told = f"Restored {kept.file} with {kept.attachments} attachments. Next: helpdesk serve"
    answer(_kept(kept), as_json, told)


def doctor(as_json: Json = False) -> None:
    """Say what is missing, and how to mend it.

    Looks at settings, store, queue, mail and integrations. Exit code 1 if there is a problem; warnings
    tell of what does not work yet. It changes nothing.
    """
    checks = _checks()
    problems = sum(one["state"] == "problem" for one in checks)
    if as_json:
        print_json({"ok": not problems, "checks": checks})
    else:
        _print_checks(checks)
    if problems:
        raise Failure(f"{problems} of {len(checks)} checks found a problem")


def _checks() -> list[dict[str, Any]]:
    import anyio

    from helpdesk_adapters.settings import BadSetting

    try:
        findings = anyio.run(container().doctor())
    except BadSetting as error:
        advice = "Correct it in the environment or in .env; nothing else was looked at"
        return [{"name": "settings", "state": "problem", "message": str(error), "advice": advice}]
    return [
        {"name": one.name, "state": one.state.value, "message": one.message, "advice": one.advice or None}
        for one in findings
    ]


def _print_checks(checks: list[dict[str, Any]]) -> None:
    from rich.text import Text

    out = console()
    for one in checks:
        line = Text(f"{one['state']:8}", style=STYLES[one["state"]])
        line.append(f" {for_people(one['name'])}: {for_people(one['message'])}", style="default")
        out.print(line, soft_wrap=True)
        if one["advice"]:
            out.print(Text(f"         → {for_people(one['advice'])}"), soft_wrap=True)


def _kept(kept: Any) -> dict[str, Any]:
    return {
        "file": str(kept.file),
        "size": kept.size,
        "attachments": kept.attachments,
        "secret_key": kept.secret_key,
    }
