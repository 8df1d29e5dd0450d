"""What may be there only once, and where it may be there again."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.conversations import MailHeaders
from helpdesk_core.customers import Contact
from helpdesk_core.errors import AlreadyTaken, Conflict, NotFound
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel
from tests.contracts.builders import (
    OneOfEach,
    a_blocked_sender,
    a_customer,
    a_job,
    a_mail,
    a_message,
    a_session,
    a_ticket,
    a_user,
    a_webhook_event,
    an_api_key,
    an_attachment,
    an_integration,
    an_organization,
    one_of_each,
)
from tests.contracts.desks import put, put_one_of_each

PHONE = "+14155550123"

TWINS: dict[str, Callable[[OneOfEach, OneOfEach], tuple[Any, Any]]] = {
    "slug": lambda one, _: (an_organization(slug="bikes"), an_organization(slug="bikes")),
    "user's e-mail, in whatever case and organization": lambda one, other: (
        a_user(one.organization, email="Uma@Desk.example"),
        a_user(other.organization, email="uma@desk.example"),
    ),
    "API key": lambda one, other: (
        an_api_key(one.organization, key_hash="hash"),
        an_api_key(other.organization, key_hash="hash"),
    ),
    "session": lambda one, other: (
        a_session(one.user, token_hash="t"),
        a_session(other.user, token_hash="t"),
    ),
    "customer's e-mail": lambda one, _: (
        a_customer(one.organization, emails=("a@b.example", "c@d.example")),
        a_customer(one.organization, emails=("e@f.example", "c@d.example")),
    ),
    "customer's phone": lambda one, _: (
        a_customer(one.organization, phones=(PHONE,)),
        a_customer(one.organization, phones=(PHONE,)),
    ),
    "customer's identity": lambda one, _: (
        a_customer(one.organization, identities=(Contact("slack", "U1"),)),
        a_customer(one.organization, identities=(Contact("slack", "U1"),)),
    ),
    "ticket number": lambda one, _: (a_ticket(one.customer, 5), a_ticket(one.customer, 5)),
    "message id": lambda one, _: (a_mail(one.ticket, "m@x.example"), a_mail(one.ticket, "m@x.example")),
    "external id of a channel": lambda one, _: (
        a_message(one.ticket, channel=Channel.SLACK, external_id="1"),
        a_message(one.ticket, channel=Channel.SLACK, external_id="1"),
    ),
    "blocked pattern": lambda one, _: (
        a_blocked_sender(one.organization, pattern="@spam.example"),
        a_blocked_sender(one.organization, pattern="@spam.example"),
    ),
    "account, in whatever organization": lambda one, other: (
        an_integration(one.organization, external_id="acct_1"),
        an_integration(other.organization, external_id="acct_1"),
    ),
}

NEIGHBOURS: dict[str, Callable[[OneOfEach, OneOfEach], tuple[Any, Any]]] = {
    "customer's e-mail in two organizations": lambda one, other: (
        a_customer(one.organization, emails=("a@b.example",)),
        a_customer(other.organization, emails=("a@b.example",)),
    ),
    "value under two kinds of contact": lambda one, _: (
        a_customer(one.organization, identities=(Contact("slack", "1"),)),
        a_customer(one.organization, identities=(Contact("whatsapp", "1"),)),
    ),
    "message id in two organizations": lambda one, other: (
        a_mail(one.ticket, "m@x.example"),
        a_mail(other.ticket, "m@x.example"),
    ),
    "no message id at all": lambda one, _: (a_message(one.ticket), a_message(one.ticket)),
    "external id of two channels": lambda one, _: (
        a_message(one.ticket, channel=Channel.SLACK, external_id="1"),
        a_message(one.ticket, channel=Channel.SMS, external_id="1"),
    ),
    "pattern in two organizations": lambda one, other: (
        a_blocked_sender(one.organization, pattern="@spam.example"),
        a_blocked_sender(other.organization, pattern="@spam.example"),
    ),
    "account of two providers": lambda one, _: (
        an_integration(one.organization, provider="stripe", external_id="1"),
        an_integration(one.organization, provider="shopify", external_id="1"),
    ),
    "ticket number in two organizations": lambda one, other: (
        a_ticket(one.customer, 5),
        a_ticket(other.customer, 5),
    ),
}


@pytest.mark.parametrize("pair", TWINS.values(), ids=TWINS.keys())
async def test_the_second_of_two_is_refused(store: Store, pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair(*await _two_organizations(store))
    await put(store, first)
    with pytest.raises(AlreadyTaken):
        await put(store, second)


@pytest.mark.parametrize("pair", TWINS.values(), ids=TWINS.keys())
async def test_two_of_one_unit_are_refused_as_well(
    store: Store, pair: Callable[..., tuple[Any, Any]]
) -> None:
    first, second = pair(*await _two_organizations(store))
    with pytest.raises(AlreadyTaken):
        await put(store, first, second)
    await put(store, second)


@pytest.mark.parametrize("pair", NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
async def test_what_looks_alike_but_is_not_goes_side_by_side(
    store: Store, pair: Callable[..., tuple[Any, Any]]
) -> None:
    first, second = pair(*await _two_organizations(store))
    await put(store, first, second)


async def test_replacing_may_not_take_what_belongs_to_another(store: Store) -> None:
    each, other = await _two_organizations(store)
    second = a_customer(each.organization, emails=("second@mail.example",))
    mail = a_mail(each.ticket, "second@mail.example")
    account = an_integration(each.organization)
    await put(store, second, mail, account)
    taking: list[Callable[[Work], Any]] = [
        lambda work: work.organizations.replace(evolve(each.organization, slug=other.organization.slug)),
        lambda work: work.users.replace(evolve(each.user, email=other.user.email.upper())),
        lambda work: work.customers.replace(evolve(second, emails=each.customer.emails)),
        lambda work: work.conversations.replace(evolve(mail, mail=each.message.mail)),
        lambda work: work.integrations.replace(evolve(account, external_id=other.integration.external_id)),
    ]
    for take in taking:
        with pytest.raises(AlreadyTaken):
            await store.transact(take)
    assert await store.read(lambda view: view.customers.get(each.organization.id, second.id)) == second
    assert await store.read(lambda view: view.conversations.get(each.organization.id, mail.id)) == mail


async def test_replacing_by_the_same_names_takes_nothing(store: Store) -> None:
    each, _ = await _two_organizations(store)

    async def unit(work: Work) -> None:
        await work.organizations.replace(evolve(each.organization, name="Other"))
        await work.users.replace(evolve(each.user, name="Other"))
        await work.customers.replace(evolve(each.customer, name="Other"))
        await work.tickets.replace(evolve(each.ticket, subject="Other"))
        await work.conversations.replace(evolve(each.message, content_text="Other"))
        await work.integrations.replace(evolve(each.integration, settings={"a": "b"}))

    await store.transact(unit)
    renamed = await store.read(
        lambda view: view.customers.by_contact(each.organization.id, each.customer.contacts[0])
    )
    assert renamed == evolve(each.customer, name="Other")


async def test_what_was_given_up_is_free_again(store: Store) -> None:
    each, _ = await _two_organizations(store)
    given_up = Contact("email", "carla@mail.example")
    await store.transact(
        lambda work: work.customers.replace(evolve(each.customer, emails=("new@mail.example",)))
    )
    await store.transact(lambda work: work.organizations.replace(evolve(each.organization, slug="elsewhere")))
    await store.transact(lambda work: work.conversations.replace(evolve(each.message, mail=MailHeaders())))
    assert await store.read(lambda view: view.customers.by_contact(each.organization.id, given_up)) is None
    assert await store.read(lambda view: view.organizations.by_slug(each.organization.slug)) is None
    heir = a_customer(each.organization, emails=("carla@mail.example",))
    await put(
        store, heir, an_organization(slug=each.organization.slug), a_mail(each.ticket, "brake@mail.example")
    )
    assert await store.read(lambda view: view.customers.by_contact(each.organization.id, given_up)) == heir


async def test_two_customers_may_exchange_a_contact_within_a_unit(store: Store) -> None:
    each, _ = await _two_organizations(store)
    other = a_customer(each.organization, emails=("b@mail.example",))
    await put(store, other)

    async def exchange(work: Work) -> None:
        await work.customers.replace(evolve(each.customer, emails=()))
        await work.customers.replace(evolve(other, emails=("b@mail.example", "carla@mail.example")))
        await work.customers.replace(evolve(each.customer, emails=("carla@new.example",)))

    await store.transact(exchange)
    found = await store.read(
        lambda view: view.customers.by_contact(each.organization.id, Contact("email", "carla@mail.example"))
    )
    assert found is not None
    assert found.id == other.id


async def test_a_removed_customer_frees_their_contacts_and_a_removed_pattern_itself(store: Store) -> None:
    organization = an_organization()
    customer = a_customer(organization, emails=("a@b.example",))
    blocked = a_blocked_sender(organization)
    await put(store, organization, customer, blocked)
    await store.transact(lambda work: work.customers.remove(organization.id, customer.id))
    await store.transact(lambda work: work.blocked_senders.remove(organization.id, blocked.id))
    await put(store, a_customer(organization, emails=("a@b.example",)))
    await put(store, a_blocked_sender(organization, pattern=blocked.pattern))


async def test_a_webhook_event_is_admitted_once_a_provider(store: Store) -> None:
    first = a_webhook_event(external_id="evt_1", raw=b"first")
    again = a_webhook_event(external_id="evt_1", raw=b"again")
    elsewhere = a_webhook_event(external_id="evt_1", provider="shopify")

    async def admit_all(work: Work) -> list[bool]:
        return [await work.inbox.admit(event) for event in (first, again, elsewhere)]

    assert await store.transact(admit_all) == [True, False, True]
    assert await store.transact(lambda work: work.inbox.admit(again)) is False
    assert await store.read(lambda view: view.inbox.get(first.id)) == first
    assert await store.read(lambda view: view.inbox.get(again.id)) is None


async def test_an_event_whose_admission_was_rolled_back_can_be_admitted(store: Store) -> None:
    event = a_webhook_event()

    async def admit_and_fail(work: Work) -> None:
        assert await work.inbox.admit(event)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(admit_and_fail)
    assert await store.transact(lambda work: work.inbox.admit(event))


async def test_replacing_what_is_not_there_is_refused(store: Store) -> None:
    each, _ = await _two_organizations(store)
    absent = one_of_each()
    replacing: list[Callable[[Work], Any]] = [
        lambda work: work.organizations.replace(absent.organization),
        lambda work: work.users.replace(a_user(each.organization)),
        lambda work: work.sessions.replace(a_session(each.user)),
        lambda work: work.api_keys.replace(an_api_key(each.organization)),
        lambda work: work.customers.replace(a_customer(each.organization)),
        lambda work: work.tickets.replace(a_ticket(each.customer, 9)),
        lambda work: work.conversations.replace(a_message(each.ticket)),
        lambda work: work.attachments.replace(an_attachment(each.ticket, each.message)),
        lambda work: work.integrations.replace(an_integration(each.organization)),
        lambda work: work.inbox.replace(a_webhook_event()),
        lambda work: work.jobs.retry(a_job().id, each.ticket.created_at),
    ]
    for replace in replacing:
        with pytest.raises(NotFound):
            await store.transact(replace)


async def test_what_refers_to_nothing_is_refused(store: Store) -> None:
    """So that a use case which writes in the wrong order fails on every store alike."""
    each, _ = await _two_organizations(store)
    nobody = a_customer(each.organization)
    nowhere = a_ticket(each.customer, 9)
    for orphan in (
        a_user(an_organization()),
        a_session(a_user(each.organization)),
        a_customer(an_organization()),
        a_ticket(nobody, 9),
        a_message(nowhere),
        an_attachment(nowhere, each.message),
        an_integration(an_organization()),
        a_blocked_sender(an_organization()),
    ):
        with pytest.raises(Conflict):
            await put(store, orphan)


async def test_a_customer_who_has_tickets_cannot_be_removed(store: Store) -> None:
    each, _ = await _two_organizations(store)
    with pytest.raises(Conflict):
        await store.transact(lambda work: work.customers.remove(each.organization.id, each.customer.id))
    assert (
        await store.read(lambda view: view.customers.get(each.organization.id, each.customer.id))
        == each.customer
    )


async def _two_organizations(store: Store) -> tuple[OneOfEach, OneOfEach]:
    one, other = one_of_each(), one_of_each()
    await store.transact(lambda work: put_one_of_each(work, one))
    await store.transact(lambda work: put_one_of_each(work, other))
    return one, other
