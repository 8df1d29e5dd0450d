"""A folder on an IMAP server (RFC 3501), read over aioimaplib. The only place that imports it.

aioimaplib is GPL-3.0 and comes with the extra `imap` only. It has no STARTTLS, waits for ever where a server refuses a
token, and does not tell commands of a dropped line; all three are seen to here.
"""

import asyncio
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import aioimaplib
import anyio
from aioimaplib.aioimaplib import AioImapException, Command, quoted

from helpdesk_adapters.email.imap.mailbox_names import encode_name
from helpdesk_adapters.email.imap.responses import Lines, body_in, descriptions, number_in, numbers
from helpdesk_core.charsets import one_line
from helpdesk_core.mailboxes import MailboxAccount, MailboxTrouble, Place, Security, Trouble
from helpdesk_core.ports.mailboxes import Described, FetchedMessage, OpenMailbox

PIECE = 1 << 20
"""Bytes of a message that are fetched at a time."""
LARGEST = 50 << 20
"""Bytes of a message that are taken; of a longer one the beginning is."""
PATIENCE = 20.0
"""Seconds that a server may take for one command."""
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

logging.getLogger("aioimaplib").setLevel(logging.WARNING)  # below it logs whole mails


class ImapMailboxes:
    """Mailboxes over IMAP; `tls` trusts the certificates of the machine unless it is another."""

    def __init__(self, patience: float = PATIENCE, tls: ssl.SSLContext | None = None) -> None:
        self._patience = patience
        self._tls = tls

    @asynccontextmanager
    async def open(self, account: MailboxAccount) -> AsyncIterator[OpenMailbox]:
        line = _Line(account, self._patience, self._tls or ssl.create_default_context())
        try:
            await line.connect()
            await line.log_in()
            yield await line.examine()
            await line.log_out()
        finally:
            line.hang_up()


