"""What health asks of each part, with a limit to its patience, and what is told beside it."""

import os
from collections.abc import Mapping

import structlog
from anyio import fail_after

from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_core.health import Check, HealthState
from helpdesk_core.integrations import TROUBLE
from helpdesk_core.mailboxes import is_to_be_fetched, told_of_all
from helpdesk_core.ports.health import Ping, Report
from helpdesk_core.ports.store import Store, Work

UNTIMED = frozenset({"environment"})
"""Parts that are asked over no distance."""

PATIENCE = 5.0
"""Seconds after which a silent part counts as failed."""


def pings(settings: Settings, store: Store) -> Mapping[str, Ping | None]:
    """What is asked, in the order in which it is shown; None: not configured."""
    return {
        "database": _database(store),
        "redis": _redis(settings.redis_url) if settings.redis_url else None,
        "environment": _environment(settings),
    }


def reports(store: Store) -> Mapping[str, Report]:
    """What is shown and does not count."""
    return {"mailboxes": _mailboxes(store)}


def log_failure(part: str, failure: Exception) -> None:
    structlog.get_logger().warning("health_check_failed", part=part, exc_info=failure)


def _database(store: Store) -> Ping:
    async def ping() -> None:
        with fail_after(PATIENCE):
            await store.transact(_touch)

    return ping


async def _touch(work: Work) -> None:
    # A write, since a store that can only be read would lose the next mail.
    await work.facts.put("health", "checked")


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


def _mailboxes(store: Store) -> Report:
    # Always healthy: a mailbox is its organization's to mend, and a monitor that takes the desk out of service for one
    # would stop all the others. Numbers only, since everybody may read it.
    async def report() -> Check | None:
        with fail_after(PATIENCE):
            connected = await store.read(lambda view: view.integrations.connected("imap"))
        fetched = [one.settings for one in connected if is_to_be_fetched(one.settings, one.sealed)]
        if not fetched:
            return None
        return Check(HealthState.HEALTHY, detail=told_of_all([one.get(TROUBLE) for one in fetched]))

    return report


def _environment(settings: Settings) -> Ping:
    async def ping() -> None:
        if settings.data_dir.exists() and not os.access(settings.data_dir, os.W_OK):
            raise PermissionError("The data folder cannot be written.")

    return ping
