"""Outside accounts are connected: a browser goes there, its owner agrees, the browser comes back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, NotAllowed, WrongCredentials
from helpdesk_core.installs import InstallRefused
from helpdesk_core.users import Role
from helpdesk_http.clients import address_of_desk
from helpdesk_http.operations import Operation, operation, session
from helpdesk_http.problems import Problem
from helpdesk_http.who import SESSION_COOKIE, Caller, caller_of, recognise

PATHS: Final[Mapping[str, tuple[str, str]]] = {
    "shopify": ("/api/shopify/install", "/api/shopify/callback"),
    "amazon": ("/api/amazon/install", "/api/amazon/callback"),
    "stripe-connect": ("/api/stripe-connect/install", "/api/stripe-connect/callback"),
    "slack": ("/api/slack/install", "/api/slack/callback"),
    "whatsapp": ("/api/whatsapp/install", "/api/whatsapp/callback"),
    "messenger": ("/api/messenger/install", "/api/messenger/callback"),
    "zendesk": ("/api/zendesk/connect", "/api/zendesk/callback"),
}
"""By provider, where a browser sets out and where it comes back to."""

AFTERWARDS: Final = "/app/settings/integrations"

Go = Callable[[Container, Request, Caller], Awaitable[Response]]
Return = Callable[[Container, Request], Awaitable[Response]]


def _setting_out(provider: str, path: str, back: str) -> Operation:
    async def set_out(desk: Container, request: Request, who: Caller) -> Response:
        named = request.query_params.get("organization_id")
        if named is not None and named != str(who.organization_id):
            raise NotAllowed("An account is connected to one's own organization only.")
        assert who.user is not None, "only a session sets out"
        try:
            url = await desk.begin_install()(
                who.organization_id,
                who.user.id,
                request.cookies[SESSION_COOKIE],
                provider,
                dict(request.query_params),
                address_of_desk(request) + back,
            )
        except InvalidValue as refusal:
            raise Problem(400, "invalid_value", "A value is not accepted.", str(refusal)) from refusal
        return _redirect(url)

    set_out.__name__ = "install_" + provider.replace("-", "_")
    set_out.__doc__ = f"Begin to connect an account of {provider}: the browser is sent there."
    errors = (400, 503)
    return operation(
        f"GET {path}", set_out, tag="Connecting", auth=session(Role.ADMIN), status=302, errors=errors
    )


def _coming_back(provider: str, path: str) -> Operation:
    async def come_back(desk: Container, request: Request) -> Response:
        try:
            who = caller_of(await recognise(desk, request), Role.ADMIN)
            installed = await desk.finish_install()(
                who.actor,
                request.cookies[SESSION_COOKIE],
                provider,
                request.url.query,
                address_of_desk(request) + path,
            )
        except InstallRefused as refusal:
            structlog.get_logger().warning("install_refused", provider=provider, code=refusal.code)
            return _redirect(f"{AFTERWARDS}?error={refusal.code}")
        except (WrongCredentials, NotAllowed):
            return _redirect(f"{AFTERWARDS}?error=not_logged_in")
        told = f"&left_out={installed.left_out}" if installed.left_out else ""
        return _redirect(f"{AFTERWARDS}?connected={provider}{told}")

    come_back.__name__ = "finish_installing_" + provider.replace("-", "_")
    come_back.__doc__ = (
        f"Finish connecting an account of {provider}.\n\nAlways leads to the page of the integrations, which says how"
        " it went: `connected=` the provider (`left_out=` how many accounts are another organization's already), or"
        " `error=` a code."
    )
    return operation(f"GET {path}", come_back, tag="Connecting", status=302)


def _redirect(url: str) -> Response:
    """Without a word to the next page of where it came from: codes stand in these addresses."""
    return RedirectResponse(url, 302, {"referrer-policy": "no-referrer", "cache-control": "no-store"})


OPERATIONS: tuple[Operation, ...] = tuple(
    one
    for provider, (out, back) in PATHS.items()
    for one in (_setting_out(provider, out, back), _coming_back(provider, back))
)