class _Line:
    """One connection. Each command has a limit of time, and ends when the line is dropped."""

    def __init__(self, account: MailboxAccount, patience: float, tls: ssl.SSLContext) -> None:
        self._account = account
        self._patience = patience
        self._tls = tls
        self._lost = False
        self._waiting: anyio.CancelScope | None = None
        self._client: Any = None

    async def connect(self) -> None:
        account = self._account
        at_once = self._tls if account.security is Security.TLS else None
        self._client = aioimaplib.IMAP4(
            account.host,
            account.port,
            timeout=self._patience,
            conn_lost_cb=self._on_lost,
            ssl_context=at_once,
        )
        await self._within(self._client.wait_hello_from_server(), "connecting")
        if account.security is Security.STARTTLS:
            await self.say("STARTTLS", lambda: self._execute("STARTTLS"))
            await self._within(self._protect(), "starting TLS")

    async def log_in(self) -> None:
        account, protocol = self._account, self._client.protocol
        if protocol.state == aioimaplib.AUTH:
            return  # the server greeted with PREAUTH
        if account.access_token is not None:
            text = f"user={account.username}\1auth=Bearer {account.access_token}\1\1"
            token = b64encode(text.encode()).decode()
            command = _Authenticate(protocol, token)
            await self.say("AUTHENTICATE", lambda: protocol.execute(command, scrub=token))
        else:
            secret = quoted(account.password or "")
            await self.say(
                "LOGIN", lambda: self._execute("LOGIN", quoted(account.username), secret, scrub=secret)
            )
        protocol.state = aioimaplib.AUTH

    async def examine(self) -> "ImapFolder":
        """EXAMINE changes nothing, where SELECT would take the mark of a recent message off every one."""
        name = quoted(encode_name(self._account.folder))
        lines = await self.say("EXAMINE", lambda: self._execute("EXAMINE", name))
        self._client.protocol.state = aioimaplib.SELECTED
        uidvalidity, uid_next = number_in("UIDVALIDITY", lines), number_in("UIDNEXT", lines)
        if uidvalidity is None:
            raise MailboxTrouble(
                Trouble.PROTOCOL, "The server has no UIDVALIDITY, so messages cannot be told apart."
            )
        folder = ImapFolder(self, uidvalidity, uid_next or 0)
        if uid_next is None:  # RFC 3501 lets a server leave it out
            folder.uid_next = 1 + max(await folder.found("UID 1:*"), default=0)
        return folder

    async def say(self, name: str, command: Callable[[], Awaitable[Any]]) -> Lines:
        """What the server answers to a command that it carries out; MailboxTrouble where it refuses."""
        answer = await self._within(_calling(command), name)
        lines: Lines = answer.lines
        if answer.result == "OK":
            return lines
        raise _refusal(
            name, answer.result, one_line(bytes(lines[-1] if lines else b"").decode(errors="replace"))
        )

    async def fetch(self, uids: str, what: str) -> Lines:
        protocol = self._client.protocol
        return await self.say("FETCH", lambda: protocol.fetch(uids, what, by_uid=True))

    async def search(self, criteria: str) -> Lines:
        protocol = self._client.protocol
        return await self.say("SEARCH", lambda: protocol.search(criteria, by_uid=True, charset=None))

    async def log_out(self) -> None:
        with suppress(MailboxTrouble):  # all has been read, and it is their line again anyway
            await self.say("LOGOUT", lambda: self._execute("LOGOUT"))

    def hang_up(self) -> None:
        if self._client is None:
            return
        self._client._client_task.cancel()  # nothing public ends one that is still connecting
        for task in self._client.protocol.tasks:  # a greeting that waits for what follows it
            task.cancel()
        if (transport := self._client.protocol.transport) is not None:
            transport.abort()

    def _execute(self, name: str, *arguments: str, scrub: str | None = None) -> Awaitable[Any]:
        protocol = self._client.protocol
        answer: Awaitable[Any] = protocol.execute(Command(name, protocol.new_tag(), *arguments), scrub=scrub)
        return answer

    async def _protect(self) -> None:
        protocol = self._client.protocol
        protocol.incomplete_line, protocol.current_command = (
            b"",
            None,
        )  # nothing said in the open counts (RFC 9051 §11.4)
        protocol.transport = await asyncio.get_running_loop().start_tls(
            protocol.transport, protocol, self._tls, server_hostname=self._account.host
        )
        await protocol.capability()

    async def _within(self, awaited: Awaitable[Any], name: str) -> Any:
        try:
            with anyio.move_on_after(self._patience) as scope:
                self._waiting = scope
                if self._lost:
                    scope.cancel()
                return await awaited
        except ssl.SSLError as error:
            raise MailboxTrouble(Trouble.PROTOCOL, f"TLS: {one_line(str(error))}") from error
        except (OSError, TimeoutError) as error:
            told = one_line(str(error)) or "no answer in time"
            raise MailboxTrouble(Trouble.TRANSIENT, f"{name}: {told}") from error
        except (AioImapException, ValueError, LookupError, AttributeError) as error:
            told = one_line(str(error)) or type(error).__name__
            raise MailboxTrouble(Trouble.PROTOCOL, f"{name}: {told}") from error
        finally:
            self._waiting = None
        told = "the server dropped the line" if self._lost else f"no answer within {self._patience:g} seconds"
        raise MailboxTrouble(Trouble.TRANSIENT, f"{name}: {told}.")

    def _on_lost(self, error: Exception | None) -> None:
        self._lost = True
        if self._waiting is not None:
            self._waiting.cancel()


class ImapFolder:
    """An OpenMailbox."""

    def __init__(self, line: _Line, uidvalidity: int, uid_next: int) -> None:
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
        content = bytearray()
        while len(content) < LARGEST:
            lines = await self._line.fetch(str(uid), f"(UID BODY.PEEK[]<{len(content)}.{PIECE}>)")
            piece = body_in(lines)
            if piece is None:
                return FetchedMessage(bytes(content)) if content else None
            content += piece
            if len(piece) < PIECE:
                return FetchedMessage(bytes(content))
        told = f"The message is larger than {LARGEST >> 20} MiB; the beginning of it was fetched."
        return FetchedMessage(bytes(content), told)


class _Authenticate(Command):  # type: ignore[misc]  # aioimaplib is not typed
    """AUTHENTICATE XOAUTH2: where a token is refused, the server tells why and waits for an empty line."""

    def __init__(self, protocol: Any, token: str) -> None:
        super().__init__("AUTHENTICATE", protocol.new_tag(), "XOAUTH2", token)
        self._protocol = protocol

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        super().append_to_resp(line, result)
        if result == "Pending" and line.startswith(b"+"):
            self._protocol.send("")


async def _calling(command: Callable[[], Awaitable[Any]]) -> Any:
    return await command()


def _refusal(name: str, result: str, told: str) -> MailboxTrouble:
    for code in ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"):  # RFC 5530
        if f"[{code}]" in told.upper():
            return MailboxTrouble(Trouble.TRANSIENT, f"{name}: {told}")
    if name in ("LOGIN", "AUTHENTICATE") and result == "NO":
        return MailboxTrouble(Trouble.AUTHENTICATION, told or "The server refuses the log-in.")
    return MailboxTrouble(Trouble.PROTOCOL, f"{name}: {told or 'the server refuses it.'}")
