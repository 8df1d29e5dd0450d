"""One connection to an IMAP server (RFC 3501), over aioimaplib, which has no STARTTLS, does not tell commands of a
dropped line and reads IDLE into a queue that nobody empties.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aioimaplib
import anyio
from aioimaplib.aioimaplib import AioImapException, Command, quoted

from helpdesk_adapters.email.imap.mailbox_names import encode_name
from helpdesk_adapters.email.imap.responses import Lines
from helpdesk_adapters.email.imap.wire import MOST_ANSWERED, Authenticate, Client, Idle
from helpdesk_core.charsets import one_line
from helpdesk_core.mailboxes import MailboxAccount, MailboxTrouble, Security, Trouble


class Line:
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
        self._client = Client(account.host, account.port, self._patience, self._on_lost, at_once)
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
            command = Authenticate(protocol, token)
            await self.say("AUTHENTICATE", lambda: protocol.execute(command, scrub=token))
        else:
            secret = quoted(account.password or "")
            await self.say(
                "LOGIN", lambda: self._execute("LOGIN", quoted(account.username), secret, scrub=secret)
            )
        protocol.state = aioimaplib.AUTH

    async def examine(self) -> Lines:
        """EXAMINE changes nothing, where SELECT would take the mark of a recent message off every one."""
        name = quoted(encode_name(self._account.folder))
        lines = await self.say("EXAMINE", lambda: self._execute("EXAMINE", name))
        self._client.protocol.state = aioimaplib.SELECTED
        return lines

    async def say(self, name: str, command: Callable[[], Awaitable[Any]]) -> Lines:
        """What the server answers to a command that it carries out; MailboxTrouble where it refuses."""
        return _accepted(name, await self._within(_calling(command), name))

    async def fetch(self, uids: str, what: str) -> Lines:
        protocol = self._client.protocol
        return await self.say("FETCH", lambda: protocol.fetch(uids, what, by_uid=True))

    async def search(self, criteria: str) -> Lines:
        protocol = self._client.protocol
        return await self.say("SEARCH", lambda: protocol.search(criteria, by_uid=True, charset=None))

    async def idle(self, seconds: float) -> bool:
        """Whether the server has told of new messages; it is asked again after so many seconds (RFC 2177)."""
        protocol = self._client.protocol
        if not self._has("IDLE"):  # some tell only those who have logged in
            await self._within(protocol.capability(), "CAPABILITY")
        if not self._has("IDLE"):
            raise MailboxTrouble(Trouble.PROTOCOL, "The server cannot tell of new mail: it has no IDLE.")
        command = Idle(protocol)
        carried_out = asyncio.ensure_future(protocol.execute(command))
        try:
            await self._within(_either(carried_out, protocol.wait_for_idle_response()), "IDLE")
            if not carried_out.done():
                await self._listen(command, seconds)
                protocol.send("DONE")
            _accepted("IDLE", await self._within(carried_out, "IDLE"))
        finally:
            carried_out.cancel()
        return command.news.is_set()

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

    def _has(self, capability: str) -> bool:
        return any(known.upper() == capability for known in self._client.protocol.capabilities)

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

    async def _listen(self, command: Idle, seconds: float) -> None:
        try:
            with anyio.move_on_after(seconds) as self._waiting:
                if not self._lost:
                    await command.news.wait()
        finally:
            self._waiting = None

    async def _within(self, awaited: Awaitable[Any], name: str) -> Any:
        self._client.protocol.allowed = MOST_ANSWERED
        try:
            with anyio.move_on_after(self._patience) as scope:
                self._waiting = scope
                if self._lost:
                    scope.cancel()
                return await awaited
        except ssl.SSLCertVerificationError as error:
            told = f"The server's certificate cannot be trusted: {one_line(error.verify_message)}."
            raise MailboxTrouble(Trouble.SETUP, told) from error
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
        raise MailboxTrouble(Trouble.TRANSIENT, f"{name}: {self._silence()}.")

    def _silence(self) -> str:
        if self._client.protocol.said_too_much:
            return f"the server sent more than {MOST_ANSWERED >> 20} MiB in answer"
        return "the server dropped the line" if self._lost else f"no answer within {self._patience:g} seconds"

    def _on_lost(self, error: Exception | None) -> None:
        self._lost = True
        if self._waiting is not None:
            self._waiting.cancel()


async def _calling(command: Callable[[], Awaitable[Any]]) -> Any:
    return await command()


async def _either(one: "asyncio.Future[Any]", other: Awaitable[Any]) -> None:
    """Returns once one of them is done; the other is given up."""
    second = asyncio.ensure_future(other)
    try:
        await asyncio.wait({one, second}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        second.cancel()


def _accepted(name: str, answer: Any) -> Lines:
    lines: Lines = answer.lines
    if answer.result == "OK":
        return lines
    told = one_line(bytes(lines[-1] if lines else b"").decode(errors="replace"))
    raise _refusal(name, answer.result, told)


def _refusal(name: str, result: str, told: str) -> MailboxTrouble:
    for code in ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"):  # RFC 5530
        if f"[{code}]" in told.upper():
            return MailboxTrouble(Trouble.TRANSIENT, f"{name}: {told}")
    if name in ("LOGIN", "AUTHENTICATE") and result == "NO":
        return MailboxTrouble(Trouble.AUTHENTICATION, told or "The server refuses the log-in.")
    return MailboxTrouble(Trouble.PROTOCOL, f"{name}: {told or 'the server refuses it.'}")
