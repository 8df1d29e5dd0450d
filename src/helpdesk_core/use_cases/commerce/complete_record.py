"""What a payment provider's event leaves out is asked for, where the desk has a key to ask with."""

from collections.abc import Mapping

from attrs import evolve, frozen

from helpdesk_core.billing import Payment, PaymentMethod
from helpdesk_core.commands import Command, Nothing, TellRecord
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.billing import BillingSource
from helpdesk_core.ports.store import Store
from helpdesk_core.webhooks import WebhookEvent

PATIENT_TRIES = 4
"""After so many the event is taken as it came: what it says itself must not wait for a provider that is down."""


@frozen
class CompleteRecord:
    """Finds out what a payment method looks like, and which invoice a payment pays.

    `modes` says of a provider whether its key is for real money; what is of the other mode means nothing. Without a
    source, or where it does not know, the command stays as it came.
    """

    store: Store
    sources: Mapping[str, BillingSource]
    modes: Mapping[str, bool]

    async def complete(self, command: TellRecord, event: WebhookEvent) -> Command:
        mode = self.modes.get(command.record.provider)
        if None not in (mode, command.live) and mode != command.live:
            return Nothing("It is of test mode." if mode else "It is of live mode, and the key of test mode.")
        source = self.sources.get(command.record.provider)
        if source is None or not command.record.account:
            return command
        try:
            return await self._completed(command, source)
        except GiveUp:
            return command
        except TryLater:
            if event.attempts + 1 < PATIENT_TRIES:
                raise
            return command

    async def fall_back(self, command: TellRecord, event: WebhookEvent, reason: str) -> Command | None:
        return command

    async def _completed(self, command: TellRecord, source: BillingSource) -> Command:
        record = command.record
        if isinstance(record, PaymentMethod):
            return evolve(command, record=await self._with_looks(record, source))
        waiting = [notice for notice in command.notices if notice.unless_told]
        if not isinstance(record, Payment) or not waiting:
            return command
        invoice = await source.invoice_of(record.external_id)
        if invoice is not None:
            return evolve(command, record=evolve(record, invoice=invoice), notices=())
        return evolve(command, notices=tuple(evolve(notice, unless_told=False) for notice in command.notices))

    async def _with_looks(self, record: PaymentMethod, source: BillingSource) -> PaymentMethod:
        if record.details_stamp is not None or await self._is_known(record):
            return record
        looks = await source.looks(record.external_id)
        if looks is None:
            return record
        return evolve(
            record,
            type=looks.type,
            brand=looks.brand,
            last4=looks.last4,
            exp_month=looks.exp_month,
            exp_year=looks.exp_year,
            details_stamp=record.stamp,
        )

    async def _is_known(self, record: PaymentMethod) -> bool:
        found = await self.store.read(lambda view: view.records.wherever(PaymentMethod, record.external_id))
        return any(known.details_stamp is not None for _, known in found)
