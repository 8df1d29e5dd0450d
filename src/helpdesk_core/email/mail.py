"""Mails: one message as the desk understands it, whatever way it came or will go."""

from collections.abc import Mapping
from datetime import datetime

from attrs import Factory, field, frozen

from helpdesk_core.addresses import Address


@frozen
class MailPart:
    """A file that travels with a mail: an attachment, an image of the text, an attached mail, a report."""

    filename: str
    """Never empty, one line, without a path; a name is made up where the sender gave none."""
    content_type: str
    """`type/subtype` in lower case, as claimed: nobody has looked into the bytes."""
    content: bytes = field(repr=False)
    content_id: str | None = None
    """Without angle brackets; `cid:` links of the HTML text name it."""
    inline: bool = False
    """It belongs into the text (an image of it, say) rather than beside it."""
    failure: str | None = None
    """Why the bytes could not be had, where they could not: the file is named all the same."""
    content_location: str | None = None
    """The address by which the HTML text may name it instead (RFC 2557 §4.2)."""


@frozen
class Mail:
    """One understood message. Every text in it is storable: without NUL and halves of surrogate pairs.

    Nothing that was in the message is lost: what is in none of the texts is among the parts.
    """

    from_: Address | None = None
    subject: str = ""
    text: str = ""
    """The words, for reading: of the plain text, else made from the HTML. Lines end with a line feed."""
    html: str | None = None
    """As it came: to be sanitized before anybody looks at it."""
    parts: tuple[MailPart, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    recipients: tuple[str, ...] = ()
    """Whom it was delivered to, where the transport wrote that down; else To and Cc."""
    message_id: str | None = None
    """This and the next two in canonical form, see `helpdesk_core.message_ids`."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    """What the sender's clock said, in UTC."""
    headers: Mapping[str, str] = Factory(dict)
    """Names in lower case, the first value of each, encoded words read."""
    results: tuple[str, ...] = ()
    """What receiving servers wrote about its sender (Authentication-Results), the last server first."""
    warnings: tuple[str, ...] = ()
    """What could not be understood, a sentence each."""
