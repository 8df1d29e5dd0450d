"""A day as Stripe, Stripe Connect and Shopify see it: what happens to their customers, event by event.

The same seed makes the same day. An event's own time is the provider's; when it arrives is up to whoever delivers it.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from typing import Any

from attrs import Factory, field, frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.providers import REGISTRY
from helpdesk_core.users import DESK, Role
from helpdesk_core.webhooks import Delivery
from tests.fakes.shops import Parcel, a_customer, an_order
from tests.use_cases.stripe_events import START, a_card, a_payment, a_setup, a_subscription, an_invoice

SECRETS = {
    "stripe": "whsec_of the desk",
    "stripe-connect": "whsec_of the accounts",
    "shopify": "what Shopify and the desk know",
}
ORGANIZATIONS = ("acme", "birch", "cedar")
HOUR = 3600
MIDNIGHT = datetime.fromtimestamp(START, UTC)


@frozen
class Told:
    """One event of a provider; `at` is when it came about, `home` the organization that it is for, if any."""

    provider: str
    type: str
    id: str
    at: datetime
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = Factory(dict)

    def signed(self, base: str, now: datetime) -> Delivery:
        """As the provider posts it now."""
        entry = REGISTRY[self.provider]
        delivery = Delivery(
            {**entry.headers_of(self.type), **self.headers}, self.body, base + entry.webhooks.paths[0]
        )
        return entry.sign(delivery, SECRETS[self.provider], now, self.id)


@frozen
class Account:
    """An account that is connected before the day begins."""

    organization: str
    provider: str
    external_id: str
    settings: Mapping[str, str] = Factory(dict)


@frozen
class Day:
    """What is connected, and what happens, by its own time."""

    accounts: tuple[Account, ...]
    events: tuple[Told, ...]

    async def begin_on(self, desk: Container) -> None:
        """Founds the organizations, each with an admin, and connects their accounts."""
        homes = {}
        for slug in ORGANIZATIONS:
            homes[slug] = (await desk.create_organization()(slug, slug.title())).id
            await desk.add_user()(homes[slug], DESK, f"ada@{slug}.example", "Ada", Role.ADMIN)
        for one in self.accounts:
            home = homes[one.organization]
            await desk.connect_integration()(home, one.provider, one.external_id, one.settings)


def a_day(seed: int, *, payers: int = 24, sellers: int = 6, shops: int = 4) -> Day:
    """Payers have subscriptions and pay for them; sellers are connected accounts; shops have customers and orders."""
    random = Random(seed)
    lives = [
        *(_payer(random, number) for number in range(payers)),
        *(_seller(random, number) for number in range(sellers)),
        *(_shop(random, number) for number in range(shops)),
    ]
    accounts = tuple(account for life in lives for account in life.accounts)
    events = sorted(chain.from_iterable(life.events for life in lives), key=lambda told: (told.at, told.id))
    return Day(accounts, tuple(events))


class _Stripe:
    """Writes events of one account of Stripe's."""

    def __init__(self, provider: str, name: str, **envelope: Any) -> None:
        self._provider, self._name, self._envelope, self._count = provider, name, envelope, 0

    def __call__(self, kind: str, at: int, about: Mapping[str, Any], **previous: Any) -> Told:
        self._count += 1
        data = {"object": about, **({"previous_attributes": previous} if previous else {})}
        id = f"evt_{self._name}_{self._count}"
        told = {"id": id, "object": "event", "created": START + at, "livemode": False, "type": kind}
        body = json.dumps({**told, **self._envelope, "data": data}).encode()
        return Told(self._provider, kind, id, MIDNIGHT + timedelta(seconds=at), body)


def _payer(random: Random, number: int) -> Day:
    """Who pays for the desk: connected by hand, by what is noted on a subscription, at the till, or not at all."""
    home = ORGANIZATIONS[number % 3]
    how = ("by hand", "noted", "at the till", "by hand", "not at all")[number % 5]
    customer, event = f"cus_{number}", _Stripe("stripe", f"payer{number}")
    begun = random.randrange(8 * HOUR)
    metadata = {"organization_id": home} if how == "noted" else {}
    mine: dict[str, Any] = {"customer": customer, "created": START + begun}
    sub = {**a_subscription(id=f"sub_{number}", **mine), "metadata": metadata}
    card = a_card(id=f"pm_{number}", **mine)
    told = [
        event("customer.created", begun, {"id": customer, "object": "customer"}),
        event("payment_method.attached", begun, card),
        event("customer.subscription.created", begun + 1, {**sub, "status": "incomplete"}),
        *_setup(random, event, begun + 2, number, mine),
        event("customer.subscription.updated", begun + 3, {**sub, "status": "active"}),
    ]
    if how == "at the till":
        till = {
            "id": f"cs_{number}",
            "object": "checkout.session",
            "customer": customer,
            "mode": "subscription",
        }
        bound = {"payment_status": "paid", "subscription": sub["id"], "client_reference_id": home}
        told.append(
            event("checkout.session.completed", begun + 4, {**till, **bound, "created": START + begun})
        )
    if random.random() < 0.4:
        trial = {**sub, "status": "trialing", "trial_end": START + begun + 72 * HOUR}
        told.append(event("customer.subscription.trial_will_end", begun + 60, trial))
        told.append(event("customer.subscription.updated", begun + 60, trial))
    for place in range(random.randint(1, 3)):
        told += _bill(random, event, begun + (2 + 4 * place) * HOUR, f"{number}x{place}", mine, sub)
    if random.random() < 0.5:
        told += _alone(random, event, begun + HOUR, number, mine)
    told += _end(random, event, begun + 15 * HOUR, sub, card)
    accounts = (Account(home, "stripe", customer),) if how == "by hand" else ()
    return Day(accounts, tuple(told))


