"""What every keeper of brought things works with: whose import it is, the open unit, and what is known already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.digests import digest_of
from helpdesk_core.imports.progress import Import, Problem, Tally
from helpdesk_core.imports.references import Reference, erased_id, fingerprint
from helpdesk_core.ports.store import Work

T = TypeVar("T", bound=Brought)


@frozen
class Errand:
    """One page of an import on its way into the store. Its occasion is quiet: history wakes nobody."""

    import_: Import
    work: Work
    occasion: Occasion
    _digests: dict[int, str] = field(factory=dict, init=False, repr=False, eq=False)

    @property
    def organization_id(self) -> OrganizationId:
        return self.import_.organization_id

    async def known(self, kind: str, ids: Iterable[str | None]) -> Mapping[str, Reference]:
        """What these things of the source are here, as far as they are known; also who was erased."""
        asked = [one for one in dict.fromkeys(ids) if one]
        source, account = self.import_.source, self.import_.account
        erased = {erased_id(source, account, one): one for one in asked} if kind == Kind.CUSTOMERS else {}
        found = await self.work.references.many(
            self.organization_id, source, account, kind, [*asked, *erased]
        )
        return {erased.get(one, one): reference for one, reference in found.items()}

    def changed(self, things: Sequence[T], known: Mapping[str, Reference]) -> tuple[list[T], list[T]]:
        """Those that are new, and those that are known and have changed since. What was erased is neither."""
        new = [thing for thing in things if thing.id not in known]
        other = [thing for thing in things if thing.id in known and self._has_changed(thing, known[thing.id])]
        return new, other

    def _has_changed(self, thing: Brought, known: Reference) -> bool:
        older = is_older(getattr(thing, "version", ""), known.version)
        return not (known.erased or older) and self.digest(thing) != known.digest

    def digest(self, thing: Brought) -> str:
        """As `digest_of`; the errand lives no longer than its things, so each is digested once."""
        found = self._digests.get(id(thing))
        if found is None:
            found = self._digests[id(thing)] = digest_of(thing)
        return found

    async def note(
        self, kind: Kind, pairs: Sequence[tuple[Brought, UUID]], made: Mapping[str, Mapping[str, Any]] = {}
    ) -> None:
        """Remembers what each of these things is here, as it was brought; `made`, by their ids there, is what the
        import made of their fields.
        """
        references = [
            self.reference(kind, thing.id, our_id, thing=thing, made=made.get(thing.id, {}))
            for thing, our_id in pairs
        ]
        await self.work.references.put_all(references)

    def reference(
        self,
        kind: str,
        external_id: str,
        our_id: UUID,
        *,
        thing: Brought | None = None,
        made: Mapping[str, Any] = {},
    ) -> Reference:
        """That this thing of the source is that one of ours."""
        return Reference(
            self.organization_id,
            self.import_.source,
            self.import_.account,
            kind,
            external_id,
            our_id,
            digest="" if thing is None else self.digest(thing),
            version=getattr(thing, "version", ""),
            made={name: mark for name, value in made.items() if (mark := fingerprint(value))},
        )


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
    if version.isdecimal() and known.isdecimal():
        return int(version) < int(known)
    return version < known
