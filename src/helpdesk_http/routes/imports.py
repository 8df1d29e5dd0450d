"""Histories brought from other desks: ordering an import, and following it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import ImportId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Import, ImportState, Problem
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.importing.order_import import EVERYTHING, PREPARING, Order
from helpdesk_core.users import Role, Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Many, Text, camel
from helpdesk_http.operations import Operation, Reply, key, operation, session_or_key
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Entity = Literal["tickets", "customers", "articles"]
KINDS: Mapping[Entity, Kind] = {
    "tickets": Kind.TICKETS,
    "customers": Kind.CUSTOMERS,
    "articles": Kind.ARTICLES,
}
SHOWN_PROBLEMS = 100
"""Problems that a status shows; all that are kept are listed under `/api/v1/imports/{import_id}/problems`."""

Secret = Annotated[
    str, Text(min=1, max=4096, doc="Connects the account with it; left out, the connected account's is used.")
]


@camel
@frozen(kw_only=True)
class ZendeskOrder:
    subdomain: Annotated[str, Text(min=1, max=255, doc="The part before `.zendesk.com`.", example="acme")]
    access_token: Secret | None = None
    since: datetime | None = None
    entities: Annotated[tuple[Entity, ...], Many(max=3)] | None = None


@camel
@frozen(kw_only=True)
class FreshdeskOrder:
    domain: Annotated[str, Text(min=1, max=255, doc="The whole domain.", example="acme.freshdesk.com")]
    api_key: Secret | None = None
    since: datetime | None = None
    entities: Annotated[tuple[Entity, ...], Many(max=3)] | None = None


@camel
@frozen
class Ordered:
    """The import that runs now: of one account there is one at a time."""

    success: bool
    import_id: ImportId
    status: ImportState


@frozen
class Progress:
    done: Annotated[int, About(doc="Looked at: made, changed, passed over or failed.")]
    total: Annotated[int | None, About(doc="How many there are, where the source says so.")]
    created: int
    updated: int
    skipped: Annotated[int, About(doc="Unchanged, or nothing to keep.")]
    failed: int


@camel
@frozen
class ProblemView:
    """One thing that could not be brought, or only in part."""

    kind: Annotated[str, About(example="tickets")]
    external_id: Annotated[str, About(doc="Its id at the source.")]
    message: str


@camel
@frozen
class ImportStatus:
    """How far an import has come."""

    import_id: ImportId
    status: ImportState
    progress: Mapping[str, Progress]
    errors: Annotated[Sequence[ProblemView], About(doc=f"The first {SHOWN_PROBLEMS}.")]
    problems: Annotated[int, About(doc="How many there were in all.")]
    detail: Annotated[str | None, About(doc="What it waits for, or what has to be mended.")]
    started_at: datetime | None
    finished_at: datetime | None


@frozen
class ImportView:
    id: ImportId
    source: Annotated[str, About(example="zendesk")]
    account: Annotated[str, About(example="acme")]
    status: ImportState
    progress: Mapping[str, Progress]
    problems: int
    detail: str | None
    dry: Annotated[bool, About(doc="It only looks what would come.")]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@frozen(kw_only=True)
class ImportQuery:
    limit: Limit = 25
    sort: Literal["created_at", "-created_at"] = "-created_at"
    cursor: Cursor | None = None


@frozen
class Problems:
    data: Sequence[ProblemView]


async def import_from_zendesk(desk: Container, who: Caller, body: ZendeskOrder) -> Reply[Ordered]:
    """Import everything of a Zendesk account: its tickets with all that was said, people, macros and articles.

    Nothing is sent by it. Run again, it brings what has changed since; where one runs already, its id comes back.
    """
    secrets = {"access_token": body.access_token} if body.access_token else {}
    return await _order(
        desk, who, Order("zendesk", body.subdomain, _kinds(body.entities), body.since, secrets=secrets)
    )


async def import_from_freshdesk(desk: Container, who: Caller, body: FreshdeskOrder) -> Reply[Ordered]:
    """Import everything of a Freshdesk account, as from Zendesk."""
    secrets = {"api_key": body.api_key} if body.api_key else {}
    return await _order(
        desk, who, Order("freshdesk", body.domain, _kinds(body.entities), body.since, secrets=secrets)
    )


async def read_zendesk_import(desk: Container, who: Caller, import_id: UUID) -> ImportStatus:
    """Follow an import from Zendesk."""
    return await _status(desk, who, "zendesk", import_id)


async def read_freshdesk_import(desk: Container, who: Caller, import_id: UUID) -> ImportStatus:
    """Follow an import from Freshdesk."""
    return await _status(desk, who, "freshdesk", import_id)


async def _status(desk: Container, who: Caller, source: str, import_id: UUID) -> ImportStatus:
    async def look(view: View) -> tuple[Import, Sequence[Problem]]:
        found = await view.imports.get(who.organization_id, ImportId(import_id))
        one = existing(found if found is not None and found.source == source else None, "import", import_id)
        return one, await view.imports.problems(who.organization_id, one.id)

    one, problems = await desk.store().read(look)
    return ImportStatus(
        import_id=one.id,
        status=one.state,
        progress=_progress(one),
        errors=[_problem(problem) for problem in problems[:SHOWN_PROBLEMS]],
        problems=one.problems,
        detail=one.detail,
        started_at=one.started_at,
        finished_at=one.finished_at,
    )


async def list_imports(
    desk: Container, who: Caller, request: Request, query: ImportQuery
) -> Reply[Listed[ImportView]]:
    """List imports, the newest first."""
    page = page_of(desk, "imports", query)
    found = await desk.store().read(lambda view: view.imports.page(who.organization_id, page))
    return listed(desk, request, "imports", query, [_view(one) for one in found.items], found.next)


async def read_import(desk: Container, who: Caller, import_id: UUID) -> ImportView:
    """Read an import."""
    found = await desk.store().read(lambda view: view.imports.get(who.organization_id, ImportId(import_id)))
    return _view(existing(found, "import", import_id))


async def list_import_problems(desk: Container, who: Caller, import_id: UUID) -> Problems:
    """List what could not be brought: up to a thousand things."""

    async def look(view: View) -> Sequence[Problem]:
        found = await view.imports.get(who.organization_id, ImportId(import_id))
        return await view.imports.problems(who.organization_id, existing(found, "import", import_id).id)

    return Problems([_problem(one) for one in await desk.store().read(look)])


async def pause_import(desk: Container, who: Caller, import_id: UUID) -> Reply[ImportView]:
    """Stop an import behind the page that it is at. Ordering it again goes on from there; 409 where it is over."""
    return Reply(_view(await desk.pause_import()(who.organization_id, ImportId(import_id), who.actor)))


async def _order(desk: Container, who: Caller, order: Order) -> Reply[Ordered]:
    made = await desk.order_import()(who.organization_id, who.actor, order)
    return Reply(Ordered(True, made.id, made.state))


def _kinds(entities: Sequence[Entity] | None) -> tuple[Kind, ...]:
    if entities is None:
        return EVERYTHING
    wanted = {*PREPARING, *(KINDS[entity] for entity in entities)}
    if Kind.TICKETS in wanted:
        wanted.add(Kind.CUSTOMERS)
    return tuple(kind for kind in Kind if kind in wanted)


def _progress(one: Import) -> Mapping[str, Progress]:
    return {
        kind: Progress(
            done=tally.seen,
            total=tally.total,
            created=tally.created,
            updated=tally.updated,
            skipped=tally.skipped,
            failed=tally.failed,
        )
        for kind, tally in one.tallies.items()
    }


def _problem(one: Problem) -> ProblemView:
    return ProblemView(one.kind, one.external_id, one.told)


def _view(one: Import) -> ImportView:
    return ImportView(
        id=one.id,
        source=one.source,
        account=one.account,
        status=one.state,
        progress=_progress(one),
        problems=one.problems,
        detail=one.detail,
        dry=one.dry,
        created_at=one.created_at,
        started_at=one.started_at,
        finished_at=one.finished_at,
    )


_ADMINS = session_or_key(Role.ADMIN, Scope.ADMIN)

OPERATIONS: tuple[Operation, ...] = (
    *(
        operation(
            f"POST /api/{source}/import", order, tag="Imports", auth=_ADMINS, status=202, errors=(400, 409)
        )
        for source, order in (("zendesk", import_from_zendesk), ("freshdesk", import_from_freshdesk))
    ),
    *(
        operation(
            f"GET /api/{source}/import/{{import_id}}",
            follow,
            tag="Imports",
            auth=_ADMINS,
            errors=(404,),
        )
        for source, follow in (("zendesk", read_zendesk_import), ("freshdesk", read_freshdesk_import))
    ),
    operation("GET /api/v1/imports", list_imports, tag="Imports", auth=key(Scope.ADMIN)),
    operation(
        "GET /api/v1/imports/{import_id}", read_import, tag="Imports", auth=key(Scope.ADMIN), errors=(404,)
    ),
    operation(
        "GET /api/v1/imports/{import_id}/problems",
        list_import_problems,
        tag="Imports",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/imports/{import_id}/pause",
        pause_import,
        tag="Imports",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
)
