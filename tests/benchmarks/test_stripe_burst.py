"""Stripe sends everything at once, as after an outage: admitted without a refusal, dealt with in constant memory."""

import json
import sqlite3
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from helpdesk_core.signatures import stripe
from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import Founded, Server, found, reading, serving, starting
from tests.http.running import free_port, signed
from tests.use_cases.stripe_events import (
    a_card,
    a_checkout,
    a_setup,
    a_subscription,
    an_event,
    an_invoice,
)

SECRET = "whsec_of the benchmark"
CUSTOMERS = 200
WITHIN = 60.0
"""Seconds in which a burst is to be dealt with."""
FILLER = {f"field_{number}": None for number in range(120)}
"""Stripe's objects have a hundred fields more than are read: some 3 kB."""


@pytest.mark.timeout(900)
def test_a_burst_is_admitted_and_processed_within_a_minute_in_constant_memory(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    events = 160 if quick else 10_000
    first, admitted, used = 0.0, 0.0, 0.0
    founded, port = found(tmp_path), free_port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    with serving(command, port, {**founded.environment, "STRIPE_WEBHOOK_SECRET": SECRET}) as desk:
        held = []
        for part in range(3):
            deliveries = _deliveries(events, str(part))
            begun, before = time.perf_counter(), desk.processor()
            ran = sender.send(port, deliveries, 200)
            highest = desk.resident()
            while _waiting(sender, port, founded):
                highest = max(highest, desk.resident())
                time.sleep(0.1)
            took, spent = time.perf_counter() - begun, desk.processor() - before
            held.append(highest)
            if part == 0:
                first, admitted, used = took, ran.rate, spent
    states = _states(founded)
    figures.add(
        f"{events:,} events of Stripe dealt with",
        f"{first:.1f} s",
        f"less than {WITHIN:.0f} s",
        f"admitted at {admitted:,.0f}/s; {used / events * 1e6:.0f} us of processor an event",
    )
    figures.add(
        "memory in such a burst, at most",
        f"{held[0]:.0f} MiB",
        "not growing",
        f"{held[1]:.0f} in the second, {held[2]:.0f} in the third",
    )
    assert states == {"processed": 3 * events}
    assert quick or first < WITHIN
    assert quick or held[2] - held[1] < 3, "it grows"


def test_stripes_events_are_admitted_at_half_of_the_floors_rate(
    sender: Sender, floor: Server, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    rounds, writes = (1, 16) if quick else (15, 600)
    environment = {**found(tmp_path).environment, "STRIPE_WEBHOOK_SECRET": SECRET}
    with starting("tests.benchmarks.desk", environment) as desk:
        compared = compare(
            floor,
            desk,
            rounds,
            lambda name: sender.send(floor.port, _to_the_floor(writes, name), 200),
            lambda name: sender.send(desk.port, _deliveries(writes, name), 200),
        )
    figures.add("event of Stripe admitted, by the floor", compared.told, "at least 0.5", compared.rates)
    assert quick or compared.ratio >= 0.5


def _deliveries(number: int, name: str) -> list[bytes]:
    """So many events of some hundred customers, each an event of its own."""
    return [_delivery(f"{name}-{place}", place) for place in range(number)]


def _to_the_floor(number: int, name: str) -> list[bytes]:
    """The same events, signed as the bare route expects it."""
    deliveries = []
    for place in range(number):
        body = json.dumps({**_event(f"{name}-{place}", place), "created_at": "2026-04-06"}).encode()
        headers = {key.replace("-", "_"): value for key, value in signed(body, f"{name}-{place}").items()}
        deliveries.append(request("POST", "/webhook", body, **headers))
    return deliveries


def _delivery(name: str, place: int) -> bytes:
    body = json.dumps(_event(name, place)).encode()
    (signature,) = stripe.sign(body, SECRET, datetime.now(UTC)).values()
    return request("POST", "/api/webhooks/stripe", body, stripe_signature=signature)


def _event(name: str, place: int) -> dict[str, Any]:
    customer = f"cus_{place % CUSTOMERS}"
    noted = {"customer": customer, "metadata": {"organization_id": "acme"}, **FILLER}
    kinds = (
        ("checkout.session.completed", a_checkout(id=f"cs_{name}", **noted)),
        ("customer.subscription.created", a_subscription("incomplete", id=f"sub_{place}", **noted)),
        ("customer.subscription.updated", a_subscription("active", id=f"sub_{place - 1}", **noted)),
        ("setup_intent.succeeded", a_setup(id=f"seti_{name}", payment_method=f"pm_{place}", **noted)),
        ("payment_method.attached", a_card(id=f"pm_{place - 1}", **noted)),
        ("invoice.paid", an_invoice("paid", id=f"in_{name}", **noted)),
    )
    kind, about = kinds[place % len(kinds)]
    return {**an_event(kind, about, place % 86_400), "id": f"evt_{name}"}


def _waiting(sender: Sender, port: int, founded: Founded) -> bool:
    """Whether an event is still to be dealt with."""
    for state in ("received", "failed"):
        asked = reading(f"/api/v1/webhook-events?state={state}&limit=1", founded.key)
        if orjson.loads(sender.send(port, [asked], 200, 1).answer.partition(b"\r\n\r\n")[2])["data"]:
            return True
    return False


def _states(founded: Founded) -> dict[str, int]:
    with sqlite3.connect(founded.file) as store:
        return dict(store.execute("SELECT state, count(*) FROM webhook_events GROUP BY state").fetchall())
