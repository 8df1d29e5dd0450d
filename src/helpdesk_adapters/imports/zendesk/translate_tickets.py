"""From what Zendesk tells of tickets to what is brought."""

import re
from collections.abc import Collection, Mapping, Sequence
from html import escape, unescape
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from attrs import evolve, frozen

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.attachments import MAX_UPLOAD
from helpdesk_core.imports.brought import (
    BroughtFile,
    BroughtMessage,
    BroughtRating,
    BroughtTicket,
    Said,
    Speaker,
)
from helpdesk_core.message_ids import message_ids

SYSTEM_AUTHOR: Final = -1
DELETED: Final = "deleted"
DONE: Final = frozenset({"solved", "closed"})
RATED: Final = frozenset({"good", "bad"})


@frozen
class Known:
    """What tickets refer to by ids: names of companies, labels of the account's own statuses. `mapped` are those of
    their labels, in lower case, of which somebody has said what they mean here.
    """

    companies: Mapping[int, str]
    statuses: Mapping[int, str]
    mapped: Collection[str] = ()


def ticket(told: zendesk.Ticket, comments: Sequence[zendesk.Comment] | None, known: Known) -> BroughtTicket:
    """The ticket with its comments, of which the first is its description; None: they are gone.

    Raises ValueError where it does not say when it was opened.
    """
    created_at = moment(told.created_at)
    updated_at = moment(told.updated_at) or created_at
    if created_at is None or updated_at is None:
        raise ValueError("The ticket does not say when it was opened.")
    label = known.statuses.get(told.custom_status_id or 0, "")
    own_word = label.strip().lower() in known.mapped
    return BroughtTicket(
        id=str(told.id),
        number=str(told.id),
        subject=told.subject or "",
        status=label if own_word and told.status != DELETED else told.status,
        priority=told.priority,
        channel=told.via.channel,
        customer_id=None if told.requester_id is None else str(told.requester_id),
        assignee_id=None if told.assignee_id is None else str(told.assignee_id),
        team_id=None if told.group_id is None else str(told.group_id),
        tags=(*told.tags, *((f"status:{label.lower()}"[:100],) if label and not own_word else ())),
        fields={str(one.id): one.value for one in told.custom_fields if one.value not in (None, "", [])},
        followers=_followers(told),
        metadata=_metadata(told, label, known),
        created_at=created_at,
        updated_at=updated_at,
        resolved_at=updated_at if told.status in DONE else None,
        closed_at=updated_at if told.status == "closed" else None,
        messages=() if told.status == DELETED else _messages(told, comments),
        message_ids=_thread_ids(told.encoded_id),
        rating=_rating(told.satisfaction_rating),
        deleted=told.status == DELETED,
        version=str(told.generated_timestamp or ""),
    )


def _metadata(told: zendesk.Ticket, label: str, known: Known) -> Mapping[str, Any]:
    """What has no place of its own here."""
    every = {
        "external_id": told.external_id,
        "type": told.type,
        "problem": str(told.problem_id) if told.problem_id is not None else None,
        "due_at": told.due_at,
        "organization": known.companies.get(told.organization_id or 0),
        "status": label,
    }
    return {name: value for name, value in every.items() if value}


def _followers(told: zendesk.Ticket) -> tuple[str, ...]:
    every = (*told.follower_ids, *told.email_cc_ids, *told.collaborator_ids)
    return tuple(str(one) for one in dict.fromkeys(every) if one not in (told.requester_id, told.assignee_id))


def _thread_ids(encoded_id: str | None) -> tuple[str, ...]:
    """The id that all mails of Zendesk's about a ticket name in References: answers to any of them do, too."""
    code = (encoded_id or "").replace("-", "")
    return (f"{code}@zendesk.com",) if re.fullmatch(r"[A-Z0-9]{6,30}", code) else ()


def _rating(told: zendesk.Rating | None) -> BroughtRating | None:
    if told is None or told.score not in RATED:
        return None
    return BroughtRating(score=told.score, comment=told.comment or "")


