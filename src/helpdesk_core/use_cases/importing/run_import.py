"""An import runs: page after page, from wherever it stands, until it is over or has to wait."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ImportId, NewId, OrganizationId
from helpdesk_core.imports.brought import Brought
from helpdesk_core.imports.progress import ENDED, Import, ImportState, Place, begun, halted
from helpdesk_core.jobs import MAX_ATTEMPTS, TryLater, short_error
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.imports import CredentialsRefused, ImportSource, MustWait, SourceGone, SourcePage
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.importing.order_import import running_of
from helpdesk_core.use_cases.importing.take_page import take_page
from helpdesk_core.use_cases.importing.weed_page import PASSING, WeedPage
from helpdesk_core.users import DESK

PAUSE = timedelta(seconds=30)
"""How long an import waits where its source does not say so."""

OpenSource = Callable[[Import], Awaitable[ImportSource]]
"""The source of an import, with its credentials. Raises CredentialsRefused, SourceGone, TryLater."""
Watch = Callable[[Import], Awaitable[None]]
"""Is told of every page."""


async def nobody_watches(import_: Import) -> None:
    """Does nothing."""


@frozen
class RunImport:
    """Takes an import as far as it comes.

    Each page and the place behind it are one unit of work, so that a run that is killed goes on behind the last whole
    page. Where the source wants us to wait, another job goes on then; where somebody has to mend something, the import
    is paused and says so.
    """

    store: Store
    sources: Mapping[str, OpenSource]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        import_id: ImportId,
        attempt: int,
        watch: Watch = nobody_watches,
        *,
        as_job: bool = False,
    ) -> Import | None:
        """The import as it stands afterwards; None where somebody else runs it, or nobody is to any more.

        A job leaves alone what is run in the foreground. Raises TryLater where the source fails before `attempt` is
        the last.
        """
        import_ = await self.store.transact(partial(self._begin, organization_id, import_id, as_job=as_job))
        if import_ is None:
            return None
        before = import_
        try:
            source = await self.sources[import_.source](import_)
            try:
                while import_ is not None and import_.place is not None:
                    before = import_
                    import_ = await self._take(import_, import_.place, source)
                    if import_ is not None:
                        await watch(import_)
            finally:
                await source.close()
        except (CredentialsRefused, SourceGone) as refused:
            state = ImportState.PAUSED if isinstance(refused, CredentialsRefused) else ImportState.FAILED
            return await self._halt(before, state, str(refused))
        except MustWait as wait:
            return await self._wait(before, wait)
        except TryLater as later:
            if attempt < MAX_ATTEMPTS:
                await self._tell(before, f"Will go on: {later}")
                raise
            return await self._halt(before, ImportState.PAUSED, str(later))
        except Exception as error:
            if attempt < MAX_ATTEMPTS:
                raise
            return await self._halt(before, ImportState.FAILED, short_error(error))
        return import_

    async def _begin(
        self, organization_id: OrganizationId, import_id: ImportId, work: Work, *, as_job: bool
    ) -> Import | None:
        import_ = await work.imports.get(organization_id, import_id)
        if import_ is None or import_.state in (*ENDED, ImportState.PAUSED):
            return None
        if as_job and import_.foreground:
            return None
        running = evolve(begun(import_, self.clock()), version=import_.version + 1)
        await work.imports.replace(running)
        return running

    async def _take(self, import_: Import, place: Place, source: ImportSource) -> Import | None:
        page: SourcePage = await source.page(place.kind, place.cursor)

        try:
            return await self._taken(import_, place, page)
        except PASSING:
            raise
        except Exception:
            # Whatever it is, it is in one of the things: a page without things is never refused for long.
            if not page.things:
                raise

        async def attempt(things: Sequence[Brought], work: Work) -> None:
            await take_page(import_, place, evolve(page, things=tuple(things)), work, self._occasion(import_))
            await work.imports.problems(import_.organization_id, import_.id)  # hears of what was sent before

        return await self._taken(import_, place, await WeedPage(self.store)(page, place.kind, attempt))

    async def _taken(self, import_: Import, place: Place, page: SourcePage) -> Import | None:
        async def unit(work: Work) -> Import | None:
            return await take_page(import_, place, page, work, self._occasion(import_))

        return await self.store.transact(unit)

    async def _halt(self, import_: Import, state: ImportState, detail: str) -> Import | None:
        async def unit(work: Work) -> Import | None:
            fresh = await work.imports.get(import_.organization_id, import_.id)
            if fresh is None or fresh.state is not ImportState.RUNNING:
                return fresh
            resting = evolve(halted(fresh, state, detail[:500], self.clock()), version=fresh.version + 1)
            await work.imports.replace(resting)
            event = self._occasion(fresh).event(fresh.organization_id, f"import.{state.value}", fresh.id)
            await work.log.append(event)
            return resting

        return await self.store.transact(unit)

    async def _wait(self, import_: Import, wait: MustWait) -> Import | None:
        async def unit(work: Work) -> Import | None:
            fresh = await work.imports.get(import_.organization_id, import_.id)
            if fresh is None or fresh.state is not ImportState.RUNNING:
                return fresh
            occasion = self._occasion(fresh)
            at = occasion.at + (wait.after or PAUSE)
            waiting = evolve(
                fresh,
                waits_until=at,
                detail=f"Waits until {at:%H:%M:%S} UTC: {wait}",
                version=fresh.version + 1,
            )
            await work.imports.replace(waiting)
            if not fresh.foreground:
                await work.jobs.add(running_of(waiting, occasion, at))
            return waiting

        return await self.store.transact(unit)

    async def _tell(self, import_: Import, detail: str) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.imports.get(import_.organization_id, import_.id)
            if fresh is not None and fresh.state is ImportState.RUNNING:
                await work.imports.replace(evolve(fresh, detail=detail[:500], version=fresh.version + 1))

        await self.store.transact(unit)

    def _occasion(self, import_: Import) -> Occasion:
        return Occasion(self.clock(), self.new_id, DESK, cause=f"import:{import_.id}")
