"""Putting things into a store, and looking at everything that is in it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from helpdesk_core.attachments import Attachment
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, EventFilter, JobFilter, ThreadQuery, TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.users import ApiKey, Session, User
from helpdesk_core.webhooks import WebhookEvent
from tests.contracts.builders import OneOfEach

ALL = Page(limit=100, sort="created_at")


async def put(store: Store, *nouns: Any) -> None:
    """Stores the nouns, all in one unit."""

    async def unit(work: Work) -> None:
        for noun in nouns:
            await add(work, noun)

    await store.transact(unit)


async def add(work: Work, noun: Any) -> None:
    adding: dict[type[Any], Callable[[Any], Awaitable[Any]]] = {
        Organization: work.organizations.add,
        User: work.users.add,
        Session: work.sessions.add,
        ApiKey: work.api_keys.add,
        Team: work.teams.add,
        Tag: work.tags.add,
        KeptAnswer: work.kept_answers.add,
        Customer: work.customers.add,
        Ticket: work.tickets.add,
        Conversation: work.conversations.add,
        Attachment: work.attachments.add,
        BlockedSender: work.blocked_senders.add,
        Integration: work.integrations.add,
        WebhookEvent: work.inbox.admit,
        Job: work.jobs.add,
        DomainEvent: work.log.append,
    }
    await adding[type(noun)](noun)


async def put_one_of_each(work: Work, each: OneOfEach) -> None:
    """All of it, and what threading remembers."""
    for noun in (
        each.organization,
        each.user,
        each.session,
        each.api_key,
        each.team,
        each.tag,
        each.answer,
        each.customer,
        each.ticket,
        each.message,
        each.attachment,
        each.blocked,
        each.integration,
        each.webhook_event,
        each.job,
        each.event,
    ):
        await add(work, noun)
    await work.log_places.move(each.organization.id, "webhooks", 1)
    await work.threads.remember(
        each.organization.id, each.ticket.id, ["quoted@mail.example"], each.customer.id
    )


async def everything(view: View, each: OneOfEach) -> dict[str, Any]:
    """All that a view shows of the organization and of what `each` holds."""
    organization_id = each.organization.id
    return {
        "organization": await view.organizations.get(organization_id),
        "users": await view.users.of(organization_id),
        "session": await view.sessions.get(each.session.token_hash),
        "api_keys": await view.api_keys.of(organization_id),
        "teams": await view.teams.of(organization_id),
        "tags": await view.tags.of(organization_id),
        "answer": await view.kept_answers.get(organization_id, each.answer.key),
        "place in the log": await view.log_places.at(organization_id, "webhooks"),
        "customers": await view.customers.page(organization_id, CustomerFilter(), ALL),
        "by contact": [
            await view.customers.by_contact(organization_id, one) for one in each.customer.contacts
        ],
        "tickets": await view.tickets.page(organization_id, TicketFilter(), ALL),
        "found": await view.tickets.page(organization_id, TicketFilter(q="squeaks"), ALL),
        "tagged": await view.tickets.page(organization_id, TicketFilter(tag="vip"), ALL),
        "ticket": await view.tickets.get(organization_id, each.ticket.id),
        "numbered": await view.tickets.by_number(organization_id, each.ticket.number),
        "evidence": await view.threads.evidence(
            organization_id, ThreadQuery(ids=("quoted@mail.example", "brake@mail.example"))
        ),
        "messages": await view.conversations.of_ticket(organization_id, each.ticket.id, ALL),
        "by external id": await view.conversations.by_external_id(organization_id, Channel.EMAIL, "ext-1"),
        "attachment": await view.attachments.get(organization_id, each.attachment.id),
        "blocked": await view.blocked_senders.of(organization_id),
        "integrations": await view.integrations.of(organization_id),
        "webhook event": await view.inbox.get(each.webhook_event.id),
        "webhook events": await view.inbox.page(
            EventFilter(organization_id=organization_id), Page(limit=100, sort="received_at")
        ),
        "job": await view.jobs.get(each.job.id),
        "jobs": [job for job in (await view.jobs.page(JobFilter(), ALL)).items if job.id == each.job.id],
        "log": await view.log.since(organization_id, 0, 100),
        "about": await view.log.about(organization_id, each.ticket.id, Page(limit=100, sort="recorded_at")),
        "fact": await view.facts.get("colour"),
    }


async def tickets_of(store: Store, organization: Organization, **wanted: Any) -> Sequence[Ticket]:
    """The tickets that the filter finds, in the order of their numbers."""

    async def unit(view: View) -> Sequence[Ticket]:
        return (await view.tickets.page(organization.id, TicketFilter(**wanted), Page(100, "number"))).items

    return await store.read(unit)


async def a_desk(store: Store, *customers: Customer, organization: Organization) -> OrganizationId:
    await put(store, organization, *customers)
    return organization.id
