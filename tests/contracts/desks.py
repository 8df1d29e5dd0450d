"""Putting things into a store, and looking at everything that is in it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from helpdesk_core.afterwords import ProviderMessage
from helpdesk_core.articles import Article
from helpdesk_core.attachments import Attachment
from helpdesk_core.billing import Subscription
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.budgets import Budget
from helpdesk_core.conversations import Conversation
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.customers import Customer
from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import OrganizationId, WebhookEndpointId
from helpdesk_core.imports.mappings import ImportMapping
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job
from helpdesk_core.knowledge.passages import Passage
from helpdesk_core.macros import Macro
from helpdesk_core.notifications import Notification
from helpdesk_core.orders import Order, ShopCustomer
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.people_settings import PeopleSettings
from helpdesk_core.ports.repositories import (
    ArticleFilter,
    AuditFilter,
    CustomerFilter,
    DeliveryFilter,
    EventFilter,
    JobFilter,
    OrderFilter,
    PrivacyRequestFilter,
    RatingFilter,
    SuggestionFilter,
    ThreadQuery,
    TicketFilter,
)
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy import Erasure
from helpdesk_core.privacy_requests import PrivacyRequest
from helpdesk_core.quarantine import QuarantinedMail
from helpdesk_core.rules import Rule
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.saved_views import SavedView
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.suggestions.suggestions import Suggestion
from helpdesk_core.suppression import SuppressedAddress
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.user_links import UserLink
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import ApiKey, Session, User
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession
from tests.contracts.builders import NOON, OneOfEach, a_figure, a_vector

ALL = Page(limit=100, sort="created_at")
MODEL = "small"
"""Of the vectors of passages."""


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
        Widget: work.widgets.add,
        Tag: work.tags.add,
        Macro: work.macros.add,
        Rule: work.rules.add,
        SlaPolicy: work.sla_policies.add,
        SavedView: work.saved_views.add,
        ImportMapping: work.import_mappings.add,
        Import: work.imports.add,
        CustomField: work.custom_fields.add,
        KeptAnswer: work.kept_answers.add,
        Article: work.articles.add,
        Customer: work.customers.add,
        Ticket: work.tickets.add,
        Conversation: work.conversations.add,
        WidgetSession: work.widget_sessions.add,
        Submission: work.submissions.put,
        Attachment: work.attachments.add,
        SatisfactionRating: work.ratings.add,
        Erasure: work.erasures.add,
        BlockedSender: work.blocked_senders.add,
        Integration: work.integrations.add,
        WebhookEvent: work.inbox.admit,
        Job: work.jobs.add,
        DomainEvent: work.log.append,
        WebhookEndpoint: work.webhook_endpoints.add,
        WebhookDelivery: work.deliveries.add,
        QuarantinedMail: work.quarantine.add,
        Budget: work.budgets.put,
        Order: work.orders.add,
        ShopCustomer: work.shop_customers.put,
        PrivacyRequest: work.privacy_requests.add,
        SuppressedAddress: work.suppressed_addresses.add,
        Correspondence: work.correspondences.put,
        ProviderMessage: work.provider_messages.put,
        UserLink: work.user_links.put,
        SecondFactor: work.second_factors.put,
        UserSettings: work.user_settings.put,
        PeopleSettings: work.people_settings.put,
        Notification: work.notifications.add,
        Passage: partial(_know, work),
        Suggestion: work.suggestions.add,
    }
    await adding[type(noun)](noun)


async def _know(work: Work, passage: Passage) -> None:
    """It becomes its source's only one."""
    await work.passages.put(passage.organization_id, passage.source, passage.source_id, [passage])


