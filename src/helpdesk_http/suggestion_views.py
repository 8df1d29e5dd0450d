"""What is shown of suggestions, in lists and in streams."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.suggestions.suggestions import Source, Suggestion, SuggestionState
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.fields import About

Index = Annotated[int, About(doc="Which of the replies, from 0.")]
MadeBy = Annotated[str, About(doc="`embedded`, or the name of the model.", example="embedded")]


@frozen
class SourceView:
    """What a suggestion rests on."""

    kind: Annotated[SourceKind, About(doc="What `id` is the id of.")]
    id: UUID
    title: str
    excerpt: Annotated[str, About(doc="How the passage begins.")]


@frozen(kw_only=True)
class SuggestionView:
    """A suggested reply. Without sources nothing was found that answers, and `text` says so to the agent."""

    id: UUID
    ticket_id: UUID
    conversation_id: Annotated[UUID | None, About(doc="The customer's message that it answers.")]
    text: str
    language: str | None
    sources: Sequence[SourceView]
    made_by: MadeBy
    automatic: Annotated[bool, About(doc="The desk made it for a new ticket by itself.")]
    state: Annotated[
        SuggestionState,
        About(doc="`used`: sent as it was, `edited`: sent with changes, `dismissed`: nobody wants it."),
    ]
    settled_at: datetime | None
    settled_by: Annotated[UUID | None, About(doc="The user; null where a program did it.")]
    created_at: datetime


@frozen
class StartView:
    """A reply begins."""

    index: Index
    made_by: MadeBy
    restarted: Annotated[
        bool | Unset, About(doc="It begins anew, since the model failed: its tokens so far are void.")
    ] = UNSET


@frozen
class TokenView:
    """What follows in a reply."""

    index: Index
    text: str


@frozen
class EndView:
    """A reply is complete. A second one that came out the same has the id of the first."""

    index: Index
    id: UUID
    text: str
    sources: Sequence[SourceView]


@frozen
class DoneView:
    """Everything is kept."""


@frozen
class ErrorView:
    """Why there is no more; nothing is kept."""

    message: str


def suggestion_view(suggestion: Suggestion) -> SuggestionView:
    return SuggestionView(
        id=suggestion.id,
        ticket_id=suggestion.ticket_id,
        conversation_id=suggestion.about,
        text=suggestion.text,
        language=suggestion.language,
        sources=[*map(source_view, suggestion.sources)],
        made_by=suggestion.made_by,
        automatic=suggestion.automatic,
        state=suggestion.state,
        settled_at=suggestion.settled_at,
        settled_by=suggestion.settled_by,
        created_at=suggestion.created_at,
    )


def source_view(source: Source) -> SourceView:
    return SourceView(source.kind, source.id, source.title, source.excerpt)
