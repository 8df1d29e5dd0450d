"""Whatever is stored comes back the same, to the last field."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.customers import Contact, Customer
from helpdesk_core.ids import OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import (
    DeliveryFilter,
    EventFilter,
    OrderFilter,
    PrivacyRequestFilter,
    QuarantineFilter,
)
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy import Erasure
from helpdesk_core.records import Record
from tests import strategies as some
from tests.contracts.builders import OneOfEach, one_of_each
from tests.contracts.desks import ALL, add, put, put_one_of_each
from tests.record_kinds import RECORD_KINDS

# Where one fails, hypothesis takes its time to find the smallest example: up to five minutes.
pytestmark = pytest.mark.timeout(330)

contract = settings(
    settings.get_profile("contracts"), max_examples=25, suppress_health_check=list(HealthCheck)
)


@frozen
class Change:
    """A thing of some organization, and the same thing with all fields changed."""

    home: OneOfEach
    noun: Any
    drawn: Any

    def changed(self, *same: str) -> Any:
        return some.another(self.noun, self.drawn, *same)


@st.composite
def changes(draw: st.DrawFn, of: Callable[[OneOfEach], st.SearchStrategy[Any]]) -> Change:
    home = one_of_each()
    return Change(home, draw(of(home)), draw(of(home)))


@given(changes(lambda home: some.organizations))
@contract
async def test_an_organization_comes_back_the_same(store: Store, change: Change) -> None:
    new = change.changed("id")
    await _comes_back(store, change, lambda view: view.organizations.get(new.id))
    await _is_replaced(
        store, new, lambda work: work.organizations.replace(new), lambda view: view.organizations.get(new.id)
    )


@given(changes(lambda home: some.users(home.organization.id)))
@contract
async def test_a_user_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.users.get(home, new.id))
    await _is_replaced(
        store, new, lambda work: work.users.replace(new), lambda view: view.users.by_id(new.id)
    )


@given(changes(lambda home: some.users(None)))
@contract
async def test_a_user_without_an_organization_comes_back_the_same(store: Store, change: Change) -> None:
    await _comes_back(store, change, lambda view: view.users.by_email(change.noun.email))
    assert change.noun in await store.read(lambda view: view.users.of(None))


@given(changes(lambda home: some.tags(home.organization.id)))
@contract
async def test_a_tag_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.tags.named(home, change.noun.name))
    await _is_replaced(
        store, new, lambda work: work.tags.replace(new), lambda view: view.tags.get(home, new.id)
    )


@given(changes(lambda home: some.custom_fields(home.organization.id)))
@contract
async def test_a_custom_field_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.custom_fields.named(home, change.noun.name))
    await _is_replaced(
        store,
        new,
        lambda work: work.custom_fields.replace(new),
        lambda view: view.custom_fields.get(home, new.id),
    )


@given(changes(lambda home: some.sessions(home.user.id)))
@contract
async def test_a_session_comes_back_the_same(store: Store, change: Change) -> None:
    new = change.changed("token_hash")
    await _comes_back(store, change, lambda view: view.sessions.get(new.token_hash))
    await _is_replaced(
        store, new, lambda work: work.sessions.replace(new), lambda view: view.sessions.get(new.token_hash)
    )


@given(changes(lambda home: some.api_keys(home.organization.id)))
@contract
async def test_an_api_key_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.api_keys.by_hash(change.noun.key_hash))
    await _is_replaced(
        store, new, lambda work: work.api_keys.replace(new), lambda view: view.api_keys.get(home, new.id)
    )


@given(changes(lambda home: some.customers(home.organization.id)))
@contract
async def test_a_customer_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.customers.get(home, new.id))
    await _is_replaced(
        store, new, lambda work: work.customers.replace(new), lambda view: view.customers.get(home, new.id)
    )
    for contact in new.contacts:
        assert await store.read(partial(_known_by, home, contact)) == new
    for contact in change.noun.contacts:
        assert await store.read(partial(_known_by, home, contact)) is None


@given(changes(lambda home: some.tickets(home.organization.id, home.customer.id, 2)))
@contract
async def test_a_ticket_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.tickets.get(home, new.id))
    await _is_replaced(
        store, new, lambda work: work.tickets.replace(new), lambda view: view.tickets.by_number(home, 2)
    )


@given(changes(lambda home: some.conversations(home.organization.id, home.ticket.id)))
@contract
async def test_a_conversation_comes_back_the_same(store: Store, change: Change) -> None:
    home, ticket_id, new = change.home.organization.id, change.home.ticket.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.conversations.get(home, new.id))
    listed = await store.read(lambda view: view.conversations.of_ticket(home, ticket_id, ALL))
    assert change.noun in listed.items
    await _is_replaced(
        store,
        new,
        lambda work: work.conversations.replace(new),
        lambda view: view.conversations.get(home, new.id),
    )
    gathered = await store.read(lambda view: view.conversations.of_tickets(home, [ticket_id]))
    assert new in gathered[ticket_id]


@given(changes(lambda home: some.attachments(home.organization.id, home.ticket.id, home.message.id)))
@contract
async def test_an_attachment_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.attachments.get(home, new.id))
    loose = evolve(new, ticket_id=None, conversation_id=None)
    await _is_replaced(
        store,
        loose,
        lambda work: work.attachments.replace(loose),
        lambda view: view.attachments.get(home, new.id),
    )
    await _is_replaced(
        store,
        new,
        lambda work: work.attachments.replace(new),
        lambda view: view.attachments.get(home, new.id),
    )
    nowhere = change.drawn.id
    found = await store.read(lambda view: view.attachments.many(home, [new.id, nowhere]))
    assert found == {new.id: new}


@given(changes(lambda home: some.ratings(home.ticket.id, home.organization.id)))
@contract
async def test_a_rating_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await store.transact(lambda work: put_one_of_each(work, change.home))
    await store.transact(lambda work: work.ratings.remove(home, change.home.rating.id))
    await store.transact(lambda work: work.ratings.add(change.noun))
    assert await store.read(lambda view: view.ratings.of_ticket(home, change.noun.ticket_id)) == change.noun
    await _is_replaced(
        store, new, lambda work: work.ratings.replace(new), lambda view: view.ratings.get(home, new.id)
    )


@given(changes(lambda home: some.erasures(home.customer.id, home.organization.id)))
@contract
async def test_an_erasure_comes_back_the_same(store: Store, change: Change) -> None:
    home, customer_id = change.home.organization.id, change.home.customer.id
    first, new = evolve(change.noun, id=change.home.erasure.id), change.changed("id")
    await store.transact(lambda work: put_one_of_each(work, change.home))
    for erasure in (first, evolve(new, id=first.id)):
        await _is_replaced(
            store,
            erasure,
            partial(_replace_erasure, erasure),
            lambda view: view.erasures.of_customer(home, customer_id),
        )


@given(changes(lambda home: some.widgets(home.organization.id)))
@contract
async def test_a_widget_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.widgets.by_public_key(change.noun.api_key))
    await _is_replaced(
        store, new, lambda work: work.widgets.replace(new), lambda view: view.widgets.get(home, new.id)
    )


@given(changes(lambda home: some.articles(home.organization.id)))
@contract
async def test_an_article_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.articles.get(home, new.id))
    await _is_replaced(
        store, new, lambda work: work.articles.replace(new), lambda view: view.articles.get(home, new.id)
    )
    if new.external_id is not None:
        known = new.external_id
        assert await store.read(lambda view: view.articles.by_external_id(home, known)) == new


@given(changes(lambda home: some.integrations(home.organization.id)))
@contract
async def test_an_integration_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(
        store,
        change,
        lambda view: view.integrations.known(change.noun.provider, change.noun.external_id),
    )
    await _is_replaced(
        store,
        new,
        lambda work: work.integrations.replace(new),
        lambda view: view.integrations.get(home, new.id),
    )


@given(changes(lambda home: some.webhook_events(home.organization.id)))
@contract
async def test_a_webhook_event_comes_back_the_same(store: Store, change: Change) -> None:
    new = change.changed("id")
    await _comes_back(store, change, lambda view: view.inbox.get(new.id))
    await _is_replaced(store, new, lambda work: work.inbox.replace(new), lambda view: view.inbox.get(new.id))
    listed = await store.read(
        lambda view: view.inbox.page(
            EventFilter(provider=new.provider, type=new.type), Page(100, "received_at")
        )
    )
    assert evolve(new, raw=b"") in listed.items


@given(changes(lambda home: some.jobs(home.organization.id)))
@contract
async def test_a_job_comes_back_the_same(store: Store, change: Change) -> None:
    await _comes_back(store, change, lambda view: view.jobs.get(change.noun.id))


@given(changes(lambda home: some.webhook_endpoints(home.organization.id)))
@contract
async def test_a_webhook_endpoint_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.webhook_endpoints.get(home, new.id))
    await _is_replaced(
        store,
        new,
        lambda work: work.webhook_endpoints.replace(new),
        lambda view: view.webhook_endpoints.get(home, new.id),
    )


@given(changes(lambda home: some.deliveries(home.organization.id, home.endpoint.id)))
@contract
async def test_a_webhook_delivery_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.deliveries.get(home, new.id))
    await _is_replaced(
        store, new, lambda work: work.deliveries.replace(new), lambda view: view.deliveries.get(home, new.id)
    )
    wanted = DeliveryFilter(WebhookEndpointId(new.endpoint_id), new.state, new.type)
    listed = await store.read(lambda view: view.deliveries.page(home, wanted, ALL))
    assert evolve(new, body="") in listed.items
    of_events = await store.read(
        lambda view: view.deliveries.of_events(home, new.endpoint_id, new.seq, new.seq)
    )
    assert evolve(new, body="") in of_events


@st.composite
def told_twice(draw: st.DrawFn) -> tuple[OneOfEach, Record, Record]:
    """A record of any kind, and another word about the same thing."""
    home = one_of_each()
    of_kind = some.records(draw(st.sampled_from(RECORD_KINDS)))
    record = draw(of_kind)
    return home, record, some.another(record, draw(of_kind), "account", "external_id")


@given(told_twice())
@contract
async def test_a_record_comes_back_the_same(store: Store, told: tuple[OneOfEach, Record, Record]) -> None:
    home, record, newer = told
    organization_id, kind = home.organization.id, type(record)
    await put(store, home.organization)
    for word in (record, newer):
        await store.transact(partial(_put_record, organization_id, word))
        found = await store.read(
            lambda view: view.records.get(organization_id, kind, record.account, record.external_id)
        )
        assert found == word
        everywhere = await store.read(lambda view: view.records.wherever(kind, record.external_id))
        assert [*everywhere] == [(organization_id, word)]
    assert newer in await store.read(lambda view: view.records.of(organization_id, kind, 10))


@given(changes(lambda home: some.orders(home.organization.id, home.customer.id)))
@contract
async def test_an_order_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.orders.get(home, change.noun.id))
    await _is_replaced(
        store,
        new,
        lambda work: work.orders.replace(new),
        lambda view: view.orders.by_external_id(home, new.provider, new.account, new.external_id),
    )
    listed = await store.read(lambda view: view.orders.page(home, OrderFilter(provider=new.provider), ALL))
    assert [new] == [*listed.items]


@given(changes(lambda home: some.shop_customers(home.organization.id, home.customer.id)))
@contract
async def test_a_shop_customer_comes_back_the_same(store: Store, change: Change) -> None:
    home = change.home.organization.id
    new = change.changed("provider", "account", "external_id")
    place = (new.provider, new.account, new.external_id)
    await _comes_back(store, change, lambda view: view.shop_customers.get(home, *place))
    await _is_replaced(
        store,
        new,
        lambda work: work.shop_customers.put(new),
        lambda view: view.shop_customers.get(home, *place),
    )
    known = await store.read(lambda view: view.shop_customers.of_customer(home, change.home.customer.id))
    assert (new in known) is (new.customer_id is not None)


@given(changes(lambda home: some.correspondences(home.organization.id, home.customer.id, home.ticket.id)))
@contract
async def test_a_correspondence_comes_back_the_same(store: Store, change: Change) -> None:
    home = change.home.organization.id
    new = change.changed("channel", "account", "thread")
    place = (new.channel, new.account, new.thread)
    await _comes_back(store, change, lambda view: view.correspondences.get(home, *place))
    await _is_replaced(
        store,
        new,
        lambda work: work.correspondences.put(new),
        lambda view: view.correspondences.get(home, *place),
    )
    theirs = await store.read(lambda view: view.correspondences.of_customer(home, change.home.customer.id))
    assert (new in theirs) is (new.customer_id is not None)
    of_ticket = await store.read(lambda view: view.correspondences.of_ticket(home, change.home.ticket.id))
    assert (new in of_ticket) is (new.ticket_id is not None)
    await store.transact(lambda work: work.correspondences.remove(new))
    assert await store.read(lambda view: view.correspondences.get(home, *place)) is None


@given(changes(lambda home: some.provider_messages(home.organization.id)))
@contract
async def test_what_is_known_of_a_provider_s_message_comes_back_the_same(
    store: Store, change: Change
) -> None:
    home = change.home.organization.id
    new = change.changed("channel", "account", "external_id")
    place = (home, new.channel, new.account, new.external_id)
    await _comes_back(store, change, lambda view: view.provider_messages.get(*place))
    await _is_replaced(
        store,
        new,
        lambda work: work.provider_messages.put(new),
        lambda view: view.provider_messages.get(*place),
    )
    await store.transact(lambda work: work.provider_messages.remove(*place))
    assert await store.read(lambda view: view.provider_messages.get(*place)) is None


@given(changes(lambda home: some.privacy_requests(home.organization.id, home.customer.id)))
@contract
async def test_a_privacy_request_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.privacy_requests.get(home, change.noun.id))
    await _is_replaced(
        store,
        new,
        lambda work: work.privacy_requests.replace(new),
        lambda view: view.privacy_requests.known(home, new.provider, new.kind, new.request_key),
    )
    wanted = PrivacyRequestFilter(new.state, new.kind)
    listed = await store.read(lambda view: view.privacy_requests.page(home, wanted, ALL))
    assert new in listed.items


@given(changes(lambda home: some.quarantined_mails(home.organization.id)))
@contract
async def test_a_quarantined_mail_comes_back_the_same(store: Store, change: Change) -> None:
    home, new = change.home.organization.id, change.changed("id")
    await _comes_back(store, change, lambda view: view.quarantine.get(home, new.id))
    files = change.noun.digests
    assert await store.read(lambda view: view.quarantine.naming(home, files)) == {*files}
    await _is_replaced(
        store, new, lambda work: work.quarantine.replace(new), lambda view: view.quarantine.get(home, new.id)
    )
    assert await store.read(lambda view: view.quarantine.naming(home, new.digests)) == {*new.digests}
    gone = [digest for digest in files if digest not in new.digests]
    assert not await store.read(lambda view: view.quarantine.naming(home, gone))
    wanted = QuarantineFilter(new.state, new.sender)
    listed = await store.read(lambda view: view.quarantine.page(home, wanted, Page(100, "held_at")))
    assert evolve(new, command=None) in listed.items


@given(changes(lambda home: some.budgets(home.organization.id)))
@contract
async def test_a_budget_comes_back_the_same(store: Store, change: Change) -> None:
    home, name = change.home.organization.id, change.noun.name
    again = evolve(change.drawn, name=name)
    await store.transact(lambda work: put_one_of_each(work, change.home))
    for budget in (change.noun, again):
        await store.transact(partial(add, noun=budget))
        assert await store.read(lambda view: view.budgets.named(home, [name, "none"])) == {name: budget}


@given(changes(lambda home: some.domain_events(home.organization.id)))
@contract
async def test_a_domain_event_comes_back_the_same_with_its_number(store: Store, change: Change) -> None:
    home = change.home.organization.id
    await put(store, change.home.organization, change.noun, change.drawn)
    seen = await store.read(lambda view: view.log.since(home, 0, 10))
    assert [*seen.events] == [evolve(change.noun, seq=1), evolve(change.drawn, seq=2)]
    about = await store.read(
        lambda view: view.log.about(home, change.drawn.subject_id, Page(sort="recorded_at"))
    )
    assert [*about.items] == [evolve(change.drawn, seq=2)]


@given(some.names, some.texts, some.texts)
@contract
async def test_a_fact_is_what_was_put_last(store: Store, name: str, first: str, second: str) -> None:
    for value in (first, second):
        await store.transact(partial(_put_fact, name, value))
        assert await store.read(lambda view: view.facts.get(name)) == value
    assert await store.read(lambda view: view.facts.get(f"{name}, but another")) is None


async def _comes_back(store: Store, change: Change, look: Callable[[View], Awaitable[Any]]) -> None:
    await store.transact(lambda work: put_one_of_each(work, change.home))
    await store.transact(lambda work: add(work, change.noun))
    assert await store.read(look) == change.noun


async def _is_replaced(
    store: Store, new: Any, replace: Callable[[Work], Awaitable[None]], look: Callable[[View], Awaitable[Any]]
) -> None:
    await store.transact(replace)
    assert await store.read(look) == new


async def _replace_erasure(erasure: Erasure, work: Work) -> None:
    await work.erasures.replace(erasure)


async def _known_by(organization_id: OrganizationId, contact: Contact, view: View) -> Customer | None:
    return await view.customers.by_contact(organization_id, contact)


async def _put_record(organization_id: OrganizationId, record: Record, work: Work) -> None:
    await work.records.put(organization_id, record)


async def _put_fact(name: str, value: str, work: Work) -> None:
    await work.facts.put(name, value)
