"""Where an erased customer came from: which thing of which source they were, and what imports told of them."""

from collections.abc import Sequence

from attrs import evolve

from helpdesk_core.customers import Customer
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.imports.references import Reference, without_name
from helpdesk_core.paging import MAX_LIMIT, Page, Slice, pages
from helpdesk_core.ports.store import Work
from helpdesk_core.privacy import Person

GONE = "It was about somebody who has been erased."


async def erase_origins_step(customer: Customer, person: Person, work: Work) -> None:
    """The step: nothing tells who they were elsewhere. A digest is kept, so that no import brings them again."""
    organization_id = customer.organization_id
    known = [one for one in await work.references.to(organization_id, customer.id) if not one.erased]
    if known:
        await work.references.forget(organization_id, [customer.id])
        await work.references.put_all([without_name(one) for one in known if not one.awaited])

    async def read(page: Page) -> Slice[Import]:
        return await work.imports.page(organization_id, page)

    async for imports in pages(read, Page(limit=MAX_LIMIT, sort="created_at")):
        for import_ in imports:
            await _clean(import_, known, person, work)


async def _clean(import_: Import, known: Sequence[Reference], person: Person, work: Work) -> None:
    if import_.problems == 0:
        return
    names = {
        one.external_id for one in known if (one.source, one.account) == (import_.source, import_.account)
    }
    problems = await work.imports.problems(import_.organization_id, import_.id)
    cleaned = [_without(one, names, person) for one in problems]
    if cleaned != [*problems]:
        await work.imports.tell_anew(import_, cleaned)


def _without(problem: Problem, names: set[str], person: Person) -> Problem:
    theirs = problem.kind == Kind.CUSTOMERS and problem.external_id in names
    if theirs or person.is_in(problem.told) or person.is_in(problem.external_id):
        return evolve(problem, external_id="", told=GONE)
    return problem
