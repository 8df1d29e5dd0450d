"""Teams."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.fields import Many
from helpdesk_http.values import Description, Title

Members = Annotated[tuple[UUID, ...], Many(max=500, doc="Users of the organization.")]


@frozen(kw_only=True)
class NewTeam:
    """A group of users that tickets are handed to."""

    name: Title
    description: Description = ""
    member_ids: Members = ()


@frozen(kw_only=True)
class TeamPatch:
    """What is to be different; `member_ids` replaces the list whole."""

    name: Title | Unset = UNSET
    description: Description | Unset = UNSET
    member_ids: Members | Unset = UNSET


@frozen
class TeamView:
    """A group of users that tickets are handed to."""

    id: UUID
    name: str
    description: str
    member_ids: Sequence[UUID]
    created_at: datetime
    updated_at: datetime


OPERATIONS = arrangement_operations(
    "/api/v1/teams",
    "team",
    tag="Teams",
    shows=TeamView,
    takes=NewTeam,
    changes=TeamPatch,
    verbs=lambda desk: desk.arrange_teams(),
    reads=lambda view: view.teams,
)
