"""Afterwords: what is told of a message after it was said: edits, its deletion, reactions, how its delivery stands.

Providers tell them more than once, in any order, and sometimes before the message itself. `joined` is commutative,
associative and idempotent, so what is left of them never depends on that; `with_afterwords` brings a message up to date
with them and may be called with the same ones again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import evolve, field, frozen

from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus, Kind
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.messages import MARKS
from helpdesk_core.richtext import document_from_text, html_of
from helpdesk_core.tickets import Channel

DELETED: Final = "This message was deleted by its author."
MOST_EDITS: Final = 50
"""Versions of a message that are kept."""

# What is noted of a message in its metadata.
VERSIONS = "versions"
ORIGINAL = "original"
"""The words as they were first said, where they were edited."""
DELETED_AT = "deleted_at"
REACTIONS = "reactions"
PARTS = "parts"
PART_COUNT = "part_count"
RETIRED = "retired"
"""Pieces that failed and were sent once more: what is told of them counts no longer."""

REPORTED_RANK: Final = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENT: 1,
    DeliveryState.FAILED: 2,
    DeliveryState.BOUNCED: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.READ: 4,
}
"""Providers of messages accept first and fail later, so a failure outranks `sent`; what was seen to arrive did."""


@frozen(order=True)
class Edit:
    """The message's words from that time on."""

    at: datetime
    text: str = field(repr=False)


@frozen(order=True)
class Reaction:
    """Somebody's sign on a message from that time on; empty: taken back."""

    by: str
    at: datetime
    emoji: str


@frozen(order=True)
class Report:
    """How a message that was sent stands; `part` is the provider's id of what it tells about."""

    part: str
    state: DeliveryState
    detail: str = ""


@frozen(order=True)
class Piece:
    """One part of a long message that came by itself. `text` and `thread` are left out once they are not needed."""

    number: int
    external_id: str
    said_at: datetime
    thread: str = field(repr=False)
    text: str = field(repr=False)


@frozen
class Afterwords:
    """Everything that was told of one message after it, or before it where it came in pieces."""

    edits: tuple[Edit, ...] = ()
    deleted_at: datetime | None = None
    reactions: tuple[Reaction, ...] = ()
    reports: tuple[Report, ...] = ()
    pieces: tuple[Piece, ...] = ()


NO_AFTERWORDS: Final = Afterwords()


@frozen
class ProviderMessage:
    """What is known of a message by its provider's id: the answer of ours that it is, or what was told of it before
    it came itself.
    """

    organization_id: OrganizationId
    channel: Channel
    account: str
    external_id: str
    conversation_id: ConversationId | None
    afterwords: Afterwords
    told_at: datetime


def joined(one: Afterwords, other: Afterwords) -> Afterwords:
    """Both together. A deletion is final: the words are gone with it."""
    deletions = [at for at in (one.deleted_at, other.deleted_at) if at is not None]
    edits = () if deletions else tuple(sorted({*one.edits, *other.edits}))[-MOST_EDITS:]
    return Afterwords(
        edits=edits,
        deleted_at=min(deletions, default=None),
        reactions=_newest((*one.reactions, *other.reactions)),
        reports=_furthest((*one.reports, *other.reports)),
        pieces=tuple(sorted({*one.pieces, *other.pieces})),
    )


def with_afterwords(message: Conversation, told: Afterwords) -> Conversation:
    """The message as it stands after them; the very same where they say nothing new."""
    retired = message.metadata.get(RETIRED, ())
    told = evolve(told, reports=tuple(one for one in told.reports if one.part not in retired))
    before = afterwords_of(message)
    after = joined(before, told)
    if after == before:
        return message
    metadata = {name: value for name, value in message.metadata.items() if name not in _NOTED}
    changed = evolve(message, metadata=metadata | _noted(after))
    if after.deleted_at is not None:
        left = {name: value for name, value in changed.metadata.items() if name not in (ORIGINAL, MARKS)}
        changed = _saying(evolve(changed, metadata=left, attachment_ids=()), DELETED)
    elif after.edits and after.edits != before.edits:
        original = {ORIGINAL: message.metadata.get(ORIGINAL, message.content_text)}
        changed = _saying(evolve(changed, metadata={**changed.metadata, **original}), after.edits[-1].text)
    return evolve(changed, delivery=_delivery(changed, after)) if told.reports else changed


