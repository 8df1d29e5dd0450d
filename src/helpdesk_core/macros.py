"""Macros: what agents do again and again, prepared."""

from typing import ClassVar

from attrs import frozen

from helpdesk_core.actions import Action
from helpdesk_core.arrangements import Arrangement
from helpdesk_core.ids import TeamId


@frozen(kw_only=True)
class Macro(Arrangement):
    """Actions that are done to a ticket at one click."""

    kind: ClassVar[str] = "macro"

    description: str = ""
    actions: tuple[Action, ...] = ()
    team_id: TeamId | None = None
    """Whose it is for display; None: everybody's."""
    active: bool = True
