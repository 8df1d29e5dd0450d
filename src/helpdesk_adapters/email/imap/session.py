"""A folder on an IMAP server, open for reading."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from helpdesk_adapters.email.imap.line import Line
from helpdesk_adapters.email.imap.responses import body_in, descriptions, number_in, numbers
from helpdesk_core.mailboxes import MailboxAccount, MailboxTrouble, Place, Trouble
from helpdesk_core.ports.mailboxes import Described, FetchedMessage, OpenMailbox

PIECE = 1 << 20
"""Bytes of a message that are fetched at a time."""
LARGEST = 50 << 20
"""Bytes of a message that are taken; of a longer one the beginning is."""
PATIENCE = 20.0
"""Seconds that a server may take for one command."""
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class ImapMailboxes:
    """Mailboxes over IMAP; certificates must be from an authority that the machine or the account trusts."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def open(self, account: MailboxAccount) -> AsyncIterator[OpenMailbox]:
        line = Line(account, self._patience, self._trusting(account))
        try:
            await line.connect()
            await line.log_in()
            yield await _opened(line)
            await line.log_out()
        finally:
            line.hang_up()

    def _trusting(self, account: MailboxAccount) -> ssl.SSLContext:
        if account.ca_certificate is not None:
            try:
                return ssl.create_default_context(cadata=account.ca_certificate)
            except (ssl.SSLError, ValueError) as error:
                told = "ca_certificate is not a certificate in PEM."
                raise MailboxTrouble(Trouble.SETUP, told) from error
        if self._tls is None:  # one for all: each takes a megabyte, and mailboxes stay open for long
            self._tls = ssl.create_default_context()
        return self._tls


class ImapFolder:
    """An OpenMailbox."""

    def __init__(self, line: Line, uidvalidity: int, uid_next: int) -> None:
        self._line = line
        self.uidvalidity = uidvalidity
        self.uid_next = uid_next

    async def uids(self, place: Place) -> Sequence[int]:
        found: list[int] = []
        if place.uid < place.backlog:
            day = place.since - timedelta(days=1)  # the server goes by a day in a zone of its own
            since = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
            found += await self.found(f"UID {place.uid + 1}:{place.backlog} SINCE {since}")
        after = max(place.uid, place.backlog)
        found += await self.found(f"UID {after + 1}:*")
        # `n:*` names the last message even where n is beyond it (RFC 3501 §6.4.8).
        return sorted({uid for uid in found if uid > place.uid})

    async def found(self, criteria: str) -> list[int]:
        return numbers(await self._line.search(criteria))

    async def describe(self, uids: Sequence[int]) -> Mapping[int, Described]:
        lines = await self._line.fetch(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
        return descriptions(lines)

    async def message(self, uid: int) -> FetchedMessage | None:
        pieces: list[bytes] = []
        length = 0
        while length < LARGEST:
            lines = await self._line.fetch(str(uid), f"(UID BODY.PEEK[]<{length}.{PIECE}>)")
            piece = body_in(lines)
            if piece is None and not pieces:
                return None
            pieces.append(piece or b"")
            length += len(pieces[-1])
            if len(pieces[-1]) < PIECE:
                return FetchedMessage(b"".join(pieces))
        told = f"The message is larger than {LARGEST >> 20} MiB; the beginning of it was fetched."
        return FetchedMessage(b"".join(pieces)[:LARGEST], told)

    async def news(self, seconds: float) -> bool:
        return await self._line.idle(seconds)


async def _opened(line: Line) -> ImapFolder:
    lines = await line.examine()
    uidvalidity, uid_next = number_in("UIDVALIDITY", lines), number_in("UIDNEXT", lines)
    if uidvalidity is None:
        raise MailboxTrouble(
            Trouble.PROTOCOL, "The server has no UIDVALIDITY, so messages cannot be told apart."
        )
    folder = ImapFolder(line, uidvalidity, uid_next or 0)
    if uid_next is None:  # RFC 3501 lets a server leave it out
        folder.uid_next = 1 + max(await folder.found("UID 1:*"), default=0)
    return folder
