"""People at their browsers, and every address that they can come to."""

import re

import httpx2
from starlette.routing import Route

from helpdesk_core.users import Role
from helpdesk_http.web.site import page_routes
from tests.http.conftest import PASSWORD, Office, a_client

ROUTES = [route for route in page_routes() if isinstance(route, Route)]
ROOMS = {"sla": "service_level_policy_id", "fields": "custom_field_id"}
"""Rooms whose things have another name in the contract than in the address."""
OTHERWISE = {
    "mail_id": "quarantined_mail_id",
    "endpoint_id": "webhook_endpoint_id",
    "sender_id": "blocked_sender_id",
    "key_id": "api_key_id",
}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OPEN = ("/app/login", "/app/login/code", "/app/logout", "/app/forgotten", "/app/invitation", "/app/reset")
"""The addresses under /app that need no session."""


async def logged_in(office: Office, role: Role = Role.ADMIN) -> httpx2.AsyncClient:
    """Somebody new with this role, at a browser of their own."""
    client = a_client(office.app)
    email = await office.user(role, f"{role.value}-of-pages@{office.slug}.example")
    assert (await client.post("/app/login", data={"email": email, "password": PASSWORD})).status_code == 303
    return client


def routes_with(method: str) -> list[Route]:
    return [route for route in ROUTES if method in (route.methods or ())]


def filled(route: Route, ids: dict[str, str], number: int = 1) -> str:
    """The route's path with these ids, and the id of something else for what they do not name."""
    known = {**ids, "number": str(number), "slug": "acme", "provider": "stripe"}
    if room := re.match(r"/app/settings/(\w+)/\{thing_id", route.path):
        known["thing_id"] = known[ROOMS.get(room[1], f"{room[1].removesuffix('s')}_id")]
    for name, other in OTHERWISE.items():
        known.setdefault(name, known.get(other, ""))
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1]) or ids["ticket_id"], route.path)


async def end_of_log(office: Office) -> int:
    """How much has happened in the organization."""
    return (await office.desk.store().read(lambda view: view.log.since(office.id, 0, 0))).last
