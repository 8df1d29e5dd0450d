"""What the API shows of a message that was edited, taken back or reacted to at its provider."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from attrs import field, frozen

from helpdesk_core.afterwords import DELETED_AT, ORIGINAL, REACTIONS, afterwords_of, versions_of
from helpdesk_core.conversations import Conversation
from helpdesk_core.messages import MARKS
from helpdesk_http.fields import About


@frozen
class VersionView:
    """How a message stood before it was edited."""

    at: Annotated[datetime, About(doc="Since when it stood so.")]
    text: str


@frozen
class ReactionView:
    """Somebody's sign on a message."""

    by: Annotated[str, About(doc="Who, as their provider names them.")]
    emoji: str
    at: datetime


@frozen
class Afterviews:
    """What was told of one message after it."""

    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    versions: Sequence[VersionView] = ()
    reactions: Sequence[ReactionView] = ()
    marks: Mapping[str, Any] = field(factory=dict)


NOTHING: Final = Afterviews()
_TOLD: Final = frozenset({ORIGINAL, DELETED_AT, REACTIONS, MARKS})


def afterviews(conversation: Conversation) -> Afterviews:
    """All of it; of most messages nothing was told."""
    if _TOLD.isdisjoint(conversation.metadata):
        return NOTHING
    told = afterwords_of(conversation)
    return Afterviews(
        edited_at=told.edits[-1].at if told.edits else None,
        deleted_at=told.deleted_at,
        versions=[VersionView(one.at, one.text) for one in versions_of(conversation)],
        reactions=[ReactionView(one.by, one.emoji, one.at) for one in told.reactions if one.emoji],
        marks=conversation.metadata.get(MARKS, {}),
    )