def _messages(told: zendesk.Ticket, comments: Sequence[zendesk.Comment] | None) -> tuple[BroughtMessage, ...]:
    if comments:
        return tuple(_message(one, told) for one in comments)
    at = moment(told.created_at)
    if at is None or not told.description:
        return ()
    description = BroughtMessage(
        id="description",
        said=Said.PUBLIC if told.is_public else Said.NOTE,
        speaker=Speaker.UNKNOWN,
        speaker_id=None if told.requester_id is None else str(told.requester_id),
        text=told.description,
        created_at=at,
    )
    return (description,)


def _message(comment: zendesk.Comment, of: zendesk.Ticket) -> BroughtMessage:
    """A comment is a note unless it says that it is public."""
    by_itself = comment.author_id in (None, SYSTEM_AUTHOR)
    html, files = _with_images(comment.html_body or "", [_file(one) for one in comment.attachments], comment)
    message = BroughtMessage(
        id=str(comment.id),
        said=Said.PUBLIC if comment.public else Said.NOTE,
        speaker=Speaker.SYSTEM if by_itself else Speaker.UNKNOWN,
        speaker_id=None if by_itself else str(comment.author_id),
        text=comment.body or "",
        html=html or None,
        created_at=moment(comment.created_at) or moment(of.updated_at or of.created_at) or _never(of),
        files=files,
        message_id=_message_id(comment.metadata),
    )
    return evolve(message, metadata={"channel": comment.via.channel}) if comment.via.channel else message


def _never(of: zendesk.Ticket) -> Any:
    raise ValueError(f"Ticket {of.id} has no time at all.")


def _message_id(metadata: Mapping[str, Any]) -> str | None:
    """The Message-ID of a comment that came by mail."""
    system = metadata.get("system")
    told = system.get("message_id") if isinstance(system, Mapping) else None
    ids = message_ids(told) if isinstance(told, str) else ()
    return ids[0] if ids else None


def _file(told: zendesk.Attachment) -> BroughtFile:
    problem = None
    if told.deleted:
        problem = "The file was deleted at Zendesk."
    elif told.malware_scan_result == "malware_found":
        problem = "Zendesk found malware in the file."
    elif told.size > MAX_UPLOAD:
        problem = f"The file is too large to be kept here. It is at {told.content_url}"
    elif not told.content_url:
        problem = "Zendesk does not say where the file is."
    return BroughtFile(
        id=str(told.id),
        filename=told.file_name,
        content_type=told.content_type,
        size=max(0, told.size),
        reference=told.content_url,
        inline=told.inline,
        problem=problem,
    )


_AT_ZENDESK = re.compile(r"https://[a-z0-9-]{1,63}\.zendesk\.com/attachments/token/([\w-]{8,100})/?(?:\?.*)?")
_IMAGE = re.compile(r"""(<img\b[^<>]*?\ssrc=)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


def _with_images(
    html: str, files: Sequence[BroughtFile], comment: zendesk.Comment
) -> tuple[str, tuple[BroughtFile, ...]]:
    """The comment with Zendesk's images in their places: as `cid:` links to its files.

    Images that are only linked are files of Zendesk's, too, and are not listed among the comment's.
    """
    if "<img" not in html.lower():
        return html, tuple(files)
    known = {one.id: one for one in files}
    named = {
        url: str(one.id)
        for one in comment.attachments
        for url in (one.content_url, one.mapped_content_url)
        if url
    }

    def placed(found: re.Match[str]) -> str:
        url = unescape(found[3])
        linked = _AT_ZENDESK.fullmatch(url)
        if url not in named and linked is not None:
            image = f"image-{linked[1]}"
            names = parse_qs(urlsplit(url).query).get("name", [""])
            known[image] = BroughtFile(id=image, filename=names[0] or "image", reference=url)
            named[url] = image
        if url not in named:
            return found[0]
        id = named[url]
        content_id = f"{id}@zendesk"
        known[id] = evolve(known[id], inline=True, content_id=content_id)
        return f"{found[1]}{found[2]}cid:{escape(content_id)}{found[2]}"

    return _IMAGE.sub(placed, html), tuple(known.values())
