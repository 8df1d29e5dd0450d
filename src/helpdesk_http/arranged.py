"""The five endpoints of every kind of arrangement: list, create, read, change, delete.

What a kind has of its own is said once, in three attrs classes whose fields bear the names of the noun's; a family of
endpoints is then one call:

    OPERATIONS = arrangement_operations(
        "/api/v1/teams", "team", tag="Teams",
        shows=TeamView, takes=NewTeam, changes=TeamPatch,
        verbs=lambda desk: desk.arrange_teams(), reads=lambda view: view.teams,
    )
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import attrs
from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.arrangements import A
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Position
from helpdesk_core.ports.repositories import ArrangementReads
from helpdesk_core.ports.store import View
from helpdesk_core.unset import given
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

V = TypeVar("V")
ViewsIn = Callable[[OrganizationId, Sequence[A], View], Awaitable[Sequence[Any]]]


@frozen(kw_only=True)
class ArrangementQuery:
    limit: Limit = 25
    sort: Literal["name", "-name", "created_at", "-created_at"] = "name"
    cursor: Cursor | None = None


def shown_as(cls: type[V], noun: Any) -> V:
    """The view whose fields are the noun's of the same names."""
    return cls(**{field.name: getattr(noun, field.name) for field in attrs.fields(cls)})  # type: ignore[arg-type]


def arrangement_operations(
    path: str,
    noun: str,
    *,
    tag: str,
    shows: Any,
    takes: Any,
    changes: Any,
    verbs: Callable[[Container], Arrange[A]],
    reads: Callable[[View], ArrangementReads[A]],
    view_of: Callable[[A], Any] | None = None,
    values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    views_in: ViewsIn[A] | None = None,
    reading: Scope = Scope.READ,
    writing: Scope = Scope.ADMIN,
) -> tuple[Operation, ...]:
    """The operations under `path` for the kind that `verbs` arranges.

    noun: the kind in words, for summaries, names and the path's parameter: "custom field".
    shows, takes, changes: the attrs classes of answers, new ones, and patches (whose fields may be UNSET).
    view_of: the view of a noun, where its fields are not simply the noun's.
    values_of: what the fields of a body are to the noun, where they are not the same.
    views_in: the views of some nouns of one organization, where these need something else from the store; in place of
        `view_of`.
    """
    at = _Endpoints(path, noun, verbs, reads, view_of or partial(shown_as, shows), values_of, views_in)
    word, exact = noun.replace(" ", "_"), f"{path}/{{{at.parameter}}}"
    a_noun = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
    common: dict[str, Any] = {"desk": Container, "who": Caller}
    one = {**common, at.parameter: UUID}
    several = {**common, "request": Request, "query": ArrangementQuery}
    handlers = (
        (at.list, f"list_{_plural(word)}", f"List {_plural(noun)}.", several, Reply[Listed[shows]]),
        (at.create, f"create_{word}", f"Set up {a_noun}.", {**common, "body": takes}, Reply[shows]),
        (at.read, f"read_{word}", f"Read {a_noun}.", one, shows),
        (at.change, f"change_{word}", f"Change {a_noun}.", {**one, "body": changes}, shows),
        (at.delete, f"delete_{word}", f"Take {a_noun} away.", one, None),
    )
    list_, create, read_, change, delete = (_declared(*handler) for handler in handlers)
    read, write = key(reading), key(writing)
    return (
        operation(f"GET {path}", list_, tag=tag, auth=read),
        operation(f"POST {path}", create, tag=tag, auth=write, status=201, errors=(409,)),
        operation(f"GET {exact}", read_, tag=tag, auth=read, errors=(404,)),
        operation(f"PATCH {exact}", change, tag=tag, auth=write, errors=(404, 409)),
        operation(f"DELETE {exact}", delete, tag=tag, auth=write, errors=(404, 409)),
    )


@frozen
class _Endpoints(Generic[A]):
    """What answers the five."""

    path: str
    noun: str
    verbs: Callable[[Container], Arrange[A]]
    reads: Callable[[View], ArrangementReads[A]]
    view_of: Callable[[A], Any]
    values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    views_in: ViewsIn[A] | None

    @property
    def parameter(self) -> str:
        return f"{self.noun.replace(' ', '_')}_id"

    async def list(self, desk: Container, who: Caller, request: Request, query: ArrangementQuery) -> Any:
        name = self.path.rpartition("/")[2]
        page = page_of(desk, name, query)

        async def unit(view: View) -> tuple[Sequence[Any], Position | None]:
            found = await self.reads(view).page(who.organization_id, page)
            return await self._views(who.organization_id, found.items, view), found.next

        views, next_ = await desk.store().read(unit)
        return listed(desk, request, name, query, views, next_)

    async def create(self, desk: Container, who: Caller, body: Any) -> Any:
        added = await self.verbs(desk).add(who.organization_id, who.actor, self.values_of(given(body)))
        return Reply(await self._view(desk, added), headers={"location": f"{self.path}/{added.id}"})

    async def read(self, desk: Container, who: Caller, **ids: UUID) -> Any:
        id_ = ids[self.parameter]
        found = await desk.store().read(lambda view: self.reads(view).get(who.organization_id, id_))
        return await self._view(desk, existing(found, self.noun, id_))

    async def change(self, desk: Container, who: Caller, body: Any, **ids: UUID) -> Any:
        values = self.values_of(given(body))
        changed = await self.verbs(desk).change(who.organization_id, ids[self.parameter], who.actor, values)
        return await self._view(desk, changed)

    async def delete(self, desk: Container, who: Caller, **ids: UUID) -> None:
        await self.verbs(desk).remove(who.organization_id, ids[self.parameter], who.actor)

    async def _view(self, desk: Container, noun: A) -> Any:
        async def unit(view: View) -> Any:
            return (await self._views(noun.organization_id, [noun], view))[0]

        return self.view_of(noun) if self.views_in is None else await desk.store().read(unit)

    async def _views(self, organization_id: OrganizationId, nouns: Sequence[A], view: View) -> Sequence[Any]:
        if self.views_in is None:
            return [self.view_of(noun) for noun in nouns]
        return await self.views_in(organization_id, nouns, view)


def _declared(handler: Any, name: str, summary: str, hints: dict[str, Any], answer: Any) -> Any:
    """The handler under a name of its own, with its summary and types."""

    async def declared(**given: Any) -> Any:
        return await handler(**given)

    declared.__name__, declared.__doc__ = name, summary
    declared.__annotations__ = {**hints, "return": answer}
    return declared


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
