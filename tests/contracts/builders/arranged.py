"""What an organization sets up for itself."""

from typing import Any

from helpdesk_core.arrangements import A
from helpdesk_core.articles import Article, Body
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.ids import ArticleId, TeamId, WebhookEndpointId, WidgetId
from helpdesk_core.organizations import Organization
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.widget import Widget
from tests.contracts.builders.basics import NOON, fresh, new_id


def a_webhook_endpoint(organization: Organization, **fields: Any) -> WebhookEndpoint:
    return WebhookEndpoint(
        **{
            "id": WebhookEndpointId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Hooks "),
            "url": "https://hooks.parcels.example/",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_team(organization: Organization, **fields: Any) -> Team:
    return Team(
        **{
            "id": TeamId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Wheels "),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_widget(organization: Organization, **fields: Any) -> Widget:
    return Widget(
        **{
            "id": WidgetId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Shop "),
            "created_at": NOON,
            "updated_at": NOON,
            "api_key": fresh("wk_"),
            **fields,
        }
    )


def a_tag(organization: Organization, **fields: Any) -> Tag:
    return Tag(
        **{
            "id": new_id(),
            "organization_id": organization.id,
            "name": fresh("tag"),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def an_article(organization: Organization, **fields: Any) -> Article:
    return Article(
        **{
            "id": ArticleId(new_id()),
            "organization_id": organization.id,
            "title": "Brakes that squeak",
            "body": Body("<p>Clean the rim.</p>", "Clean the rim."),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_custom_field(organization: Organization, **fields: Any) -> CustomField:
    return CustomField(
        **{
            "id": new_id(),
            "organization_id": organization.id,
            "name": fresh("field"),
            "label": "Frame size",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def an_arrangement(kind: type[A], organization: Organization, **fields: Any) -> A:
    """One of whatever kind that needs no more than its name."""
    name = fresh(f"{kind.kind} ")
    return kind(
        id=new_id(), organization_id=organization.id, name=name, created_at=NOON, updated_at=NOON, **fields
    )
