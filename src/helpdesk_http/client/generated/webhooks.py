"""Webhooks.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class Received:
    """The delivery is kept; what follows from it is done by a job."""

    received: bool


@frozen
class Webhooks:
    """Webhooks."""

    _calls: Calls

    async def receive_resend(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of resend.

        Handled: `email.received`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/resend",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_email(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of resend.

        Handled: `email.received`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/email",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered
