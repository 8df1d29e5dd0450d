"""What is to be seen to when teams are arranged."""

from attrs import evolve

from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import TeamId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Status

AT_WORK = tuple(status for status in Status if status is not Status.CLOSED)


async def check_team(team: Team, work: Work) -> Team:
    """The team, its members once each; InvalidValue for somebody who does not work in the organization."""
    members = tuple(dict.fromkeys(team.member_ids))
    known = {user.id for user in await work.users.of(team.organization_id)} if members else set()
    for place, member in enumerate(members):
        if member not in known:
            raise InvalidValue(f"member_ids[{place}]", "is not a user of this organization")
    return evolve(team, member_ids=members)


async def keep_teams_at_work(team: Team, work: Work, occasion: Occasion) -> None:
    """Conflict where the team has tickets that are not closed: somebody must take these over first."""
    wanted = TicketFilter(team_id=TeamId(team.id), status=AT_WORK)
    if (await work.tickets.page(team.organization_id, wanted, Page(limit=1))).items:
        raise Conflict("The team has tickets that are not closed; hand these over first.")