async def put_one_of_each(work: Work, each: OneOfEach) -> None:
    """All of it, and what threading remembers."""
    for noun in (
        each.organization,
        each.user,
        each.session,
        each.api_key,
        each.team,
        each.widget,
        each.tag,
        each.macro,
        each.rule,
        each.sla_policy,
        each.saved_view,
        each.custom_field,
        each.answer,
        each.article,
        each.customer,
        each.ticket,
        each.message,
        each.visitor,
        each.submission,
        each.attachment,
        each.rating,
        each.erasure,
        each.blocked,
        each.integration,
        each.webhook_event,
        each.job,
        each.event,
        each.endpoint,
        each.delivery,
        each.quarantined,
        each.budget,
        each.order,
        each.shop_customer,
        each.privacy_request,
        each.suppressed,
        each.correspondence,
        each.provider_message,
        each.import_mapping,
        each.import_,
        each.user_link,
        each.second_factor,
        each.user_settings,
        each.people_settings,
        each.notification,
        each.passage,
        each.suggestion,
    ):
        await add(work, noun)
    await work.passages.keep_vectors(MODEL, {each.passage.id: a_vector(3, 4)})
    await work.records.put(each.organization.id, each.subscription)
    await work.references.put_all([each.reference])
    await work.imports.note(each.import_, [Problem("tickets", "1042", "It has no subject.")])
    await work.log_places.move(each.organization.id, "webhooks", 1)
    await work.figures.add(each.organization.id, [a_figure()])
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
        "widgets": await view.widgets.of(organization_id),
        "tags": await view.tags.of(organization_id),
        "macros": await view.macros.of(organization_id),
        "rules": await view.rules.of(organization_id),
        "SLA policies": await view.sla_policies.of(organization_id),
        "saved views": await view.saved_views.of(organization_id),
        "import mappings": await view.import_mappings.of(organization_id),
        "imports": await view.imports.page(organization_id, ALL),
        "import problems": await view.imports.problems(organization_id, each.import_.id),
        "references": await view.references.to(organization_id, each.ticket.id),
        "custom_fields": await view.custom_fields.of(organization_id),
        "visitor": await view.widget_sessions.get(each.visitor.token_hash),
        "submission": await view.submissions.get(organization_id, each.submission.fingerprint),
        "answer": await view.kept_answers.get(organization_id, each.answer.key),
        "place in the log": await view.log_places.at(organization_id, "webhooks"),
        "articles": await view.articles.page(organization_id, ArticleFilter(), ALL),
        "articles found": await view.articles.page(organization_id, ArticleFilter(q="squeak"), ALL),
        "figures": await view.figures.between(organization_id, ["first_response"], NOON.date(), NOON.date()),
        "customers": await view.customers.page(organization_id, CustomerFilter(), ALL),
        "by contact": [
            await view.customers.by_contact(organization_id, one) for one in each.customer.contacts
        ],
        "tickets": await view.tickets.page(organization_id, TicketFilter(), ALL),
        "found": await view.tickets.page(organization_id, TicketFilter(q="squeaks"), ALL),
        "tagged": await view.tickets.page(organization_id, TicketFilter(tag="vip"), ALL),
        "ticket": await view.tickets.get(organization_id, each.ticket.id),
        "merged": await view.tickets.merged_into(organization_id, each.ticket.id),
        "bearing": await view.tickets.bearing(organization_id, "vip", 10),
        "tag counts": await view.tickets.tag_counts(organization_id, ["vip"], 10),
        "files": await view.attachments.of_ticket(organization_id, each.ticket.id),
        "numbered": await view.tickets.by_number(organization_id, each.ticket.number),
        "evidence": await view.threads.evidence(
            organization_id, ThreadQuery(ids=("quoted@mail.example", "brake@mail.example"))
        ),
        "messages": await view.conversations.of_ticket(organization_id, each.ticket.id, ALL),
        "by external id": await view.conversations.by_external_id(organization_id, Channel.EMAIL, "ext-1"),
        "attachment": await view.attachments.get(organization_id, each.attachment.id),
        "belongings": (
            await view.belongings.tickets(organization_id, each.customer.id, ALL),
            await view.belongings.messages(organization_id, each.customer.id, ALL),
            await view.belongings.taking_part(organization_id, each.customer.id),
            await view.belongings.following(organization_id, [each.suppressed.address]),
        ),
        "subscriptions": await view.records.of(organization_id, Subscription, 10),
        "shop customers": await view.shop_customers.of_customer(organization_id, each.customer.id),
        "correspondences": await view.correspondences.of_customer(organization_id, each.customer.id),
        "provider message": await view.provider_messages.get(
            organization_id,
            each.provider_message.channel,
            each.provider_message.account,
            each.provider_message.external_id,
        ),
        "orders": await view.orders.page(organization_id, OrderFilter(), ALL),
        "privacy requests": await view.privacy_requests.page(organization_id, PrivacyRequestFilter(), ALL),
        "rating": await view.ratings.get(organization_id, each.rating.id),
        "ratings": await view.ratings.page(organization_id, RatingFilter(), ALL),
        "erasure": await view.erasures.of_customer(organization_id, each.customer.id),
        "blocked": await view.blocked_senders.of(organization_id),
        "suppressed": await view.suppressed_addresses.page(organization_id, Page(limit=100, sort="since")),
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
        "audited": await view.log.page(organization_id, AuditFilter(), Page(limit=100, sort="seq")),
        "endpoints": await view.webhook_endpoints.of(organization_id),
        "delivery": await view.deliveries.get(organization_id, each.delivery.id),
        "passages": await view.passages.of_source(
            organization_id, each.passage.source, each.passage.source_id
        ),
        "passages found": await view.passages.matching(organization_id, ["brake"], 10),
        "passages near": await view.passages.nearest(organization_id, a_vector(3, 4), MODEL, 10),
        "suggestions": await view.suggestions.page(organization_id, SuggestionFilter(), ALL),
        "quarantined": await view.quarantine.get(organization_id, each.quarantined.id),
        "files of quarantine": await view.quarantine.naming(organization_id, each.quarantined.digests),
        "link": await view.user_links.of(each.user.id, each.user_link.purpose),
        "second factor": await view.second_factors.get(each.user.id),
        "user's settings": await view.user_settings.of(organization_id),
        "people's settings": await view.people_settings.get(organization_id),
        "notifications": await view.notifications.page(organization_id, each.user.id, ALL),
        "unread": await view.notifications.unread(organization_id, each.user.id, 10),
        "budgets": await view.budgets.named(organization_id, [each.budget.name]),
        "deliveries": await view.deliveries.page(
            organization_id, DeliveryFilter(WebhookEndpointId(each.endpoint.id)), ALL
        ),
    }


async def tickets_of(store: Store, organization: Organization, **wanted: Any) -> Sequence[Ticket]:
    """The tickets that the filter finds, in the order of their numbers."""

    async def unit(view: View) -> Sequence[Ticket]:
        return (await view.tickets.page(organization.id, TicketFilter(**wanted), Page(100, "number"))).items

    return await store.read(unit)


async def a_desk(store: Store, *customers: Customer, organization: Organization) -> OrganizationId:
    await put(store, organization, *customers)
    return organization.id
