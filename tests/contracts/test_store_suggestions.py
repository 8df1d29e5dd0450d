"""Every store keeps suggested replies: they are listed by their time, settled, and go with their ticket."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.errors import AlreadyTaken, Conflict
from helpdesk_core.ids import SuggestionId
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.paging import Page, pages
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.suggestions import Source, Suggestion, SuggestionState, Usage
from tests import strategies as some
from tests.contracts.builders import (
    a_customer,
    a_suggestion,
    a_ticket,
    after,
    an_organization,
    new_id,
    one_of_each,
)
from tests.contracts.desks import put, put_one_of_each

contract = settings(
    settings.get_profile("contracts"), max_examples=25, suppress_health_check=list(HealthCheck)
)
sources = some.every_field(
    Source,
    kind=st.sampled_from(SourceKind),
    id=some.ids,
    passage_id=some.ids,
    title=some.texts,
    excerpt=some.texts,
)
suggestions = some.every_field(
    Suggestion,
    id=some.ids,
    organization_id=some.ids,
    ticket_id=some.ids,
    about=some.maybe(some.ids),
    text=some.texts,
    language=some.maybe(some.texts),
    sources=st.lists(sources, max_size=3).map(tuple),
    made_by=some.texts,
    created_at=some.times,
    automatic=st.booleans(),
    state=st.sampled_from(SuggestionState),
    settled_at=some.maybe(some.times),
    settled_by=some.maybe(some.ids),
    usage=some.every_field(
        Usage,
        prompt_tokens=st.integers(0, 2**31 - 1),
        completion_tokens=st.integers(0, 2**31 - 1),
        cost=some.maybe(st.decimals(0, 1000, places=6)),
    ),
)


@given(suggestions, suggestions)
@contract
async def test_a_suggestion_comes_back_the_same(store: Store, drawn: Suggestion, other: Suggestion) -> None:
    each = one_of_each()
    home, ticket_id = each.organization.id, each.ticket.id
    one = evolve(drawn, organization_id=home, ticket_id=ticket_id)
    changed = evolve(other, id=one.id, organization_id=home, ticket_id=ticket_id)
    await store.transact(lambda work: put_one_of_each(work, each))
    await put(store, one)
    assert await store.read(lambda view: view.suggestions.get(home, one.id)) == one
    await store.transact(lambda work: work.suggestions.replace(changed))
    assert await store.read(lambda view: view.suggestions.get(home, one.id)) == changed
    assert await store.read(lambda view: view.suggestions.get(home, SuggestionId(new_id()))) is None


async def test_what_a_suggestion_has_cost_is_kept_to_the_last_digit(store: Store) -> None:
    each = one_of_each()
    dear = a_suggestion(each.ticket, usage=Usage(10, 20, Decimal("0.00012340")))
    await store.transact(lambda work: put_one_of_each(work, each))
    await put(store, dear)
    kept = await store.read(lambda view: view.suggestions.get(each.organization.id, dear.id))
    assert kept is not None
    assert str(kept.usage.cost) == "0.00012340"


async def test_suggestions_are_listed_by_their_time_page_after_page(store: Store) -> None:
    organization = an_organization()
    customer = a_customer(organization)
    ticket, other = a_ticket(customer, 1), a_ticket(customer, 2)
    kept = [
        a_suggestion(ticket, created_at=after(3)),
        a_suggestion(ticket, created_at=after(1), sources=()),
        a_suggestion(other, created_at=after(2), state=SuggestionState.USED),
        a_suggestion(other, created_at=after(1), state=SuggestionState.DISMISSED, sources=()),
    ]
    await put(store, organization, customer, ticket, other, *kept)

    async def listed(sort: str, **wanted: Any) -> list[Suggestion]:
        async def unit(view: View) -> list[Suggestion]:
            def page(page: Page) -> Any:
                return view.suggestions.page(organization.id, SuggestionFilter(**wanted), page)

            return [one async for slice_ in pages(page, Page(1, sort)) for one in slice_]

        return await store.read(unit)

    newest = sorted(kept, key=lambda one: (one.created_at, one.id), reverse=True)
    for wanted in (
        {},
        {"ticket_id": ticket.id},
        {"state": SuggestionState.OFFERED},
        {"grounded": False},
        {"grounded": False, "state": SuggestionState.DISMISSED},
        {"grounded": True, "state": SuggestionState.USED, "ticket_id": other.id},
        {"ticket_id": ticket.id, "grounded": False},
    ):
        right = [one for one in newest if all(getattr(one, name) == value for name, value in wanted.items())]
        assert await listed("-created_at", **wanted) == right
        assert await listed("created_at", **wanted) == right[::-1]


async def test_a_suggestion_needs_its_ticket_and_an_id_of_its_own(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    with pytest.raises(AlreadyTaken):
        await put(store, each.suggestion)
    with pytest.raises(Conflict):
        await put(store, a_suggestion(a_ticket(each.customer, 7)))


async def test_suggestions_are_forgotten_by_ticket_and_go_with_it(store: Store) -> None:
    organization = an_organization()
    customer = a_customer(organization)
    tickets = [a_ticket(customer, number) for number in (1, 2, 3)]
    kept = [a_suggestion(ticket) for ticket in tickets for _ in range(2)]
    await put(store, organization, customer, *tickets, *kept)

    async def left() -> set[Any]:
        page = Page(10, "created_at")
        found = await store.read(
            lambda view: view.suggestions.page(organization.id, SuggestionFilter(), page)
        )
        return {one.id for one in found.items}

    await store.transact(lambda work: work.suggestions.forget(organization.id, []))
    assert await left() == {one.id for one in kept}
    await store.transact(lambda work: work.suggestions.forget(organization.id, [tickets[0].id]))
    assert await left() == {one.id for one in kept[2:]}
    await store.transact(lambda work: work.tickets.remove(organization.id, tickets[1].id))
    assert await left() == {one.id for one in kept[4:]}
