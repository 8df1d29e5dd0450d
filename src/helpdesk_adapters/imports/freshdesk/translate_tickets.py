"""From what Freshdesk tells of tickets to what is brought."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape, unescape
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.web.vendor_values import count, moment
from helpdesk_core.imports.brought import (
    BroughtFile,
    BroughtMessage,
    BroughtRating,
    BroughtTicket,
    Said,
    Speaker,
)
from helpdesk_core.message_ids import message_ids

PRIORITIES: Final[Mapping[int, str]] = {1: "low", 2: "medium", 3: "high", 4: "urgent"}
OUTBOUND: Final = 10
SOURCES: Final[Mapping[int, str]] = {
    1: "email",
    2: "portal",
    3: "phone",
    7: "chat",
    9: "widget",
    OUTBOUND: "outbound_email",
}
FORWARD: Final = 8
STORAGE: Final = (".amazonaws.com", ".freshdesk.com", ".freshworks.com", ".cloudfront.net")
"""Where Freshdesk keeps files."""
DESCRIPTION: Final = "description"


@frozen
class Known:
    """What an account calls its statuses, and what customers thought of its tickets."""

    statuses: Mapping[int, str]
    ratings: Mapping[int, BroughtRating]


def ticket(told: freshdesk.Ticket, messages: Sequence[freshdesk.Conversation], known: Known) -> BroughtTicket:
    """The ticket with its description as the first message, and what was said after it.

    ValueError for one that does not say when it was opened.
    """
    created_at = moment(told.created_at)
    updated_at = moment(told.updated_at) or created_at
    if created_at is None or updated_at is None:
        raise ValueError("The ticket does not say when it was opened.")
    first = _description(told, created_at)
    rest = [_message(one, told.id, updated_at) for one in messages]
    more = {"type": told.type, "cc": list(told.cc_emails)}
    return BroughtTicket(
        id=str(told.id),
        number=str(told.id),
        subject=told.subject or "",
        status=known.statuses.get(told.status, str(told.status)),
        priority=PRIORITIES.get(told.priority, str(told.priority)),
        channel=SOURCES.get(told.source, str(told.source)),
        customer_id=_text(told.requester_id),
        assignee_id=_text(told.responder_id),
        team_id=_text(told.group_id),
        tags=told.tags,
        fields={name: value for name, value in told.custom_fields.items() if value not in (None, "", [])},
        metadata={name: value for name, value in more.items() if value},
        created_at=created_at,
        updated_at=updated_at,
        resolved_at=moment(told.stats.resolved_at),
        closed_at=moment(told.stats.closed_at),
        messages=(first, *rest),
        rating=known.ratings.get(told.id),
        version=updated_at.isoformat(),
    )


def gone(told: freshdesk.Ticket) -> BroughtTicket:
    """A ticket that was deleted there, or called spam. ValueError as of `ticket`."""
    updated_at = moment(told.updated_at)
    created_at = moment(told.created_at) or updated_at
    if created_at is None:
        raise ValueError("The ticket does not say when it was opened.")
    updated_at = updated_at or created_at
    return BroughtTicket(
        id=str(told.id),
        created_at=created_at,
        updated_at=updated_at,
        deleted=True,
        version=updated_at.isoformat(),
    )


def reference_of(text: str) -> Mapping[str, Any]:
    """What a file's reference names: its ticket, message (None: the description) and id, and its address."""
    return dict(json.loads(text))


def files_of(told: freshdesk.Ticket | freshdesk.Conversation, ticket_id: int) -> Sequence[BroughtFile]:
    """A message's files, with the images that stand in its words."""
    message_id = told.id if isinstance(told, freshdesk.Conversation) else None
    html = told.body if isinstance(told, freshdesk.Conversation) else told.description
    return [*_attached(told.attachments, ticket_id, message_id), *_placed(html, ticket_id, message_id)[1]]


def _description(told: freshdesk.Ticket, created_at: datetime) -> BroughtMessage:
    outbound = told.source == OUTBOUND
    html, images = _placed(told.description, told.id, None)
    return BroughtMessage(
        id=DESCRIPTION,
        said=Said.REPLY if outbound else Said.PUBLIC,
        speaker=Speaker.USER if outbound else Speaker.UNKNOWN,
        speaker_id=_text(told.responder_id if outbound else told.requester_id),
        text=told.description_text or "",
        html=html,
        created_at=created_at,
        files=(*_attached(told.attachments, told.id, None), *images),
    )


def _message(told: freshdesk.Conversation, ticket_id: int, latest: datetime) -> BroughtMessage:
    """The message; one without a time was said at the latest when the ticket changed last."""
    private = told.private or told.source == FORWARD
    spoken = Said.INBOUND if told.incoming else Said.REPLY
    html, images = _placed(told.body, ticket_id, told.id)
    named = message_ids(told.thread_message_id or "")
    return BroughtMessage(
        id=str(told.id),
        said=Said.NOTE if private else spoken,
        speaker=Speaker.UNKNOWN,
        speaker_id=_text(told.user_id),
        text=told.body_text or "",
        html=html,
        created_at=moment(told.created_at) or latest,
        files=(*_attached(told.attachments, ticket_id, told.id), *images),
        message_id=named[0] if named else None,
    )


def _attached(
    files: Sequence[freshdesk.Attachment], ticket_id: int, message_id: int | None
) -> Sequence[BroughtFile]:
    return [
        BroughtFile(
            id=str(one.id),
            filename=one.name,
            content_type=one.content_type,
            size=count(one.size),
            reference=_reference(ticket_id, message_id, str(one.id), one.attachment_url),
            problem=None if one.attachment_url else "Freshdesk does not say where the file is.",
        )
        for one in files
    ]


_IMAGE = re.compile(r"""(<img\b[^<>]*?\ssrc=)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


def _placed(
    html: str | None, ticket_id: int, message_id: int | None
) -> tuple[str | None, Sequence[BroughtFile]]:
    """The words with Freshdesk's own images as `cid:` links to files of the message.

    Their addresses are other ones each time (they hold a token), so that an image is known by its place.
    """
    if html is None or "<img" not in html.lower():
        return html, ()
    images: dict[str, BroughtFile] = {}

    def place(found: re.Match[str]) -> str:
        url = unescape(found[3])
        if not _is_freshdesks(url):
            return found[0]
        if url not in images:
            name = f"image-{len(images) + 1}"
            of = DESCRIPTION if message_id is None else str(message_id)
            images[url] = BroughtFile(
                id=f"{of}-{name}",
                filename=name,
                reference=_reference(ticket_id, message_id, f"{of}-{name}", url),
                inline=True,
                content_id=f"{name}.{of}.{ticket_id}@freshdesk",
            )
        return f"{found[1]}{found[2]}cid:{escape(images[url].content_id or '')}{found[2]}"

    return _IMAGE.sub(place, html), tuple(images.values())


def is_stored_there(url: str) -> bool:
    """Whether the address is of one of the hosts where Freshdesk keeps files."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and (parts.hostname or "").endswith(STORAGE)
    except ValueError:
        return False


def _is_freshdesks(url: str) -> bool:
    """As far as can be seen: others keep images in the same storage, which are no business of ours."""
    return is_stored_there(url) and "fresh" in url.partition("?")[0]


def _reference(ticket_id: int, message_id: int | None, file_id: str, url: str) -> str:
    """The address runs out, so the ticket is named with it, to be asked for a new one."""
    return json.dumps({"ticket": ticket_id, "message": message_id, "file": file_id, "url": url})


def _text(id: int | None) -> str | None:
    return None if id is None else str(id)
