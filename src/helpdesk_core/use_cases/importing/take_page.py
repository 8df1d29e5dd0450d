"""One page of an import is taken in: its things, the place behind it and the count of it all, in one unit of work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from attrs import evolve

from helpdesk_core.charsets import one_line
from helpdesk_core.event_log import Occasion
from helpdesk_core.imports.brought import Brought, BroughtMacro, BroughtTicket, Kind
from helpdesk_core.imports.progress import Import, ImportState, Place, Problem, Tally, advanced, ended, kept
from helpdesk_core.imports.soundness import Unsound, sound
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.importing.bring_customers import bring_customers
from helpdesk_core.use_cases.importing.bring_people import bring_teams, bring_users
from helpdesk_core.use_cases.importing.bring_setup import bring_articles, bring_fields, bring_macros
from helpdesk_core.use_cases.importing.bring_tickets import bring_tickets
from helpdesk_core.use_cases.importing.errand import Errand, Taken, newest_each

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
LONGEST_TELLING = 500
"""Characters of what is told of a thing that could not be brought."""


async def take_page(
    import_: Import, place: Place, page: SourcePage, work: Work, occasion: Occasion
) -> Import | None:
    """The step: what the page brought, and the import behind it. A crash before leaves nothing of it, one after all.

    None where the import does not stand at that place any more: another process was faster, or somebody stopped it
    or has taken it over.
    """
    fresh = await work.imports.get(import_.organization_id, import_.id)
    if fresh is None or fresh.state is not ImportState.RUNNING or fresh.place != place:
        return None
    if fresh.foreground is not import_.foreground:
        return None
    errand = Errand(fresh, work, evolve(occasion, quiet=True))
    things, unsound = _sound(page.things, place.kind, errand)
    taken = await (_looked_at if fresh.dry else keep_things)(things, place.kind, errand)
    problems = [_readable(one) for one in (*page.problems, *page.remarks, *unsound, *taken.problems)]
    failed = taken.tally.failed + len(unsound) + len(page.problems)
    tally = evolve(taken.tally, failed=failed, total=page.total)
    after = advanced(fresh, {place.kind.value: tally}, page.cursor, last=page.last, problems=len(problems))
    after = evolve(after, version=fresh.version + 1)
    if after.place is None:
        after = ended(after, occasion.at)
        data = {"source": after.source, "problems": after.problems, "dry": after.dry}
        await work.log.append(occasion.event(after.organization_id, "import.completed", after.id, data))
    await work.imports.replace(after)
    await work.imports.note(after, kept(problems, fresh.problems))
    return after


async def keep_things(things: Sequence[Brought], kind: Kind, errand: Errand) -> Taken:
    """The step: these things, which are sound and of one kind."""
    return await KEEPERS[kind](things, errand) if things else Taken(Tally())


async def _looked_at(things: Sequence[Brought], kind: Kind, errand: Errand) -> Taken:
    """What would become of these things, without keeping any; and which of their words nothing is set for."""
    once = newest_each(things)
    known = await errand.known(kind, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    new = [thing for thing in new if not (isinstance(thing, BroughtTicket) and thing.deleted)]
    tally = Tally(created=len(new), updated=len(other), skipped=len(things) - len(new) - len(other))
    return Taken(tally, tuple(problem for thing in (*new, *other) for problem in _unknown(thing, errand)))


def _unknown(thing: Brought, errand: Errand) -> list[Problem]:
    translation = errand.import_.translation
    match thing:
        case BroughtTicket():
            told = []
            if translation.status(thing.status) is None:
                told.append(f"No status is set for {thing.status!r}: it would be open.")
            if translation.priority(thing.priority) is None:
                told.append(f"No priority is set for {thing.priority!r}: it would be normal.")
            return [Problem(Kind.TICKETS, thing.id, one) for one in told]
        case BroughtMacro():
            return [Problem(Kind.MACROS, thing.id, one) for one in thing.untranslated]
    return []


def _sound(things: Sequence[Brought], kind: Kind, errand: Errand) -> tuple[list[Brought], list[Problem]]:
    """Those that can be kept, and what is wrong with the others."""
    good, problems = list[Brought](), list[Problem]()
    for thing in things:
        try:
            good.append(sound(thing, errand.occasion.at))
        except Unsound as unsound:
            problems.append(Problem(kind, thing.id, str(unsound)))
    return good, problems


def _readable(problem: Problem) -> Problem:
    return Problem(
        str(problem.kind), one_line(problem.external_id)[:200], one_line(problem.told)[:LONGEST_TELLING]
    )
