"""What becomes of a suggestion once somebody has looked at it."""

from datetime import datetime

from attrs import evolve

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import UserId
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.users import Actor


def state_after(suggestion: Suggestion, sent: str) -> SuggestionState:
    """USED where what was sent are its very words, EDITED where they are not; how they are laid out does not matter."""
    return SuggestionState.USED if same_words(suggestion.text, sent) else SuggestionState.EDITED


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same but for blanks and line breaks."""
    return "".join(one.split()) == "".join(other.split())


def settled(suggestion: Suggestion, state: SuggestionState, by: Actor, at: datetime) -> Suggestion:
    """The suggestion in this state, once and for all; Conflict where it was settled before."""
    if suggestion.state is not SuggestionState.OFFERED:
        raise Conflict(f"The suggestion was {suggestion.state.value} already.")
    user_id = UserId(by.id) if by.type == "user" and by.id else None
    return evolve(suggestion, state=state, settled_at=at, settled_by=user_id)
