"""Deliveries to webhook endpoints, and the audited part of the log, on every store."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.deliveries import WebhookDelivery, WebhookDeliveryState
from helpdesk_core.errors import InvalidValue, NotFound
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.repositories import AuditFilter, DeliveryFilter
from helpdesk_core.ports.store import Store, View
from helpdesk_core.users import Actor
from tests.contracts.builders import a_delivery, a_webhook_endpoint, after, an_event, an_organization, new_id
from tests.contracts.desks import put

PENDING, DELIVERED = WebhookDeliveryState.PENDING, WebhookDeliveryState.DELIVERED


async def test_deliveries_are_listed_page_by_page_by_state_and_by_type(store: Store) -> None:
    organization = an_organization()
    endpoint, other = a_webhook_endpoint(organization), a_webhook_endpoint(organization)
    rows = [
        a_delivery(
            endpoint,
            seq=number,
            created_at=after(number // 3),
            state=(PENDING, DELIVERED)[number % 2],
            type=("ticket.created", "ticket.merged")[number % 3 == 0],
        )
        for number in range(20)
    ]
    await put(store, organization, endpoint, other, *rows, a_delivery(other))
    by_age = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    for wanted, kept in (
        ({}, by_age),
        ({"state": DELIVERED}, [row for row in by_age if row.state is DELIVERED]),
        ({"type": "ticket.merged"}, [row for row in by_age if row.type == "ticket.merged"]),
        (
            {"state": PENDING, "type": "ticket.created"},
            [row for row in by_age if row.state is PENDING and row.type == "ticket.created"],
        ),
    ):
        assert await _all(store, organization.id, endpoint.id, **wanted) == [
            evolve(row, body="") for row in kept
        ]


async def test_deliveries_of_some_events_come_in_the_order_of_the_log(store: Store) -> None:
    organization = an_organization()
    endpoint, other = a_webhook_endpoint(organization), a_webhook_endpoint(organization)
    rows = [a_delivery(endpoint, seq=seq) for seq in (9, 3, 5, 4, 12)]
    await put(store, organization, endpoint, other, *rows, a_delivery(other, seq=4))
    found = await store.read(
        lambda view: view.deliveries.of_events(organization.id, WebhookEndpointId(endpoint.id), 4, 9)
    )
    assert [one.seq for one in found] == [4, 5, 9]


async def test_several_deliveries_are_added_at_once_and_one_that_is_not_there_is_not_replaced(
    store: Store,
) -> None:
    organization = an_organization()
    endpoint = a_webhook_endpoint(organization)
    rows = [a_delivery(endpoint, seq=seq) for seq in range(3)]
    await put(store, organization, endpoint)
    await store.transact(lambda work: work.deliveries.add(*rows))
    await store.transact(lambda work: work.deliveries.add())
    assert len(await _all(store, organization.id, endpoint.id)) == 3
    with pytest.raises(NotFound):
        await store.transact(lambda work: work.deliveries.replace(a_delivery(endpoint)))


async def test_the_deliveries_of_an_endpoint_go_with_it(store: Store) -> None:
    organization = an_organization()
    endpoint, other = a_webhook_endpoint(organization), a_webhook_endpoint(organization)
    gone, stays = a_delivery(endpoint), a_delivery(other)
    await put(store, organization, endpoint, other, gone, stays)
    await store.transact(lambda work: work.webhook_endpoints.remove(organization.id, endpoint.id))
    assert await store.read(lambda view: view.deliveries.get(organization.id, gone.id)) is None
    assert await store.read(lambda view: view.deliveries.get(organization.id, stays.id)) == stays


async def test_what_has_rested_for_long_is_forgotten_some_at_a_time_and_what_is_in_line_is_not(
    store: Store,
) -> None:
    organization = an_organization()
    endpoint = a_webhook_endpoint(organization)
    # The table is every organization's: these rested before anybody else's did.
    old = [a_delivery(endpoint, finished_at=after(-(10**7) + number)) for number in range(5)]
    fresh = a_delivery(endpoint, finished_at=after(0))
    waiting = a_delivery(endpoint)
    await put(store, organization, endpoint, *old, fresh, waiting)
    forget = after(-(10**7) + 4)
    assert await store.transact(lambda work: work.deliveries.forget(forget, 3)) == 3
    assert await store.transact(lambda work: work.deliveries.forget(forget, 3)) == 1
    assert await store.transact(lambda work: work.deliveries.forget(forget, 3)) == 0
    left = {row.id for row in await _all(store, organization.id, endpoint.id)}
    assert left == {old[4].id, fresh.id, waiting.id}


async def test_the_audit_log_leaves_traffic_out_and_is_filtered_and_paged(store: Store) -> None:
    organization, other = an_organization(), an_organization()
    ada, abe = Actor("user", new_id(), "Ada"), Actor("api_key", new_id(), "import")
    team = new_id()
    events = [
        an_event(
            organization,
            team if number % 4 == 0 else new_id(),
            type=("ticket.created", "team.updated", "api_key.revoked")[number % 3],
            actor=ada if number % 2 else abe,
            recorded_at=after(number),
        )
        for number in range(30)
    ]
    await put(store, organization, other, *events, an_event(other, team, type="team.updated", actor=ada))
    numbered = [evolve(event, seq=place + 1) for place, event in enumerate(events)]
    audited = [event for event in numbered if event.type != "ticket.created"]
    cases: tuple[tuple[dict[str, Any], list[DomainEvent]], ...] = (
        ({}, audited),
        ({"actor_id": ada.id}, [event for event in audited if event.actor == ada]),
        ({"type": "team.updated"}, [event for event in audited if event.type == "team.updated"]),
        ({"type": "ticket.created"}, []),
        ({"subject_id": team}, [event for event in audited if event.subject_id == team]),
        (
            {"after": after(4), "before": after(20)},
            [event for event in audited if after(4) < event.recorded_at < after(20)],
        ),
        (
            {"actor_id": abe.id, "type": "api_key.revoked", "before": after(28)},
            [
                event
                for event in audited
                if event.actor == abe and event.type == "api_key.revoked" and event.recorded_at < after(28)
            ],
        ),
    )
    for wanted, kept in cases:
        for sort in ("seq", "-seq"):
            expected = kept[::-1] if sort == "-seq" else kept
            assert await _audited(store, organization.id, AuditFilter(**wanted), sort) == expected, wanted


async def test_the_audit_log_is_sorted_by_place_only(store: Store) -> None:
    organization = an_organization()
    await put(store, organization)
    with pytest.raises(InvalidValue):
        await store.read(lambda view: view.log.page(organization.id, AuditFilter(), Page(sort="type")))


async def _all(
    store: Store, organization_id: OrganizationId, endpoint_id: Any, **wanted: Any
) -> list[WebhookDelivery]:
    """Newest first, gathered in pages of three."""
    found: list[WebhookDelivery] = []
    after_: Position | None = None
    while True:
        page = Page(3, "-created_at", after_)
        filter_ = DeliveryFilter(WebhookEndpointId(endpoint_id), **wanted)

        async def unit(view: View, filter_: DeliveryFilter = filter_, page: Page = page) -> Any:
            return await view.deliveries.page(organization_id, filter_, page)

        some = await store.read(unit)
        found += some.items
        if some.next is None:
            return found
        after_ = some.next


async def _audited(
    store: Store, organization_id: OrganizationId, wanted: AuditFilter, sort: str
) -> list[DomainEvent]:
    found: list[DomainEvent] = []
    after_: Position | None = None
    while True:
        some = await store.read(partial(_audit_page, organization_id, wanted, Page(4, sort, after_)))
        found += some.items
        if some.next is None:
            return found
        after_ = some.next


async def _audit_page(organization_id: OrganizationId, wanted: AuditFilter, page: Page, view: View) -> Any:
    return await view.log.page(organization_id, wanted, page)
