"""What Stripe tells of connected accounts (docs.stripe.com/connect/webhooks). Amounts are minor units."""

from attrs import frozen


@frozen
class Requirements:
    """What Stripe still wants to know of the account's owner."""

    currently_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    disabled_reason: str | None = None


@frozen
class Account:
    id: str
    created: int | None = None
    charges_enabled: bool = False
    payouts_enabled: bool = False
    details_submitted: bool = False
    requirements: Requirements = Requirements()


@frozen
class Payout:
    id: str
    status: str
    created: int | None = None
    amount: int | None = None
    currency: str | None = None
    arrival_date: int | None = None
    failure_code: str | None = None
