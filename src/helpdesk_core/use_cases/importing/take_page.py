"""One page of an import is taken in: its things, the place behind it and the count of it all, in one unit of work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from attrs import evolve

from helpdesk_core.event_log import Occasion
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Import, ImportState, Place, Tally, advanced, kept
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.importing.bring_customers import bring_customers
from helpdesk_core.use_cases.importing.bring_people import bring_teams, bring_users
from helpdesk_core.use_cases.importing.bring_setup import bring_articles, bring_fields, bring_macros
from helpdesk_core.use_cases.importing.bring_tickets import bring_tickets
from helpdesk_core.use_cases.importing.errand import Errand, Taken, changed, newest_each

Bring = Callable[[Sequence[Any], Errand], Awaitable[Taken]]

KEEPERS: Mapping[Kind, Bring] = {
    Kind.TEAMS: bring_teams,
    Kind.USERS: bring_users,
    Kind.CUSTOMERS: bring_customers,
    Kind.FIELDS: bring_fields,
    Kind.MACROS: bring_macros,
    Kind.ARTICLES: bring_articles,
    Kind.TICKETS: bring_tickets,
}


async def take_page(
    import_: Import, place: Place, page: SourcePage, work: Work, occasion: Occasion
) -> Import | None:
    """The step: what the page brought, and the import behind it. A crash before leaves nothing of it, one after all.

    None where the import does not stand at that place any more: another process was faster, or somebody stopped it.
    """
    fresh = await work.imports.get(import_.organization_id, import_.id)
    if fresh is None or fresh.state is not ImportState.RUNNING or fresh.place != place:
        return None
    errand = Errand(fresh, work, evolve(occasion, quiet=True))
    taken = await (looked_at(page.things, place.kind, errand) if fresh.dry else _kept(page, place, errand))
    problems = (*page.problems, *taken.problems)
    tally = evolve(taken.tally, failed=taken.tally.failed + len(page.problems), total=page.total)
    after = advanced(fresh, {place.kind.value: tally}, page.cursor, last=page.last, problems=len(problems))
    after = evolve(after, version=fresh.version + 1)
    await work.imports.replace(after)
    await work.imports.note(after, kept(problems, fresh.problems))
    return after


async def looked_at(things: Sequence[Brought], kind: Kind, errand: Errand) -> Taken:
    """What would become of these things, without keeping any."""
    once = newest_each(things)
    known = await errand.known(kind, (thing.id for thing in once))
    new, other = changed(once, known)
    return Taken(Tally(created=len(new), updated=len(other), skipped=len(things) - len(new) - len(other)))


async def _kept(page: SourcePage, place: Place, errand: Errand) -> Taken:
    return await KEEPERS[place.kind](page.things, errand) if page.things else Taken(Tally())
