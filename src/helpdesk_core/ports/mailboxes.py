"""Mailboxes on other people's servers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.mailboxes import MailboxAccount, Place


@frozen
class Described:
    """What is known of a message before it is fetched."""

    size: int | None = None
    arrived: datetime | None = None


@frozen
class FetchedMessage:
    """The message to the byte, but for what is beyond the size that is taken: then `warning` says so."""

    content: bytes
    warning: str | None = None


class OpenMailbox(Protocol):
    """A folder, open for reading; nothing in it is changed, no flag either.

    Every call has a limit of time. MailboxTrouble is what any of them raises; after PROTOCOL the next call may do
    better, after any other the line is gone.
    """

    @property
    def uidvalidity(self) -> int: ...

    @property
    def uid_next(self) -> int: ...

    async def uids(self, place: Place) -> Sequence[int]:
        """Those that are still to be read, ascending."""
        ...

    async def describe(self, uids: Sequence[int]) -> Mapping[int, Described]:
        """Those of them that are still there."""
        ...

    async def message(self, uid: int) -> FetchedMessage | None:
        """None: it is not there any more."""
        ...

    async def news(self, seconds: float) -> bool:
        """Waits, at most so long, until the server tells of new mail, and whether it has.

        What came while nobody waited is told at once. PROTOCOL where the server cannot tell.
        """
        ...


class Mailboxes(Protocol):
    def open(self, account: MailboxAccount) -> AbstractAsyncContextManager[OpenMailbox]:
        """Logs in and opens the folder; raises MailboxTrouble."""
        ...
