"""Passages, and the replies that were suggested out of them."""

from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.suggestions.suggestions import Source, Suggestion, SuggestionState, Usage

PASSAGE = (
    "id",
    "organization_id",
    "source",
    "source_id",
    "place",
    "updated_at",
    "published",
    "language",
    "digest",
    "title",
    "question",
    "text",
)


def to_passage(row: Row) -> Passage:
    known = dict(zip(PASSAGE, row, strict=True))
    return Passage(**{**known, "source": SourceKind(known["source"])})


def passage_row(passage: Passage) -> dict[str, Any]:
    """Of a new passage, which has no vector."""
    known = {name: getattr(passage, name) for name in PASSAGE}
    return {**known, "source": passage.source.value, "embedded_by": None}


SUGGESTION = (
    "id",
    "organization_id",
    "ticket_id",
    "about",
    "created_at",
    "state",
    "automatic",
    "made_by",
    "language",
    "settled_at",
    "settled_by",
    "usage",
    "sources",
    "text",
)


def to_suggestion(row: Row) -> Suggestion:
    known = dict(zip(SUGGESTION, row, strict=True))
    return Suggestion(
        **{
            **known,
            "state": SuggestionState(known["state"]),
            "usage": _converter().structure(known["usage"], Usage),
            "sources": _converter().structure(known["sources"], tuple[Source, ...]),
        }
    )


def suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    known = {name: getattr(suggestion, name) for name in SUGGESTION}
    return {
        **known,
        "state": suggestion.state.value,
        "grounded": suggestion.grounded,
        "usage": _converter().unstructure(suggestion.usage),
        "sources": _converter().unstructure(suggestion.sources),
    }


@cache
def _converter() -> OrjsonConverter:
    converter = make_converter()
    for kind in (Decimal, UUID):
        converter.register_unstructure_hook(kind, str)
        converter.register_structure_hook(kind, lambda value, kind: kind(value))
    return converter
