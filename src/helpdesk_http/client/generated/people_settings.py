"""People settings.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from attrs import frozen

from helpdesk_core.people_settings import AssignmentMode, AssignmentScope
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class PeopleSettingsView:
    """Who is handed new tickets, and who must bring a second factor."""

    assignment: AssignmentMode
    """Whether new tickets that nobody has are handed out: in turn, or to whoever has the fewest open
    and pending ones.
    """
    scope: AssignmentScope
    """Among everybody who is available, or among the members of a ticket's team."""
    demands_second_factor: bool
    """Whether whoever logs in must have a second factor; it is set up in their account."""


@frozen
class PeopleSettings:
    """People settings."""

    _calls: Calls

    async def read(self) -> PeopleSettingsView:
        """Read how the organization deals with its own people."""
        answered: PeopleSettingsView = await self._calls.answer(
            PeopleSettingsView, "GET", "/api/v1/people-settings"
        )
        return answered

    async def change(
        self,
        *,
        assignment: AssignmentMode | Unset = UNSET,
        scope: AssignmentScope | Unset = UNSET,
        demands_second_factor: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> PeopleSettingsView:
        """Change how the organization deals with its own people.

        Tickets that are there already stay with whom they are.
        """
        answered: PeopleSettingsView = await self._calls.answer(
            PeopleSettingsView,
            "PATCH",
            "/api/v1/people-settings",
            body={"assignment": assignment, "scope": scope, "demands_second_factor": demands_second_factor},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered
