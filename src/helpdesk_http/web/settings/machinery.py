"""The rooms of the machinery: what providers posted, what is done in the background, who changed what."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import existing
from helpdesk_core.ids import JobId, OrganizationId, WebhookEventId
from helpdesk_core.jobs import Job, JobState
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import AuditFilter, EventFilter, JobFilter
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.webhooks.list_events import list_events, visible_event
from helpdesk_core.users import Role
from helpdesk_core.webhooks import EventState
from helpdesk_http.routes import webhook_events as api
from helpdesk_http.web.guarded import address_behind, guarded, place_in
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

LONGEST_BODY: Final = 50_000
ON_A_PAGE: Final = 50


def machinery_routes() -> list[BaseRoute]:
    def admin(page: Any) -> Any:
        return guarded(page, Role.ADMIN)

    return [
        Route(f"{HOME}/events", admin(events_page)),
        Route(f"{HOME}/events/{{event_id:uuid}}", admin(event_page)),
        Route(f"{HOME}/events/{{event_id:uuid}}/replay", admin(replay_event), methods=["POST"]),
        Route(f"{HOME}/jobs", admin(jobs_page)),
        Route(f"{HOME}/jobs/{{job_id:uuid}}/retry", admin(retry_job), methods=["POST"]),
        Route(f"{HOME}/audit", admin(audit_page)),
    ]


async def events_page(request: Request, who: Caller) -> Response:
    """What providers posted, the newest first, and what became of it."""
    desk, query = desk_of(request), request.query_params
    state = query.get("state", "")
    wanted = EventFilter(
        provider=query.get("provider") or None, state=EventState(state) if state in set(EventState) else None
    )
    kept = {"state": state, "provider": query.get("provider", "")}
    name, sort = f"events-page:{urlencode(kept)}", "-received_at"
    page = place_in(desk, name, ON_A_PAGE, request, sort)
    found = await desk.store().read(partial(list_events, who.organization_id, wanted, page))
    return await settings_page(
        "settings/events.html",
        request,
        who,
        events=found.items,
        state=state,
        states=list(EventState),
        older=address_behind(desk, name, found.next, f"{HOME}/events", kept, sort),
    )


async def event_page(request: Request, who: Caller) -> Response:
    """One of them, with what was posted."""
    event_id = WebhookEventId(request.path_params["event_id"])
    event = existing(
        await desk_of(request).store().read(partial(visible_event, who.organization_id, event_id)),
        "webhook event",
        event_id,
    )
    own = event.organization_id == who.organization_id  # what is nobody's yet may hold others' affairs
    body = event.raw[:LONGEST_BODY].decode("utf-8", "replace") if own else ""
    return await settings_page("settings/event.html", request, who, event=event, body=body, own=own)


async def replay_event(request: Request, who: Caller) -> Response:
    event_id: UUID = request.path_params["event_id"]
    await api.replay_webhook_event(desk_of(request), who, event_id)
    return RedirectResponse(f"{HOME}/events/{event_id}?done=replayed", 303)


async def jobs_page(request: Request, who: Caller) -> Response:
    """The organization's jobs that wait, fail or rest."""
    desk = desk_of(request)
    chosen = request.query_params.get("state", JobState.DEAD.value)
    state = JobState(chosen) if chosen in set(JobState) - {JobState.DONE} else JobState.DEAD
    name = f"jobs-page:{state.value}"
    page = place_in(desk, name, ON_A_PAGE, request)
    found = await desk.store().read(partial(_jobs, who.organization_id, state, page))
    return await settings_page(
        "settings/jobs.html",
        request,
        who,
        jobs=found.items,
        state=state,
        states=[one for one in JobState if one is not JobState.DONE],
        older=address_behind(desk, name, found.next, f"{HOME}/jobs", {"state": state.value}),
    )


async def retry_job(request: Request, who: Caller) -> Response:
    desk, job_id = desk_of(request), JobId(request.path_params["job_id"])
    job = await desk.store().read(lambda view: view.jobs.get(job_id))
    existing(job if job is not None and job.organization_id == who.organization_id else None, "job", job_id)
    await desk.retry_jobs()([job_id])
    return RedirectResponse(f"{HOME}/jobs?done=started", 303)


async def audit_page(request: Request, who: Caller) -> Response:
    """Who changed how the desk works, and what cannot be taken back."""
    desk, query = desk_of(request), request.query_params
    kept = {"type": query.get("type", "")}
    name, sort = f"audit-page:{urlencode(kept)}", "-seq"
    page = place_in(desk, name, ON_A_PAGE, request, sort)
    wanted = AuditFilter(type=kept["type"] or None)
    found = await desk.store().read(lambda view: view.log.page(who.organization_id, wanted, page))
    return await settings_page(
        "settings/audit.html",
        request,
        who,
        events=[(event, _told(event.data)) for event in found.items],
        type=kept["type"],
        older=address_behind(desk, name, found.next, f"{HOME}/audit", kept, sort),
    )


async def _jobs(organization_id: OrganizationId, state: JobState, page: Page, view: View) -> Slice[Job]:
    return await view.jobs.page(JobFilter(state=state, organization_id=organization_id), page)


def _told(data: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """What an event says beside its type, in lines."""
    return [
        (
            name.replace("_", " "),
            ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value),
        )
        for name, value in data.items()
        if value not in (None, "", [], {})
    ]
