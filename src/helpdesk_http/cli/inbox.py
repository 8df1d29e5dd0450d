"""The webhook inbox and the background jobs."""

from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import typer

from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.webhooks import EventState
from helpdesk_http.cli.desk import newest, organization_id, run
from helpdesk_http.cli.options import AnyOrg, Json, Limit, examples, group
from helpdesk_http.cli.output import answer, answer_table, for_people, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpdesk_adapters.container import Container
    from helpdesk_core.ids import JobId, WebhookEventId
    from helpdesk_core.jobs import Job
    from helpdesk_core.webhooks import WebhookEvent

events = group("events", "The webhook inbox: what providers posted.")
jobs = group("jobs", "Background jobs: what waits, fails, or rests.")


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.add_typer(events)
    app.add_typer(jobs)


@events.command(
    "list",
    epilog=examples("helpdesk events list --state dead", "helpdesk events list --provider resend --limit 5"),
)
def list_events(
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="NAME", help="Only this one's.")
    ] = None,
    state: Annotated[EventState | None, typer.Option("--state", help="Only those in this state.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="TEXT", help="Only this type, as the provider spells it.")
    ] = None,
    org: AnyOrg = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """List events, the newest first.

    `failed` ones will be tried again; `dead`, `unmatched` and `ignored` ones rest until they are replayed.
    """

    async def work(desk: "Container") -> "Sequence[WebhookEvent]":
        from helpdesk_core.ports.repositories import EventFilter

        organization = await organization_id(desk, org) if org is not None else None
        wanted = EventFilter(organization, provider=provider, state=state, type=type_)
        return await newest(desk, lambda view, page: view.inbox.page(wanted, page), "-received_at", limit)

    rows = [_event(one) for one in run(work)]
    columns = ("received_at", "provider", "type", "state", "attempts", "error", "id")
    answer_table(rows, as_json, columns, "No such event.")


@events.command(
    "show", epilog=examples("helpdesk events show 01981f6c-8f2a-7cc3-9d4e-0a1b2c3d4e5f --json | jq .body")
)
def show_event(
    event_id: Annotated[
        UUID, typer.Argument(metavar="ID", help="The event's id, as `events list` shows it.")
    ],
    as_json: Json = False,
) -> None:
    """Show one event and its body.

    The body is what the provider sent; it may hold personal data.
    """

    async def work(desk: "Container") -> "WebhookEvent":
        from helpdesk_core.errors import existing

        return existing(
            await desk.store().read(lambda view: view.inbox.get(cast("WebhookEventId", event_id))),
            "webhook event",
            event_id,
        )

    event = run(work)
    value = _event(event) | {
        "organization_id": event.organization_id,
        "body": event.raw.decode("utf-8", "replace"),
    }
    if as_json:
        print_json(value)
        return
    body = value.pop("body")
    for name, item in value.items():
        typer.echo(f"{name.replace('_', ' '):16}{for_people(item)}")
    typer.echo("\n" + "\n".join(for_people(line) for line in body.splitlines()))


@events.command(
    "replay",
    epilog=examples(
        "helpdesk events replay 01981f6c-8f2a-7cc3-9d4e-0a1b2c3d4e5f",
        "helpdesk events list --state unmatched --json | jq -r '.[].id' | xargs helpdesk events replay",
    ),
)
def replay_events(
    event_ids: Annotated[list[UUID], typer.Argument(metavar="ID...", help="Ids of events.")],
    as_json: Json = False,
) -> None:
    """Perform events again.

    Those that were ignored or unmatched, that failed, or that rest as dead. All of them or, where one is
    unknown or has had its effect, none. A running desk takes them up within seconds.
    """
    ids = cast("list[WebhookEventId]", event_ids)
    run(lambda desk: desk.replay_events()(ids))
    answer({"replayed": event_ids}, as_json, f"In line again: {_count(len(event_ids), 'event')}.")


@jobs.command("list", epilog=examples("helpdesk jobs list", "helpdesk jobs list --state dead --json"))
def list_jobs(
    state: Annotated[JobState | None, typer.Option("--state", help="Only those in this state.")] = None,
    kind: Annotated[JobKind | None, typer.Option("--kind", help="Only this kind.")] = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """List jobs, the newest first.

    `failed` ones will be tried again, `dead` ones rest until they are retried.
    """

    async def work(desk: "Container") -> "Sequence[Job]":
        from helpdesk_core.ports.repositories import JobFilter

        wanted = JobFilter(state, kind.value if kind else None)
        return await newest(desk, lambda view, page: view.jobs.page(wanted, page), "-created_at", limit)

    rows = [_job(one) for one in run(work)]
    answer_table(
        rows, as_json, ("created_at", "kind", "state", "attempts", "run_at", "error", "id"), "No such job."
    )


@jobs.command(
    "retry",
    epilog=examples(
        "helpdesk jobs retry 01981f6c-8f2a-7cc3-9d4e-0a1b2c3d4e5f",
        "helpdesk jobs list --state dead --json | jq -r '.[].id' | xargs helpdesk jobs retry",
    ),
)
def retry_jobs(
    job_ids: Annotated[list[UUID], typer.Argument(metavar="ID...", help="Ids of dead or failed jobs.")],
    as_json: Json = False,
) -> None:
    """Try dead or failed jobs again.

    They get all their attempts anew. All of them or, where one cannot be retried, none.
    """
    ids = cast("list[JobId]", job_ids)
    run(lambda desk: desk.retry_jobs()(ids))
    answer({"retried": job_ids}, as_json, f"In line again: {_count(len(job_ids), 'job')}.")


def _event(event: "WebhookEvent") -> dict[str, Any]:
    from attrs import asdict

    from helpdesk_http.views import webhook_event_view

    return asdict(webhook_event_view(event))


def _job(job: "Job") -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "attempts": job.attempts,
        "run_at": job.run_at,
        "error": job.error,
        "created_at": job.created_at,
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
