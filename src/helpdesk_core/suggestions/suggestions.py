"""Suggested replies, and what became of them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from helpdesk_core.ids import ConversationId, OrganizationId, PassageId, SuggestionId, TicketId, UserId
from helpdesk_core.knowledge.passages import SourceKind


class SuggestionState(StrEnum):
    """`used`: sent as it was; `edited`: sent with changes; `dismissed`: an agent did not want it."""

    OFFERED = "offered"
    USED = "used"
    EDITED = "edited"
    DISMISSED = "dismissed"


@frozen
class Source:
    """What a suggestion rests on: a passage, and what it was cut out of."""

    kind: SourceKind
    id: UUID
    passage_id: PassageId
    title: str
    excerpt: str


@frozen
class Usage:
    """What a model has counted, in tokens; `cost` in the currency of the configured prices, None without prices."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None


@frozen(kw_only=True)
class Suggestion:
    """One suggested reply. Without `sources` nothing was found, and `text` says so to the agent: a knowledge gap.

    `made_by` is `embedded` or the model's name; `about` the customer's message that it answers.
    """

    id: SuggestionId
    organization_id: OrganizationId
    ticket_id: TicketId
    about: ConversationId | None
    text: str
    language: str | None
    sources: tuple[Source, ...]
    made_by: str
    created_at: datetime
    automatic: bool = False
    """Made by the desk itself for a new ticket, not asked for."""
    state: SuggestionState = SuggestionState.OFFERED
    settled_at: datetime | None = None
    settled_by: UserId | None = None
    usage: Usage = Usage()

    @property
    def grounded(self) -> bool:
        """Whether it rests on something."""
        return bool(self.sources)
