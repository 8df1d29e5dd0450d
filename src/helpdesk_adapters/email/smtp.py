"""Mail out through a mail server (RFC 5321, submission: RFC 6409)."""

import re
import ssl
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import anyio
import structlog
from attrs import field, frozen

from helpdesk_adapters.email.smtp_lines import Lines
from helpdesk_core.addresses import Address
from helpdesk_core.charsets import one_line
from helpdesk_core.email import OutgoingMail, compose, envelope_recipients, undelivered
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.mail import Accepted, Refused

if TYPE_CHECKING:
    import aiosmtplib

log = structlog.get_logger()

ANSWER_WITHIN = 30.0
"""Seconds that the server may take for one reply."""
LONGEST_SENDING = 300.0
"""Seconds for one mail in all."""

RESEND_HOST = "smtp.resend.com"


_EXPECTED = "must look like smtp://user:password@host:587?tls=starttls"


class BadSmtpUrl(ValueError):
    """The URL names no mail server that can be used; the message says why and holds no part of it."""


class Tls(StrEnum):
    """How the connection is protected.

    With `offered`, what is used where the URL says nothing, STARTTLS is used where the server has it; a
    password then still never leaves this machine unprotected.
    """

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    OFFERED = "offered"
    NONE = "none"


@frozen
class SmtpServer:
    """A mail server and the log-in for it."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is on this very machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_smtp_url(url: str) -> SmtpServer:
    """The server of `smtp://user:password@host:port?tls=starttls|implicit|none` or `smtps://…`; else
    BadSmtpUrl.

    User name and password are percent-encoded. The port is 587, or 465 with implicit TLS, where none is
    given; 465 and 2465 mean implicit TLS where nothing is said.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its words would show parts of the URL
        raise BadSmtpUrl(_EXPECTED) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0:
        raise BadSmtpUrl(_EXPECTED)
    asked = parse_qs(parts.query).get("tls", [""])[-1].lower()
    if asked not in ("", Tls.IMPLICIT, Tls.STARTTLS, Tls.NONE):
        raise BadSmtpUrl("must have tls=starttls, tls=implicit or tls=none")
    if not asked:
        asked = Tls.IMPLICIT if parts.scheme == "smtps" or port in (465, 2465) else Tls.OFFERED
    return SmtpServer(
        host=parts.hostname,
        port=port or (465 if asked == Tls.IMPLICIT else 587),
        tls=Tls(asked),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or "") if parts.username else None,
    )


