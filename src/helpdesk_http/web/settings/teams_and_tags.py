"""The rooms for teams and tags."""

from collections.abc import Sequence

from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_http.routes.tags import NewTag
from helpdesk_http.routes.teams import NewTeam
from helpdesk_http.web.forms import Control, several
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.controls import DESCRIPTION, NAME
from helpdesk_http.web.tongues import Ours as _


async def team_controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    users = await view.users.of(organization_id)
    members = [(str(user.id), user.called) for user in users if user.disabled_at is None]
    return (
        NAME,
        DESCRIPTION,
        Control(name="member_ids", label=_("Members"), kind="several", options=members, reads=several),
    )


async def tag_controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    return (NAME, DESCRIPTION)


TEAMS = Room[Team](
    name="teams",
    title=_("Teams"),
    lead=_("Groups of people that tickets are handed to."),
    one=_("team"),
    sign="users",
    takes=NewTeam,
    verbs=lambda desk: desk.arrange_teams(),
    reads=lambda view: view.teams,
    controls=team_controls,
    values=lambda team: {
        "name": team.name,
        "description": team.description,
        "member_ids": [str(one) for one in team.member_ids],
    },
    line=lambda team: team.description,
)
TAGS = Room[Tag](
    name="tags",
    title=_("Tags"),
    lead=_("Words that tickets are sorted by. A tag that is written on a ticket comes here by itself."),
    one=_("tag"),
    sign="tag",
    takes=NewTag,
    verbs=lambda desk: desk.arrange_tags(),
    reads=lambda view: view.tags,
    controls=tag_controls,
    values=lambda tag: {"name": tag.name, "description": tag.description},
    line=lambda tag: tag.description,
)
