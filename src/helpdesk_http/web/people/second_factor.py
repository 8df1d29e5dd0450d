"""The pages on which a user sets up their second factor, gets recovery codes, and gives it up."""

import io
from collections.abc import Sequence
from typing import Final

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import TooManyAttempts, WrongCredentials
from helpdesk_core.ports.store import View
from helpdesk_core.second_factors import SecondFactor
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import SECOND_FACTOR, form_of, guarded, organization_of, user_of
from helpdesk_http.web.people.users import demands
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

DOT: Final = 4
"""Pixels of a dot of the QR code."""


def second_factor_routes() -> list[BaseRoute]:
    return [
        Route(SECOND_FACTOR, guarded(second_factor_page, setting_up=True)),
        Route(SECOND_FACTOR, guarded(confirm, setting_up=True), methods=["POST"]),
        Route(f"{SECOND_FACTOR}/codes", guarded(renew_codes), methods=["POST"]),
        Route(f"{SECOND_FACTOR}/remove", guarded(remove), methods=["POST"]),
    ]


async def second_factor_page(request: Request, who: Caller) -> Response:
    return await _page(request, who)


async def confirm(request: Request, who: Caller) -> Response:
    """The page that shows the recovery codes: the one answer that holds them."""
    form = await form_of(request, 10_000)
    try:
        codes = await desk_of(request).take_second_factor().confirm(user_of(who), text(form, "code")[:100])
    except (WrongCredentials, TooManyAttempts) as refusal:
        return await _page(request, who, 422, error=str(refusal))
    return await _codes(request, who, codes)


async def renew_codes(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    try:
        codes = (
            await desk_of(request).take_second_factor().renew_codes(user_of(who), text(form, "code")[:100])
        )
    except (WrongCredentials, TooManyAttempts) as refusal:
        return await _page(request, who, 422, codes_error=str(refusal))
    return await _codes(request, who, codes)


async def remove(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    try:
        await desk_of(request).remove_second_factor().own(user_of(who), text(form, "code")[:100])
    except (WrongCredentials, TooManyAttempts) as refusal:
        return await _page(request, who, 422, error=str(refusal))
    return RedirectResponse("/app/account?done=removed", 303)


async def _page(
    request: Request, who: Caller, status: int = 200, error: str = "", codes_error: str = ""
) -> Response:
    user, desk = user_of(who), desk_of(request)

    async def look(view: View) -> tuple[SecondFactor | None, str, bool]:
        organization = await organization_of(who.organization_id, view)
        factor = await view.second_factors.get(user.id)
        return factor, organization.name, await demands(who.organization_id, view)

    factor, issuer, demanded = await desk.store().read(look)
    confirmed = factor is not None and factor.confirmed
    new = None if confirmed else await desk.take_second_factor().begin(user, issuer)
    return await desk_page(
        "people/second_factor.html",
        request,
        who,
        "account",
        status,
        confirmed=confirmed,
        left=len(factor.recovery_hashes) if factor is not None else 0,
        secret=" ".join(new.secret[at : at + 4] for at in range(0, len(new.secret), 4)) if new else "",
        picture=qr_code(new.address) if new else "",
        demanded=demanded,
        error=error,
        codes_error=codes_error,
    )


def qr_code(address: str) -> Markup:
    """The address as a picture within the page: no style, no other host, black on white in every theme."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        scale=DOT,
        border=3,
        light="#fff",
        xmldecl=False,
        svgns=False,
        svgclass="qr",
        lineclass=None,
    )
    return Markup(drawn.getvalue().decode())


async def _codes(request: Request, who: Caller, codes: Sequence[str]) -> Response:
    return await desk_page("people/recovery_codes.html", request, who, "account", codes=codes)
