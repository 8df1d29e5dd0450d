"""Somebody who let the desk into their accounts takes that back at the provider's side, or wants to be forgotten."""

from datetime import datetime
from functools import partial
from hashlib import sha256

from attrs import evolve, frozen

from helpdesk_core.commands import Done, Outcome, RedactPerson
from helpdesk_core.customers import Contact
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, WebhookEventId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.privacy_requests import AskedPerson
from helpdesk_core.use_cases.accounts.end_connection import disconnect_step
from helpdesk_core.use_cases.customers.take_privacy_request import redact_person
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import EventState, WebhookEvent, settled

DEAUTHORIZATION, DELETION = "deauthorize", "data_deletion"
"""The types of the events as which such requests stand in the inbox."""


@frozen
class EndGrant:
    """Ends whatever accounts of a provider that person has let the desk into: their secrets go at once.

    Whoever wants to be forgotten, too, is no longer named by these accounts; and should they have written to one of
    the desk's accounts under the same id, they are erased by a job, as for any other request of that kind.

    Each request counts once, by who makes it and when; it stays in the inbox, without a body. The answer is its code.
    """

    store: Store
    clock: Clock
    new_id: NewId
    named_by: str
    """The setting of an account that names who let the desk in."""

    async def __call__(self, provider: str, person: str, at: datetime | None, *, forget: bool) -> str:
        kind = DELETION if forget else DEAUTHORIZATION
        code = sha256(f"{kind} {provider} {person} {at}".encode()).hexdigest()[:32]
        event = WebhookEvent(
            WebhookEventId(self.new_id()), provider, event_name(kind, code), kind, b"", self.clock()
        )
        await self.store.transact(partial(self._end, event, person, forget))
        return code

    async def asked_at(self, provider: str, code: str) -> datetime | None:
        """When the request to be forgotten with this code came in; None where there was none."""
        name = event_name(DELETION, code)
        found = await self.store.read(lambda view: view.inbox.by_external_id(provider, name))
        return found.received_at if found is not None else None

    async def _end(self, event: WebhookEvent, person: str, forget: bool, work: Work) -> None:
        if not await work.inbox.admit(event):
            return
        occasion = Occasion(event.received_at, self.new_id, DESK, cause=f"webhook:{event.id}")
        owners: set[OrganizationId] = set()
        for account in await work.integrations.connected(event.provider):
            outcome: Outcome | None = None
            if forget and await self._has_written(event.provider, account.external_id, person, work):
                asked = RedactPerson(event.provider, account.external_id, AskedPerson(external_id=person))
                outcome = await redact_person(asked, work, occasion)
            if account.settings.get(self.named_by) == person:
                kept = {name: value for name, value in account.settings.items() if name != self.named_by}
                known = evolve(account, settings=kept) if forget else account
                await disconnect_step(known, work, occasion)
                outcome = Done(account.organization_id)
            if outcome is not None and outcome.organization_id is not None:
                owners.add(outcome.organization_id)
        owner = owners.pop() if len(owners) == 1 else None
        await work.inbox.replace(settled(event, EventState.PROCESSED, event.received_at, owner))

    async def _has_written(self, provider: str, account: str, person: str, work: Work) -> bool:
        known = await work.integrations.by_account(provider, account)
        if known is None:
            return False
        contact = Contact(provider, f"{account}/{person}")
        return await work.customers.by_contact(known.organization_id, contact) is not None


def event_name(kind: str, code: str) -> str:
    """The id in the inbox of the request with this code."""
    return f"{kind}:{code}"
