"""Shops as the desk calls them."""

from collections.abc import Awaitable, Callable

Subscribe = Callable[[str, str, str, str], Awaitable[None]]
"""Has the shop, by an access token, send its events of a topic to a URL. Having done it before is no error.

Raises AccessRefused for the token, NotSubscribed for this topic, TryLater, GiveUp.
"""


class AccessRefused(Exception):
    """The shop does not take this access token."""


class NotSubscribed(Exception):
    """The shop does not send events of this topic; the message says why, in its words."""
