"""Tags."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.saved_views import MOST_COUNTED, counted
from helpdesk_core.tags import Tag
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.fields import About, Text
from helpdesk_http.values import Description
from helpdesk_http.values import Tag as TagName

Color = Annotated[str, Text(min=7, max=7, pattern="^#[0-9a-fA-F]{6}$", doc="For display.", example="#3366cc")]


@frozen(kw_only=True)
class NewTag:
    """A word to sort tickets by; one that is put on a ticket is known from then on by itself."""

    name: TagName
    description: Description = ""
    color: Color | None = None


@frozen(kw_only=True)
class TagPatch:
    """What is to be different. With another name, tickets that bear the tag follow soon after."""

    name: TagName | Unset = UNSET
    description: Description | Unset = UNSET
    color: Color | None | Unset = UNSET


@frozen
class TicketCount:
    """A number that is counted up to a bound only."""

    value: Annotated[int, About(doc="At most 1000.", example=1000)]
    text: Annotated[str, About(doc="For display.", example="1,000+")]


@frozen
class TagView:
    """A word to sort tickets by."""

    id: UUID
    name: str
    description: str
    color: str | None
    ticket_count: Annotated[TicketCount, About(doc="How many tickets bear it, as `GET /tickets?tag=` lists.")]
    created_at: datetime
    updated_at: datetime


async def _views(organization_id: OrganizationId, tags: Sequence[Tag], view: View) -> Sequence[TagView]:
    names = [tag.name for tag in tags]
    counts = await view.tickets.tag_counts(organization_id, names, MOST_COUNTED + 1)
    return [_view(tag, counts.get(tag.name, 0)) for tag in tags]


def _view(tag: Tag, found: int) -> TagView:
    count = counted(found)
    return TagView(
        id=tag.id,
        name=tag.name,
        description=tag.description,
        color=tag.color,
        ticket_count=TicketCount(count.count, count.text),
        created_at=tag.created_at,
        updated_at=tag.updated_at,
    )


OPERATIONS = arrangement_operations(
    "/api/v1/tags",
    "tag",
    tag="Tags",
    shows=TagView,
    takes=NewTag,
    changes=TagPatch,
    verbs=lambda desk: desk.arrange_tags(),
    reads=lambda view: view.tags,
    views_in=_views,
    writing=Scope.WRITE,
)
