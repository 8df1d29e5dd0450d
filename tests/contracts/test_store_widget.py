"""Widgets' visitors, and what they have just sent, on every store."""

from attrs import evolve

from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import TicketId
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.widget_sessions import WidgetSession
from tests.contracts.builders import (
    NOON,
    OneOfEach,
    a_message,
    a_submission,
    a_widget_session,
    after,
    an_organization,
    fresh,
    one_of_each,
)
from tests.contracts.desks import put, put_one_of_each


async def test_a_visitor_is_recognised_by_their_token_and_changes(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    met = evolve(each.visitor, metadata={"page_url": "https://shop.example/"}, seen_id=each.message.id)
    await store.transact(lambda work: work.widget_sessions.replace(met))
    assert await store.read(lambda view: view.widget_sessions.get(met.token_hash)) == met
    assert await store.read(lambda view: view.widget_sessions.get(fresh("other"))) is None


async def test_a_visitor_is_found_together_with_the_widget(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    found = await store.read(lambda view: view.widget_sessions.with_widget(each.visitor.token_hash))
    assert found == (each.visitor, each.widget)
    assert await store.read(lambda view: view.widget_sessions.with_widget(fresh("other"))) is None


async def test_messages_behind_another_one_are_found_oldest_first(store: Store) -> None:
    each, foreign = one_of_each(), one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    await store.transact(lambda work: put_one_of_each(work, foreign))
    later = [a_message(each.ticket, created_at=after(minute)) for minute in (5, 5, 6, 7)]
    later.sort(key=lambda message: (message.created_at, message.id))
    await put(store, *reversed(later))
    whole = [each.message, *later]

    async def behind(message_id: object, limit: int) -> list[Conversation]:
        return list(
            await store.read(
                lambda view: view.conversations.behind(
                    each.organization.id,
                    each.ticket.id,
                    message_id,  # type: ignore[arg-type]
                    limit,
                )
            )
        )

    assert await behind(None, 10) == whole
    assert await behind(None, 2) == whole[:2]
    for place, message in enumerate(whole):
        assert await behind(message.id, 2) == whole[place + 1 : place + 3]
    assert await behind(foreign.message.id, 10) == whole


async def test_the_visitors_of_a_ticket_are_found_the_last_one_first(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    later = a_widget_session(each.widget, each.ticket, last_used_at=after(5))
    elsewhere = a_widget_session(each.widget, each.ticket, ticket_id=None)
    await put(store, later, elsewhere)

    async def of_ticket(organization_id: object, ticket_id: TicketId) -> list[WidgetSession]:
        return list(
            await store.read(
                lambda view: view.widget_sessions.of_ticket(organization_id, ticket_id)  # type: ignore[arg-type]
            )
        )

    assert await of_ticket(each.organization.id, each.ticket.id) == [later, each.visitor]
    assert await of_ticket(an_organization().id, each.ticket.id) == []


async def test_what_was_sent_again_takes_the_place_of_what_was_sent_before(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    again = a_submission(each.message, accepted_at=after(1))
    await put(store, again)
    found = await store.read(lambda view: view.submissions.get(each.organization.id, again.fingerprint))
    assert found == again


async def test_old_visitors_and_old_submissions_are_forgotten_a_few_at_a_time(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    for minute in range(1, 4):
        await put(
            store,
            a_widget_session(each.widget, each.ticket, last_used_at=after(minute)),
            a_submission(each.message, accepted_at=after(minute), fingerprint=fresh("digest")),
        )

    async def unit(work: Work) -> list[int]:
        return [
            await work.widget_sessions.remove_unused(after(3), 2),
            await work.widget_sessions.remove_unused(after(3), 100),
            await work.submissions.forget(after(3), 2),
            await work.submissions.forget(after(3), 100),
            await work.submissions.forget(NOON, 100),
        ]

    assert await store.transact(unit) == [2, 1, 2, 1, 0]


async def test_a_widget_that_is_taken_away_takes_its_visitors_along(store: Store) -> None:
    each: OneOfEach = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    await store.transact(lambda work: work.widgets.remove(each.organization.id, each.widget.id))
    assert await store.read(lambda view: view.widget_sessions.get(each.visitor.token_hash)) is None
