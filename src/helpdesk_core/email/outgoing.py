"""Outgoing mail: what a mail to be sent says, and by which ids its answers will be known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.addresses import Address
from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.email.mail import MailPart
from helpdesk_core.message_ids import message_ids

MOST_REFERENCES = 20
"""Ids in a References field: of more, the first, which is the root of the thread, and the last."""

LONGEST_OWN_ID = 200
"""Characters of the ids that we give; those of others may be longer."""


def canonical_id(text: str | None) -> str | None:
    """The id in canonical form, whether or not it comes in angle brackets."""
    ids = message_ids(f"<{text}>" if text and "<" not in text else text)
    return ids[0] if ids else None


def _own_id(text: str) -> str:
    found = canonical_id(text)
    if found is None or not found.isascii() or len(found) > LONGEST_OWN_ID:
        raise ValueError(f"A mail needs a message id in ASCII of at most {LONGEST_OWN_ID} characters.")
    return found


def _ids(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for text in texts if (found := canonical_id(text)) is not None))


def _instant(date: datetime) -> datetime:
    if date.tzinfo is None:
        raise ValueError("A mail needs a date with a time zone.")
    return date.astimezone(UTC)


@frozen(kw_only=True)
class OutgoingMail:
    """A mail to be sent. Nothing in it can begin another header: texts are made one line, ids canonical.

    Raises ValueError for a message id that is none, is long or is not ASCII, and for a date without a zone.
    """

    message_id: str = field(converter=_own_id)
    from_: Address
    to: tuple[Address, ...]
    subject: str = field(converter=one_line)
    text: str = field(converter=unix_lines)
    date: datetime = field(converter=_instant)
    html: str | None = None
    """Sanitized already; images of it are `cid:` links to inline attachments."""
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    """Named in the envelope only, see `envelope_recipients`."""
    reply_to: Address | None = None
    in_reply_to: str | None = field(default=None, converter=canonical_id)
    references: tuple[str, ...] = field(default=(), converter=_ids)
    attachments: tuple[MailPart, ...] = ()
    bounces_to: str | None = None
    """The envelope's sender, to which mail systems report failures; None: the sender."""
    still_to: tuple[str, ...] = ()
    """Whom the envelope names, where others have the mail already; empty: everybody."""
    marks: Mapping[str, str] = field(factory=dict)
    """What a provider repeats in its reports: names and values of ASCII letters, digits, hyphens and underscores."""
    automatic: bool = False
    """No person sends it: other programs are asked not to answer (RFC 3834 §5)."""

    @property
    def asks_for_silence(self) -> Mapping[str, str]:
        """The headers by which a mail that no person sends asks programs not to answer it: that of RFC 3834 §5, and
        Exchange's (MS-OXCMAIL §2.2.3.2.14). There is no Precedence, which no standard describes, and which some
        programs take for that of an advertisement (RFC 3834 §3.1.8).
        """
        if not self.automatic:
            return {}
        kind = "auto-generated" if self.in_reply_to is None else "auto-replied"
        return {"Auto-Submitted": kind, "X-Auto-Response-Suppress": "All"}


def envelope_recipients(mail: OutgoingMail) -> tuple[str, ...]:
    """Everybody the mail is handed to the server for, each once."""
    everybody = {address.key: address.email for address in (*mail.to, *mail.cc, *mail.bcc)}
    return tuple(email for key, email in everybody.items() if not mail.still_to or key in mail.still_to)


def references_for(parent_message_id: str | None, parent_references: Sequence[str]) -> tuple[str, ...]:
    """The References of an answer (RFC 5322 §3.6.4): those of what it answers, then that itself; bounded."""
    ids = [one for one in _ids(parent_references) if one != parent_message_id]
    return bounded([*ids, *_ids([parent_message_id or ""])])


def message_id_for(conversation_id: UUID, domain: str) -> str:
    """The canonical Message-ID of the mail that carries this conversation: always the same one."""
    return f"{conversation_id}@{domain}"


def bounded(ids: Sequence[str]) -> tuple[str, ...]:
    """At most MOST_REFERENCES of them."""
    return tuple(ids) if len(ids) <= MOST_REFERENCES else (ids[0], *ids[1 - MOST_REFERENCES :])
