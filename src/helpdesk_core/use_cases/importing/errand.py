"""What every keeper of brought things works with: whose import it is, the open unit, and what is known already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from attrs import frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.digests import digest_of
from helpdesk_core.imports.progress import Import, Problem, Tally
from helpdesk_core.imports.references import Reference
from helpdesk_core.ports.store import Work

T = TypeVar("T", bound=Brought)


@frozen
class Errand:
    """One page of an import on its way into the store. Its occasion is quiet: history wakes nobody."""

    import_: Import
    work: Work
    occasion: Occasion

    @property
    def organization_id(self) -> OrganizationId:
        return self.import_.organization_id

    async def known(self, kind: str, ids: Iterable[str | None]) -> Mapping[str, Reference]:
        """What these things of the source are here, as far as they are known."""
        asked = [one for one in dict.fromkeys(ids) if one]
        return await self.work.references.many(
            self.organization_id, self.import_.source, self.import_.account, kind, asked
        )

    async def note(self, kind: Kind, pairs: Sequence[tuple[Brought, UUID]]) -> None:
        """Remembers what each of these things is here, as it was brought."""
        references = [
            self.reference(kind, thing.id, our_id, digest_of(thing), getattr(thing, "version", ""))
            for thing, our_id in pairs
        ]
        await self.work.references.put_all(references)

    def reference(
        self, kind: str, external_id: str, our_id: UUID, digest: str = "", version: str = ""
    ) -> Reference:
        """That this thing of the source is that one of ours."""
        source, account = self.import_.source, self.import_.account
        return Reference(self.organization_id, source, account, kind, external_id, our_id, digest, version)


@frozen
class Taken:
    """What became of the things of one page."""

    tally: Tally
    problems: tuple[Problem, ...] = ()


def newest_each(things: Iterable[T]) -> list[T]:
    """Each thing once: of several tellings the one with the greatest version, or the last."""
    newest: dict[str, T] = {}
    for thing in things:
        known = newest.get(thing.id)
        if known is None or not is_older(getattr(thing, "version", ""), getattr(known, "version", "")):
            newest[thing.id] = thing
    return list(newest.values())


def is_older(version: str, known: str) -> bool:
    """Whether a thing was told of before what is known. Versions are numbers or times that sort as texts."""
    if version.isdigit() and known.isdigit():
        return int(version) < int(known)
    return version < known


def changed(things: Sequence[T], known: Mapping[str, Reference]) -> tuple[list[T], list[T]]:
    """Those that are new, and those that are known and have changed since."""
    new = [thing for thing in things if thing.id not in known]
    other = [
        thing
        for thing in things
        if thing.id in known
        and digest_of(thing) != known[thing.id].digest
        and not is_older(getattr(thing, "version", ""), known[thing.id].version)
    ]
    return new, other
