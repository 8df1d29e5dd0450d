"""Mail in and out."""

from typing import Protocol

from attrs import frozen

from helpdesk_core.email import Mail, OutgoingMail, Undelivered
from helpdesk_core.jobs import GiveUp


@frozen
class Accepted:
    """A mail server or provider has taken responsibility for a mail.

    `message_id` where it assigned another one. `refused` are recipients for whom it did not take the mail and never
    will, `deferred` those for whom it would not take it yet: they are still to get it. `repeats`: it does not recognise
    a mail that it has already, so that one that is handed over again arrives again.
    """

    provider_id: str | None = None
    message_id: str | None = None
    refused: tuple[Undelivered, ...] = ()
    deferred: tuple[Undelivered, ...] = ()
    repeats: bool = False


class Refused(GiveUp):
    """The mail was taken for none of its recipients, and never will be; `recipients` say why, each for itself."""

    def __init__(self, message: str, recipients: tuple[Undelivered, ...]) -> None:
        super().__init__(message)
        self.recipients = recipients


class MailSender(Protocol):
    """Hands mails on."""

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        """Accepted once the other side has it. The same `key` again is the same mail, so that a retry is recognised.

        Raises:
            TryLater: nothing was accepted, and trying again makes sense.
            GiveUp: this mail will never be accepted as it is; Refused where that is its recipients' fault.
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
