"""The site map of the pages."""

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route

from helpdesk_core.users import Role
from helpdesk_http.web.articles.help_centre import help_routes
from helpdesk_http.web.articles.pages import article_routes
from helpdesk_http.web.customers.pages import customer_routes
from helpdesk_http.web.entrance import choose_look, log_in, log_in_page, log_out
from helpdesk_http.web.guarded import guarded
from helpdesk_http.web.held import discard_mail, held_mail, held_page, release_mail
from helpdesk_http.web.inbox.bulk import take_back, treat_tickets
from helpdesk_http.web.inbox.lists import inbox
from helpdesk_http.web.inbox.new_ticket import new_ticket_page, open_new_ticket
from helpdesk_http.web.inbox.queues import queues_fragment
from helpdesk_http.web.inbox.ticket_routes import TICKET, ticket_routes
from helpdesk_http.web.integrations import (
    connect_by_hand,
    connect_mailbox,
    disconnect_account,
    integrations_page,
    leave_for_provider,
)
from helpdesk_http.web.live import live, look_at_ticket
from helpdesk_http.web.palette import palette
from helpdesk_http.web.people.routes import people_routes
from helpdesk_http.web.public import public_routes
from helpdesk_http.web.rendering import STATIC
from helpdesk_http.web.reports.pages import reports_page
from helpdesk_http.web.setting_up import set_up_routes
from helpdesk_http.web.settings.automation import MACROS, RULES
from helpdesk_http.web.settings.custom_fields import CUSTOM_FIELDS
from helpdesk_http.web.settings.imports import import_routes
from helpdesk_http.web.settings.knowledge import knowledge_routes
from helpdesk_http.web.settings.machinery import machinery_routes
from helpdesk_http.web.settings.mail import mail_routes
from helpdesk_http.web.settings.rooms import HOME, settings_home
from helpdesk_http.web.settings.saved_views import VIEWS
from helpdesk_http.web.settings.service_levels import SERVICE_LEVELS
from helpdesk_http.web.settings.teams_and_tags import TAGS, TEAMS
from helpdesk_http.web.settings.webhooks import webhook_routes
from helpdesk_http.web.settings.widgets import widget_routes
from helpdesk_http.web.static_files import KeptFiles


def page_routes() -> list[BaseRoute]:
    """Every page, and the files they need."""
    return [
        *public_routes(),
        *_entrance(),
        *set_up_routes(),
        *people_routes(),
        *_inbox(),
        *_held(),
        *_integrations(),
        Route(HOME, guarded(settings_home)),
        Route("/app/reports", guarded(reports_page)),
        *customer_routes(),
        *article_routes(),
        *help_routes(),
        *TEAMS.routes(),
        *TAGS.routes(),
        *VIEWS.routes(),
        *widget_routes(),
        *mail_routes(),
        *MACROS.routes(),
        *RULES.routes(),
        *SERVICE_LEVELS.routes(),
        *CUSTOM_FIELDS.routes(),
        *machinery_routes(),
        *webhook_routes(),
        *import_routes(),
        *knowledge_routes(),
        Mount("/app/static", KeptFiles(directory=STATIC), middleware=[Middleware(GZipMiddleware)]),
    ]


def _entrance() -> list[BaseRoute]:
    return [
        Route("/app/login", log_in_page, methods=["GET"]),
        Route("/app/login", log_in, methods=["POST"]),
        Route("/app/logout", log_out, methods=["POST"]),
        Route("/app/look", guarded(choose_look), methods=["POST"]),
    ]


def _inbox() -> list[BaseRoute]:
    return [
        Route("/app", guarded(inbox)),
        Route("/app/queues", guarded(queues_fragment)),
        Route("/app/tickets/new", guarded(new_ticket_page)),
        Route("/app/tickets/new", guarded(open_new_ticket), methods=["POST"]),
        Route("/app/tickets/several", guarded(treat_tickets), methods=["POST"]),
        Route("/app/tickets/several/undo", guarded(take_back), methods=["POST"]),
        Route("/app/live", guarded(live)),
        Route("/app/palette", guarded(palette)),
        Route(f"{TICKET}/presence", guarded(look_at_ticket), methods=["POST"]),
        *ticket_routes(),
    ]


def _held() -> list[BaseRoute]:
    one = "/app/held/{mail_id:uuid}"
    return [
        Route("/app/held", guarded(held_page)),
        Route(one, guarded(held_mail)),
        Route(f"{one}/release", guarded(release_mail), methods=["POST"]),
        Route(f"{one}/discard", guarded(discard_mail), methods=["POST"]),
    ]


def _integrations() -> list[BaseRoute]:
    path = f"{HOME}/integrations"
    leave, mailbox = guarded(leave_for_provider, Role.ADMIN), guarded(connect_mailbox, Role.ADMIN)
    by_hand, disconnect = guarded(connect_by_hand, Role.ADMIN), guarded(disconnect_account, Role.ADMIN)
    return [
        Route(path, guarded(integrations_page, Role.ADMIN)),
        Route(f"{path}/mailbox", mailbox, methods=["POST"]),
        Route(f"{path}/by-hand/{{provider}}", by_hand, methods=["POST"]),
        Route(f"{path}/go/{{provider}}", leave),
        Route(f"{path}/{{integration_id:uuid}}/disconnect", disconnect, methods=["POST"]),
    ]
