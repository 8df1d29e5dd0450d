"""What Resend sends: its webhook (resend.com/docs/webhooks/emails/received), its API of received mails
(resend.com/docs/api-reference/emails/retrieve-received-email) and its errors.
"""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class File:
    """An attachment. `download_url` works without a key, for about an hour."""

    id: str
    filename: str = ""
    content_type: str = ""
    content_disposition: str = ""
    content_id: str = ""
    download_url: str = ""


@frozen
class FileList:
    """A page of attachments."""

    data: tuple[File, ...] = ()
    has_more: bool = False


@frozen
class Received:
    """A mail as it arrived: in the webhook without its body, from the API with all but the bytes of its
    files.
    """

    from_: str = named("from", "")
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    received_for: tuple[str, ...] = ()
    """The envelope's recipients, which need not be in To: mailing lists, Bcc. Older deliveries have none."""
    message_id: str = ""
    subject: str = ""
    text: str | None = None
    html: str | None = None
    headers: Mapping[str, Any] = Factory(dict)
    """A value may be a list, where the mail has several headers of that name."""
    attachments: tuple[File, ...] | None = None
    """Without links; `None` where nothing is said about attachments."""


@frozen
class EmailReceived:
    """The `data` of `email.received`."""

    email_id: str


@frozen
class Bounced:
    """Why a mail came back: `type` is `Permanent`, `Transient` or `Undetermined`, as Amazon SES has it."""

    type: str = ""
    subType: str = ""
    message: str = ""


@frozen
class Suppressed:
    """Why Resend did not try: the address is on its own list."""

    type: str = ""
    message: str = ""


@frozen
class Failed:
    """Why a mail that was taken was not sent."""

    reason: str = ""


@frozen
class SentEvent:
    """The `data` of what is told of a mail that was handed over for sending
    (resend.com/docs/webhooks/event-types).
    """

    email_id: str
    message_id: str | None = None
    """The Message-ID that it bears outside, which is not the one that it came with."""
    to: tuple[str, ...] = ()
    tags: Mapping[str, Any] = Factory(dict)
    bounce: Bounced | None = None
    suppressed: Suppressed | None = None
    failed: Failed | None = None


@frozen
class SentMail:
    """A mail that was handed over, as the API shows it (resend.com/docs/api-reference/emails/retrieve-email)."""

    message_id: str | None = None


@frozen
class Created:
    """A mail that was taken for sending."""

    id: str = ""


@frozen
class Problem:
    """Why the API refused a request."""

    name: str = ""
    message: str = ""
