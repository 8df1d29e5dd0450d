"""Mail in and out."""

from typing import Protocol

from attrs import frozen

from helpdesk_core.email import Mail, OutgoingMail


@frozen
class Accepted:
    """A mail server or provider has taken responsibility for a mail.

    `message_id` where it assigned another one; `detail` where not all went well, such as a recipient it refused.
    """

    provider_id: str | None = None
    message_id: str | None = None
    detail: str | None = None


class MailSender(Protocol):
    """Hands mails on."""

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        """Accepted once the other side has it. The same `key` again is the same mail, so that a retry is recognised.

        Raises:
            TryLater: nothing was accepted, and trying again makes sense.
            GiveUp: this mail will never be accepted as it is.
            MissingSetting: no way to send mail is configured.
        """
        ...


class MailSource(Protocol):
    """A provider that keeps received mails and hands them out."""

    async def fetch(self, external_id: str, envelope: Mail) -> Mail:
        """The whole mail: bodies, headers and the bytes of every attachment; `envelope` is what was known before.

        An attachment that cannot be had does not lose the mail: it becomes a warning.

        Raises:
            TryLater: it could not be had just now.
            MissingSetting: no credentials are configured.
        """
        ...
