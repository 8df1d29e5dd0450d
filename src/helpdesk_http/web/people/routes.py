"""The site map of the pages about people."""

from starlette.routing import BaseRoute, Route

from helpdesk_http.web.people.account import account_routes
from helpdesk_http.web.people.api_keys import api_key_routes
from helpdesk_http.web.people.assignment import assignment_routes
from helpdesk_http.web.people.links import (
    accept_invitation,
    ask_for_link,
    forgotten_page,
    invitation_page,
    reset_page,
    reset_password,
)
from helpdesk_http.web.people.notifications import notification_routes
from helpdesk_http.web.people.second_step import CODE_PAGE, bring_code, code_page
from helpdesk_http.web.people.users import user_routes


def people_routes() -> list[BaseRoute]:
    return [
        Route(CODE_PAGE, code_page),
        Route(CODE_PAGE, bring_code, methods=["POST"]),
        Route("/app/forgotten", forgotten_page),
        Route("/app/forgotten", ask_for_link, methods=["POST"]),
        Route("/app/invitation", invitation_page),
        Route("/app/invitation", accept_invitation, methods=["POST"]),
        Route("/app/reset", reset_page),
        Route("/app/reset", reset_password, methods=["POST"]),
        *account_routes(),
        *notification_routes(),
        *user_routes(),
        *api_key_routes(),
        *assignment_routes(),
    ]
