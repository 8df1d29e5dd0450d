"""Everything of an organization, for its own people to take along."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpdesk_http.cli.desk import organizations, run
from helpdesk_http.cli.options import Json, Org, examples
from helpdesk_http.cli.output import answer

if TYPE_CHECKING:
    from helpdesk_adapters.container import Container
    from helpdesk_core.use_cases.importing.export_organization import Exported


def register(app: typer.Typer) -> None:
    """Adds this command."""
    app.command(
        "export",
        epilog=examples(
            "helpdesk export --org acme ./acme-2026-03-01",
            "helpdesk import files --org acme ./acme-2026-03-01",
        ),
    )(export)


def export(
    org: Org,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new one, or an empty one.")],
    as_json: Json = False,
) -> None:
    """Write everything of an organization to a folder: JSON lines of each kind, and the files of messages.

    Without passwords, keys and credentials. `helpdesk import files` reads it back; the desk may run meanwhile. The
    format is documented in docs/reference/export-format.md.
    """
    done = run(lambda desk: _written(desk, org, folder.absolute()))
    told = [f"{count:>9,} {kind}" for kind, count in done.counts.items()]
    told += [f"{done.files:>9,} files ({done.bytes:,} bytes)", f"Written to {done.folder}."]
    value = {
        "folder": done.folder,
        "counts": done.counts,
        "files": {"count": done.files, "bytes": done.bytes},
    }
    answer(value, as_json, *told)


async def _written(desk: "Container", org: str, folder: Path) -> "Exported":
    [organization] = await organizations(desk, org)
    return await desk.write_export()(organization, folder)
