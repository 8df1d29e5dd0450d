"""A room for one kind of arrangement: the list, a form for a new one, a form for each that there is.

What a kind has of its own is said once; see `teams_and_tags.py`. The forms are filled into the classes that the API
takes, so that both refuse the same.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Generic
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_adapters.container import Container
from helpdesk_core.arrangements import A
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.repositories import ArrangementReads
from helpdesk_core.ports.store import View
from helpdesk_core.unset import given
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.users import Role
from helpdesk_http.web.forms import Control, Shape, Wrong, as_written, carrying_out, filled
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

LARGEST_FORM = 200_000

Controls = Callable[[OrganizationId, View], Awaitable[Sequence[Control]]]


@frozen(kw_only=True)
class Room(Generic[A]):
    """title, lead, one, sign: what the page is called, says of itself, calls one of its things, and shows.

    takes: the class of the API that a form is filled into; verbs, reads: as for `arrangement_operations`.
    controls: those of the form, as the organization has it just now. values: what they show of a thing.
    line: what the list says of a thing beside its name. needed: who may enter. blank: what the form of a new one shows.
    shape: the API's body out of the controls' values, where it is not simply these.
    around: what the form's own template needs beside it.
    """

    name: str
    title: str
    lead: str
    one: str
    sign: str
    takes: type[Any]
    verbs: Callable[[Container], Arrange[A]]
    reads: Callable[[View], ArrangementReads[A]]
    controls: Controls
    values: Callable[[A], Mapping[str, Any]]
    line: Callable[[A], str] = lambda thing: ""
    values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    shape: Shape = dict
    needed: Role = Role.ADMIN
    blank: Mapping[str, Any] = MappingProxyType({"active": True})
    form_template: str = "settings/arranged_form.html"
    around: Callable[[Request], Mapping[str, Any]] = lambda request: {}

    @property
    def path(self) -> str:
        return f"{HOME}/{self.name}"

    def routes(self) -> list[BaseRoute]:
        """The pages and what their forms lead to."""
        one = f"{self.path}/{{thing_id:uuid}}"
        return [
            Route(self.path, guarded(self._list, self.needed)),
            Route(f"{self.path}/new", guarded(self._new, self.needed)),
            Route(f"{self.path}/new", guarded(self._add, self.needed), methods=["POST"]),
            Route(one, guarded(self._one, self.needed)),
            Route(one, guarded(self._change, self.needed), methods=["POST"]),
            Route(f"{one}/remove", guarded(self._remove, self.needed), methods=["POST"]),
        ]

    async def _list(self, request: Request, who: Caller) -> Response:
        things = await desk_of(request).store().read(lambda view: self.reads(view).of(who.organization_id))
        by_name = sorted(things, key=lambda thing: (getattr(thing, "position", 0), thing.name.casefold()))
        return await settings_page("settings/arranged.html", request, who, room=self, things=by_name)

    async def _new(self, request: Request, who: Caller) -> Response:
        return await self._form(request, who, None, self.blank, {})

    async def _one(self, request: Request, who: Caller) -> Response:
        thing = await self._existing(request, who)
        return await self._form(request, who, thing, self.values(thing), {})

    async def _add(self, request: Request, who: Caller) -> Response:
        return await self._submitted(request, who, None)

    async def _change(self, request: Request, who: Caller) -> Response:
        return await self._submitted(request, who, await self._existing(request, who))

    async def _remove(self, request: Request, who: Caller) -> Response:
        await self.verbs(desk_of(request)).remove(
            who.organization_id, request.path_params["thing_id"], who.actor
        )
        return RedirectResponse(f"{self.path}?done=removed", 303)

    async def _submitted(self, request: Request, who: Caller, thing: A | None) -> Response:
        form = await form_of(request, LARGEST_FORM)
        desk = desk_of(request)
        controls = await desk.store().read(partial(self.controls, who.organization_id))
        verbs = self.verbs(desk)
        try:
            with carrying_out(controls):
                values = self.values_of(given(filled(self.takes, controls, form, self.shape)))
                if thing is None:
                    await verbs.add(who.organization_id, who.actor, values)
                else:
                    await verbs.change(who.organization_id, thing.id, who.actor, values)
        except Wrong as wrong:
            return await self._form(request, who, thing, as_written(form, controls), wrong.errors)
        return RedirectResponse(f"{self.path}?done={'saved' if thing else 'added'}", 303)

    async def _existing(self, request: Request, who: Caller) -> A:
        thing_id: UUID = request.path_params["thing_id"]
        found = (
            await desk_of(request)
            .store()
            .read(lambda view: self.reads(view).get(who.organization_id, thing_id))
        )
        return existing(found, self.one, thing_id)

    async def _form(
        self,
        request: Request,
        who: Caller,
        thing: A | None,
        values: Mapping[str, Any],
        errors: Mapping[str, str],
    ) -> Response:
        controls = await desk_of(request).store().read(partial(self.controls, who.organization_id))
        shown = {one.name: one.shows(values.get(one.name)) for one in controls if one.shows is not None}
        return await settings_page(
            self.form_template,
            request,
            who,
            422 if errors else 200,
            room=self,
            thing=thing,
            controls=controls,
            values={**values, **shown},
            errors=errors,
            **self.around(request),
        )
