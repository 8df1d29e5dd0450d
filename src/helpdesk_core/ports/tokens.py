"""Access tokens that run out, at whoever gives them (RFC 6749)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from attrs import field, frozen

from helpdesk_core.installs import Granted


@frozen
class TokenRequest:
    """What a fresh access token is asked for with (RFC 6749 §6)."""

    url: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)


@frozen
class TokenGrant:
    """A fresh access token; a new refresh token where the old one is not to be used again."""

    access_token: str = field(repr=False)
    lasts: timedelta | None = None
    refresh_token: str | None = field(default=None, repr=False)


class TokenRefused(Exception):
    """Whoever gives the tokens refuses; `code` is the `error` of RFC 6749 §5.2."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(f"{code}: {told}" if told else code)
        self.code = code


RenewAccount = Callable[[str, str], Awaitable[Granted]]
"""A fresh access token for an account and its refresh token, with the one that takes its place.

Raises TokenRefused where the account must be connected anew, TryLater, GiveUp, MissingSetting.
"""

RenewToken = Callable[[TokenRequest], Awaitable[TokenGrant]]
"""Raises TokenRefused, TryLater where nobody answers, and GiveUp for an address that must not be called."""
