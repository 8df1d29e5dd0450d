"""Mail settings.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class AcknowledgementView:
    """What is said by itself to whoever opens a ticket by mail or contact form."""

    active: bool
    subject: str
    text: str


@frozen(kw_only=True)
class MailSettingsView:
    """How the organization writes to its customers."""

    from_: str | None
    """The sender of answers; null: `default_from`."""
    default_from: str
    """The sender where none is set."""
    address: str
    """Where the organization itself receives mail."""
    signature: str
    template: str
    acknowledgement: AcknowledgementView


@frozen(kw_only=True)
class AcknowledgementPatch:
    """What is to be different; what is not given stays."""

    active: bool | Unset = UNSET
    """Off until somebody turns it on."""
    subject: str | Unset = UNSET
    """One line."""
    text: str | Unset = UNSET
    """Plain text."""


@frozen
class MailSettings:
    """Mail settings."""

    _calls: Calls

    async def read(self) -> MailSettingsView:
        """Read how the organization writes to its customers."""
        answered: MailSettingsView = await self._calls.answer(
            MailSettingsView, "GET", "/api/v1/mail-settings"
        )
        return answered

    async def change(
        self,
        *,
        from_: str | None | Unset = UNSET,
        signature: str | Unset = UNSET,
        template: str | Unset = UNSET,
        acknowledgement: AcknowledgementPatch | Unset | Mapping[str, Any] = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> MailSettingsView:
        """Change how the organization writes to its customers.

        Mail that has left stays as it was. Placeholders are those of macros, such as
        `{{ticket.number}}`.

        signature: Plain text under every answer; placeholders are filled in.
        template: HTML around every answer, with `{{content}}` where the answer goes. Sanitized
        before it is kept.
        """
        answered: MailSettingsView = await self._calls.answer(
            MailSettingsView,
            "PATCH",
            "/api/v1/mail-settings",
            body={
                "from": from_,
                "signature": signature,
                "template": template,
                "acknowledgement": acknowledgement,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered
