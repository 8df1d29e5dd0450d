"""Passages of the knowledge with vectors, and replies that were suggested."""

from array import array
from math import sqrt
from typing import Any

from helpdesk_core.ids import PassageId, SuggestionId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.models import Vector
from helpdesk_core.suggestions.suggestions import Source, Suggestion, Usage
from helpdesk_core.tickets import Ticket
from tests.contracts.builders.basics import NOON, fresh, new_id


def a_passage(organization: Organization, **fields: Any) -> Passage:
    return Passage(
        **{
            "id": PassageId(new_id()),
            "organization_id": organization.id,
            "source": SourceKind.ARTICLE,
            "source_id": new_id(),
            "place": 0,
            "title": "Brakes",
            "question": "",
            "text": "A brake that squeals wants cleaning.",
            "language": "en",
            "published": True,
            "digest": fresh("digest"),
            "updated_at": NOON,
            **fields,
        }
    )


def a_vector(*numbers: float) -> Vector:
    """The direction of these numbers."""
    length = sqrt(sum(number * number for number in numbers))
    return array("f", [number / length for number in numbers]).tobytes()


def a_suggestion(ticket: Ticket, **fields: Any) -> Suggestion:
    source = Source(SourceKind.ARTICLE, new_id(), PassageId(new_id()), "Brakes", "It wants cleaning.")
    return Suggestion(
        **{
            "id": SuggestionId(new_id()),
            "organization_id": ticket.organization_id,
            "ticket_id": ticket.id,
            "about": None,
            "text": "Please clean the brake.",
            "language": "en",
            "sources": (source,),
            "made_by": "embedded",
            "created_at": NOON,
            "usage": Usage(7, 3),
            **fields,
        }
    )
