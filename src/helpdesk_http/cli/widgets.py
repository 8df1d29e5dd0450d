"""Widgets: the desk on other people's pages."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from helpdesk_http.cli.desk import organization_id, organizations, run
from helpdesk_http.cli.options import AnyOrg, Json, Org, examples, group
from helpdesk_http.cli.output import answer, answer_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from helpdesk_adapters.container import Container
    from helpdesk_core.ids import OrganizationId
    from helpdesk_core.ports.store import View
    from helpdesk_core.widget import Widget

widgets = group("widget", "Chat and contact form on other people's pages.")


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(widgets)


@widgets.command(
    "create",
    epilog=examples(
        "helpdesk widget create --org acme --name 'Shop' --allowed-domain shop.example",
        "helpdesk widget create --org acme --name 'Everywhere' --json | jq -r .apiKey",
    ),
)
def create(
    org: Org,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What it is called at the desk.")],
    allowed_domain: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-domain",
            metavar="DOMAIN",
            help="A domain whose pages, and whose subdomains' pages, may show it. May be given several times; "
            "without one every page may.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Create a widget.

    Its key stands on public pages: it tells widgets apart and is no secret.
    """

    async def work(desk: "Container") -> "Widget":
        from helpdesk_core.users import DESK

        values = {"name": name, "allowed_domains": tuple(allowed_domain or ())}
        made: Widget = await desk.arrange_widgets().add(await organization_id(desk, org), DESK, values)
        return made

    made = run(work)
    hint = f"This is its key, for the page; see it at /widget/preview?apiKey={made.api_key}; its id is {made.id}."
    answer({"id": made.id, "apiKey": made.api_key}, as_json, made.api_key, hint)


@widgets.command("list", epilog=examples("helpdesk widget list", "helpdesk widget list --org acme --json"))
def list_widgets(org: AnyOrg = None, as_json: Json = False) -> None:
    """List widgets by name."""

    async def work(desk: "Container") -> "list[dict[str, Any]]":
        return [
            _widget(widget, one.slug)
            for one in await organizations(desk, org)
            for widget in await desk.store().read(partial(_widgets_of, one.id))
        ]

    columns = ("name", "organization", "apiKey", "allowed_domains", "active", "id")
    answer_table(run(work), as_json, columns, "There is no widget yet.")


async def _widgets_of(organization: "OrganizationId", view: "View") -> "Sequence[Widget]":
    return await view.widgets.of(organization)


def _widget(widget: "Widget", slug: str) -> "dict[str, Any]":
    return {
        "id": widget.id,
        "organization": slug,
        "name": widget.name,
        "apiKey": widget.api_key,
        "allowed_domains": widget.allowed_domains,
        "active": widget.active,
        "created_at": widget.created_at,
    }
