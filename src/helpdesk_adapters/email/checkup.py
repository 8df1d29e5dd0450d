"""Whether mail can leave and arrive."""

import ssl
from datetime import UTC, datetime

import anyio

from helpdesk_adapters.email.smtp import BadSmtpUrl, SmtpServer, Tls, parse_smtp_url
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.upkeep.findings import Finding, fine, problem, warning
from helpdesk_core.charsets import one_line
from helpdesk_core.signatures import BadSignature, svix

PATIENCE = 10.0
"""Seconds that the mail server may take for one reply; twice as long in all."""


async def mail_out(settings: Settings) -> Finding:
    """Whether answers can leave: the mail server is asked and knows us, without sending anything."""
    if settings.smtp_url:
        return await _of_smtp(settings.smtp_url)
    if settings.resend_api_key:
        return fine("mail out", "Resend sends it, RESEND_API_KEY is set.")
    advice = "Set SMTP_URL or RESEND_API_KEY; what failed until then can be retried"
    return warning("mail out", "Answers by mail cannot be sent.", advice)


def mail_in(settings: Settings) -> Finding:
    """Whether mail can arrive, as far as the settings tell."""
    domain = settings.inbound_email_domain
    if domain.endswith("localhost"):
        advice = "Set HELPDESK_INBOUND_EMAIL_DOMAIN to a domain whose MX leads to your mail provider"
        return warning("mail in", f"Nobody can write to {domain}.", advice)
    if not settings.resend_webhook_secret and settings.inbound_email_secret:
        return fine("mail in", f"At {domain}, pushed to /api/webhooks/inbound-email.")
    if not settings.resend_webhook_secret:
        return warning(
            "mail in", f"Nothing may hand in what arrives at {domain}.", "Set RESEND_WEBHOOK_SECRET"
        )
    for secret in settings.resend_webhook_secret:
        try:
            svix.sign(b"", secret, datetime.now(UTC), "doctor")
        except BadSignature:
            advice = "Copy the signing secret (whsec_…) of the webhook from Resend"
            return problem("mail in", "RESEND_WEBHOOK_SECRET holds no usable secret.", advice)
    if not settings.resend_api_key:
        return problem("mail in", "What arrives cannot be fetched.", "Set RESEND_API_KEY")
    return fine("mail in", f"At {domain}.")


async def _of_smtp(url: str) -> Finding:
    import aiosmtplib

    try:
        server = parse_smtp_url(url)
    except BadSmtpUrl as error:
        return problem("mail out", f"SMTP_URL {error}.", "Correct SMTP_URL")
    try:
        with anyio.fail_after(2 * PATIENCE):
            protected = await _greet(server)
    except (aiosmtplib.SMTPException, OSError) as error:
        told = one_line(str(error)) or type(error).__name__
        return problem(
            "mail out", f"{server.host}:{server.port}: {told}", "Check SMTP_URL, and the mail server"
        )
    if server.user is not None and not (protected or server.is_here or server.tls is Tls.NONE):
        told = f"{server.host}:{server.port} offers no STARTTLS, and the password is not sent unprotected."
        return problem("mail out", told, "Use a port with TLS in SMTP_URL, or say tls=none")
    known = ", and knows us" if server.user is not None else ""
    return fine("mail out", f"{server.host}:{server.port} answers{' over TLS' if protected else ''}{known}.")


async def _greet(server: SmtpServer) -> bool:
    """Connects and, where the password is safe, logs in; whether the connection is protected."""
    import aiosmtplib

    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        timeout=PATIENCE,
        use_tls=server.tls is Tls.IMPLICIT,
        start_tls={Tls.STARTTLS: True, Tls.OFFERED: None}.get(server.tls, False),
        tls_context=ssl.create_default_context(),
    )
    try:
        await client.connect()
        protected = client.get_transport_info("sslcontext") is not None
        if server.user is not None and (protected or server.is_here or server.tls is Tls.NONE):
            await client.login(server.user, server.password or "")
        await client.quit()
    finally:
        client.close()
    return protected
