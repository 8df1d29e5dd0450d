"""What there is of one customer among other things, ratings, and receipts of erasures."""

from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.conversations import Author, AuthorRole, AuthorType
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import (
    CustomerFilter,
    OrderFilter,
    PrivacyRequestFilter,
    RatingFilter,
)
from helpdesk_core.ports.store import Store, View
from helpdesk_core.privacy_requests import PrivacyKind
from helpdesk_core.satisfaction import Score
from tests.contracts.builders import (
    a_correspondence,
    a_customer,
    a_kept_answer,
    a_message,
    a_privacy_request,
    a_rating,
    a_shop_customer,
    a_ticket,
    after,
    an_attachment,
    an_erasure,
    an_order,
    an_organization,
    new_id,
)
from tests.contracts.desks import ALL, put

NEWEST = Page(limit=100, sort="-created_at")


async def test_what_a_customer_wrote_is_found_on_whosever_ticket(store: Store) -> None:
    home = an_organization()
    carla, otto = a_customer(home), a_customer(home, name="Otto")
    hers, his = a_ticket(carla, 1), a_ticket(otto, 2)
    first = a_message(hers, "It squeaks.")
    second = a_message(his, "Mine too.", author=_as(carla), created_at=after(1))
    answer = a_message(hers, "Oil it.", author=_agent(), created_at=after(2))
    await put(store, home, carla, otto, hers, his, first, second, answer)
    await store.transact(lambda work: work.threads.remember(home.id, his.id, (), carla.id))

    async def look(view: View) -> tuple[Any, ...]:
        return (
            [*(await view.belongings.messages(home.id, carla.id, ALL)).items],
            [*(await view.belongings.messages(home.id, carla.id, Page(limit=1))).items],
            [*(await view.belongings.tickets(home.id, carla.id, NEWEST)).items],
            [*await view.belongings.taking_part(home.id, carla.id)],
        )

    assert await store.read(look) == ([first, second], [second], [hers], [his.id])


async def test_the_tickets_that_an_address_hears_of_are_found(store: Store) -> None:
    home, next_door = an_organization(), an_organization()
    carla, theirs = a_customer(home), a_customer(next_door)
    whole = ("ida@garden.example", "bo@garden.example")
    heard = a_ticket(carla, 1, followers=whole)
    merged = a_ticket(carla, 2, followers=whole[:1], merged_into_id=heard.id)
    others = (a_ticket(carla, 3), a_ticket(carla, 4, followers=("frida@garden.example",)))
    await put(
        store, home, next_door, carla, theirs, heard, merged, *others, a_ticket(theirs, 1, followers=whole)
    )

    async def look(view: View) -> tuple[Any, ...]:
        following = view.belongings.following
        return (
            {*await following(home.id, ["ida@garden.example"])},
            {*await following(home.id, ["bo@garden.example", "nobody@x.example"])},
            [*await following(home.id, ["da@garden.example"]), *await following(home.id, [])],
        )

    assert await store.read(look) == ({heard.id, merged.id}, {heard.id}, [])


async def test_pages_of_belongings_follow_each_other(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home)
    tickets = [a_ticket(carla, number) for number in range(1, 6)]
    messages = [a_message(tickets[0], f"{n}", created_at=after(n)) for n in range(5)]
    await put(store, home, carla, *tickets, *messages)
    for repository, wanted in (("tickets", tickets), ("messages", messages)):
        seen: list[Any] = []
        page: Page | None = Page(limit=2, sort="created_at")
        while page is not None:
            found = await store.read(_page_of(repository, home.id, carla.id, page))
            seen += found.items
            page = evolve(page, after=found.next) if found.next else None
        assert seen == wanted, repository


