"""How an organization deals with its own people."""

from typing import Annotated

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.people_settings import AssignmentMode, AssignmentScope, PeopleSettings
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.users import Scope
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller


@frozen
class PeopleSettingsView:
    """Who is handed new tickets, and who must bring a second factor."""

    assignment: Annotated[
        AssignmentMode,
        About(
            doc="Whether new tickets that nobody has are handed out: in turn, or to whoever has the fewest open and "
            "pending ones."
        ),
    ]
    scope: Annotated[
        AssignmentScope,
        About(doc="Among everybody who is available, or among the members of a ticket's team."),
    ]
    demands_second_factor: Annotated[
        bool, About(doc="Whether whoever logs in must have a second factor; it is set up in their account.")
    ]


@frozen(kw_only=True)
class PeopleSettingsPatch:
    """What is to be different; what is left out stays."""

    assignment: AssignmentMode | Unset = UNSET
    scope: AssignmentScope | Unset = UNSET
    demands_second_factor: bool | Unset = UNSET


async def read_people_settings(desk: Container, who: Caller) -> PeopleSettingsView:
    """Read how the organization deals with its own people."""
    home = who.organization_id
    found = await desk.store().read(lambda view: view.people_settings.get(home))
    return _view(found or PeopleSettings(home))


async def change_people_settings(
    desk: Container, who: Caller, body: PeopleSettingsPatch
) -> PeopleSettingsView:
    """Change how the organization deals with its own people.

    Tickets that are there already stay with whom they are.
    """
    return _view(await desk.change_people_settings()(who.organization_id, who.actor, **given(body)))


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/people-settings", read_people_settings, tag="People settings", auth=key(Scope.ADMIN)
    ),
    operation(
        "PATCH /api/v1/people-settings", change_people_settings, tag="People settings", auth=key(Scope.ADMIN)
    ),
)


def _view(settings: PeopleSettings) -> PeopleSettingsView:
    return PeopleSettingsView(settings.assignment, settings.scope, settings.demands_second_factor)
