"""The page of the outside accounts: which are connected, how each is doing, and how another one is."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlencode

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, NotFound, Refusal
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState, LastEvent
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.commerce.keep_topics import ENDED
from helpdesk_http.routes.installs import AFTERWARDS, PATHS
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.integration_words import (
    BY_HAND,
    CHOICES,
    FIELDS,
    MARKETPLACES,
    NEEDED,
    OTHERWISE,
    PROVIDERS,
    REFUSED,
)
from helpdesk_http.web.mailbox_form import BLANK, LONGEST, given_in, wrong_in
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.web.settings.rooms import settings_page
from helpdesk_http.who import Caller

NOTHING: Final[Mapping[str, str]] = {}
TARGETS: Final[Mapping[str, str]] = {"shopify": "shop", "amazon": "marketplace", "zendesk": "subdomain"}
"""What has to be said of an account before anybody goes to its provider."""


async def integrations_page(
    request: Request,
    who: Caller,
    *,
    given: Mapping[str, str] = BLANK,
    wrong: Mapping[str, str] = NOTHING,
    form: str = "",
    wrong_text: str = "",
) -> Response:
    """`given` and `wrong` are of the form for mailboxes.

    `form` is another one, of a provider, that was filled in wrongly: `wrong_text` says how, and `given` holds what
    was written.
    """
    desk, query = desk_of(request), request.query_params
    accounts = await desk.store().read(partial(_connected, who.organization_id))
    return await settings_page(
        "integrations.html",
        request,
        who,
        422 if wrong or wrong_text else 200,
        accounts=accounts,
        reads_mailboxes=find_spec("aioimaplib") is not None,
        connected=PROVIDERS.get(query.get("connected", "")),
        disconnected=PROVIDERS.get(query.get("disconnected", "")),
        refused=REFUSED.get(query["error"], OTHERWISE) if "error" in query else "",
        missing={provider: missing_for(provider, desk) for provider in PATHS},
        paths={provider: out for provider, (out, _) in PATHS.items()},
        marketplaces=MARKETPLACES,
        given=BLANK if form else given,
        wrong=wrong,
        left_out=query.get("left_out", "") not in ("", "0"),
        by_hand=[_hand_form(provider, desk, given if form == provider else NOTHING) for provider in BY_HAND],
        form=form,
        written=given.get("account", "") if form else "",
        wrong_text=wrong_text,
        names=PROVIDERS,
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


async def connect_by_hand(request: Request, who: Caller) -> Response:
    """Connects an account of a provider where nobody is sent. What is left empty of a connected one stays."""
    desk, provider = desk_of(request), request.path_params["provider"]
    if provider not in BY_HAND:
        raise NotFound("account to be connected in this way:", provider)
    form = await form_of(request, 20_000)
    kind = desk.account_kinds()[provider]
    given = {name: str(form.get(name, "")).strip() for name in ("account", *kind.settings, *kind.secrets)}
    values = {name: text for name, text in given.items() if text and name != "account"}
    told = ""
    if any(len(text) > LONGEST or not text.isprintable() for text in given.values()):
        told = f"Each field must be one line of at most {LONGEST} characters."
    elif not given["account"]:
        told = f"Give the {BY_HAND[provider][0].lower()}."
    else:
        try:
            await desk.connect_integration()(
                who.organization_id, provider, given["account"], values, who.actor
            )
        except InvalidValue as wrong:
            named = FIELDS[wrong.path][0] if wrong.path in FIELDS else BY_HAND[provider][0]
            told = f"{named} {wrong.message}."
        except Refusal as refusal:
            told = str(refusal)
    if told:
        return await integrations_page(request, who, given=given, form=provider, wrong_text=told)
    return RedirectResponse(f"{AFTERWARDS}?connected={provider}", 303)


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
        if provider == "amazon":
            raise
        given = {"account": written}
        return await integrations_page(
            request, who, given=given, form=provider, wrong_text=f"This {wrong.message}."
        )
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
    called: str
    last: LastEvent | None


@frozen
class _Field:
    """A field of a form; `choices` by value, where one is to be chosen."""

    name: str
    label: str
    hint: str
    secret: bool
    choices: Mapping[str, str]
    text: str


@frozen
class _HandForm:
    """The form by which an account of a provider is connected by hand."""

    provider: str
    label: str
    hint: str
    fields: Sequence[_Field]


def _hand_form(provider: str, desk: Container, given: Mapping[str, str]) -> _HandForm:
    kind = desk.account_kinds()[provider]
    fields = [
        _Field(
            name,
            *FIELDS[name],
            name in kind.secrets,
            {value: CHOICES.get(value, value) for value in kind.choices.get(name, ())},
            "" if name in kind.secrets else given.get(name, ""),
        )
        for name in FIELDS
        if name in kind.settings | kind.secrets
    ]
    return _HandForm(provider, *BY_HAND[provider], fields)


def _account(one: Integration, last: LastEvent | None) -> _Account:
    connected = one.state is IntegrationState.CONNECTED
    trouble = one.settings.get(TROUBLE, "")
    if not trouble and ENDED in one.settings:
        trouble = "Nothing more is heard of it: its topic was unsubscribed."
    name = PROVIDERS.get(one.provider, one.provider)
    called = one.settings.get("name", "") or one.settings.get("phone_number", "")
    return _Account(one, name, connected, trouble if connected else "", called, last)


def _whole(written: str, field: str) -> str:
    """A shop as its domain, where only its name, or the address of its page, was written."""
    if field != "shop":
        return written
    name = written.lower().removeprefix("https://").rstrip("/")
    return name if "." in name or not name else f"{name}.myshopify.com"


async def _connected(organization_id: OrganizationId, view: View) -> Sequence[_Account]:
    heard = await view.integrations.heard(organization_id)
    accounts = [_account(one, heard.get(one.id)) for one in await view.integrations.of(organization_id)]
    return sorted(accounts, key=lambda one: not one.connected)
