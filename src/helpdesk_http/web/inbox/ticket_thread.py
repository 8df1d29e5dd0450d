"""What was said on a ticket, safe to show, with what happened between."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from helpdesk_core.afterwords import Edit, Reaction, afterwords_of, is_deleted, versions_of
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import AuthorRole, Conversation, Kind, Translation
from helpdesk_core.email.images import shown_html
from helpdesk_core.email.new_html import new_html_shown
from helpdesk_core.ids import AttachmentId
from helpdesk_core.media_types import UNKNOWN
from helpdesk_core.messages import MARKS
from helpdesk_core.translations import leaves_in
from helpdesk_http.message_views import images_of
from helpdesk_http.web.inbox.ticket_events import Line

SHOWN_AS_IMAGE: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
)
LARGEST_THUMBNAIL: Final = 5_000_000
"""Bytes of an image up to which it is its own thumbnail."""


@frozen
class File:
    """A file of a message; `thumbnail`: it can be shown as a small picture of itself."""

    stored: Attachment
    thumbnail: bool


@frozen
class Message:
    """A message with its HTML, safe to show; `whole` is there where it says more than what is new.

    side: `customer`, `agent`, `note`, or `desk` for what the desk says by itself.
    """

    said: Conversation
    side: str
    html: str
    whole: str | None
    files: Sequence[File]
    versions: Sequence[Edit]
    reactions: Sequence[Reaction]
    deleted: bool
    translation: Translation | None
    written_so: bool
    """The translation is what its agent wrote, and the message what the customer gets."""
    avatar: str
    marks: Mapping[str, Any]


@frozen
class Item:
    """A message, or a line between messages."""

    at: datetime
    message: Message | None = None
    line: Line | None = None


def timeline(
    found: Sequence[Conversation], files: Mapping[AttachmentId, Attachment], lines: Sequence[Line]
) -> Sequence[Item]:
    """Everything in the order of time; of one moment the messages come first."""
    items = [Item(one.created_at, message=shown(one, files)) for one in found]
    items += [Item(one.at, line=one) for one in lines]
    return sorted(items, key=lambda item: (item.at, item.line is not None, _id_of(item)))


def shown(message: Conversation, files: Mapping[AttachmentId, Attachment]) -> Message:
    """The message as a page shows it."""
    images = images_of(message, files)
    html = _in_our_looks(shown_html(message.content_html, images, remote=False))
    new = new_html_shown(message)
    shortly = html if new is None else _in_our_looks(shown_html(new, images, remote=False))
    mine = [files[id_] for id_ in message.attachment_ids if id_ in files]
    marks = message.metadata.get(MARKS)
    return Message(
        said=message,
        side=_side(message),
        html=shortly,
        whole=None if new is None else html,
        files=[File(file, _is_picture(file)) for file in mine if not _stands_in(file, html)],
        versions=versions_of(message),
        reactions=[one for one in afterwords_of(message).reactions if one.emoji],
        deleted=is_deleted(message),
        translation=message.translation,
        written_so=leaves_in(message) is not None,
        avatar=_own_address(message.author.avatar_url),
        marks=marks if isinstance(marks, Mapping) else {},
    )


def _id_of(item: Item) -> str:
    return str(item.message.said.id) if item.message else ""


def _side(message: Conversation) -> str:
    if message.kind is Kind.NOTE:
        return "note"
    if message.kind is Kind.INBOUND:
        return "customer"
    return "desk" if message.author.role is AuthorRole.SYSTEM else "agent"


def _is_picture(file: Attachment) -> bool:
    kind = (file.content_type or UNKNOWN).partition(";")[0].strip().lower()
    return file.digest is not None and kind in SHOWN_AS_IMAGE and file.size <= LARGEST_THUMBNAIL


def _stands_in(file: Attachment, html: str) -> bool:
    """Whether the text shows the file already, where its writer wanted it."""
    return file.digest is not None and f"/attachments/{file.id}/content" in html


def _own_address(address: str | None) -> str:
    """Pictures from elsewhere would tell that somebody looks, and the policy of our pages stops them."""
    return address if address and address.startswith("/") and not address.startswith("//") else ""


# In sanitized HTML `<` and `>` stand nowhere but at the ends of tags, and values stand in double quotes.
_LOOKS: Final = re.compile(r'(<[^<>]*?)\s(?:style|bgcolor|color|face|background)="[^"<>]*"')


def _in_our_looks(html: str) -> str:
    """The HTML without colours and styles of its own: they would be unreadable in the dark, and are not let in."""
    while True:
        html, count = _LOOKS.subn(r"\1", html)
        if not count:
            return html