def _setup(random: Random, event: _Stripe, at: int, number: int, mine: Mapping[str, Any]) -> Iterator[Told]:
    """A card is made usable for later, which some try twice."""
    setup = a_setup(id=f"seti_{number}", payment_method=f"pm_{number}", **mine)
    if random.random() < 0.3:
        refused = {**setup, "payment_method": None, "latest_attempt": f"setatt_{number}"}
        refused["last_setup_error"] = {"code": "card_declined", "decline_code": "do_not_honor"}
        yield event("setup_intent.setup_failed", at, refused)
        if random.random() < 0.4:
            return
    yield event("setup_intent.succeeded", at + 1, setup)


def _bill(
    random: Random, event: _Stripe, at: int, name: str, mine: Mapping[str, Any], sub: Mapping[str, Any]
) -> Iterator[Told]:
    """An invoice and its payment, which fails first now and then; the payment tells of its invoice or, newer, not."""
    amount = 1000 + 7 * random.randrange(10**6)
    begun = {**mine, "created": START + at}
    told = {"id": f"in_{name}", "amount_due": amount, "number": f"N-{name}", "metadata": {}}
    told["customer_email"] = random.choice([None, f"books{name}@acme.example"])
    payment = a_payment(id=f"pi_{name}", amount=amount, **begun)
    if random.random() < 0.5:
        payment["invoice"] = f"in_{name}"
    failures, paid = random.choice([(0, True), (0, True), (1, True), (2, True), (1, False)])
    for attempt in range(1, failures + 1):
        retry = START + at + 2 * HOUR if paid or attempt < failures else None
        tried = {"latest_charge": f"ch_{name}_{attempt}", "last_payment_error": {"code": "card_declined"}}
        failed = an_invoice(
            "open", **{**begun, **told, "attempt_count": attempt, "next_payment_attempt": retry}
        )
        yield event("payment_intent.payment_failed", at, {**payment, **tried})
        yield event("invoice.payment_failed", at + 1, failed)
        yield event("customer.subscription.updated", at + 1, {**sub, "status": "past_due"})
        at += 2 * HOUR
    if paid:
        done = an_invoice("paid", **{**begun, **told, "amount_paid": amount, "attempt_count": failures + 1})
        done["status_transitions"] = {"paid_at": START + at}
        yield event("payment_intent.succeeded", at, {**payment, "amount_received": amount})
        yield event("invoice.paid", at, done)
        yield event("invoice.payment_succeeded", at, done)  # which nobody handles
        yield event("customer.subscription.updated", at + 1, {**sub, "status": "active", "latest": name})


def _alone(random: Random, event: _Stripe, at: int, number: int, mine: Mapping[str, Any]) -> Iterator[Told]:
    """A payment without an invoice."""
    receipt = random.choice([None, f"payer{number}@acme.example"])
    payment = a_payment(
        id=f"pi_alone{number}", amount=500 + number, receipt_email=receipt, invoice=None, **mine
    )
    if random.random() < 0.4:
        refused = {"code": "card_declined", "decline_code": "insufficient_funds"}
        yield event("payment_intent.payment_failed", at, {**payment, "last_payment_error": refused})
    if random.random() < 0.8:
        yield event("payment_intent.succeeded", at + 600, {**payment, "amount_received": payment["amount"]})


def _end(
    random: Random, event: _Stripe, at: int, sub: Mapping[str, Any], card: Mapping[str, Any]
) -> Iterator[Told]:
    """Some subscriptions are canceled, some end; some cards are taken away, of which Stripe may not say whose."""
    fate = random.choice(["goes on", "goes on", "is canceled", "ends"])
    if fate != "goes on":
        ending = {
            **sub,
            "status": "active",
            "cancel_at_period_end": True,
            "cancel_at": START + 30 * 24 * HOUR,
        }
        yield event("customer.subscription.updated", at, ending)
    if fate == "ends":
        ended = {**sub, "status": "canceled", "ended_at": START + at + HOUR}
        yield event("customer.subscription.deleted", at + HOUR, ended)
        yield event("customer.subscription.updated", at + HOUR, {**ended, "quantity": 0})
    if random.random() < 0.4:
        before = {"customer": sub["customer"]} if random.random() < 0.5 else {}
        yield event("payment_method.detached", at + HOUR, {**card, "customer": None}, **before)


