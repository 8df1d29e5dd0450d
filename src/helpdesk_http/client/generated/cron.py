"""Cron.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class MailboxSync:
    """What a pass over one mailbox did."""

    mailbox: str
    """Its address."""
    fetched: int
    """Messages that were brought over."""
    created: int
    """Those that have become messages of tickets."""
    skipped: int
    """Those that were known already, or are not wanted here."""
    error: str | None
    """What is wrong; begins with `setup`, `authentication`, `transient` or `protocol`."""


@frozen(kw_only=True)
class ImapSync:
    """A pass over the mailboxes."""

    success: bool
    """The pass was made; each mailbox tells for itself."""
    mailboxes: Sequence[MailboxSync]


@frozen
class Cron:
    """Cron."""

    _calls: Calls

    async def sync_imap(self) -> ImapSync:
        """Fetch new mail.

        One pass over every connected mailbox. Where another pass is at work on a mailbox, this one
        leaves it alone.
        """
        answered: ImapSync = await self._calls.answer(ImapSync, "GET", "/api/cron/imap-sync")
        return answered
