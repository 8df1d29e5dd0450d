"""Every store keeps suppressed addresses: each once an organization, listed by their time, forgotten for good."""

from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.ids import ConversationId, SuppressedAddressId
from helpdesk_core.paging import Page, pages
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason
from tests.contracts.builders import a_suppressed_address, after, an_organization, new_id
from tests.contracts.desks import put


async def test_an_address_is_suppressed_once_in_each_organization(store: Store) -> None:
    mine, other = an_organization(), an_organization()
    first = a_suppressed_address(mine, address="gone@x.example")
    theirs = a_suppressed_address(other, address="gone@x.example")
    await put(store, mine, other, first, theirs)
    with pytest.raises(AlreadyTaken):
        await put(store, a_suppressed_address(mine, address="gone@x.example"))
    found = await store.read(
        lambda view: view.suppressed_addresses.among(mine.id, ["x@x.example", "gone@x.example"])
    )
    assert list(found) == [first]
    await store.transact(lambda work: work.suppressed_addresses.remove(mine.id, first.id))
    await put(store, a_suppressed_address(mine, address="gone@x.example"))
    assert await store.read(lambda view: view.suppressed_addresses.get(other.id, theirs.id)) == theirs


async def test_they_are_listed_by_their_time_page_after_page(store: Store) -> None:
    organization = an_organization()
    # Two of one moment: their ids decide.
    kept = [a_suppressed_address(organization, since=after(minute)) for minute in (3, 1, 2, 1)]
    await put(store, organization, *kept)

    async def read(view: View, sort: str) -> list[SuppressedAddress]:
        first = Page(limit=2, sort=sort)
        found: list[SuppressedAddress] = []
        async for items in pages(lambda page: view.suppressed_addresses.page(organization.id, page), first):
            found += items
        return found

    in_order = sorted(kept, key=lambda one: (one.since, one.id))
    assert await store.read(lambda view: read(view, "since")) == in_order
    assert await store.read(lambda view: read(view, "-since")) == in_order[::-1]


async def test_forgetting_takes_away_what_is_named_and_nothing_else(store: Store) -> None:
    organization = an_organization()
    gone, stays = a_suppressed_address(organization), a_suppressed_address(organization)
    await put(store, organization, gone, stays)
    await store.transact(
        lambda work: work.suppressed_addresses.forget(organization.id, [gone.address, "nobody@x.example"])
    )
    left: Sequence[SuppressedAddress] = await store.read(
        lambda view: view.suppressed_addresses.among(organization.id, [gone.address, stays.address])
    )
    assert list(left) == [stays]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    address=TEXT.filter(bool),
    reason=st.sampled_from(SuppressionReason),
    detail=TEXT,
    answer=st.none() | st.uuids().map(ConversationId),
)
async def test_it_comes_back_as_it_was(
    store: Store, address: str, reason: SuppressionReason, detail: str, answer: ConversationId | None
) -> None:
    organization = an_organization()
    kept = evolve(
        a_suppressed_address(organization),
        id=SuppressedAddressId(new_id()),
        address=address,
        reason=reason,
        detail=detail,
        conversation_id=answer,
    )
    await put(store, organization, kept)
    assert await store.read(lambda view: view.suppressed_addresses.get(organization.id, kept.id)) == kept