def _seller(random: Random, number: int) -> Day:
    """A connected account: what it may do, and its payouts; one is of nobody's."""
    home, account = ORGANIZATIONS[number % 3], f"acct_{number}"
    event = _Stripe("stripe-connect", f"seller{number}", account=account)
    about = {"id": account, "object": "account", "created": START, "details_submitted": True}
    able, at = {"charges_enabled": True, "payouts_enabled": True}, random.randrange(4 * HOUR)
    wanted = {"currently_due": ["company.tax_id"], "past_due": []}
    told = [
        event("account.updated", at, {**about, "requirements": wanted}),
        event("account.application.authorized", at + 1, {"id": "ca_desk", "object": "application"}),
        event("account.updated", at + HOUR, {**about, **able}),
        event("capability.updated", at + HOUR, {"id": "card_payments", "object": "capability"}),
    ]
    for place in range(3):
        payout = {"id": f"po_{number}x{place}", "object": "payout", "created": START + at, "currency": "eur"}
        payout |= {"amount": 10_000 + place, "arrival_date": START + 24 * HOUR}
        told.append(event("payout.created", at + place * HOUR, {**payout, "status": "pending"}))
        told.append(event("payout.updated", at + place * HOUR + 1, {**payout, "status": "in_transit"}))
        told.append(event("payout.paid", at + place * HOUR + 60, {**payout, "status": "paid"}))
        if random.random() < 0.3:
            failed = {**payout, "status": "failed", "failure_code": "account_closed"}
            told.append(event("payout.failed", at + place * HOUR + 60, failed))
    if random.random() < 0.5:
        stopped = {**about, "requirements": wanted, "charges_enabled": False, "payouts_enabled": True}
        told.append(event("account.updated", at + 9 * HOUR, stopped, charges_enabled=True))
    connected = (Account(home, "stripe-connect", account, {"livemode": "false"}),) if number else ()
    return Day(connected, tuple(told))


def _shop(random: Random, number: int) -> Day:
    """A shop: its customers and what they order; the first one is of nobody's, every other has a ticket an order."""
    home, shop = ORGANIZATIONS[number % 3], f"shop-{number}.myshopify.com"
    headers = {"x-shopify-shop-domain": shop}
    count = iter(range(10_000))

    def event(topic: str, at: datetime, about: Mapping[str, Any]) -> Told:
        id = f"{shop}-{next(count)}"
        return Told(
            "shopify", topic, id, at, json.dumps({**about, "updated_at": at.isoformat()}).encode(), headers
        )

    told: list[Told] = []
    for place in range(8):
        at = MIDNIGHT + timedelta(seconds=random.randrange(10 * HOUR))
        person = a_customer(number * 100 + place, at)
        told.append(event("customers/create", at, person))
        for order in range(random.randint(0, 3)):
            told += _order(random, event, at, number * 1000 + place * 10 + order, person)
        if random.random() < 0.5:
            at += timedelta(hours=random.randint(1, 6), minutes=7)
            home_of = {
                **person["default_address"],
                "city": "Oslo",
                "country_code": "NO",
                "company": "Nord AS",
            }
            moved = {
                **person,
                "last_name": "Nilsen",
                "default_address": home_of,
                "updated_at": at.isoformat(),
            }
            told.append(event("customers/update", at, moved))
            told += _order(random, event, at, number * 1000 + place * 10 + 9, moved)
    settings = {"create_tickets_for_orders": "true" if number % 2 else "false"}
    return Day((Account(home, "shopify", shop, settings),) if number else (), tuple(told))


def _order(
    random: Random, event: Any, at: datetime, number: int, person: Mapping[str, Any]
) -> Iterator[Told]:
    """An order on its way, until it is sent or put off; some are nobody's."""
    at += timedelta(minutes=random.randint(1, 300))
    guest = random.random() < 0.15
    order = an_order(number, at, None if guest else person)
    yield event("orders/create", at, order)
    paid = {**order, "financial_status": "paid"}
    at += timedelta(seconds=random.choice([0, 1, 600]))
    yield event("orders/updated", at, paid)
    if random.random() < 0.5:
        at += timedelta(hours=1)
        yield event("orders/partially_fulfilled", at, {**paid, "fulfillment_status": "partial"})
    if random.random() < 0.6:
        sent = {**paid, "fulfillment_status": "fulfilled", "fulfillments": [Parcel(number, at).told]}
        at += timedelta(hours=2)
        yield event("orders/fulfilled", at, sent)
        yield event("orders/updated", at, sent)  # of the same moment, as shops do
