"""Those who work there are brought: as the users they are here already, else as users who cannot log in yet."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve

from helpdesk_core.arrangements import check_name
from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import UserId
from helpdesk_core.imports.brought import BroughtTeam, BroughtUser, Kind
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.teams import Team
from helpdesk_core.use_cases.importing.errand import Errand, Taken, newest_each
from helpdesk_core.users import Role, User

NO_PASSWORD: Final = "!"
"""In the place of a hash: no password fits it, until somebody sets one."""


async def bring_teams(things: Sequence[BroughtTeam], errand: Errand) -> Taken:
    """The step: each as the team of its name, or a new one."""
    once = newest_each(things)
    known = await errand.known(Kind.TEAMS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    notes, created = [], 0
    for thing in new:
        name = check_name(thing.name or f"Team {thing.id}")
        team = await errand.work.teams.named(errand.organization_id, name)
        if team is None:
            team = Team(
                id=errand.occasion.new_id(),
                organization_id=errand.organization_id,
                name=name,
                created_at=errand.occasion.at,
                updated_at=errand.occasion.at,
            )
            await errand.work.teams.add(team)
            created += 1
        notes.append((thing, team.id))
    notes += [(thing, known[thing.id].our_id) for thing in other]
    await errand.note(Kind.TEAMS, notes)
    return Taken(Tally(created=created, skipped=len(things) - created))


async def bring_users(things: Sequence[BroughtUser], errand: Errand) -> Taken:
    """The step: each as the user of their e-mail address, else as a new one, who gets in once a password is set.

    Nobody is made an admin by what another desk says. Somebody without an address gets no user: their messages bear
    their name.
    """
    once = newest_each(things)
    known = await errand.known(Kind.USERS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    notes: list[tuple[BroughtUser, UserId]] = []
    problems: list[Problem] = []
    created = 0
    for thing in new:
        try:
            email = normal_email(thing.email or "")
        except InvalidValue:
            told = f"{thing.name or thing.id} has no e-mail address, and so gets no user."
            problems.append(Problem(Kind.USERS, thing.id, told))
            continue
        user = await errand.work.users.by_email(email)
        if user is not None and user.organization_id != errand.organization_id:
            problems.append(Problem(Kind.USERS, thing.id, "Works in another organization of this desk."))
            continue
        if user is None:
            user = _new_user(thing, email, errand)
            await errand.work.users.add(user)
            created += 1
        notes.append((thing, user.id))
    notes += [(thing, UserId(known[thing.id].our_id)) for thing in other]
    await errand.note(Kind.USERS, notes)
    await _joined([thing for thing, _ in notes], {thing.id: user for thing, user in notes}, errand)
    return Taken(
        Tally(created=created, failed=len(problems), skipped=len(things) - created - len(problems)),
        tuple(problems),
    )


def _new_user(thing: BroughtUser, email: str, errand: Errand) -> User:
    return User(
        id=UserId(errand.occasion.new_id()),
        organization_id=errand.organization_id,
        email=email,
        name=thing.name or email,
        role=Role.AGENT,
        created_at=errand.occasion.at,
        password_hash=NO_PASSWORD,
        disabled_at=None if thing.active else errand.occasion.at,
    )


async def _joined(things: Sequence[BroughtUser], users: Mapping[str, UserId], errand: Errand) -> None:
    """They are members of their teams."""
    teams = await errand.known(Kind.TEAMS, [team for thing in things for team in thing.teams])
    for external_id, reference in teams.items():
        team = await errand.work.teams.get(errand.organization_id, reference.our_id)
        theirs = [users[thing.id] for thing in things if external_id in thing.teams]
        new = [one for one in theirs if team is not None and one not in team.member_ids]
        if team is not None and new:
            await errand.work.teams.replace(
                evolve(team, member_ids=(*team.member_ids, *new), version=team.version + 1)
            )
