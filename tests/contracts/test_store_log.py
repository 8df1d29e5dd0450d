"""The event log is dense and in order; the inbox shows what came in."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter, LogSlice
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.webhooks import EventState
from tests.contracts.builders import a_webhook_event, after, an_event, an_organization, fresh, new_id
from tests.contracts.desks import put

contract = settings(settings.get_profile("contracts"), max_examples=25)


class Regret(Exception):
    """Raised by units that are to be rolled back."""


units = st.lists(
    st.tuples(st.lists(st.sampled_from([0, 1]), max_size=4), st.booleans()),
    max_size=8,
)


@given(units, st.integers(0, 10), st.integers(1, 5))
@contract
async def test_the_log_of_each_organization_is_dense_whatever_is_rolled_back(
    store: Store, units: list[tuple[list[int], bool]], seq: int, limit: int
) -> None:
    organizations = [an_organization(), an_organization()]
    await put(store, *organizations)
    written: list[list[Any]] = [[], []]
    for places, regretted in units:
        events = [an_event(organizations[place], new_id()) for place in places]
        try:
            await store.transact(partial(_append, events, regretted))
        except Regret:
            continue
        for place, event in zip(places, events, strict=True):
            written[place].append(evolve(event, seq=len(written[place]) + 1))
    for organization, expected in zip(organizations, written, strict=True):
        seen = await store.read(partial(_since, organization.id, 0, 100))
        assert ([*seen.events], seen.last) == (expected, len(expected))
        seen = await store.read(partial(_since, organization.id, seq, limit))
        assert ([*seen.events], seen.last) == (expected[seq : seq + limit], len(expected))


async def test_events_of_one_call_are_numbered_in_its_order(store: Store) -> None:
    organization = an_organization()
    events = [an_event(organization, new_id(), type=f"ticket.{place}") for place in range(20)]
    await put(store, organization)
    await store.transact(lambda work: work.log.append(*events))
    await store.transact(lambda work: work.log.append())
    seen = await store.read(partial(_since, organization.id, 0, 100))
    assert [(event.seq, event.type) for event in seen.events] == [(n + 1, f"ticket.{n}") for n in range(20)]


async def test_the_log_is_followed_without_missing_anything(store: Store) -> None:
    organization = an_organization()
    await put(store, organization, *(an_event(organization, new_id()) for _ in range(7)))
    followed: list[int] = []
    last, seq = -1, 0
    while seq != last:
        seen = await store.read(partial(_since, organization.id, seq, 3))
        followed += [event.seq for event in seen.events]
        last, seq = seen.last, (followed[-1] if followed else 0)
    assert followed == [1, 2, 3, 4, 5, 6, 7]


async def test_the_inbox_is_filtered_by_everything_at_once(store: Store) -> None:
    organization, provider = an_organization(), fresh("provider")
    await put(store, organization)
    events = [
        a_webhook_event(
            provider=provider if place % 2 else "other",
            state=EventState.DEAD if place % 3 else EventState.RECEIVED,
            type="order" if place % 5 else "refund",
            organization_id=organization.id if place % 7 else None,
            received_at=after(place),
        )
        for place in range(40)
    ]
    await put(store, *events)
    for wanted in (
        {"provider": provider},
        {"provider": provider, "state": EventState.DEAD},
        {"provider": provider, "type": "refund"},
        {"organization_id": organization.id},
        {
            "organization_id": organization.id,
            "provider": provider,
            "state": EventState.RECEIVED,
            "type": "order",
        },
    ):
        seen = await store.read(partial(_inbox, wanted))
        expected = [
            event for event in events if all(getattr(event, name) == value for name, value in wanted.items())
        ]
        assert [event.id for event in seen] == [event.id for event in expected], wanted
        assert len(expected) not in (0, 40)


async def test_an_event_belongs_to_its_organization_once_that_is_known(store: Store) -> None:
    organization, event = an_organization(), a_webhook_event()
    await put(store, organization, event)
    assert await store.read(partial(_inbox, {"organization_id": organization.id})) == []
    known = evolve(
        event, organization_id=organization.id, state=EventState.PROCESSED, processed_at=after(1), attempts=1
    )
    await store.transact(lambda work: work.inbox.replace(known))
    assert await store.read(partial(_inbox, {"organization_id": organization.id})) == [evolve(known, raw=b"")]
    assert await store.read(lambda view: view.inbox.get(event.id)) == known
    name = (event.provider, event.external_id)
    assert await store.read(lambda view: view.inbox.by_external_id(*name)) == known
    assert await store.read(lambda view: view.inbox.by_external_id("another", event.external_id)) is None


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"{}" * 100_000], ids=["empty", "no text", "large"])
async def test_a_body_is_kept_to_the_byte(store: Store, raw: bytes) -> None:
    event = a_webhook_event(raw=raw)
    await put(store, event)
    kept = await store.read(lambda view: view.inbox.get(event.id))
    assert kept == event


async def _append(events: list[Any], regretted: bool, work: Work) -> None:
    await work.log.append(*events)
    if regretted:
        raise Regret


async def _since(organization_id: OrganizationId, seq: int, limit: int, view: View) -> LogSlice:
    return await view.log.since(organization_id, seq, limit)


async def _inbox(wanted: dict[str, Any], view: View) -> list[Any]:
    return [*(await view.inbox.page(EventFilter(**wanted), Page(100, "received_at"))).items]
