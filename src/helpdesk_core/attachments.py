"""Attachments: files of a conversation. The bytes live in a blob store under their digest, the rest here."""

import unicodedata
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId

MAX_FILENAME = 200


class AttachmentState(StrEnum):
    """`failed`: the file could not be had; `detail` says why, and the message stands without it."""

    STORED = "stored"
    FAILED = "failed"


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
