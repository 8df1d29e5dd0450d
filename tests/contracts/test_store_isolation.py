"""Organizations never meet: whatever names an organization finds and changes nothing of another one's.

The methods are read off the ports, so that a new one is tested as soon as it is there.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, get_origin, get_type_hints

import pytest
from attrs import evolve

from helpdesk_core.billing import Subscription
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import WebhookEndpointId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import (
    ArticleFilter,
    AuditFilter,
    CustomerFilter,
    DeliveryFilter,
    KnowledgeCount,
    LogSlice,
    OrderFilter,
    PrivacyRequestFilter,
    QuarantineFilter,
    RatingFilter,
    SuggestionFilter,
    ThreadQuery,
    TicketFilter,
)
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.threads import Evidence
from helpdesk_core.tickets import Channel
from tests.contracts.builders import (
    NOON,
    OneOfEach,
    a_customer,
    a_figure,
    a_mail,
    a_ticket,
    a_vector,
    one_of_each,
)
from tests.contracts.desks import MODEL, everything, put, put_one_of_each


def _methods(whole: type[Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Repository, method and parameters of everything in `View` or `Work` that names an organization."""
    for repository, of in inspect.getmembers(whole, lambda member: isinstance(member, property)):
        if repository == "organizations":  # they belong to nobody
            continue
        hint = get_type_hints(of.fget)["return"]
        kind = get_origin(hint) or hint
        for method, function in inspect.getmembers(kind, inspect.isfunction):
            parameters = [name for name in inspect.signature(function).parameters if name != "self"]
            if not method.startswith("_") and "organization_id" in parameters:
                yield repository, method, parameters


READS = list(_methods(View))
COUNTING = (("tickets", "next_number"), ("tickets", "next_numbers"))
"""Each organization may count for itself, so there is nothing to refuse; a test of its own follows."""

WRITES = [one for one in _methods(Work) if one not in READS and one[:2] not in COUNTING]


def _arguments(repository: str, method: str, each: OneOfEach, target_id: Any) -> dict[str, Any]:
    """What to call a method with so that it finds, or changes, something of the organization of `each`."""
    sorts = {
        ("log", "about"): "recorded_at",
        ("log", "page"): "seq",
        ("suppressed_addresses", "page"): "since",
        ("quarantine", "page"): "held_at",
    }
    ids = {
        "customers": [each.customer.id],
        "tickets": [each.ticket.id],
        "attachments": [each.attachment.id],
        "belongings": [each.attachment.id],
        "threads": ["new@mail.example"],
        "references": [each.reference.external_id],
        "passages": [each.passage.id],
    }
    arranged = {
        "teams": each.team,
        "tags": each.tag,
        "custom_fields": each.custom_field,
        "widgets": each.widget,
        "webhook_endpoints": each.endpoint,
        "macros": each.macro,
        "rules": each.rule,
        "sla_policies": each.sla_policy,
        "saved_views": each.saved_view,
        "import_mappings": each.import_mapping,
    }
    filters = {
        "articles": ArticleFilter(q="squeak"),
        "customers": CustomerFilter(),
        "tickets": TicketFilter(q="squeaks"),
        "ratings": RatingFilter(),
        "log": AuditFilter(),
        "deliveries": DeliveryFilter(WebhookEndpointId(each.endpoint.id)),
        "orders": OrderFilter(),
        "privacy_requests": PrivacyRequestFilter(),
        "quarantine": QuarantineFilter(),
        "suggestions": SuggestionFilter(),
    }
    return {
        "arrangement_id": arranged[repository].id if repository in arranged else None,
        "name": arranged[repository].name if repository in arranged else None,
        "key": each.answer.key,
        "fingerprint": each.submission.fingerprint,
        "article_id": each.article.id,
        "measures": ["first_response"],
        "first": NOON.date(),
        "last": NOON.date(),
        "figures": [a_figure()],
        "follower": "webhooks",
        "user_id": each.user.id,
        "key_id": each.api_key.id,
        "customer_id": each.customer.id,
        "contact": each.customer.contacts[0],
        "ids": ids.get(repository),
        "wanted": filters.get(repository),
        "page": Page(sort=sorts.get((repository, method), "created_at")),
        "ticket_id": each.ticket.id,
        "ticket_ids": [each.ticket.id],
        "number": each.ticket.number,
        "query": ThreadQuery(
            ids=("brake@mail.example", "quoted@mail.example"),
            token_number=each.ticket.number,
            subject_number=each.ticket.number,
            customer_id=each.customer.id,
            subject_key=each.ticket.subject_key,
        ),
        "conversation_id": each.message.id,
        "after_id": None,
        "message_id": each.quarantined.message_id if repository == "quarantine" else "brake@mail.example",
        "channel": Channel.EMAIL,
        "external_id": "ext-1",
        "attachment_id": each.attachment.id,
        "message_ids": ["brake@mail.example" if method == "by_message_ids" else "quoted@mail.example"],
        "rating_id": each.rating.id,
        "delivery_id": each.delivery.id,
        "endpoint_id": each.endpoint.id,
        "first_seq": 1,
        "last_seq": 1,
        "blocked_id": each.blocked.id,
        "suppressed_id": each.suppressed.id,
        "addresses": [each.suppressed.address],
        "integration_id": each.integration.id,
        "digests": [each.attachment.digest, *each.quarantined.digests],
        "mail_id": each.quarantined.id,
        "senders": [each.quarantined.sender],
        "names": [each.budget.name],
        "seq": 0,
        "limit": 10,
        "subject_id": each.ticket.id,
        "source": {
            "threads": each.ticket.id,
            "belongings": each.ticket.id,
            "passages": each.passage.source,
        }.get(repository, each.import_.source),
        "source_id": each.passage.source_id,
        "source_ids": [each.passage.source_id],
        "passages": [],
        "words": ["brake"],
        "vector": a_vector(3, 4),
        "model": "another" if method == "without_vector" else MODEL,
        "suggestion_id": each.suggestion.id,
        "target": target_id,
        "conversation_ids": [each.message.id],
        "contacts": [each.customer.contacts[0]],
        "external_ids": ["ext-1"],
        "named": [(each.ticket.id, "new@mail.example")],
        "taking_part": [(each.ticket.id, each.customer.id)],
        "import_id": each.import_.id,
        "our_id": each.ticket.id,
        "our_ids": [each.ticket.id],
        "origins": [],
        "quoted": ["quoted@mail.example"],
        "customer_ids": [each.customer.id],
        "tag": "vip",
        "tags": ["vip"],
        "most": 10,
        "origin": each.event.origin,
        "kind": "tickets" if repository == "references" else Subscription,
        "record": evolve(each.subscription, status="canceled"),
        "provider": each.order.provider,
        "account": (
            each.correspondence.account
            if repository in ("correspondences", "provider_messages")
            else each.import_.account
            if repository in ("imports", "references")
            else each.order.account
        ),
        "thread": each.correspondence.thread,
        "order_id": each.order.id,
        "request_id": each.privacy_request.id,
        "asked": each.privacy_request.kind,
        "request_key": each.privacy_request.request_key,
        "before": None,
        "notification_id": each.notification.id,
        "at": NOON,
    }


