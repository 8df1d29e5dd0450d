"""How mail leaves the desk, by what is configured."""

from attrs import frozen

from helpdesk_adapters.email.resend.client import ResendMail
from helpdesk_adapters.email.smtp import SmtpMail
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ports.mail import Accepted, MailSender


def mail_sender(smtp_url: str | None, resend: ResendMail | None) -> MailSender:
    """The mail server, else Resend; with neither, a sender that says which setting is missing.

    `resend` is None where it has no API key. Raises BadSmtpUrl for a URL that cannot be used.
    """
    if smtp_url:
        return SmtpMail(smtp_url)
    return resend if resend is not None else NoMail()


@frozen
class NoMail:
    """A MailSender for a desk that cannot send mail yet."""

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        raise MissingSetting("SMTP_URL or RESEND_API_KEY", "no mail can be sent")