async def test_everything_of_one_customer_passes_to_another(store: Store) -> None:
    home = an_organization()
    carla, karla = a_customer(home), a_customer(home)
    ticket, merged = a_ticket(carla, 1), a_ticket(carla, 2)
    merged = evolve(merged, merged_into_id=ticket.id)
    message, rating = a_message(ticket), a_rating(ticket)
    await put(store, home, carla, karla, ticket, merged, message, rating)
    for one in (carla, karla):
        await store.transact(lambda work, one=one: work.threads.remember(home.id, ticket.id, (), one.id))  # type: ignore[misc]
    await store.transact(lambda work: work.belongings.hand_over(home.id, carla.id, karla.id))

    async def look(view: View) -> tuple[Any, ...]:
        author = (await view.conversations.get(home.id, message.id) or message).author
        changed = await view.ratings.get(home.id, rating.id) or rating
        return (
            author.id,
            changed.customer_id,
            [*(await view.belongings.tickets(home.id, carla.id, ALL)).items],
            [one.id for one in (await view.belongings.tickets(home.id, karla.id, ALL)).items],
            [*await view.belongings.taking_part(home.id, carla.id)],
            [*await view.belongings.taking_part(home.id, karla.id)],
            (await view.tickets.get(home.id, ticket.id) or ticket).version,
        )

    assert await store.read(look) == (
        karla.id,
        karla.id,
        [],
        [ticket.id, merged.id],
        [],
        [ticket.id],
        ticket.version + 1,
    )
    with pytest.raises(NotFound):
        await store.transact(lambda work: work.belongings.hand_over(home.id, carla.id, new_id()))  # type: ignore[arg-type]


async def test_what_shops_know_of_one_customer_passes_to_another_or_is_nobodys(store: Store) -> None:
    home, other = an_organization(), an_organization()
    carla, karla, stranger = a_customer(home), a_customer(home), a_customer(other)
    order, theirs = an_order(home, customer_id=carla.id), an_order(other, customer_id=stranger.id)
    link, request = a_shop_customer(carla), a_privacy_request(carla)
    await put(store, home, other, carla, karla, stranger, order, theirs, link, request)

    async def look(view: View) -> tuple[Any, ...]:
        return (
            await view.orders.get(home.id, order.id),
            await view.shop_customers.get(home.id, link.provider, link.account, link.external_id),
            await view.privacy_requests.get(home.id, request.id),
        )

    await store.transact(lambda work: work.belongings.hand_over(home.id, carla.id, karla.id))
    assert await store.read(look) == (
        evolve(order, customer_id=karla.id, version=order.version + 1),
        evolve(link, customer_id=karla.id),
        evolve(request, customer_id=karla.id),
    )
    await store.transact(lambda work: work.belongings.release(home.id, stranger.id))
    await store.transact(lambda work: work.belongings.release(home.id, karla.id))
    assert await store.read(look) == (
        evolve(order, customer_id=None, version=order.version + 2),
        None,
        evolve(request, customer_id=None),
    )
    assert await store.read(lambda view: view.orders.get(other.id, theirs.id)) == theirs


async def test_conversations_at_providers_pass_to_another_or_are_forgotten(store: Store) -> None:
    home, other = an_organization(), an_organization()
    carla, karla, stranger = a_customer(home), a_customer(home), a_customer(other)
    ticket = a_ticket(carla, 1)
    talks = [a_correspondence(carla, ticket_id=ticket.id, opted_out=True) for _ in range(2)]
    theirs = a_correspondence(stranger, thread=talks[0].thread)
    await put(store, home, other, carla, karla, stranger, ticket, *talks, theirs)

    async def look(view: View) -> list[Any]:
        return [
            await view.correspondences.get(one.organization_id, one.channel, one.account, one.thread)
            for one in (*talks, theirs)
        ]

    await store.transact(lambda work: work.belongings.hand_over(home.id, carla.id, karla.id))
    assert await store.read(look) == [*(evolve(one, customer_id=karla.id) for one in talks), theirs]
    assert await store.read(lambda view: view.correspondences.of_customer(home.id, carla.id)) == []
    await store.transact(lambda work: work.belongings.release(home.id, karla.id))
    assert await store.read(look) == [None, None, theirs]


