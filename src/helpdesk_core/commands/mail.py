"""What a provider tells of mail."""

from datetime import datetime

from attrs import field, frozen

from helpdesk_core.attachments import StoredFile
from helpdesk_core.delivery_reports import Reported
from helpdesk_core.email import UNKNOWN, Authentication, Mail, Understood
from helpdesk_core.ids import OrganizationId


@frozen
class FetchEmail:
    """A mail has arrived at `source`, which told us only its envelope; the rest has to be fetched."""

    source: str
    external_id: str
    envelope: Mail


@frozen
class ReadEmail:
    """A whole mail has arrived as its bytes, at `mailbox` where that is known, or for the organization of that slug."""

    raw: bytes = field(repr=False)
    mailbox: str | None = None
    organization: str | None = None
    warning: str | None = None
    """What is to be said about it beside what it says itself."""


@frozen
class PassedOn:
    """Somebody else's mail that one mail passes on, ready as in TakeEmail, and what stands above it."""

    mail: Mail
    words: Understood
    files: tuple[StoredFile, ...] = ()
    note: str = ""


@frozen
class TakeEmail:
    """A mail has arrived whose files are stored already, and whose words are ready to be kept and shown.

    `raw` is the mail as it came, where its source has it; `external_id` is its source's own id; `incomplete` says why
    its body is missing.
    """

    mail: Mail
    received_at: datetime
    words: Understood
    files: tuple[StoredFile, ...] = ()
    raw: StoredFile | None = None
    external_id: str | None = None
    incomplete: str | None = None
    authentication: Authentication = UNKNOWN
    """Who it is proven to be from."""
    organization_id: OrganizationId | None = None
    """Whose copy it is, since a mail may be for several; None: the first one's that its recipients name."""
    written_at: datetime | None = None
    """When it was written, where it came some other time."""
    passed_on: PassedOn | None = None
    """What it passes on, where somebody of the desk may have sent it."""


@frozen
class DeliveryReported:
    """A provider tells what became of a mail that it sent for us.

    `organization` and `conversation` are the ids that were given along with the mail, where they were; `permanent`: the
    address will not work the next time either.
    """

    provider: str
    provider_id: str
    what: Reported
    organization: str | None = None
    conversation: str | None = None
    recipients: tuple[str, ...] = ()
    reason: str = ""
    permanent: bool = False
    message_id: str | None = None
    """The one that the provider gave it, in canonical form."""
