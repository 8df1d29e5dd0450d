"""Organizations: the tenants. Every row belongs to exactly one, and nothing crosses."""

import re
from datetime import datetime
from unicodedata import normalize

from attrs import field, frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import OrganizationId
from helpdesk_core.languages import USUAL
from helpdesk_core.mail_settings import MailSettings
from helpdesk_core.reply_tokens import bounce_token, reply_token

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""A slug is the local part of the desk's address; with a reply token it stays within 64 octets (RFC 5321)."""


@frozen
class Organization:
    """One tenant of the desk."""

    id: OrganizationId
    slug: str
    name: str
    created_at: datetime
    mail_from: str | None = None
    """Sender of its outgoing mail; None: its slug at the inbound domain."""
    mail_settings: MailSettings = MailSettings()
    language: str = USUAL
    """The one that its people read and write in, as ISO 639-1."""


@frozen
class MailDomain:
    """Where mail for the desk arrives, and the keys that sign its reply tokens (the first signs).

    `sender` is who answers come from where an organization has no sender of its own: `<slug>` in it stands for the
    organization's; None: its receiving address.
    """

    name: str
    keys: tuple[bytes, ...] = field(repr=False)
    sender: str | None = None

    def address_of(self, organization: Organization) -> str:
        """The organization's own receiving address."""
        return f"{organization.slug}@{self.name}"

    def sender_of(self, organization: Organization) -> str:
        """The address that the organization's answers come from."""
        own = self.sender or self.address_of(organization)
        return organization.mail_from or own.replace("<slug>", organization.slug)

    def reply_address_of(self, organization: Organization, ticket_number: int) -> str:
        """Where an answer to a mail of this ticket is to go: it finds the ticket whatever else it says."""
        token = reply_token(organization.id, ticket_number, self.keys[0])
        return f"{organization.slug}+{token}@{self.name}"

    def bounce_address_of(self, organization: Organization, ticket_number: int, sender: str) -> str | None:
        """Where mail systems are to report what became of a mail of this ticket: the report finds it, whatever it says.

        None where the mail is from an address of another domain: mail systems check that domain against the one that
        reports go to (SPF, DMARC), and many mail servers let nobody name a foreign one.
        """
        if sender.rpartition("@")[2].lower() != self.name.lower():
            return None
        token = bounce_token(organization.id, ticket_number, self.keys[0])
        return f"{organization.slug}+{token}@{self.name}"


def slug_from(name: str) -> str:
    """A slug that resembles this name; an empty text where nothing of it can stand in one."""
    plain = normalize("NFKD", name.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")


def check_slug(slug: str) -> str:
    """The slug, or InvalidValue: lower-case letters, digits and inner hyphens, 1 to 32 characters."""
    if not SLUG.fullmatch(slug):
        raise InvalidValue("slug", "must be 1 to 32 lower-case letters, digits or inner hyphens")
    return slug