async def test_of_a_shop_all_goes_or_what_is_older(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home)
    orders = [an_order(home, updated_at=after(n)) for n in range(4)]
    elsewhere = an_order(home, account="account-2")
    links = [a_shop_customer(carla, told_at=after(n)) for n in range(3)]
    await put(store, home, carla, *orders, elsewhere, *links)
    place = (home.id, "shopify", "account-1")
    assert await store.transact(lambda work: work.orders.remove_of(*place, 1, after(2))) == 1
    assert await store.transact(lambda work: work.orders.remove_of(*place, 10, after(2))) == 1
    left = await store.read(lambda view: view.orders.page(home.id, OrderFilter(), ALL))
    assert {one.id for one in left.items} == {orders[2].id, orders[3].id, elsewhere.id}
    assert await store.transact(lambda work: work.shop_customers.remove_of(*place, after(1))) == 1
    assert [*await store.read(lambda view: view.shop_customers.of_customer(home.id, carla.id))] == links[1:]
    assert await store.transact(lambda work: work.orders.remove_of(*place, 10)) == 2
    assert await store.transact(lambda work: work.shop_customers.remove_of(*place)) == 2


async def test_the_same_thing_is_asked_for_once(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home)
    request = a_privacy_request(carla)
    await put(store, home, carla, request)
    with pytest.raises(AlreadyTaken):
        await put(store, a_privacy_request(carla, request_key=request.request_key))
    await put(store, a_privacy_request(carla, request_key=request.request_key, kind=PrivacyKind.REDACTION))
    found = await store.read(
        lambda view: view.privacy_requests.page(
            home.id, PrivacyRequestFilter(kind=PrivacyKind.DATA_REQUEST), ALL
        )
    )
    assert [*found.items] == [request]


async def test_of_forgotten_files_those_digests_are_told_that_nothing_else_has(store: Store) -> None:
    home, other = an_organization(), an_organization()
    carla, stranger = a_customer(home), a_customer(other)
    ticket, foreign = a_ticket(carla, 1), a_ticket(stranger, 1)
    message, theirs = a_message(ticket), a_message(foreign)
    shared, kept = (
        an_attachment(ticket, message, digest="aa" * 32),
        an_attachment(ticket, message, digest="aa" * 32),
    )
    alone, twice = (
        an_attachment(ticket, message, digest="bb" * 32),
        an_attachment(ticket, message, digest="bb" * 32),
    )
    elsewhere = an_attachment(foreign, theirs, digest="bb" * 32)
    await put(store, home, other, carla, stranger, ticket, foreign, message, theirs)
    await put(store, shared, kept, alone, twice, elsewhere)
    ids = [shared.id, alone.id, twice.id, elsewhere.id]
    gone = await store.transact(lambda work: work.belongings.forget_files(home.id, ids))
    assert [*gone] == ["bb" * 32]
    left = await store.read(lambda view: view.attachments.many(home.id, [*ids, kept.id]))
    assert left == {kept.id: kept}
    assert await store.read(lambda view: view.attachments.get(other.id, elsewhere.id)) == elsewhere
    assert [*await store.transact(lambda work: work.belongings.forget_files(home.id, []))] == []


