"""What events of suggestions add to the figures."""

from collections.abc import Iterator
from typing import Final

from helpdesk_core.event_log import DomainEvent

OFFERED: Final = "suggestions_offered"
USED: Final = "suggestions_used"
EDITED: Final = "suggestions_edited"
DISMISSED: Final = "suggestions_dismissed"
GAPS: Final = "suggestion_gaps"
FALLBACKS: Final = "model_fallbacks"
PROMPT_TOKENS: Final = "model_prompt_tokens"
COMPLETION_TOKENS: Final = "model_completion_tokens"
COST: Final = "model_cost"
MILLIONTHS: Final = 1_000_000
"""Costs are counted in millionths of a currency, as whole numbers."""
COUNTED: Final = (OFFERED, USED, EDITED, DISMISSED, GAPS, FALLBACKS)
SUMMED: Final = (PROMPT_TOKENS, COMPLETION_TOKENS, COST)
"""Of these it is the total that matters; a cost is in millionths of the currency of the prices."""
SUGGESTION_MEASURES: Final = (*COUNTED, *SUMMED)
_SETTLED: Final = {
    "suggestion.used": USED,
    "suggestion.edited": EDITED,
    "suggestion.dismissed": DISMISSED,
}


def suggestion_counts(event: DomainEvent) -> Iterator[tuple[str, int]]:
    """What one event adds: a measure, and its total, 0 where it is only counted. Total.

    What found nothing is a gap and was never offered: it counts as nothing else.
    """
    data = event.data
    if event.type != "suggestion.created":
        if event.type in _SETTLED and data.get("grounded") is True:
            yield _SETTLED[event.type], 0
        return
    yield OFFERED if data.get("grounded") is True else GAPS, 0
    if data.get("fell_back") is True:
        yield FALLBACKS, 0
    told = {
        PROMPT_TOKENS: data.get("prompt_tokens"),
        COMPLETION_TOKENS: data.get("completion_tokens"),
        COST: data.get("cost_millionths"),
    }
    for measure, total in told.items():
        if isinstance(total, int) and total > 0:
            yield measure, total
