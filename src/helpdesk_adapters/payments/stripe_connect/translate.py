"""From what Stripe tells of a connected account to what it means."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from helpdesk_adapters.payments.stripe.envelope import Heard, heard_of, key_of, usable_id
from helpdesk_adapters.payments.stripe_connect import payloads
from helpdesk_adapters.web.vendor_values import since_1970, whole
from helpdesk_core.billing import ConnectedAccount, Payout
from helpdesk_core.commands import Command, EndConnection, Nothing, TellRecord
from helpdesk_core.notices import DueNotice, Notice
from helpdesk_core.webhooks import UnreadableDelivery

PROVIDER = "stripe-connect"
MOST_REQUIREMENTS = 100


def account_updated(raw: bytes) -> Sequence[Command]:
    """What the account may do; when it may no longer take payments, that is written about."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.Account)
        account = _account(event)
        if usable_id(seen.id) != account:
            raise UnreadableDelivery("The event is of another account than its object.")
        wants = seen.requirements
        able = seen.charges_enabled and seen.payouts_enabled
        record = ConnectedAccount(
            **_named(event, account, seen.created, rank=0),
            status="active" if able else "restricted",
            charges_enabled=seen.charges_enabled,
            payouts_enabled=seen.payouts_enabled,
            details_submitted=seen.details_submitted,
            requirements=tuple(dict.fromkeys((*wants.past_due, *wants.currently_due)))[:MOST_REQUIREMENTS],
        )
        stopped = event.event.data.previous_attributes.get("charges_enabled") is True
        key = key_of("acct", account, "charges", event.event.created)
        notices = (DueNotice(Notice.CHARGES_STOPPED, key),) if stopped and not seen.charges_enabled else ()
        return [TellRecord(record, None, event.live, notices)]

    return heard_of(raw, PROVIDER, tell)


def account_authorized(raw: bytes) -> Sequence[Command]:
    """The owner has let the desk in; what came of it is known to whoever asked them."""
    return heard_of(raw, PROVIDER, lambda event: [Nothing("Connecting it is noted where it is done.")])


def account_deauthorized(raw: bytes) -> Sequence[Command]:
    """The owner has thrown the desk out; its token is dead already."""
    return heard_of(raw, PROVIDER, lambda event: [EndConnection(PROVIDER, _account(event), event.at)])


def payout(raw: bytes) -> Sequence[Command]:
    """Money is on its way to the account's bank."""
    return heard_of(raw, PROVIDER, lambda event: [_payout(event, rank=0)])


def payout_paid(raw: bytes) -> Sequence[Command]:
    """The money has arrived; the bank may still send it back."""
    return heard_of(raw, PROVIDER, lambda event: [_payout(event, rank=1)])


def payout_failed(raw: bytes) -> Sequence[Command]:
    """The bank would not take it."""

    def tell(event: Heard) -> Sequence[Command]:
        told = _payout(event, rank=2)
        key = key_of("po", told.record.external_id, "failed")
        return [evolve(told, notices=(DueNotice(Notice.PAYOUT_FAILED, key),))]

    return heard_of(raw, PROVIDER, tell)


def _payout(event: Heard, rank: int) -> TellRecord:
    seen = event.read(payloads.Payout)
    record = Payout(
        **_named(event, seen.id, seen.created, rank),
        status=seen.status,
        amount=whole(seen.amount),
        currency=seen.currency,
        arrives_at=since_1970(seen.arrival_date),
        failure_code=seen.failure_code,
    )
    return TellRecord(record, None, event.live)


def _named(event: Heard, external_id: str, created: int | None, rank: int) -> dict[str, Any]:
    return {**event.named(_account(event), external_id, created, rank), "provider": PROVIDER}


def _account(event: Heard) -> str:
    """Whose event it is. The signature vouches for it."""
    return usable_id(event.event.account or "")
