"""The site map."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from helpdesk_adapters.container import Container
from helpdesk_http.conventions import Conventions
from helpdesk_http.middleware import Shield
from helpdesk_http.openapi import document
from helpdesk_http.operations import Operation
from helpdesk_http.origins import WidgetPages
from helpdesk_http.routes import (
    amazon,
    api_keys,
    articles,
    attachments,
    audit_log,
    auth,
    billing,
    blocked_senders,
    contents,
    conversations,
    correspondences,
    cron,
    custom_fields,
    customers,
    events,
    figures,
    files,
    freshdesk,
    handshakes,
    health,
    import_mappings,
    imports,
    inbound_email,
    insights,
    installs,
    integrations,
    knowledge,
    levy_fleets,
    macros,
    mail_settings,
    messenger,
    metrics,
    orders,
    organization,
    people_settings,
    privacy,
    privacy_requests,
    quarantine,
    rules,
    satisfaction,
    search,
    shopify_diagnostics,
    sla_policies,
    suggestions,
    suppressed_addresses,
    tags,
    teams,
    templates,
    ticket_actions,
    tickets,
    translations,
    users,
    views,
    webhook_deliveries,
    webhook_endpoints,
    webhook_events,
    widget,
    widgets,
)
from helpdesk_http.routes.docs import docs_routes
from helpdesk_http.routes.webhooks import security_schemes, webhook_operations
from helpdesk_http.routes.widget_script import script_routes
from helpdesk_http.serving import build_routes
from helpdesk_http.web.site import page_routes
from helpdesk_http.web.trouble import on_http_exception, told
from helpdesk_http.who import authenticate


def create_app(desk: Container, *, jobs: bool = True) -> Starlette:
    """The whole desk as one ASGI application; with `jobs`, the job worker and the scheduler run inside."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with desk.desk().opened(jobs=jobs):
            yield

    counts = desk.counters()

    def count(status: int) -> None:
        counts["http_answers", str(status)] += 1

    offered = operations(desk)
    app = Starlette(
        routes=[
            *build_routes(offered, lambda request: desk, authenticate, Conventions(desk)),
            *docs_routes(lambda: contract(desk)),
            *script_routes(),
            *page_routes(),
        ],
        middleware=[Middleware(WidgetPages), Middleware(Shield, on_answer=count, told=told)],
        exception_handlers={HTTPException: on_http_exception},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = (
        False  # a path with a slash too many is not found, like any other wrong path
    )
    app.state.desk = desk
    return app


def operations(desk: Container) -> tuple[Operation, ...]:
    """Every operation that the contract describes."""
    return (
        *tickets.OPERATIONS,
        *ticket_actions.OPERATIONS,
        *conversations.OPERATIONS,
        *translations.OPERATIONS,
        *suggestions.OPERATIONS,
        *insights.OPERATIONS,
        *knowledge.OPERATIONS,
        *macros.OPERATIONS,
        *rules.OPERATIONS,
        *sla_policies.OPERATIONS,
        *views.OPERATIONS,
        *tags.OPERATIONS,
        *custom_fields.OPERATIONS,
        *customers.OPERATIONS,
        *correspondences.OPERATIONS,
        *privacy.OPERATIONS,
        *privacy_requests.OPERATIONS,
        *imports.OPERATIONS,
        *import_mappings.OPERATIONS,
        *freshdesk.OPERATIONS,
        *satisfaction.OPERATIONS,
        *users.OPERATIONS,
        *api_keys.OPERATIONS,
        *integrations.OPERATIONS,
        *templates.OPERATIONS,
        *installs.OPERATIONS,
        *shopify_diagnostics.OPERATIONS,
        *organization.OPERATIONS,
        *mail_settings.OPERATIONS,
        *people_settings.OPERATIONS,
        *quarantine.OPERATIONS,
        *widgets.OPERATIONS,
        *teams.OPERATIONS,
        *articles.OPERATIONS,
        *search.OPERATIONS,
        *figures.OPERATIONS,
        *blocked_senders.OPERATIONS,
        *suppressed_addresses.OPERATIONS,
        *orders.OPERATIONS,
        *billing.OPERATIONS,
        *webhook_events.OPERATIONS,
        *events.OPERATIONS,
        *webhook_endpoints.OPERATIONS,
        *webhook_deliveries.OPERATIONS,
        *audit_log.OPERATIONS,
        *attachments.OPERATIONS,
        *files.OPERATIONS,
        *contents.OPERATIONS,
        *widget.OPERATIONS,
        *auth.OPERATIONS,
        *health.OPERATIONS,
        *metrics.OPERATIONS,
        *_called_by_providers(desk),
    )


def _called_by_providers(desk: Container) -> tuple[Operation, ...]:
    return (
        *handshakes.OPERATIONS,
        *inbound_email.OPERATIONS,
        *levy_fleets.OPERATIONS,
        *amazon.OPERATIONS,
        *messenger.OPERATIONS,
        *cron.OPERATIONS,
        *webhook_operations(desk.webhook_providers().values()),
    )


def contract(desk: Container) -> dict[str, Any]:
    """The OpenAPI document of this desk."""
    return document(
        operations(desk),
        title="Helpdesk",
        version=desk.desk().version,
        description="Tickets, conversations and customers of one organization, and what providers report to it.",
        schemes={**security_schemes(desk.webhook_providers().values()), **widget.SCHEMES, **cron.SCHEMES},
    )
