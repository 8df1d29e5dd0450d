"""What belongs to those who work in an organization, on every store."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.errors import NotFound
from helpdesk_core.notifications import MailState
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.user_links import Purpose
from tests import strategies as some
from tests.contracts.builders import (
    NOON,
    OneOfEach,
    a_notification,
    a_second_factor,
    a_session,
    a_ticket,
    a_user,
    a_user_link,
    after,
    one_of_each,
    some_user_settings,
)
from tests.contracts.desks import put, put_one_of_each

contract = settings(
    settings.get_profile("contracts"), max_examples=25, suppress_health_check=list(HealthCheck)
)
EVERYTHING = Page(limit=100, sort="-created_at")


async def a_desk(store: Store) -> OneOfEach:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    return each


@st.composite
def homes(draw: st.DrawFn, of: Callable[[OneOfEach], st.SearchStrategy[Any]]) -> tuple[OneOfEach, Any, Any]:
    home = one_of_each()
    return home, draw(of(home)), draw(of(home))


async def _put_and_found(
    store: Store,
    drawn: tuple[OneOfEach, Any, Any],
    repository: str,
    find: Callable[[OneOfEach, View], Awaitable[Any]],
) -> None:
    """Kept and found the same, and so is what takes its place."""
    home, *nouns = drawn
    await store.transact(lambda work: put_one_of_each(work, home))
    for noun in nouns:
        await store.transact(partial(_put, repository, noun))
        assert await store.read(partial(find, home)) == noun


async def _put(repository: str, noun: Any, work: Work) -> None:
    await getattr(work, repository).put(noun)


@given(homes(lambda home: some.user_links(home.user.id)))
@contract
async def test_a_link_comes_back_the_same_and_another_one_takes_its_place(
    store: Store, drawn: tuple[OneOfEach, Any, Any]
) -> None:
    await _put_and_found(
        store, drawn, "user_links", lambda home, view: view.user_links.of(home.user.id, Purpose.RESET)
    )
    home, first, second = drawn
    found = await store.read(lambda view: view.user_links.get(first.token_hash))
    assert found is None or first.token_hash == second.token_hash
    assert await store.read(lambda view: view.user_links.of(home.user.id, Purpose.INVITATION))


@given(homes(lambda home: some.second_factors(home.user.id)))
@contract
async def test_a_second_factor_comes_back_the_same(store: Store, drawn: tuple[OneOfEach, Any, Any]) -> None:
    await _put_and_found(
        store, drawn, "second_factors", lambda home, view: view.second_factors.get(home.user.id)
    )


@given(homes(lambda home: some.settings_of_users(home.user)))
@contract
async def test_a_users_settings_come_back_the_same(store: Store, drawn: tuple[OneOfEach, Any, Any]) -> None:
    await _put_and_found(
        store,
        drawn,
        "user_settings",
        lambda home, view: view.user_settings.get(home.organization.id, home.user.id),
    )


@given(homes(lambda home: some.settings_of_people(home.organization.id)))
@contract
async def test_peoples_settings_come_back_the_same(store: Store, drawn: tuple[OneOfEach, Any, Any]) -> None:
    await _put_and_found(
        store, drawn, "people_settings", lambda home, view: view.people_settings.get(home.organization.id)
    )


@given(homes(lambda home: some.notifications(home.user, home.ticket.id)))
@contract
async def test_a_notification_comes_back_the_same(store: Store, drawn: tuple[OneOfEach, Any, Any]) -> None:
    home, one, other = drawn
    await store.transact(lambda work: put_one_of_each(work, home))
    await put(store, one)
    find = partial(_notification, home, one)
    assert await store.read(find) == one
    changed = evolve(other, id=one.id)
    await store.transact(lambda work: work.notifications.replace(changed))
    assert await store.read(find) == changed


async def _notification(home: OneOfEach, one: Any, view: View) -> Any:
    return await view.notifications.get(home.organization.id, one.id)


async def test_notifications_are_listed_counted_and_read(store: Store) -> None:
    each = await a_desk(store)
    user, home = each.user, each.organization.id
    more = [a_notification(user, each.ticket, created_at=after(n), mail=MailState.NONE) for n in range(1, 5)]
    other = a_user(each.organization)
    theirs = a_notification(other, each.ticket)
    await put(store, *more, other, theirs)

    async def look(view: View) -> tuple[Any, ...]:
        return (
            (await view.notifications.page(home, user.id, EVERYTHING)).items,
            await view.notifications.unread(home, user.id, 3),
            await view.notifications.unread(home, user.id, 50),
            await view.notifications.waiting(home, user.id, 10),
        )

    assert await store.read(look) == ([*reversed(more), each.notification], 3, 5, [each.notification])
    first = await store.read(lambda view: view.notifications.page(home, user.id, Page(2, "-created_at")))
    second = await store.read(
        lambda view: view.notifications.page(home, user.id, Page(2, "-created_at", first.next))
    )
    assert [*first.items, *second.items] == [*reversed(more)]
    assert await store.transact(lambda work: work.notifications.read_all(home, user.id, after(9))) == 5
    listed, three, unread, waiting = await store.read(look)
    assert ({one.read_at for one in listed}, three, unread, waiting) == ({after(9)}, 0, 0, [])
    assert await store.read(lambda view: view.notifications.unread(home, other.id, 9)) == 1


async def test_old_notifications_go_and_so_do_those_of_a_ticket_that_is_deleted(store: Store) -> None:
    each = await a_desk(store)
    ticket = a_ticket(each.customer, 2)
    late = [a_notification(each.user, ticket, created_at=after(n)) for n in (10, 11)]
    await put(store, ticket, *late)
    assert await store.transact(lambda work: work.notifications.forget(after(5), 10)) == 1
    assert await store.transact(lambda work: work.notifications.forget(after(5), 10)) == 0
    await store.transact(lambda work: work.tickets.remove(each.organization.id, ticket.id))
    page = await store.read(
        lambda view: view.notifications.page(each.organization.id, each.user.id, EVERYTHING)
    )
    assert page.items == []


async def test_a_notification_names_a_ticket_and_a_user_that_there_are(store: Store) -> None:
    each = await a_desk(store)
    lost = a_notification(each.user, a_ticket(each.customer, 9))
    with pytest.raises(Exception, match=r"(?i)ticket|foreign|refer|exist"):
        await put(store, lost)


async def test_links_end_and_go_with_all_of_a_person(store: Store) -> None:
    each = await a_desk(store)
    ended = a_user_link(each.user, purpose=Purpose.RESET, expires_at=after(1))
    await put(store, ended)
    assert await store.transact(lambda work: work.user_links.forget(after(2), 10)) == 1
    assert await store.read(lambda view: view.user_links.get(ended.token_hash)) is None
    await store.transact(lambda work: work.user_links.remove_of(each.user.id))
    assert await store.read(lambda view: view.user_links.get(each.user_link.token_hash)) is None


async def test_second_factors_are_found_for_many_and_removed(store: Store) -> None:
    each = await a_desk(store)
    without = a_user(each.organization)
    await put(store, without)
    ids = [without.id, each.user.id]
    assert await store.read(lambda view: view.second_factors.of_users(ids)) == [each.second_factor]
    await store.transact(lambda work: work.second_factors.remove(each.user.id))
    assert await store.read(lambda view: view.second_factors.of_users(ids)) == []
    await put(store, a_second_factor(each.user))
    assert await store.read(lambda view: view.second_factors.get(each.user.id)) is not None


async def test_settings_cannot_be_taken_over_by_another_organization(store: Store) -> None:
    each, other = await a_desk(store), await a_desk(store)
    stolen = some_user_settings(each.user, organization_id=other.organization.id)
    with pytest.raises(NotFound):
        await put(store, stolen)
    found = await store.read(lambda view: view.user_settings.of(each.organization.id))
    assert found == [each.user_settings]


async def test_a_users_sessions_are_listed_the_newest_first(store: Store) -> None:
    each = await a_desk(store)
    newer = a_session(each.user, created_at=NOON + timedelta(minutes=5), device="Firefox")
    await put(store, newer)
    assert await store.read(lambda view: view.sessions.of(each.user.id)) == [newer, each.session]