def _is_nothing(found: Any) -> bool:
    match found:
        case Slice():
            return not found.items
        case LogSlice():
            return not found.events and found.last == 0
        case Evidence():
            return found == Evidence()
        case KnowledgeCount():
            return found == KnowledgeCount(0, 0, 0, 0)
        case Mapping():
            return not any(found.values())
        case Sequence() | frozenset() | int():
            return not found
        case _:
            return found is None


def _calling(
    repository: str, method: str, organization: Organization, given: Mapping[str, Any]
) -> Callable[[Any], Awaitable[Any]]:
    """A unit that calls the method for the organization."""

    async def unit(whole: Any) -> Any:
        function = getattr(getattr(whole, repository), method)
        names = [name for name in inspect.signature(function).parameters if name != "organization_id"]
        return await function(organization_id=organization.id, **{name: given[name] for name in names})

    return unit


def test_the_ports_have_methods_that_name_an_organization() -> None:
    assert len(READS) >= 25
    assert {"remove", "remember", "move"} <= {method for _, method, _ in WRITES}


async def test_no_read_finds_anything_of_another_organization(store: Store) -> None:
    mine, other = one_of_each(), one_of_each(number=7)
    foreign = one_of_each().organization
    target = a_ticket(mine.customer, 2, merged_into_id=mine.ticket.id)
    await store.transact(lambda work: put_one_of_each(work, mine))
    await store.transact(lambda work: put_one_of_each(work, other))
    await put(store, foreign, target, a_ticket(mine.customer, 3, tags=("vip",)))
    for repository, method, _ in READS:
        given = _arguments(repository, method, mine, target.id)
        stranger = await store.read(_calling(repository, method, foreign, given))
        owner = await store.read(_calling(repository, method, mine.organization, given))
        assert _is_nothing(stranger), f"{repository}.{method}"
        assert not _is_nothing(owner), f"{repository}.{method}"


