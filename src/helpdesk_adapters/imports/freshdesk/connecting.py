"""Whether an API key opens a Freshdesk account, before anything is kept of it."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from helpdesk_adapters.imports.freshdesk.client import FreshdeskApi, Redirected, Suspended
from helpdesk_adapters.imports.freshdesk.domains import SUFFIX
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.imports import AccessDenied, CredentialsRefused, SourceGone

PATIENCE: Final = 15.0
"""Seconds that somebody waits for an answer."""


def checks_freshdesk(settings: Settings, http: OutgoingHttp) -> Callable[[str, str], Awaitable[None]]:
    """Raises AccessDenied, CredentialsRefused, SourceGone or TryLater where the key does not open the domain."""

    async def check(domain: str, api_key: str) -> None:
        base = settings.api_base("freshdesk").format(domain=domain).rstrip("/")
        api = FreshdeskApi(await freshdesk_http(http, base), base, api_key, PATIENCE)
        try:
            told = await api.get("/agents/me")
        except Redirected as redirected:
            raise SourceGone(str(redirected)) from redirected
        except Suspended as suspended:
            raise AccessDenied(str(suspended)) from suspended
        if not isinstance(told, dict) or not isinstance(told.get("id"), int):
            raise CredentialsRefused(f"{domain} does not say whose API key it is.")

    return check


async def freshdesk_http(http: OutgoingHttp, base: str) -> OutgoingHttp:
    """For calls to this base: an operator's is trusted, and of Freshdesk's own hosts those that are on the internet.

    Raises SourceGone, and TryLater where the name cannot be resolved.
    """
    parts = urlsplit(base)
    if (parts.hostname or "").endswith(SUFFIX):
        try:
            await http.reach.addresses(parts.hostname or "", parts.port or 443)
        except GiveUp as forbidden:
            raise SourceGone(str(forbidden)) from forbidden
    return http.trusting(base)
