"""What health asks of each part, with a limit to its patience."""

import os
from collections.abc import Mapping

from anyio import fail_after

from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_core.ports.health import Ping
from helpdesk_core.ports.store import Store

PATIENCE = 5.0
"""Seconds after which a silent part counts as failed."""


def pings(settings: Settings, store: Store) -> Mapping[str, Ping | None]:
    """What is asked, in the order in which it is shown; None: not configured."""
    return {
        "database": _database(store),
        "redis": _redis(settings.redis_url) if settings.redis_url else None,
        "environment": _environment(settings),
    }


def _database(store: Store) -> Ping:
    async def ping() -> None:
        with fail_after(PATIENCE):
            await store.read(lambda view: view.facts.get("health"))

    return ping


def _redis(url: str) -> Ping:
    try:
        from redis.asyncio import Redis
    except ModuleNotFoundError as error:
        raise BadSetting(
            "HELPDESK_REDIS_URL is set, and redis is not installed; install it with: pip install 'helpdesk[redis]'"
        ) from error

    async def ping() -> None:
        # A connection of its own: what is asked is whether one can be had.
        client = Redis.from_url(url)
        try:
            with fail_after(PATIENCE):
                await client.ping()
        finally:
            await client.aclose()

    return ping


def _environment(settings: Settings) -> Ping:
    async def ping() -> None:
        if settings.data_dir.exists() and not os.access(settings.data_dir, os.W_OK):
            raise PermissionError("The data folder cannot be written.")

    return ping
