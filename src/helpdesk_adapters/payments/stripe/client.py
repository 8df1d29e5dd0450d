"""Stripe's API, asked for what its events leave out (docs.stripe.com/api)."""

from typing import TypeVar
from urllib.parse import quote, urlencode

from attrs import field, frozen

from helpdesk_adapters.payments.stripe.payloads import InvoicePayments, PaymentMethod
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import whole
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.billing import CardLooks
from helpdesk_core.webhooks import UnreadableDelivery

API = "https://api.stripe.com"
VERSION = "2025-03-31.basil"
"""Of the API as it is read here; the oldest that tells which invoice a payment pays."""

T = TypeVar("T")


@frozen
class StripeApi:
    """A BillingSource over Stripe's API."""

    http: OutgoingHttp
    key: str = field(repr=False)
    base: str = API

    async def looks(self, payment_method: str) -> CardLooks | None:
        found = await self._get(f"/v1/payment_methods/{quote(payment_method, safe='')}", PaymentMethod)
        if found is None:
            return None
        card = found.card
        return CardLooks(found.type, card.brand, card.last4, whole(card.exp_month), whole(card.exp_year))

    async def invoice_of(self, payment: str) -> str | None:
        about = {"payment[type]": "payment_intent", "payment[payment_intent]": payment, "limit": "1"}
        found = await self._get(f"/v1/invoice_payments?{urlencode(about)}", InvoicePayments)
        return next((one.invoice for one in found.data if one.invoice), None) if found else None

    async def _get(self, path: str, cls: type[T]) -> T | None:
        """What is there, or None for nothing (404)."""
        headers = {"authorization": f"Bearer {self.key}", "stripe-version": VERSION}
        answer = await self.http.request("GET", self.base.rstrip("/") + path, headers)
        if answer.status == 404:
            return None
        if not answer.ok:
            raise GiveUp(f"Stripe answered {answer.status}.")
        try:
            return structured(read_object(answer.body), cls)
        except UnreadableDelivery as error:
            raise TryLater(f"{answer.host} answered something else: {error}") from error


def is_live(key: str) -> bool | None:
    """Whether a key (`sk_live_…`, `rk_test_…`) is for real money; None for one that does not say."""
    mode = key.split("_")[1:2]
    return {"live": True, "test": False}.get(mode[0]) if mode else None
