"""Calling webhook endpoints."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from attrs import field, frozen


@frozen
class Called:
    """What came of one call: a status and the beginning of the answer, or an error where no answer came.

    `asked_pause` is how long the other side wants to be left alone.
    """

    duration_ms: int
    status: int | None = None
    answer: str = field(default="", repr=False)
    error: str | None = None
    asked_pause: timedelta | None = None


class NoRoom(Exception):
    """As many calls are being made as may be made at a time; nothing was sent."""


class WebhookCalls(Protocol):
    async def post(self, endpoint_id: UUID, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        """Makes one call of at most 15 s. Redirects are not followed, addresses that are not public not reached
        unless the operator allows them: both are failures that say so.

        Slow endpoints are called one at a time and leave room for others.

        Raises:
            NoRoom: nothing was sent; the same call may be made a little later.
        """
        ...

    def check_url(self, url: str) -> str:
        """The URL, or InvalidValue for one that can never be called. Asks no name server."""
        ...