def afterwords_of(message: Conversation) -> Afterwords:
    """What is known of it already. Total."""
    known = message.metadata
    deleted = known.get(DELETED_AT)
    return Afterwords(
        edits=tuple(Edit(datetime.fromisoformat(at), text) for at, text in known.get(VERSIONS, ())),
        deleted_at=datetime.fromisoformat(deleted) if deleted else None,
        reactions=tuple(
            Reaction(by, datetime.fromisoformat(at), emoji) for by, at, emoji in known.get(REACTIONS, ())
        ),
        reports=tuple(
            Report(part, DeliveryState(state), detail)
            for part, (state, detail) in sorted(known.get(PARTS, {}).items())
        ),
    )


def is_deleted(message: Conversation) -> bool:
    """Whether its author took it back."""
    return message.metadata.get(DELETED_AT) is not None


def versions_of(message: Conversation) -> Sequence[Edit]:
    """How it was said first and after each edit but the last, with the time from which that was so."""
    original = message.metadata.get(ORIGINAL)
    if original is None:
        return ()
    return (Edit(message.created_at, original), *afterwords_of(message).edits[:-1])


def reactions_of(message: Conversation) -> Mapping[str, str]:
    """Who has put which sign on it."""
    return {one.by: one.emoji for one in afterwords_of(message).reactions if one.emoji}


def _saying(message: Conversation, text: str) -> Conversation:
    content = document_from_text(text)
    return evolve(
        message,
        content=content,
        content_text=text,
        content_html=html_of(content),
        new_text=None,
        new_html=None,
    )


def _delivery(message: Conversation, after: Afterwords) -> DeliveryStatus | None:
    """How an answer stands whose parts stand so: as the one that fared worst, once it is known of all of them."""
    if message.kind is not Kind.REPLY or message.delivery is None or not after.reports:
        return message.delivery
    failed = [one for one in after.reports if REPORTED_RANK[one.state] == REPORTED_RANK[DeliveryState.FAILED]]
    if failed:
        return DeliveryStatus(DeliveryState.FAILED, failed[0].detail or None)
    if len(after.reports) < message.metadata.get(PART_COUNT, 1):
        return message.delivery
    worst = min(after.reports, key=lambda one: REPORTED_RANK[one.state])
    return DeliveryStatus(worst.state, worst.detail or None)


def _newest(reactions: Iterable[Reaction]) -> tuple[Reaction, ...]:
    newest: dict[str, Reaction] = {}
    for one in sorted(reactions):
        newest[one.by] = one
    return tuple(newest[by] for by in sorted(newest))


def _furthest(reports: Iterable[Report]) -> tuple[Report, ...]:
    furthest: dict[str, Report] = {}
    for one in sorted(reports, key=lambda one: (REPORTED_RANK[one.state], one.state.value, one.detail)):
        furthest[one.part] = one
    return tuple(furthest[part] for part in sorted(furthest))


_NOTED = frozenset({VERSIONS, DELETED_AT, REACTIONS, PARTS})


def _noted(after: Afterwords) -> dict[str, Any]:
    noted: dict[str, Any] = {
        VERSIONS: [[one.at.isoformat(), one.text] for one in after.edits],
        DELETED_AT: after.deleted_at.isoformat() if after.deleted_at else None,
        REACTIONS: [[one.by, one.at.isoformat(), one.emoji] for one in after.reactions],
        PARTS: {one.part: [one.state.value, one.detail] for one in after.reports},
    }
    return {name: value for name, value in noted.items() if value}
