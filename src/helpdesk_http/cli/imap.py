"""Mailboxes that mail is fetched from."""

from typing import TYPE_CHECKING

import typer

from helpdesk_http.cli.desk import organization_id, run
from helpdesk_http.cli.options import AnyOrg, Json, examples, group
from helpdesk_http.cli.output import answer_table
from helpdesk_http.cli.trouble import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpdesk_adapters.container import Container
    from helpdesk_core.use_cases.mail.sync_mailbox import Synced

imap = group("imap", "Mailboxes that mail is fetched from.")


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(imap)


@imap.command("sync", epilog=examples("helpdesk imap sync", "helpdesk imap sync --org acme --json"))
def sync(org: AnyOrg = None, as_json: Json = False) -> None:
    """Fetch new mail now: one pass over the connected mailboxes.

    A running desk does this by itself as soon as mail arrives, and every two minutes. Exit code 1 if a mailbox could
    not be read.
    """

    async def work(desk: "Container") -> "Sequence[Synced]":
        organization = await organization_id(desk, org) if org is not None else None
        done: Sequence[Synced] = await desk.sync_mailboxes()(organization)
        return done

    done = run(work)
    rows = [
        {
            "mailbox": one.mailbox,
            "fetched": one.fetched,
            "created": one.created,
            "skipped": one.skipped,
            "error": one.error,
        }
        for one in done
    ]
    columns = ("mailbox", "fetched", "created", "skipped", "error")
    answer_table(rows, as_json, columns, "No mailbox is connected that mail could be fetched from.")
    if failing := [one.mailbox for one in done if one.error]:
        raise Failure(f"Could not be read: {', '.join(failing)}")
