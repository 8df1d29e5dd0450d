"""An event of the inbox takes effect, once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.commands import Command, Done, Nothing, Outcome
from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, WebhookEventId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater, short_error
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.webhooks.name_account import account_in, account_of
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import (
    SETTLED,
    EventState,
    UnreadableDelivery,
    WebhookEvent,
    WebhookProvider,
    failed,
    settled,
    translation,
)

Complete = Callable[[Any, WebhookEvent], Awaitable[Command | Sequence[Command]]]
"""Fetches what a command lacks, over the network, with no unit of work open: the command, or several in its place.
Raises TryLater to be tried again."""
FallBack = Callable[[Any, WebhookEvent, str], Awaitable[Command | None]]
"""What is done instead when completing a command has failed for the last time, with the reason; None: nothing."""
Step = Callable[[Any, Work, Occasion], Awaitable[Outcome]]
"""Carries out one kind of command inside a unit of work."""


@frozen
class Completion:
    """How commands of one kind are completed."""

    complete: Complete
    fall_back: FallBack


@frozen
class _Meaning:
    """What an event means, and the outside account that it is of."""

    commands: Sequence[Command]
    account: str | None = None


@frozen
class PerformEvent:
    """Translates, completes and carries out an event.

    All effects, the jobs they need and the event's new state commit together, so a crash at any point neither loses
    nor doubles anything: a second performance finds the event settled and changes nothing. A failure leaves no effect,
    is noted on the event, and is raised for the job engine to try again.

    Returns what became of it; nothing, where that had been settled before.
    """

    store: Store
    providers: Mapping[str, WebhookProvider]
    completions: Mapping[type, Completion]
    steps: Mapping[type, Step]
    clock: Clock
    new_id: NewId

    async def __call__(self, event_id: WebhookEventId, attempt: int) -> Sequence[Outcome]:
        event = await self.store.read(lambda view: view.inbox.get(event_id))
        if event is None or event.state in SETTLED:
            return ()
        try:
            meaning = await self._understand(event)
            return await self.store.transact(partial(self._take_effect, event, meaning))
        except Exception as error:
            last = attempt >= MAX_ATTEMPTS or isinstance(error, GiveUp)
            await self._note_failure(event, error, last=last)
            raise

    async def at_once(self, event: WebhookEvent) -> Sequence[Outcome] | None:
        """Performs an event that is not kept yet: it is kept, and takes effect, in one unit of work.

        Its body is left out where it is kept whole with what became of it. None: the event was known already. Raises
        whatever stands against it, for now or for good, and then nothing is kept.
        """
        meaning = await self._understand(event)
        return await self.store.transact(partial(self._keep_with_effect, event, meaning))

    async def _keep_with_effect(
        self, event: WebhookEvent, meaning: _Meaning, work: Work
    ) -> Sequence[Outcome] | None:
        bare = evolve(event, raw=b"")
        if not await work.inbox.admit(bare):
            return None
        outcomes = await self._carry_out(event, meaning.commands, work)
        whole = all(isinstance(outcome, Done) and outcome.kept_whole for outcome in outcomes)
        await work.inbox.replace(_after(bare if whole else event, outcomes, meaning.account, self.clock))
        return outcomes

    async def _understand(self, event: WebhookEvent) -> _Meaning:
        translate = translation(self.providers.values(), event.provider, event.type)
        if translate is None:
            return _Meaning([Nothing(f"{event.type} is not handled")])
        try:
            commands = translate(event.raw)
        except UnreadableDelivery as unreadable:
            raise GiveUp(f"The payload cannot be read: {unreadable}") from unreadable
        completed = [done for command in commands for done in await self._completed(command, event)]
        return _Meaning(completed, account_in(commands))

    async def _completed(self, command: Command, event: WebhookEvent) -> Sequence[Command]:
        completion = self.completions.get(type(command))
        found = await completion.complete(command, event) if completion else command
        return found if isinstance(found, Sequence) else (found,)

    async def _take_effect(self, event: WebhookEvent, meaning: _Meaning, work: Work) -> Sequence[Outcome]:
        fresh = await work.inbox.get(event.id)
        if fresh is None or fresh.state in SETTLED:
            return ()
        outcomes = await self._carry_out(fresh, meaning.commands, work)
        await work.inbox.replace(_after(fresh, outcomes, meaning.account, self.clock))
        return outcomes

    async def _carry_out(self, event: WebhookEvent, commands: Sequence[Command], work: Work) -> list[Outcome]:
        occasion = Occasion(self.clock(), self.new_id, DESK, cause=f"webhook:{event.id}")
        return [
            command
            if isinstance(command, Nothing)
            else await self.steps[type(command)](command, work, occasion)
            for command in commands
        ]

    async def _note_failure(self, event: WebhookEvent, error: Exception, *, last: bool) -> None:
        substitutes = await self._substitutes(event, error) if last else []

        async def unit(work: Work) -> None:
            fresh = await work.inbox.get(event.id)
            if fresh is None or fresh.state in SETTLED:
                return
            outcomes = await self._carry_out(fresh, substitutes, work)
            owner = next((o.organization_id for o in outcomes if o.organization_id), fresh.organization_id)
            await work.inbox.replace(
                evolve(failed(fresh, short_error(error), last=last), organization_id=owner)
            )

        await self.store.transact(unit)

    async def _substitutes(self, event: WebhookEvent, error: Exception) -> list[Command]:
        """What still can be done when an event rests as dead; only what was missing from outside is made up for."""
        if not isinstance(error, TryLater | GiveUp | MissingSetting):
            return []
        translate = translation(self.providers.values(), event.provider, event.type)
        try:
            commands = translate(event.raw) if translate else ()
        except UnreadableDelivery:
            return []
        found = [
            await self.completions[type(command)].fall_back(command, event, str(error))
            for command in commands
            if type(command) in self.completions
        ]
        return [command for command in found if command is not None]


def _after(
    event: WebhookEvent, outcomes: Sequence[Outcome], account: str | None, clock: Clock
) -> WebhookEvent:
    owner = next((outcome.organization_id for outcome in outcomes if outcome.organization_id), None)
    told = dict.fromkeys(outcome.reason for outcome in outcomes if isinstance(outcome, Nothing))
    reasons = "; ".join(told) or None
    if any(isinstance(outcome, Done) for outcome in outcomes):
        state = EventState.PROCESSED
    elif any(isinstance(outcome, Nothing) and outcome.unmatched for outcome in outcomes):
        state = EventState.UNMATCHED
    else:
        state = EventState.IGNORED
    if state is EventState.UNMATCHED:
        account = next((o.account for o in outcomes if isinstance(o, Nothing) and o.unmatched), None)
    else:
        account = account_of(outcomes) or account
    after = settled(event, state, clock(), owner, reasons, account)
    return evolve(after, raw=b"") if any(outcome.forgets for outcome in outcomes) else after
