"""Installs: an outside account is connected by sending its owner there to agree (RFC 6749 §4.1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import Factory, field, frozen

from helpdesk_core.ids import OrganizationId, UserId

INSTALL_LIFE = timedelta(minutes=10)
"""How long somebody may take to agree."""


@frozen
class Install:
    """Somebody has gone to `provider` to connect an account, and is to come back in the session they left in.

    What they come back with is a text that only they and the desk know; the store keeps its digest. `target` is what
    is being connected, where that is known before: a shop's domain, a marketplace.
    """

    state_hash: str = field(repr=False)
    organization_id: OrganizationId
    user_id: UserId
    session_hash: str = field(repr=False)
    provider: str
    target: str
    expires_at: datetime


@frozen
class Granted:
    """An account whose owner has agreed."""

    external_id: str
    settings: Mapping[str, str] = Factory(dict)
    secrets: Mapping[str, str] = field(factory=dict, repr=False)


class InstallRefused(Exception):
    """Nothing was connected; `code` is a stable word for a page to explain."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(told)
        self.code = code
