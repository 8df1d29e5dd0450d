"""A user's own account: name, e-mail, password, sessions, whether they take tickets, and what they are told of."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import frozen
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import AlreadyTaken, InvalidValue
from helpdesk_core.notifications import NotificationKind, Way
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.use_cases.people.own_account import SettingsChange
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import Session
from helpdesk_http.routes.auth import device_of, remember
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of, guarded, user_of
from helpdesk_http.web.people.second_factor import second_factor_routes
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import SESSION_COOKIE, Caller

ACCOUNT: Final = "/app/account"
SAVED: Final = f"{ACCOUNT}?done=saved"
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = ("Windows", "iPhone", "iPad", "Android", "Macintosh", "CrOS", "Linux")


@frozen
class Shown:
    """A session as its user sees it."""

    session: Session
    device: str
    current: bool


def account_routes() -> list[BaseRoute]:
    return [
        Route(ACCOUNT, guarded(account_page)),
        Route(f"{ACCOUNT}/name", guarded(change_name), methods=["POST"]),
        Route(f"{ACCOUNT}/email", guarded(change_email), methods=["POST"]),
        Route(f"{ACCOUNT}/password", guarded(change_password), methods=["POST"]),
        Route(f"{ACCOUNT}/availability", guarded(change_availability), methods=["POST"]),
        Route(f"{ACCOUNT}/notifications", guarded(change_notifications), methods=["POST"]),
        Route(
            f"{ACCOUNT}/log-out-everywhere", guarded(log_out_everywhere, setting_up=True), methods=["POST"]
        ),
        *second_factor_routes(),
    ]


async def account_page(request: Request, who: Caller) -> Response:
    return await _page(request, who, {})


async def change_name(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    try:
        await desk_of(request).change_own_account().name(user_of(who), text(form, "name"))
    except InvalidValue as refusal:
        return await _page(request, who, {"name": refusal.message})
    return RedirectResponse(SAVED, 303)


async def change_email(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    email, password = text(form, "email"), str(form.get("email_password", ""))[:1024]
    try:
        await desk_of(request).change_own_account().email(user_of(who), email, password)
    except InvalidValue as refusal:
        name = "email" if refusal.path == "email" else "email_password"
        return await _page(request, who, {name: refusal.message}, email=email)
    except AlreadyTaken as taken:
        return await _page(request, who, {"email": str(taken)}, email=email)
    return RedirectResponse(SAVED, 303)


async def change_password(request: Request, who: Caller) -> Response:
    """All other sessions end; this browser goes on with a new one."""
    form = await form_of(request, 20_000)
    old, new = str(form.get("old", ""))[:1024], str(form.get("new", ""))
    try:
        verb = desk_of(request).change_own_account()
        token = await verb.password(user_of(who), old, new, device_of(request))
    except InvalidValue as refusal:
        name = "old" if "your password" in refusal.message else "new"
        return await _page(request, who, {name: refusal.message})
    response = RedirectResponse(SAVED, 303)
    remember(response, token, request)
    return response


async def change_availability(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    try:
        away = _day(text(form, "away_until"))
    except ValueError:
        return await _page(request, who, {"away_until": "is not a day, such as 2026-08-01"})
    change = SettingsChange(available=bool(form.get("available")), away_until=away)
    await desk_of(request).change_own_settings()(who.organization_id, user_of(who), change)
    return RedirectResponse(SAVED, 303)


async def change_notifications(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    change = SettingsChange(ways=_ways(form))
    await desk_of(request).change_own_settings()(who.organization_id, user_of(who), change)
    return RedirectResponse(SAVED, 303)


async def log_out_everywhere(request: Request, who: Caller) -> Response:
    await desk_of(request).change_own_account().log_out_everywhere(user_of(who))
    response = RedirectResponse("/app/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def _page(
    request: Request, who: Caller, errors: Mapping[str, str], email: str | None = None
) -> Response:
    user, home = user_of(who), who.organization_id
    current = digest(request.cookies.get(SESSION_COOKIE, ""))

    async def look(view: View) -> tuple[UserSettings, Sequence[Session], bool]:
        settings = await view.user_settings.get(home, user.id) or UserSettings(user.id, home)
        factor = await view.second_factors.get(user.id)
        return settings, await view.sessions.of(user.id), factor is not None and factor.confirmed

    settings, sessions, second_factor = await desk_of(request).store().read(look)
    now = desk_of(request).clock()()
    return await desk_page(
        "people/account.html",
        request,
        who,
        "account",
        422 if errors else 200,
        errors=errors,
        email=user.email if email is None else email,
        settings=settings,
        away=settings.away_until if settings.away_until and settings.away_until > now else None,
        kinds=[(kind, settings.way(kind)) for kind in NotificationKind],
        second_factor=second_factor,
        sessions=[Shown(one, device_name(one.device), one.token_hash == current) for one in sessions],
    )


def device_name(agent: str) -> str:
    """Browser and system, as far as they can be told from what a browser calls itself."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for name in SYSTEMS if name in agent), "").replace("Macintosh", "Mac")
    known = " · ".join(part for part in (browser, system) if part)
    return known or re.sub(r"[^\x20-\x7e]", "", agent)[:40]


def _ways(form: FormData) -> Mapping[NotificationKind, Way]:
    """What was chosen; what is no way is left as it was."""
    chosen = {kind: text(form, kind.value) for kind in NotificationKind}
    return {kind: Way(way) for kind, way in chosen.items() if way in set(Way)}


def _day(written: str) -> datetime | None:
    """The beginning of the day, in UTC, on which somebody is back; ValueError for what is none."""
    return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC) if written else None
