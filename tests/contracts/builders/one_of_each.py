"""A desk with one of everything in it."""

from attrs import frozen

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
from helpdesk_core.imports.mappings import ImportMapping
from helpdesk_core.imports.progress import Import
from helpdesk_core.imports.references import Reference
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job
from helpdesk_core.knowledge.passages import Passage
from helpdesk_core.macros import Macro
from helpdesk_core.notifications import Notification
from helpdesk_core.orders import Order, ShopCustomer
from helpdesk_core.organizations import Organization
from helpdesk_core.people_settings import PeopleSettings
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
from helpdesk_core.users import Actor, ApiKey, Session, User
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession
from tests.contracts.builders.arranged import (
    a_custom_field,
    a_tag,
    a_team,
    a_webhook_endpoint,
    a_widget,
    an_arrangement,
    an_article,
)
from tests.contracts.builders.basics import new_id
from tests.contracts.builders.commerce import a_privacy_request, a_shop_customer, a_subscription, an_order
from tests.contracts.builders.importing import a_reference, an_import
from tests.contracts.builders.knowledge import a_passage, a_suggestion
from tests.contracts.builders.messaging import a_correspondence, a_provider_message
from tests.contracts.builders.people import (
    a_blocked_sender,
    a_customer,
    a_session,
    a_suppressed_address,
    a_user,
    an_api_key,
    an_erasure,
    an_integration,
    an_organization,
)
from tests.contracts.builders.running import (
    a_budget,
    a_delivery,
    a_job,
    a_kept_answer,
    a_quarantined_mail,
    a_submission,
    a_webhook_event,
    a_widget_session,
    an_event,
)
from tests.contracts.builders.staff import (
    a_notification,
    a_second_factor,
    a_user_link,
    some_people_settings,
    some_user_settings,
)
from tests.contracts.builders.tickets import a_mail, a_rating, a_ticket, an_attachment


@frozen
class OneOfEach:
    """An organization that has one of everything."""

    organization: Organization
    user: User
    session: Session
    api_key: ApiKey
    team: Team
    widget: Widget
    tag: Tag
    custom_field: CustomField
    macro: Macro
    rule: Rule
    sla_policy: SlaPolicy
    saved_view: SavedView
    answer: KeptAnswer
    article: Article
    customer: Customer
    ticket: Ticket
    message: Conversation
    visitor: WidgetSession
    submission: Submission
    attachment: Attachment
    rating: SatisfactionRating
    erasure: Erasure
    blocked: BlockedSender
    integration: Integration
    webhook_event: WebhookEvent
    job: Job
    event: DomainEvent
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    subscription: Subscription
    order: Order
    shop_customer: ShopCustomer
    privacy_request: PrivacyRequest
    suppressed: SuppressedAddress
    quarantined: QuarantinedMail
    budget: Budget
    correspondence: Correspondence
    provider_message: ProviderMessage
    import_mapping: ImportMapping
    import_: Import
    reference: Reference
    user_link: UserLink
    second_factor: SecondFactor
    user_settings: UserSettings
    people_settings: PeopleSettings
    notification: Notification
    passage: Passage
    suggestion: Suggestion


def one_of_each(number: int = 1) -> OneOfEach:
    organization = an_organization()
    user = a_user(organization)
    customer = a_customer(organization, emails=("carla@mail.example",), company="Carla Bikes")
    suppressed = a_suppressed_address(organization)
    ticket = a_ticket(customer, number, followers=(suppressed.address,))
    message = a_mail(ticket, "brake@mail.example", external_id="ext-1")
    widget = a_widget(organization)
    endpoint = a_webhook_endpoint(organization)
    integration = an_integration(organization)
    return OneOfEach(
        organization,
        user,
        a_session(user),
        an_api_key(organization),
        a_team(organization),
        widget,
        a_tag(organization),
        a_custom_field(organization),
        an_arrangement(Macro, organization),
        an_arrangement(Rule, organization),
        an_arrangement(SlaPolicy, organization),
        an_arrangement(SavedView, organization),
        a_kept_answer(organization),
        an_article(organization, external_id="ext-1"),
        customer,
        ticket,
        message,
        a_widget_session(widget, ticket),
        a_submission(message),
        an_attachment(ticket, message),
        a_rating(ticket),
        an_erasure(customer),
        a_blocked_sender(organization),
        integration,
        a_webhook_event(organization_id=organization.id, account=integration.external_id),
        a_job(organization_id=organization.id),
        an_event(
            organization,
            ticket.id,
            type="ticket.merged",
            actor=Actor("system", new_id(), "a rule"),
            origin="what began it",
        ),
        endpoint,
        a_delivery(endpoint),
        a_subscription(external_id="ext-1"),
        an_order(organization, external_id="ext-1", customer_id=customer.id),
        a_shop_customer(customer, external_id="ext-1"),
        a_privacy_request(customer),
        suppressed,
        a_quarantined_mail(organization),
        a_budget(organization),
        a_correspondence(customer, ticket_id=ticket.id, channel=Channel.EMAIL),
        a_provider_message(organization, external_id="ext-1", channel=Channel.EMAIL),
        an_arrangement(ImportMapping, organization),
        an_import(organization),
        a_reference(organization, ticket.id),
        a_user_link(user),
        a_second_factor(user),
        some_user_settings(user),
        some_people_settings(user),
        a_notification(user, ticket),
        a_passage(organization),
        a_suggestion(ticket, about=message.id),
    )
