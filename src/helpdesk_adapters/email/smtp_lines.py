"""Connections to a mail server: a few at once, each handed on while there is more to send."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import anyio
from attrs import define, field

if TYPE_CHECKING:
    import aiosmtplib

AT_ONCE: Final = 4
"""Connections to one server; more are refused by many, and gain little."""
MAILS_OF_ONE: Final = 20
"""Mails over one connection. Some servers take no more, and say so only when it is too late to be sent elsewhere."""
GOOD_BYE: Final = 5.0
"""Seconds for what is only polite."""


@define(eq=False)
class _Line:
    """One connection, and how many mails it has carried."""

    client: "aiosmtplib.SMTP"
    mails: int = 0


@define(eq=False)
class _Turn:
    """Somebody who waits until another one is done; they may get the other's connection with it."""

    come: anyio.Event = field(factory=anyio.Event)
    line: _Line | None = None


class Lines:
    """The connections to one server.

    A connection that somebody waits for is handed on, which saves them connecting, encrypting and logging in; one that
    nobody waits for is closed, so that none is ever left open. `connect` gives one over which a mail can be sent.
    """

    def __init__(self, connect: "Callable[[], Awaitable[aiosmtplib.SMTP]]") -> None:
        self._connect = connect
        self._busy = 0
        self._waiting: deque[_Turn] = deque()

    @asynccontextmanager
    async def one(self) -> "AsyncIterator[aiosmtplib.SMTP]":
        """A connection for one mail, to be left as it is after a mail was taken. Whatever is raised meanwhile ends the
        connection.
        """
        line = await self._turn()
        try:
            line = await self._alive(line)
            yield line.client
            line.mails += 1
            if not self._waiting or line.mails >= MAILS_OF_ONE or not line.client.is_connected:
                await _close(line)
                line = None
        except BaseException:
            if line is not None:
                line.client.close()
            self._done(None)
            raise
        self._done(line)

    async def _turn(self) -> _Line | None:
        """Waits until there is room; the connection of whoever made it, if they hand it on."""
        if self._busy < AT_ONCE:
            self._busy += 1
            return None
        turn = _Turn()
        self._waiting.append(turn)
        try:
            await turn.come.wait()
        except BaseException:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._done(turn.line)
            raise
        return turn.line

    def _done(self, line: _Line | None) -> None:
        """Makes room for the next one."""
        if self._waiting:
            turn = self._waiting.popleft()
            turn.line = line
            turn.come.set()
            return
        if line is not None:
            line.client.close()
        self._busy -= 1

    async def _alive(self, line: _Line | None) -> _Line:
        """The connection, if the server still answers over it; else another one. Nothing was sent over it yet, so that
        nothing can arrive twice.
        """
        import aiosmtplib

        if line is not None:
            try:
                await line.client.rset(timeout=GOOD_BYE)
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()
            else:
                return line
        return _Line(await self._connect())


async def _close(line: _Line) -> None:
    """Says good-bye. The mail is theirs by now, whatever they say to that, and however late it has become."""
    import aiosmtplib

    with anyio.CancelScope(shield=True), suppress(aiosmtplib.SMTPException, OSError):
        await line.client.quit(timeout=GOOD_BYE)
    line.client.close()
