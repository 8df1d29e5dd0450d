"""The page of the outside accounts: which are connected, how each is doing, and how another one is."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlencode

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, NotFound, Refusal
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.commerce.keep_topics import ENDED
from helpdesk_http.routes.installs import AFTERWARDS, PATHS
from helpdesk_http.web.guarded import form_of, organization_of
from helpdesk_http.web.held import held_count
from helpdesk_http.web.integration_words import MARKETPLACES, NEEDED, OTHERWISE, PROVIDERS, REFUSED
from helpdesk_http.web.mailbox_form import BLANK, given_in, wrong_in
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.who import Caller

NOTHING: Final[Mapping[str, str]] = {}
TARGETS: Final[Mapping[str, str]] = {"shopify": "shop", "amazon": "marketplace"}
"""What has to be said of an account before anybody goes to its provider."""


async def integrations_page(
    request: Request,
    who: Caller,
    *,
    given: Mapping[str, str] = BLANK,
    wrong: Mapping[str, str] = NOTHING,
    target: str = "",
    target_error: str = "",
) -> Response:
    """`given` and `wrong` are of the form for mailboxes, `target` and its error of a shop's."""
    desk, query = desk_of(request), request.query_params
    organization, accounts, held = await desk.store().read(partial(_connected, who.organization_id))
    return render(
        "integrations.html",
        request,
        422 if wrong or target_error else 200,
        user=who.user,
        organization=organization,
        here="integrations",
        held=held,
        accounts=[_account(one) for one in accounts],
        connected=PROVIDERS.get(query.get("connected", "")),
        disconnected=PROVIDERS.get(query.get("disconnected", "")),
        refused=REFUSED.get(query["error"], OTHERWISE) if "error" in query else "",
        missing={provider: missing_for(provider, desk) for provider in PATHS},
        paths={provider: out for provider, (out, _) in PATHS.items()},
        marketplaces=MARKETPLACES,
        given=given,
        wrong=wrong,
        target=target,
        target_error=target_error,
    )


async def connect_mailbox(request: Request, who: Caller) -> Response:
    desk = desk_of(request)
    given = given_in(await form_of(request, 20_000))
    address = given["address"].lower()
    known = await desk.store().read(lambda view: view.integrations.by_account("imap", address))
    mine = known if known is not None and known.organization_id == who.organization_id else None
    settings, secrets = (mine.settings, mine.sealed) if mine is not None else ({}, {})
    if wrong := wrong_in(given, settings, secrets, desk.clock()()):
        return await integrations_page(request, who, given=given, wrong=wrong)
    values = {name: text for name, text in given.items() if text and name != "address"}
    try:
        await desk.connect_integration()(who.organization_id, "imap", address, values, who.actor)
    except Refusal as refusal:
        return await integrations_page(request, who, given=given, wrong={"address": str(refusal)})
    return RedirectResponse(f"{AFTERWARDS}?connected=imap", 303)


async def leave_for_provider(request: Request, who: Caller) -> Response:
    """Checks where somebody wants to go, and goes on by itself.

    It is a page and no redirect, since a form of ours may lead nowhere else, redirects included (CSP `form-action`).
    """
    desk, provider = desk_of(request), request.path_params["provider"]
    field = TARGETS.get(provider)
    if field is None or missing_for(provider, desk):
        raise NotFound("account to be connected in this way:", provider)
    written = request.query_params.get(field, "").strip()[:500]
    try:
        target = desk.installers()[provider].target_of({field: _whole(written, field)})
    except InvalidValue as wrong:
        if provider != "shopify":
            raise
        return await integrations_page(request, who, target=written, target_error=f"This {wrong.message}.")
    return render(
        "going.html",
        request,
        user=who.user,
        here="integrations",
        there=MARKETPLACES.get(target, target),
        name=PROVIDERS[provider],
        address=f"{PATHS[provider][0]}?{urlencode({field: target})}",
    )


async def disconnect_account(request: Request, who: Caller) -> Response:
    integration_id = IntegrationId(request.path_params["integration_id"])
    ended = await desk_of(request).disconnect_integration()(who.organization_id, integration_id, who.actor)
    return RedirectResponse(f"{AFTERWARDS}?{urlencode({'disconnected': ended.provider})}", 303)


def missing_for(provider: str, desk: Container) -> Sequence[str]:
    """The settings that are unset without which nobody can be sent to this provider."""
    settings = desk.settings()
    return [name for name in NEEDED[provider] if not any(settings.secrets_of(name))]


@frozen
class _Account:
    """An account as a line of the list."""

    integration: Integration
    name: str
    connected: bool
    trouble: str


def _account(one: Integration) -> _Account:
    connected = one.state is IntegrationState.CONNECTED
    trouble = one.settings.get(TROUBLE, "")
    if not trouble and ENDED in one.settings:
        trouble = "Nothing more is heard of it: its topic was unsubscribed."
    return _Account(one, PROVIDERS.get(one.provider, one.provider), connected, trouble if connected else "")


def _whole(written: str, field: str) -> str:
    """A shop as its domain, where only its name, or the address of its page, was written."""
    if field != "shop":
        return written
    name = written.lower().removeprefix("https://").rstrip("/")
    return name if "." in name or not name else f"{name}.myshopify.com"


async def _connected(
    organization_id: OrganizationId, view: View
) -> tuple[Organization, Sequence[Integration], str]:
    accounts = await view.integrations.of(organization_id)
    first = sorted(accounts, key=lambda one: one.state is not IntegrationState.CONNECTED)
    return await organization_of(organization_id, view), first, await held_count(organization_id, view)
