"""Who sees a page, and what the others see; forms, and the place in a list."""

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, NotFound, Refusal, WrongCredentials, existing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.people.log_in import SecondFactorDemanded
from helpdesk_core.users import Role, User
from helpdesk_http.cursors import cursor_of, position_of
from helpdesk_http.middleware import limited
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller, caller_of, recognise, refuse_foreign_origin

NEWEST_FIRST: Final = "-created_at"
SECOND_FACTOR: Final = "/app/account/second-factor"
"""Where a second factor is set up."""

NO_TEXT: Final = re.compile("[\ud800-\udfff]")

ServedPage = Callable[[Request], Awaitable[Response]]


def guarded(
    page: Callable[[Request, Caller], Awaitable[Response]],
    needed: Role = Role.AGENT,
    *,
    setting_up: bool = False,
) -> ServedPage:
    """The page for members of an organization with the role `needed`; the others are led to what they can do.

    Whoever lacks a second factor that their organization demands is led to where they set it up: pages with
    `setting_up` are all that they see.
    No form works that a page of another origin sends.
    """

    async def shown(request: Request) -> Response:
        refuse_foreign_origin(request)
        try:
            user = await recognise(desk_of(request), request, setting_up=setting_up)
        except SecondFactorDemanded:
            return RedirectResponse(SECOND_FACTOR, 303)
        except WrongCredentials:
            asked = f"{request.url.path}?{request.url.query}".rstrip("?")
            return RedirectResponse(f"/app/login?{urlencode({'next': asked})}", 303)
        if user.organization_id is None:
            text = _("Your account does not belong to an organization.")
            return _message(request, user, 403, _("No organization"), text)
        if needed is Role.ADMIN and user.role is not Role.ADMIN:
            text = _(
                "This page sets the desk up. Ask an admin of your organization to do it, or to make you one."
            )
            return _message(request, user, 403, _("For admins only"), text)
        try:
            return await page(request, caller_of(user, needed))
        except NotFound as missing:
            return _message(request, user, 404, _("Not found"), str(missing))
        except InvalidValue as wrong:
            return _message(request, user, 400, _("That address is not right"), str(wrong))
        except Refusal as refusal:
            return _message(request, user, 409, _("That did not work"), str(refusal))

    return shown


def user_of(who: Caller) -> User:
    """The person who reads a page: no program gets as far as one."""
    assert who.user is not None, "pages are for people"
    return who.user


async def form_of(request: Request, limit: int, fields: int = 100) -> FormData:
    """The form, of which never more than `limit` bytes and `fields` fields are taken; InvalidValue for what is no text.

    A form may say itself how its text is encoded, which can be a lie, or make of it what no store takes.
    """
    bounded = Request(request.scope, limited(request.scope, request.receive, limit))
    try:
        form = await bounded.form(max_files=0, max_fields=fields, max_part_size=limit)
    except UnicodeError:
        raise InvalidValue("form", "is not text in UTF-8") from None
    if any(NO_TEXT.search(str(part)) for pair in form.multi_items() for part in pair):
        raise InvalidValue("form", "is not text in UTF-8")
    return form


def place_in(desk: Container, name: str, limit: int, request: Request, sort: str = NEWEST_FIRST) -> Page:
    """The page of the list of this name that the address asks for."""
    cursor = request.query_params.get("cursor")
    return Page(limit, sort, position_of(desk, name, sort, cursor) if cursor else None)


def address_behind(
    desk: Container,
    name: str,
    after: Position | None,
    path: str,
    query: Mapping[str, str] = MappingProxyType({}),
    sort: str = NEWEST_FIRST,
) -> str:
    """Where the page behind this one of a list is read, with the rest of its query; "" where there is none.

    name, sort: as for `place_in`.
    """
    if after is None:
        return ""
    kept = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode({**kept, 'cursor': cursor_of(desk, name, sort, after)})}"


async def organization_of(organization_id: OrganizationId, view: View) -> Organization:
    return existing(await view.organizations.get(organization_id), "organization", organization_id)


def _message(request: Request, user: User, status: int, title: str, text: str) -> Response:
    back, back_text = ("/app", _("Back to the tickets")) if user.organization_id else ("/", _("Front page"))
    return render(
        "message.html", request, status, user=user, title=title, text=text, back=back, back_text=back_text
    )