async def test_ratings_are_found_by_score_ticket_assignee_and_time(store: Store) -> None:
    home = an_organization()
    carla, uma = a_customer(home), UserId(new_id())
    tickets = [a_ticket(carla, number) for number in range(1, 5)]
    ratings = [
        a_rating(tickets[0], created_at=after(1)),
        a_rating(tickets[1], created_at=after(2), score=Score.BAD, assignee_id=uma),
        a_rating(tickets[2], created_at=after(3), assignee_id=uma),
        a_rating(tickets[3], created_at=after(4), score=Score.BAD),
    ]
    await put(store, home, carla, *tickets, *ratings)
    for wanted, places in (
        (RatingFilter(), [0, 1, 2, 3]),
        (RatingFilter(score=Score.BAD), [1, 3]),
        (RatingFilter(assignee_id=uma), [1, 2]),
        (RatingFilter(assignee_id=uma, score=Score.GOOD), [2]),
        (RatingFilter(ticket_id=tickets[3].id), [3]),
        (RatingFilter(ticket_id=tickets[3].id, assignee_id=uma), []),
        (RatingFilter(ticket_id=tickets[3].id, score=Score.GOOD), []),
        (RatingFilter(created_after=after(2), created_before=after(4)), [1, 2]),
    ):
        found = await store.read(lambda view, wanted=wanted: view.ratings.page(home.id, wanted, ALL))  # type: ignore[misc]
        assert [*found.items] == [ratings[place] for place in places], wanted
    newest = await store.read(lambda view: view.ratings.page(home.id, RatingFilter(), Page(limit=1)))
    assert [*newest.items] == [ratings[3]]
    behind = Page(limit=2, sort="-created_at", after=newest.next)
    more = await store.read(lambda view: view.ratings.page(home.id, RatingFilter(), behind))
    assert [*more.items] == [ratings[2], ratings[1]]


async def test_a_ticket_has_one_rating_which_goes_with_it(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home)
    ticket = a_ticket(carla, 1)
    rating = a_rating(ticket)
    await put(store, home, carla, ticket, rating)
    with pytest.raises(AlreadyTaken):
        await put(store, a_rating(ticket))
    await store.transact(lambda work: work.tickets.remove(home.id, ticket.id))
    assert await store.read(lambda view: view.ratings.get(home.id, rating.id)) is None


async def test_a_customer_has_one_receipt_which_goes_with_them(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home)
    receipt = an_erasure(carla)
    await put(store, home, carla, receipt)
    with pytest.raises(AlreadyTaken):
        await put(store, an_erasure(carla))
    assert await store.read(lambda view: view.erasures.of_customer(home.id, carla.id)) == receipt
    await store.transact(lambda work: work.customers.remove(home.id, carla.id))
    assert await store.read(lambda view: view.erasures.of_customer(home.id, carla.id)) is None


async def test_merged_customers_are_not_listed(store: Store) -> None:
    home = an_organization()
    carla = a_customer(home, emails=("carla@mail.example",))
    gone = a_customer(home, name="Carla", merged_into_id=carla.id)
    await put(store, home, carla, gone)
    for wanted in (CustomerFilter(), CustomerFilter(q="car"), CustomerFilter(blocked=False)):
        found = await store.read(lambda view, wanted=wanted: view.customers.page(home.id, wanted, ALL))  # type: ignore[misc]
        assert [*found.items] == [carla], wanted
    assert await store.read(lambda view: view.customers.get(home.id, gone.id)) == gone


async def test_the_kept_answers_of_one_organization_are_forgotten(store: Store) -> None:
    home, other = an_organization(), an_organization()
    await put(store, home, other, a_kept_answer(home), a_kept_answer(home, key="two"), a_kept_answer(other))
    assert await store.transact(lambda work: work.kept_answers.forget_of(home.id)) == 2
    assert await store.read(lambda view: view.kept_answers.get(home.id, "two")) is None
    assert (
        await store.read(lambda view: view.kept_answers.get(other.id, a_kept_answer(other).key)) is not None
    )


def _page_of(repository: str, organization_id: OrganizationId, customer_id: Any, page: Page) -> Any:
    async def unit(view: View) -> Any:
        return await getattr(view.belongings, repository)(organization_id, customer_id, page)

    return unit


def _as(customer: Any) -> Author:
    return Author(AuthorType.CUSTOMER, customer.id, customer.name, AuthorRole.CUSTOMER)


def _agent() -> Author:
    return Author(AuthorType.USER, new_id(), "Uma", AuthorRole.AGENT)
