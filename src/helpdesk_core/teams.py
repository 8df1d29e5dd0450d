"""Teams: groups of users that tickets are handed to."""

from typing import ClassVar

from attrs import frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.ids import UserId


@frozen(kw_only=True)
class Team(Arrangement):
    """A group of users; a ticket can belong to a team before anybody of it takes it on."""

    kind: ClassVar[str] = "team"

    description: str = ""
    member_ids: tuple[UserId, ...] = ()
