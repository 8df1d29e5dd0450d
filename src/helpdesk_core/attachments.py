"""Attachments: files of a conversation. The bytes live in a blob store under their digest, the rest here."""

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from attrs import field, frozen

from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId

MAX_FILENAME = 200
MAX_UPLOAD: Final = 10 << 20
"""The most bytes of one uploaded file."""
LINK_LIFE: Final = timedelta(hours=1)
"""How long a download link holds, from the moment it is made."""
LOOSE_LIFE: Final = timedelta(hours=24)
"""How long an upload waits for the message or ticket it is meant for."""
GRACE: Final = timedelta(hours=1)
"""How long bytes that nothing names stay, counted from when they were last put: their row may be on its way."""


class AttachmentState(StrEnum):
    """`pending`: a job will fetch it. `failed`: it could not be had, as `detail` says; its message stands without."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


@frozen
class FileOrigin:
    """Where a file is that a provider keeps for us: who can fetch it, with which account, and what they need for it."""

    source: str
    provider: str
    """Of the account, as integrations have it."""
    account: str
    reference: str = field(repr=False)


@frozen
class Attachment:
    """One file. `digest` is the hex SHA-256 of its bytes, by which the blob store keeps them once an organization."""

    id: AttachmentId
    organization_id: OrganizationId
    filename: str
    content_type: str
    size: int
    created_at: datetime
    digest: str | None = None
    ticket_id: TicketId | None = None
    conversation_id: ConversationId | None = None
    content_id: str | None = None
    inline: bool = False
    state: AttachmentState = AttachmentState.STORED
    detail: str | None = None
    external_id: str | None = None
    origin: FileOrigin | None = None
    """Where a pending file is to be had."""

    @property
    def loose(self) -> bool:
        """Bound to nothing: uploaded for a message that has not been posted."""
        return self.ticket_id is None and self.conversation_id is None


@frozen
class StoredFile:
    """A file whose bytes are already in the blob store, or could not be had (`failure` says why)."""

    filename: str
    content_type: str
    size: int
    digest: str | None
    content_id: str | None = None
    inline: bool = False
    failure: str | None = None


@frozen
class FileLink:
    """A download link: which file, of whose, and until when."""

    organization_id: OrganizationId
    attachment_id: AttachmentId
    until: datetime


def safe_filename(name: str | None, fallback: str = "attachment") -> str:
    """A name that headers and disks bear in any script: no path, no control or direction characters, never empty.

    At most 200 characters; the ending is kept when the middle is cut.
    """
    text = unicodedata.normalize("NFC", name or "")
    text = text.replace("\\", "/").rpartition("/")[2]
    text = "".join(
        c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    text = "".join("_" if c in '<>:"|?*' else c for c in text).strip(" .")
    if len(text) > MAX_FILENAME:
        stem, dot, ending = text.rpartition(".")
        ending = dot + ending if dot and len(ending) <= 16 else ""
        text = (stem if ending else text)[: MAX_FILENAME - len(ending)] + ending
    return text or fallback


def content_disposition(filename: str) -> str:
    """The header's value for a file that is to be saved under this name, never shown (RFC 6266, RFC 8187).

    ASCII only. A name beyond ASCII is given twice: spelt without its accents for old programs, and whole.
    """
    name = safe_filename(filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w !#$&'()+,.;=@\[\]^`{}~-]", "_", plain, flags=re.ASCII)
    if plain == name:
        return f'attachment; filename="{name}"'
    if plain.strip(" _").startswith(".") or not plain.strip(" ._"):
        plain = "attachment" + plain.strip(" _")
    simple = f'attachment; filename="{safe_filename(plain)}"'
    return f"{simple}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


_ATTR_CHARS: Final = "!#$&+-.^_`|~"
"""What RFC 8187 §3.2.1 lets stand beside letters and digits."""
