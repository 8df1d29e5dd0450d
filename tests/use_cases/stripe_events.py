"""Stripe as a test plays it: one customer's life in the shape of the current API, delivered as it may be."""

import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from attrs import define, field

from helpdesk_core.billing import (
    CardSetup,
    Checkout,
    Invoice,
    Payment,
    PaymentMethod,
    Subscription,
)
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import View
from helpdesk_core.records import Record
from helpdesk_core.signatures import stripe
from helpdesk_core.users import DESK, Role
from helpdesk_core.webhooks import Delivery, WebhookEvent
from tests.use_cases.conftest import Bench, a_bench

SECRET = "whsec_for tests"
CUSTOMER = "cus_Kettle"
START = 1_775_000_000
"""When the customer's life begins, by Stripe's clock."""
DAY = 86_400

KINDS: tuple[type[Record], ...] = (Subscription, PaymentMethod, Invoice, Payment, CardSetup, Checkout)
Event = Mapping[str, Any]

_numbers = count(1)


def an_event(kind: str, about: Mapping[str, Any], at: int = 0, **more: Any) -> dict[str, Any]:
    """An event `at` seconds after the start; `more` goes into the envelope, `previous` beside the object."""
    data: dict[str, Any] = {"object": dict(about)}
    if "previous" in more:
        data["previous_attributes"] = more.pop("previous")
    return {
        "id": f"evt_{next(_numbers)}",
        "object": "event",
        "created": START + at,
        "livemode": False,
        "type": kind,
        "data": data,
        **more,
    }


def a_subscription(status: str = "active", **more: Any) -> dict[str, Any]:
    period = {"current_period_start": START, "current_period_end": START + 30 * DAY}
    item = {"id": "si_1", "price": {"id": "price_team"}, "quantity": 3, **period}
    return {
        "id": "sub_1",
        "object": "subscription",
        "customer": CUSTOMER,
        "status": status,
        "created": START,
        "items": {"object": "list", "data": [item]},
        "cancel_at_period_end": False,
        **more,
    }


def an_invoice(status: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "id": "in_1",
        "object": "invoice",
        "customer": CUSTOMER,
        "customer_email": "books@acme.example",
        "status": status,
        "created": START + 5,
        "currency": "eur",
        "amount_due": 4900,
        "amount_paid": 4900 if status == "paid" else 0,
        "attempt_count": 1,
        "number": "ACME-0001",
        "next_payment_attempt": None,
        "parent": {"subscription_details": {"subscription": "sub_1"}},
        "hosted_invoice_url": "https://invoice.stripe.com/i/in_1",
        "status_transitions": {"paid_at": START + 9 if status == "paid" else None},
        **more,
    }


def a_card(**more: Any) -> dict[str, Any]:
    card = {"brand": "visa", "last4": "1881", "exp_month": 8, "exp_year": 2031}
    return {
        "id": "pm_1",
        "object": "payment_method",
        "customer": CUSTOMER,
        "created": START,
        "type": "card",
        "card": card,
        **more,
    }


def a_payment(**more: Any) -> dict[str, Any]:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "customer": CUSTOMER,
        "created": START + 6,
        "amount": 4900,
        "amount_received": 0,
        "currency": "eur",
        "last_payment_error": None,
        "latest_charge": "ch_1",
        **more,
    }


def a_setup(**more: Any) -> dict[str, Any]:
    return {
        "id": "seti_1",
        "object": "setup_intent",
        "customer": CUSTOMER,
        "created": START,
        "payment_method": "pm_1",
        "latest_attempt": "setatt_1",
        **more,
    }


def a_checkout(**more: Any) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "customer": CUSTOMER,
        "created": START,
        "mode": "subscription",
        "payment_status": "paid",
        "subscription": "sub_1",
        "client_reference_id": "acme",
        **more,
    }


@define
class Till:
    """A desk to which Stripe delivers."""

    bench: Bench
    home: OrganizationId
    _deliveries: Any = field(factory=lambda: count(1))

    @classmethod
    async def open(cls) -> "Till":
        """A desk with one organization, Acme, and its admin."""
        bench = a_bench()
        home = (await bench.begin()).id
        await bench.desk.add_user()(home, DESK, "ada@acme.example", "Ada", Role.ADMIN)
        return cls(bench, home)

    async def connect(self, customer: str = CUSTOMER) -> None:
        await self.bench.desk.connect_integration()(self.home, "stripe", customer, {})

    async def hear(self, *events: Event) -> None:
        """Delivers the events and does what they lead to at once."""
        await self.deliver(*events)
        await self.bench.run_jobs()

    async def deliver(self, *events: Event) -> None:
        """Delivers the events, each signed anew, as Stripe's retries are."""
        provider = self.bench.desk.webhook_providers()["stripe"]
        for event in events:
            body = json.dumps(event).encode()
            delivery = Delivery(stripe.sign(body, SECRET, self.bench.clock()), body)
            await self.bench.desk.receive_webhook()(provider, [SECRET], delivery)

    async def settle(self) -> None:
        """Lets the time pass that notices wait for each other."""
        self.bench.clock.pass_(seconds=11)
        await self.bench.run_jobs()

    async def known(self, home: OrganizationId | None = None) -> dict[str, list[Record]]:
        """All that is known of an organization's billing, but for what was written about it."""

        async def read(view: View) -> dict[str, list[Record]]:
            found = {kind.kind: await view.records.of(home or self.home, kind, 1000) for kind in KINDS}
            return {name: sorted(records, key=lambda one: one.external_id) for name, records in found.items()}

        return await self.bench.desk.store().read(read)

    async def events(self) -> dict[str, WebhookEvent]:
        async def read(view: View) -> Iterable[WebhookEvent]:
            return (await view.inbox.page(EventFilter(), Page(100, "received_at"))).items

        return {event.external_id: event for event in await self.bench.desk.store().read(read)}

    def letters(self) -> list[str]:
        """The subjects of what was written, in order."""
        return [mail.subject for _, mail in self.bench.post.sent]
