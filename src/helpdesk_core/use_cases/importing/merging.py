"""What the source has merged is merged here, whichever of the two is brought first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from attrs import evolve

from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.imports.references import AWAITED, Reference
from helpdesk_core.use_cases.importing.errand import Errand

Join = Callable[[Reference, Reference, Errand], Awaitable[str | None]]
"""Merges the one into the other; a sentence where that cannot be."""


async def merge_brought(
    kind: Kind,
    wanted: Mapping[str, str],
    arrived: Sequence[str],
    errand: Errand,
    join: Join,
) -> list[Problem]:
    """The step: `wanted`, by the ids of what is merged, are the ids of what it was merged into; `arrived` are new
    here. Where the other one is not here yet, it is awaited: whenever it is brought, the merge follows.
    """
    awaited = await errand.known(kind + AWAITED, arrived)
    pairs = [(one, target) for target, waiting in awaited.items() for one in waiting.made]
    pairs += wanted.items()
    known = await errand.known(kind, [one for pair in pairs for one in pair])
    problems = list[Problem]()
    for one, target in dict.fromkeys(pairs):
        if one not in known:
            continue
        if target not in known:
            await _await(kind, target, known[one], errand)
            continue
        told = await join(known[one], known[target], errand)
        if told is not None:
            problems.append(Problem(kind, one, told))
    return problems


async def _await(kind: Kind, target: str, waiting: Reference, errand: Errand) -> None:
    known = await errand.known(kind + AWAITED, [target])
    before = known[target].made if target in known else {}
    if waiting.external_id in before:
        return
    reference = errand.reference(kind + AWAITED, target, waiting.our_id)
    await errand.work.references.put_all([evolve(reference, made={**before, waiting.external_id: "."})])