async def test_no_write_changes_anything_of_another_organization(store: Store) -> None:
    mine, foreign = one_of_each(), one_of_each()
    lonely = a_customer(mine.organization)
    target = a_ticket(mine.customer, 2)
    await store.transact(lambda work: put_one_of_each(work, mine))
    await store.transact(lambda work: put_one_of_each(work, foreign))
    await put(store, lonely, target)
    before = await store.read(lambda view: _all_of(view, mine))
    for repository, method, _ in WRITES:
        given = _arguments(repository, method, mine, target.id) | {"customer_id": lonely.id}
        if repository == "belongings":
            given |= {"source": mine.customer.id, "target": lonely.id, "customer_id": mine.customer.id}

        with suppress(NotFound):
            await store.transact(_calling(repository, method, foreign.organization, given))
        assert await store.read(lambda view: _all_of(view, mine)) == before, f"{repository}.{method}"
        changed = await _after(store, mine, _calling(repository, method, mine.organization, given))
        assert changed != before, f"{repository}.{method}"


async def test_nothing_can_be_replaced_under_another_organization(store: Store) -> None:
    mine, foreign = one_of_each(), one_of_each()
    await store.transact(lambda work: put_one_of_each(work, mine))
    await store.transact(lambda work: put_one_of_each(work, foreign))
    before = await store.read(lambda view: everything(view, mine))
    stolen: list[tuple[str, Any]] = [
        ("api_keys", mine.api_key),
        ("teams", mine.team),
        ("tags", mine.tag),
        ("custom_fields", mine.custom_field),
        ("widgets", mine.widget),
        ("macros", mine.macro),
        ("rules", mine.rule),
        ("sla_policies", mine.sla_policy),
        ("saved_views", mine.saved_view),
        ("import_mappings", mine.import_mapping),
        ("imports", mine.import_),
        ("ratings", mine.rating),
        ("erasures", mine.erasure),
        ("articles", mine.article),
        ("customers", mine.customer),
        ("tickets", mine.ticket),
        ("conversations", mine.message),
        ("attachments", mine.attachment),
        ("integrations", mine.integration),
        ("webhook_endpoints", mine.endpoint),
        ("deliveries", mine.delivery),
        ("quarantine", mine.quarantined),
        ("orders", mine.order),
        ("privacy_requests", mine.privacy_request),
        ("notifications", mine.notification),
        ("suggestions", mine.suggestion),
    ]
    for repository, noun in stolen:
        theirs = evolve(noun, organization_id=foreign.organization.id)
        with pytest.raises(NotFound):
            await store.transact(partial(_replace, repository, theirs))
        assert await store.read(lambda view: everything(view, mine)) == before, repository


async def test_organizations_may_use_the_same_names(store: Store) -> None:
    mine, other = one_of_each(), one_of_each()
    mail = a_mail(other.ticket, "shared@mail.example")
    await store.transact(lambda work: put_one_of_each(work, mine))
    await store.transact(lambda work: put_one_of_each(work, other))
    await put(store, a_mail(mine.ticket, "shared@mail.example"), mail)
    found = await store.read(
        lambda view: view.conversations.by_message_id(other.organization.id, "shared@mail.example")
    )
    assert found == mail
    assert await store.read(lambda view: view.tickets.by_number(other.organization.id, 1)) == other.ticket
    contact = mine.customer.contacts[0]
    assert (
        await store.read(lambda view: view.customers.by_contact(other.organization.id, contact))
        == other.customer
    )


async def test_each_organization_counts_for_itself(store: Store) -> None:
    mine, other = one_of_each(), one_of_each()
    await store.transact(lambda work: put_one_of_each(work, mine))
    await store.transact(lambda work: put_one_of_each(work, other))

    async def unit(work: Work) -> list[int]:
        return [
            await work.tickets.next_number(mine.organization.id),
            await work.tickets.next_number(mine.organization.id),
            await work.tickets.next_number(other.organization.id),
        ]

    assert await store.transact(unit) == [1, 2, 1]
    seen = await store.read(lambda view: view.log.since(other.organization.id, 0, 10))
    assert [event.seq for event in seen.events] == [1]


async def _replace(repository: str, noun: Any, work: Work) -> None:
    await getattr(work, repository).replace(noun)


async def _all_of(view: Any, each: OneOfEach) -> Any:
    seen = await everything(view, each)
    new = ThreadQuery(ids=("new@mail.example",))
    return {**seen, "new mention": await view.threads.evidence(each.organization.id, new)}


async def _after(store: Store, each: OneOfEach, change: Callable[[Work], Awaitable[Any]]) -> Any:
    """What there would be after the change, which is rolled back."""

    class Regret(Exception):
        pass

    seen: list[Any] = []

    async def unit(work: Work) -> None:
        await change(work)
        seen.append(await _all_of(work, each))
        raise Regret

    with pytest.raises(Regret):
        await store.transact(unit)
    return seen[-1]
