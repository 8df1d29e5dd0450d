"""What the desk knows, and going through it once more."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpdesk_http.cli.desk import organization_id, run
from helpdesk_http.cli.options import Json, Org, examples, group
from helpdesk_http.cli.output import answer, for_people

if TYPE_CHECKING:
    from helpdesk_adapters.container import Container
    from helpdesk_core.ids import OrganizationId
    from helpdesk_core.use_cases.knowledge.read_knowledge import KnowledgeState

knowledge = group(
    "knowledge",
    "What the desk knows: articles and solved tickets, in passages by which answers are suggested.\n\n"
    "It keeps up by itself. It is gone through once more after an import, and when you say so.",
)
GLANCE = 0.2
"""Seconds between two looks at what another process does."""


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(knowledge)


@knowledge.command(
    "sync",
    epilog=examples("helpdesk knowledge sync --org acme", "helpdesk knowledge sync --org acme --no-wait"),
)
def sync(
    org: Org,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Do it here and now, or leave it to the running desk.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Go through all articles and the newest solved tickets once more.

    What has not changed stays as it is. It can be stopped with Ctrl-C: the desk that runs goes on with it.
    """

    async def work(desk: "Container") -> "KnowledgeState":
        from helpdesk_core.users import DESK

        id = await organization_id(desk, org)
        await desk.order_sync()(id, DESK)
        if wait:
            await _go_through(desk, id, hidden=as_json)
        return await desk.read_knowledge()(id)

    _tell(run(work), as_json=as_json)


@knowledge.command(
    "status",
    epilog=examples("helpdesk knowledge status --org acme", "helpdesk knowledge status --org acme --json"),
)
def status(org: Org, as_json: Json = False) -> None:
    """Say how much an organization knows, and how far a sync has come."""

    async def work(desk: "Container") -> "KnowledgeState":
        return await desk.read_knowledge()(await organization_id(desk, org))

    _tell(run(work), as_json=as_json)


async def _go_through(desk: "Container", id: "OrganizationId", *, hidden: bool) -> None:
    """Takes the sync to its end, whoever else may be at it, and then gives the passages their vectors."""
    import anyio
    from rich.console import Console
    from rich.progress import Progress

    shown = Console(stderr=True)
    with Progress(console=shown, disable=hidden or not shown.is_terminal) as progress:
        task = progress.add_task("Learning", total=None)
        while (state := await desk.read_knowledge()(id)).syncing is not None:
            progress.update(task, completed=state.syncing.done, total=state.syncing.total)
            await desk.sync_knowledge()(id, state.syncing.job_id)
            await anyio.sleep(GLANCE)
        progress.update(task, completed=1, total=1)
        count = state.count
        task = progress.add_task("Embedding", total=count.passages, completed=count.with_vector)
        while done := await desk.embed_passages().some(id):
            progress.advance(task, done)


def _tell(state: "KnowledgeState", *, as_json: bool) -> None:
    count, syncing = state.count, state.syncing
    value: dict[str, Any] = {
        "articles": count.articles,
        "tickets": count.tickets,
        "passages": count.passages,
        "with_vector": count.with_vector,
        "model": state.model,
        "syncing": None if syncing is None else {"done": syncing.done, "total": syncing.total},
        "synced_at": None if state.last is None else state.last.finished_at,
    }
    found = "by their words" if state.model is None else f"{count.with_vector:,} of them by their meaning too"
    of = f"{count.articles:,} articles and {count.tickets:,} tickets"
    lines = [f"{count.passages:,} passages of {of}, found {found}."]
    if state.model is None:
        lines.append("To find by meaning: pip install 'helpdesk[ai]'")
    if syncing is not None:
        lines.append(f"A sync is at work: {syncing.done:,} of {syncing.total:,} gone through.")
    elif state.last is not None and state.last.finished_at is not None:
        lines.append(f"Last sync: {for_people(state.last.finished_at)}")
    answer(value, as_json, *lines)