class SmtpMail:
    """A MailSender. A mail that is accepted for one recipient counts as sent; who was refused is told.

    When the connection breaks after the mail was handed over it is sent again, and may then arrive twice with
    the same Message-ID; smtp.resend.com recognises it by the key. What is sent at the same time goes over few
    connections, see `Lines`.
    """

    def __init__(self, url: str) -> None:
        self._server = parse_smtp_url(url)
        self._lines = Lines(self._connected)

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        """As MailSender has it. Replies of 400 to 499 are TryLater, of 500 and more GiveUp."""
        import aiosmtplib

        raw = compose(mail)
        if self._server.host == RESEND_HOST:
            raw = f"Resend-Idempotency-Key: {key}\r\n".encode("ascii") + raw
        try:
            with anyio.fail_after(LONGEST_SENDING):
                refused, said = await self._delivered(mail, raw)
        except aiosmtplib.SMTPRecipientsRefused as all_refused:
            raise _refusal(all_refused) from all_refused
        except aiosmtplib.SMTPResponseException as answer:
            raise _judged(answer.code, f"The mail server answered {_reply(answer)}") from answer
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, OSError) as error:
            raise TryLater(f"The mail server {self._server.host}: {one_line(str(error))[:300]}") from error
        except (aiosmtplib.SMTPException, ValueError) as error:
            raise GiveUp(f"The mail server cannot take this mail: {one_line(str(error))[:300]}") from error
        told = {recipient: answer.code for recipient, answer in refused.items()}
        judged = {recipient: undelivered(recipient, _reply(answer)) for recipient, answer in refused.items()}
        return Accepted(
            message_id=assigned_id(self._server.host, said),
            refused=tuple(one for recipient, one in judged.items() if told[recipient] >= 500),
            deferred=tuple(one for recipient, one in judged.items() if told[recipient] < 500),
            repeats=self._server.host != RESEND_HOST,
        )

    async def _delivered(
        self, mail: OutgoingMail, raw: bytes
    ) -> "tuple[dict[str, aiosmtplib.SMTPResponse], str]":
        """Hands the mail over; whom the server refused, with its replies, and what it said of the mail."""
        import aiosmtplib

        sender = _enveloped(mail.from_.email)
        reports = sender if mail.bounces_to is None else mail.bounces_to
        recipients = [_enveloped(one) for one in envelope_recipients(mail)]
        async with self._lines.one() as client:
            options = [] if raw.isascii() else await self._options(client, sender, recipients)
            try:
                return await client.sendmail(reports, recipients, raw, mail_options=options)
            except aiosmtplib.SMTPSenderRefused:
                if reports == sender:
                    raise
                # Some servers let an account name no other envelope sender than its own.
                return await client.sendmail(sender, recipients, raw, mail_options=options)

    async def _connected(self) -> "aiosmtplib.SMTP":
        """A connection that is encrypted and logged in as the settings say."""
        import aiosmtplib

        tls = self._server.tls
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            timeout=ANSWER_WITHIN,
            use_tls=tls is Tls.IMPLICIT,
            start_tls={Tls.STARTTLS: True, Tls.OFFERED: None}.get(tls, False),
            tls_context=ssl.create_default_context(),
        )
        try:
            await client.connect()
            if self._server.user is not None:
                await self._log_in(client)
        except BaseException:
            client.close()
            raise
        return client

    async def _options(self, client: "aiosmtplib.SMTP", sender: str, recipients: Sequence[str]) -> list[str]:
        """What a mail beyond ASCII asks of the server (RFC 6531).

        An address cannot go without it. For somebody else's odd id it is asked for where it is to be had:
        most servers let such a header pass.
        """
        await client.ehlo()
        needed = not all(address.isascii() for address in (sender, *recipients))
        return ["SMTPUTF8"] if needed or client.supports_extension("smtputf8") else []

    async def _log_in(self, client: "aiosmtplib.SMTP") -> None:
        server = self._server
        protected = client.get_transport_info("sslcontext") is not None
        if not (protected or server.is_here or server.tls is Tls.NONE):
            raise GiveUp(
                f"The mail server {server.host} offers no STARTTLS, and the password is not sent unprotected "
                "(tls=none in SMTP_URL would allow that)."
            )
        await client.login(server.user or "", server.password or "")


def _enveloped(email: str) -> str:
    """The address with its domain in ASCII, which every server takes."""
    local, _, domain = email.rpartition("@")
    return email if domain.isascii() else f"{local}@{Address(email).key.rpartition('@')[2]}"


def _refusal(refused: "aiosmtplib.SMTPRecipientsRefused") -> TryLater | GiveUp:
    told = "; ".join(f"{one.recipient}: {_reply(one)}" for one in refused.recipients)[:500]
    message = f"The mail server refused every recipient: {told}"
    if any(one.code < 500 for one in refused.recipients):
        return TryLater(message)
    return Refused(message, tuple(undelivered(one.recipient, _reply(one)) for one in refused.recipients))


def assigned_id(host: str, said: str) -> str | None:
    """The Message-ID that the server gave the mail, where it is one that does so and says it.

    Amazon SES replaces every Message-ID, and tells the first part of its own behind the `Ok`
    (docs.aws.amazon.com/ses/latest/dg/header-fields.html).
    """
    region, told = _SES_HOST.fullmatch(host.lower()), _SES_ID.match(said)
    if region is None or told is None:
        return None
    domain = "email" if region[1] == "us-east-1" else region[1]
    return f"{told[1]}@{domain}.amazonses.com"


_SES_HOST = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com")
_SES_ID = re.compile(r"(?i)\s*ok\s+([0-9a-z-]{20,100})\s*\Z")


def _judged(code: int, told: str) -> TryLater | GiveUp:
    return GiveUp(told) if code >= 500 else TryLater(told)


def _reply(answer: "aiosmtplib.SMTPResponseException | aiosmtplib.SMTPResponse") -> str:
    return f"{answer.code} {one_line(answer.message)[:200]}"
