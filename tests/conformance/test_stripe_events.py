"""Published and assembled events of Stripe, in both shapes of its API, mean what they should in whatever order."""

import json
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_adapters.payments.stripe import STRIPE
from helpdesk_core.billing import Subscription
from helpdesk_core.commands import TellRecord
from helpdesk_core.records import Record
from helpdesk_core.webhooks import EventState
from tests.use_cases.stripe_events import Event, Till


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "protocols" / "commerce" / "fixtures" / "stripe"


@pytest.fixture(scope="module")
def scenarios(folder: Path) -> dict[str, list[Event]]:
    """The orders of delivery, of events that name an organization of ours."""
    told = json.loads((folder / "current" / "scenarios.json").read_bytes())
    return {
        name: [an_event(folder / "current", file) for file in order]
        for name, order in told.items()
        if isinstance(order, list)
    }


def an_event(folder: Path, name: str) -> Event:
    event: Event = json.loads((folder / f"{name}.json").read_bytes())
    return _ours(event)


def _ours(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "acme" if key in ("organization_id", "client_reference_id") and member else _ours(member)
            for key, member in value.items()
        }
    return [_ours(member) for member in value] if isinstance(value, list) else value


async def reached(order: list[Event]) -> dict[str, list[Record]]:
    till = await Till.open()
    await till.hear(*order)
    assert {event.state for event in (await till.events()).values()} == {EventState.PROCESSED}
    return await till.known()


async def test_every_order_of_delivery_ends_as_the_expected_one(scenarios: dict[str, list[Event]]) -> None:
    whole = await reached(scenarios["in_order"])
    assert {kind: len(records) for kind, records in whole.items()} == {
        "subscription": 1,
        "payment_method": 1,
        "invoice": 1,
        "payment": 1,
        "card_setup": 0,
        "checkout": 1,
    }
    for name, order in scenarios.items():
        if name != "late_retry_after_cancel":
            assert await reached(order) == whole, name
    canceled = await reached(scenarios["late_retry_after_cancel"])
    assert [one.status for one in canceled["subscription"] if isinstance(one, Subscription)] == ["canceled"]


@pytest.mark.parametrize("name", ["in_order", "late_retry_after_cancel"])
async def test_every_permutation_of_a_scenario_ends_the_same(
    scenarios: dict[str, list[Event]], name: str
) -> None:
    expected = await reached(scenarios[name])
    for order in permutations(scenarios[name]):
        assert await reached(list(order)) == expected


@given(again=st.lists(st.integers(0, 99), max_size=8), random=st.randoms(use_true_random=False))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
async def test_no_repetition_makes_a_difference(
    scenarios: dict[str, list[Event]], again: list[int], random: Random
) -> None:
    """All that are named in any scenario, in any order, some of them again and again."""
    whole = list({event["id"]: event for order in scenarios.values() for event in order}.values())
    order = [*whole, *(whole[number % len(whole)] for number in again)]
    random.shuffle(order)
    assert await reached(order) == await reached(whole)


@pytest.mark.parametrize("kind", sorted(STRIPE.events))
def test_both_shapes_of_an_event_say_the_same(folder: Path, kind: str) -> None:
    older = json.loads((folder / f"{kind}.json").read_bytes())
    newer = json.loads((folder / "current" / f"{kind}.json").read_bytes())
    assert told(kind, as_now(older)) == told(kind, older) != []
    assert told(kind, as_before(newer)) == told(kind, newer) != []


PERIOD = ("current_period_start", "current_period_end")


def as_now(event: Any) -> Any:
    """An event of an API before 2025-03-31 in the shape of one since then."""
    it = json.loads(json.dumps(event))
    about = it["data"]["object"]
    if about["object"] == "subscription":
        period = {name: about.pop(name) for name in PERIOD}
        plan = {"plan": about.get("plan"), "quantity": about.get("quantity")}
        items = about.setdefault("items", {"data": [plan]})
        items["data"] = [{**item, **period} for item in items["data"]]
    if about["object"] == "invoice":
        for name in ("paid", "charge", "payment_intent"):
            about.pop(name, None)
        about["parent"] = {"subscription_details": {"subscription": about.pop("subscription")}}
    if about["object"] == "payment_intent":
        about["latest_charge"] = about.pop("charges")["data"][0]["id"]
        about.pop("invoice")
    return it


def as_before(event: Any) -> Any:
    """And the other way round."""
    it = json.loads(json.dumps(event))
    about = it["data"]["object"]
    if about["object"] == "subscription":
        (item,) = about["items"]["data"]
        about |= {name: item.pop(name) for name in PERIOD}
    if about["object"] == "invoice":
        about["subscription"] = about.pop("parent")["subscription_details"]["subscription"]
        about["paid"] = about["status"] == "paid"
    if about["object"] == "payment_intent":
        about["charges"] = {"data": [{"id": about.pop("latest_charge")}]}
        about["invoice"] = None
    return it


def told(kind: str, event: Any) -> list[Record]:
    commands = STRIPE.events[kind](json.dumps(event).encode())
    return [command.record for command in commands if isinstance(command, TellRecord)]
