"""Outside accounts of an organization."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpdesk_http.cli.desk import organization_id, run
from helpdesk_http.cli.options import Json, Org, examples, from_standard_input, group
from helpdesk_http.cli.output import answer, answer_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpdesk_adapters.container import Container
    from helpdesk_core.integrations import Integration

integrations = group("integration", "Outside accounts: shops, mailboxes, workspaces.")


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(integrations)


@integrations.command(
    "connect",
    epilog=examples(
        "helpdesk integration connect --org acme resend --external-id support@acme.example",
        "helpdesk integration connect --org acme whatsapp --external-id 106540352242922 \\",
        "    --set access_token=- < token.txt",
    ),
)
def connect(
    org: Org,
    provider: Annotated[
        str,
        typer.Argument(
            metavar="PROVIDER", help="For instance stripe, shopify, resend, imap, slack, whatsapp."
        ),
    ],
    external_id: Annotated[
        str,
        typer.Option(
            "--external-id",
            metavar="TEXT",
            help="The provider's own name of the account, as its events give it.",
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting or a credential of the account; credentials are stored encrypted. NAME=- reads "
            "the value from standard input (of several, each its line).",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Connect an account by hand.

    Whose account it is decides whose event it is. Connecting it again changes what is given and keeps the
    rest. Events that came before and found no organization wait as `unmatched`: replay them afterwards.
    """
    given = _values(values or [])

    async def work(desk: "Container") -> "Integration":
        organization = await organization_id(desk, org)
        made: Integration = await desk.connect_integration()(organization, provider, external_id, given)
        return made

    made = run(work)
    answer(
        _integration(made, org),
        as_json,
        f"{made.provider} {made.external_id} is connected to {org}, id {made.id}.",
    )


@integrations.command("list", epilog=examples("helpdesk integration list --org acme"))
def list_integrations(org: Org, as_json: Json = False) -> None:
    """List the accounts of an organization.

    Of their credentials only the names are shown.
    """

    async def work(desk: "Container") -> "Sequence[Integration]":
        organization = await organization_id(desk, org)
        return await desk.store().read(lambda view: view.integrations.of(organization))

    rows = [_integration(one, org) for one in run(work)]
    columns = ("provider", "external_id", "state", "settings", "secrets", "updated_at", "id")
    answer_table(rows, as_json, columns, "No account is connected yet.")


def _integration(one: "Integration", slug: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "organization": slug,
        "provider": one.provider,
        "external_id": one.external_id,
        "state": one.state,
        "settings": dict(one.settings),
        "secrets": sorted(one.sealed),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def _values(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := next((pair for pair in pairs if not pair[1] or not pair[0]), None):
        raise typer.BadParameter(f"--set takes NAME=VALUE, and {wrong[0]!r} has no value")
    several = sum(value == "-" for _, _, value in pairs) > 1
    return {
        name: from_standard_input(f"--set {name}", name, others=several) if value == "-" else value
        for name, _, value in pairs
    }
