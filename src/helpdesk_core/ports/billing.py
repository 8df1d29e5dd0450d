"""The payment provider, asked for what its events leave out."""

from typing import Protocol

from attrs import frozen


@frozen
class CardLooks:
    """What is shown of a payment method; a type other than a card has no more than its type."""

    type: str | None = None
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class BillingSource(Protocol):
    """One provider's own account. Both raise TryLater where it cannot be asked now, GiveUp where it never can."""

    async def looks(self, payment_method: str) -> CardLooks | None:
        """None where there is no such payment method any more."""
        ...

    async def invoice_of(self, payment: str) -> str | None:
        """The id of the invoice that a payment pays; None where it pays none."""
        ...
