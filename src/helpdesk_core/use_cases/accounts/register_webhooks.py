"""A shop is told where to send its webhooks, as soon as it is connected with a token."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from attrs import define, evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import GiveUp, Job, JobKind, TryLater
from helpdesk_core.ports.shops import AccessRefused, NotSubscribed, Subscribe
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.fresh_token import ACCESS, FreshToken

WEBHOOKS: Final = "webhooks"
"""The setting that tells how that went."""
REGISTERED: Final = "registered"
NO_ADDRESS: Final = "HELPDESK_PUBLIC_URL is not set: the shop cannot be told where to send its webhooks"


def registering_of(integration: Integration, occasion: Occasion) -> Job:
    """The job that tells the shop."""
    payload = {"integration_id": str(integration.id)}
    return occasion.job(integration.organization_id, JobKind.REGISTER_WEBHOOKS, payload)


@define
class _Turn:
    """One try, while it goes on."""

    integration: Integration
    token: str
    renewed: bool = False


@frozen
class RegisterWebhooks:
    """Has a shop send every topic that is handled here. How it went stands with the integration.

    Raises TryLater while a topic is refused: it is tried again like any job, and rests as dead in the end.
    """

    store: Store
    fresh: FreshToken
    subscribe: Subscribe
    topics: Sequence[str]
    uri: str | None

    async def __call__(self, organization_id: OrganizationId, integration_id: IntegrationId) -> None:
        known = await self.store.read(lambda view: view.integrations.get(organization_id, integration_id))
        if known is None or known.state is not IntegrationState.CONNECTED or ACCESS not in known.sealed:
            return
        if self.uri is None:
            await self._tell(known, NO_ADDRESS)
            return
        try:
            refused = await self._register(known, self.uri)
        except (TryLater, GiveUp) as error:
            await self._tell(known, f"not registered: {error}")
            raise
        await self._tell(known, REGISTERED if not refused else f"not registered: {'; '.join(refused)}")
        if refused:
            raise TryLater(f"The shop does not send every topic: {'; '.join(refused)}")

    async def _register(self, known: Integration, uri: str) -> list[str]:
        """What was refused, topic by topic."""
        turn = _Turn(known, await self.fresh(known.organization_id, known.id))
        refused = []
        for topic in self.topics:
            try:
                await self._subscribe(turn, topic, uri)
            except NotSubscribed as refusal:
                refused.append(f"{topic} ({refusal})")
        await self.fresh.used(known.organization_id, known.id, turn.token)
        return refused

    async def _subscribe(self, turn: _Turn, topic: str, uri: str) -> None:
        known = turn.integration
        try:
            await self.subscribe(known.external_id, turn.token, topic, uri)
        except AccessRefused:
            if turn.renewed:
                raise GiveUp("The shop does not take a token that it has just given.") from None
            turn.token = await self.fresh(known.organization_id, known.id, refused=turn.token)
            turn.renewed = True
            await self._subscribe(turn, topic, uri)

    async def _tell(self, known: Integration, told: str) -> None:
        await self.store.transact(partial(_told, known, told))


async def _told(known: Integration, told: str, work: Work) -> None:
    fresh = await work.integrations.get(known.organization_id, known.id)
    if fresh is None or fresh.state is not IntegrationState.CONNECTED:
        return
    if fresh.settings.get(WEBHOOKS) != told:
        await work.integrations.replace(evolve(fresh, settings={**fresh.settings, WEBHOOKS: told[:1000]}))
