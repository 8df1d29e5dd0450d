"""A real SMTP server in a thread, which fails in the ways that mail servers fail."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from attrs import Factory, define, frozen

SLOWLY = 30.0
"""Seconds that a silent server keeps a client waiting; longer than any test waits."""


@frozen
class Delivered:
    """One mail that was taken."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str | None
    over_tls: bool
    peer: object = None
    """Which connection it came over."""

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@define
class Mailbox:
    """What arrived, and how the server is to behave from now on."""

    port: int = 0
    delivered: list[Delivered] = Factory(list)
    refusals: dict[str, str] = Factory(dict)
    """By recipient, the reply to RCPT; by `MAIL`, `DATA`, the reply to that command."""
    hang_up_after_data: bool = False
    """Takes the mail and breaks off before saying so."""
    after_taking: Callable[[], None] | None = None
    """What happens when a mail was taken, before the client hears of it."""
    hang_up_before_next: bool = False
    """Breaks off when a connection is used once more."""
    silent: bool = False
    asks_for_log_in: bool = False

    async def handle_RSET(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hang_up_before_next:
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.silent:
            await asyncio.sleep(SLOWLY)
        if self.asks_for_log_in and not session.authenticated:
            return "530 Log in first"
        if "MAIL" in self.refusals:
            return self.refusals["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        data: object = session.auth_data
        user = data.login.decode() if isinstance(data, LoginPassword) else None
        assert isinstance(envelope.content, bytes)
        self.delivered.append(
            Delivered(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                envelope.content,
                user,
                session.ssl is not None,
                session.peer,
            )
        )
        if self.after_taking is not None:
            self.after_taking()
        if self.hang_up_after_data:
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 OK"


@contextmanager
def receiving(
    kind: type[Mailbox] = Mailbox,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    logins: dict[str, str] | None = None,
    utf8: bool = False,
) -> Iterator[Mailbox]:
    """Receives mail on 127.0.0.1 until the block ends.

    `tls` wraps the whole connection, `starttls` is offered inside of it; with `logins` senders must log in.
    """
    mailbox = kind(asks_for_log_in=logins is not None)

    def login(_: SMTP, __: Session, ___: Envelope, mechanism: str, data: object) -> AuthResult:
        known = (
            isinstance(data, LoginPassword)
            and (logins or {}).get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(success=known, handled=False, auth_data=data)

    def protocol() -> SMTP:
        return SMTP(
            mailbox,
            enable_SMTPUTF8=utf8,
            hostname="mail.test",
            tls_context=starttls,
            auth_require_tls=starttls is not None,
            authenticator=login if logins is not None else None,
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
