"""Somebody wants another desk's history brought: an import is put in line, or the one that runs is named."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from attrs import evolve, field, frozen

from helpdesk_core.errors import Conflict, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ImportId, NewId, OrganizationId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import ENDED, Import, ImportState, halted
from helpdesk_core.imports.soundness import EARLIEST
from helpdesk_core.imports.translation import Translation
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.connect_integration import connect_step
from helpdesk_core.users import Actor

PREPARING = (Kind.TEAMS, Kind.USERS, Kind.FIELDS, Kind.MACROS)
"""What is brought with whatever else is."""
EVERYTHING = tuple(Kind)
EARLIER: Final = 500
"""Imports of an account that are looked through for one to go on with. Dry runs stand among them."""


@frozen
class Order:
    """What is wanted: from whom, which kinds, since when, by which translation; `secrets` are the credentials."""

    source: str
    account: str
    kinds: tuple[Kind, ...] = EVERYTHING
    since: datetime | None = None
    translation: Translation | None = None
    """None: what the organization has set for the source."""
    secrets: Mapping[str, str] = field(factory=dict, repr=False)
    dry: bool = False
    foreground: bool = False
    """Whoever orders it runs it, too: no job is added."""


AccountName = Callable[[str], str]
"""An account's name in comparable form; InvalidValue for what can be none, so that nobody is called by it."""


@frozen
class OrderImport:
    """Puts an import in line; of one account only one runs at a time, and a second order names that one.

    An import after another one brings what has changed since. One that is paused is taken up again. One that runs is
    taken over by whoever orders it to be run in the other way, in the foreground or as a job: whoever ran it may be
    gone, and is not needed any more.

    Raises AlreadyTaken where credentials come along for an account that is another organization's.
    """

    store: Store
    vault: Vault
    names: Mapping[str, AccountName]
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, actor: Actor, order: Order) -> Import:
        """Raises InvalidValue for a source that there is not, for what can be no account of it, and for a `since`
        that has not been yet, or was before 1970: sources count time from then.
        """
        if order.source not in self.names:
            raise InvalidValue("source", f"must be one of {', '.join(sorted(self.names))}")
        if order.since is not None and not EARLIEST <= order.since <= self.clock():
            raise InvalidValue("since", "must be a time that has been, in 1970 or later")
        order = evolve(order, account=self.names[order.source](order.account))
        sealed = {name: self.vault.seal(value) for name, value in order.secrets.items()}

        async def unit(work: Work) -> Import:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await order_step(organization_id, order, sealed, work, occasion)

        return await self.store.transact(unit)


async def order_step(
    organization_id: OrganizationId,
    order: Order,
    sealed: Mapping[str, str],
    work: Work,
    occasion: Occasion,
) -> Import:
    """The step: the import that is to run. Credentials that come with the order connect the account with them."""
    if sealed:
        await connect_step(organization_id, order.source, order.account, {}, sealed, work, occasion)
    earlier = await work.imports.of_account(organization_id, order.source, order.account, EARLIER)
    mapping = await work.import_mappings.named(organization_id, order.source)
    translation = order.translation or (Translation() if mapping is None else mapping.translation)
    running = next((one for one in earlier if one.state not in ENDED and one.dry is order.dry), None)
    if running is not None:
        return await _taken_up(running, order, translation, work, occasion)
    since_then = [one for one in earlier if one.state is ImportState.COMPLETED and not one.dry]
    import_ = Import(
        id=ImportId(occasion.new_id()),
        organization_id=organization_id,
        source=order.source,
        account=order.account,
        kinds=tuple(kind for kind in Kind if kind in order.kinds),
        created_at=occasion.at,
        since=order.since,
        translation=translation,
        marks=since_then[0].marks if since_then and order.since is None else {},
        foreground=order.foreground,
        dry=order.dry,
    )
    await work.imports.add(import_)
    if not order.foreground:
        await work.jobs.add(running_of(import_, occasion))
    data = {"source": order.source, "dry": order.dry}
    await work.log.append(occasion.event(organization_id, "import.ordered", import_.id, data))
    return import_


async def _taken_up(
    import_: Import, order: Order, translation: Translation, work: Work, occasion: Occasion
) -> Import:
    handed_over = import_.foreground is not order.foreground
    if import_.state is not ImportState.PAUSED and not handed_over:
        return import_
    again = evolve(
        import_,
        state=ImportState.QUEUED,
        foreground=order.foreground,
        translation=translation,
        detail=None,
        waits_until=None,
        version=import_.version + 1,
    )
    await work.imports.replace(again)
    if not order.foreground:
        await work.jobs.add(running_of(again, occasion))
    return again


@frozen
class PauseImport:
    """Stops an import after the page it is at; ordering it again goes on from there. Conflict for one that is over."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, import_id: ImportId, actor: Actor) -> Import:
        return await self.store.transact(partial(self._pause, organization_id, import_id, actor))

    async def _pause(
        self, organization_id: OrganizationId, import_id: ImportId, actor: Actor, work: Work
    ) -> Import:
        import_ = existing(await work.imports.get(organization_id, import_id), "import", import_id)
        if import_.state in ENDED:
            raise Conflict(f"The import is {import_.state.value}.")
        paused = halted(import_, ImportState.PAUSED, f"Stopped by {actor.name}.", self.clock())
        paused = evolve(paused, version=import_.version + 1)
        await work.imports.replace(paused)
        occasion = Occasion(self.clock(), self.new_id, actor)
        await work.log.append(occasion.event(organization_id, "import.paused", import_.id))
        return paused


def running_of(import_: Import, occasion: Occasion, run_at: datetime | None = None) -> Job:
    """The job that runs the import."""
    payload = {"import_id": str(import_.id)}
    return occasion.job(import_.organization_id, JobKind.RUN_IMPORT, payload, run_at)
