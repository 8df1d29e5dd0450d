"""Things of a helpdesk as the contract tests need them: sensible, all different, and told apart by name."""

from tests.contracts.builders.arranged import (
    a_custom_field,
    a_tag,
    a_team,
    a_webhook_endpoint,
    a_widget,
    an_arrangement,
    an_article,
)
from tests.contracts.builders.basics import NOON, after, fresh, new_id
from tests.contracts.builders.commerce import a_privacy_request, a_shop_customer, a_subscription, an_order
from tests.contracts.builders.importing import a_reference, an_import
from tests.contracts.builders.knowledge import a_passage, a_suggestion, a_vector
from tests.contracts.builders.messaging import a_correspondence, a_provider_message
from tests.contracts.builders.one_of_each import OneOfEach, one_of_each
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
    a_figure,
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
from tests.contracts.builders.tickets import a_mail, a_message, a_rating, a_ticket, an_attachment

__all__ = [
    "NOON",
    "OneOfEach",
    "a_blocked_sender",
    "a_budget",
    "a_correspondence",
    "a_custom_field",
    "a_customer",
    "a_delivery",
    "a_figure",
    "a_job",
    "a_kept_answer",
    "a_mail",
    "a_message",
    "a_notification",
    "a_passage",
    "a_privacy_request",
    "a_provider_message",
    "a_quarantined_mail",
    "a_rating",
    "a_reference",
    "a_second_factor",
    "a_session",
    "a_shop_customer",
    "a_submission",
    "a_subscription",
    "a_suggestion",
    "a_suppressed_address",
    "a_tag",
    "a_team",
    "a_ticket",
    "a_user",
    "a_user_link",
    "a_vector",
    "a_webhook_endpoint",
    "a_webhook_event",
    "a_widget",
    "a_widget_session",
    "after",
    "an_api_key",
    "an_arrangement",
    "an_article",
    "an_attachment",
    "an_erasure",
    "an_event",
    "an_import",
    "an_integration",
    "an_order",
    "an_organization",
    "fresh",
    "new_id",
    "one_of_each",
    "some_people_settings",
    "some_user_settings",
]
