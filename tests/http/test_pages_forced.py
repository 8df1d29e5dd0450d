"""Every address, as strangers, agents and admins of other organizations try it, and other sites in their name."""

import httpx2
import pytest

from helpdesk_core.users import Role
from tests.http.browsers import OPEN, end_of_log, filled, logged_in, routes_with
from tests.http.conftest import Office
from tests.http.furnished import Furnished

FOR_AGENTS_TOO = ("/app/settings/views", "/app/settings/macros")
"""Rooms of what everybody works with."""


@pytest.fixture
async def admin(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme)


async def test_nothing_of_another_organization_is_shown_or_changed_by_any_address(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    theirs = Furnished(other)
    await theirs.fill()
    before = await end_of_log(other)
    tried = [
        (method, route)
        for method in ("GET", "POST")
        for route in routes_with(method)
        if "{" in route.path and not route.path.startswith(("/help", "/app/settings/integrations/"))
    ]
    assert len(tried) > 80
    for method, route in tried:
        answer = await admin.request(
            method, filled(route, theirs.ids), data={"name": "Mine"} if method == "POST" else None
        )
        assert answer.status_code in (404, 422), f"{method} {route.path}: {answer.status_code}"
        assert "The kettle leaks" not in answer.text, route.path
    assert await end_of_log(other) == before


async def test_their_things_are_not_reached_through_a_ticket_of_ours(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    theirs, ours = Furnished(other), await acme.ticket("Ours")
    await theirs.fill()
    before = await end_of_log(other)
    for route in routes_with("POST"):
        if route.path.startswith("/app/tickets/{number:ticket_number}/") and route.path.count("{") == 2:
            answer = await admin.post(filled(route, theirs.ids), data={"words": "kettle", "subject": "x"})
            assert answer.status_code in (404, 409, 422), route.path
    for name, value in {
        "assignee_id": theirs.ids["user_id"],
        "team_id": theirs.ids["team_id"],
    }.items():
        await admin.post("/app/tickets/1/properties", data={name: value})
        kept = (await acme.client.get(f"/api/v1/tickets/{ours['id']}")).json()
        assert kept[name] is None
    answer = await admin.post(
        "/app/tickets/1/messages", data={"text": "x", "attachment_id": theirs.ids["attachment_id"]}
    )
    assert answer.status_code == 422
    assert await end_of_log(other) == before


async def test_agents_reach_nothing_that_is_for_admins(acme: Office) -> None:
    ours = Furnished(acme)
    await ours.fill()
    agent = await logged_in(acme, Role.AGENT)
    before = await end_of_log(acme)
    for method in ("GET", "POST"):
        for route in routes_with(method):
            if route.path.startswith(FOR_AGENTS_TOO):
                continue
            if route.path.startswith("/app/settings/") or route.path.endswith(("/export", "/erase")):
                answer = await agent.request(method, filled(route, ours.ids))
                assert answer.status_code == 403, f"{method} {route.path}"
    assert await end_of_log(acme) == before


async def test_strangers_are_led_to_the_log_in_from_every_address(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    ours = Furnished(acme)
    await ours.fill()
    before = await end_of_log(acme)
    for method in ("GET", "POST"):
        for route in routes_with(method):
            if not route.path.startswith("/app") or route.path in OPEN:
                continue
            answer = await visitor.request(method, filled(route, ours.ids))
            assert (answer.status_code, answer.headers["location"][:16]) == (303, "/app/login?next="), (
                route.path
            )
    assert await end_of_log(acme) == before


FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": "http://desk.example.evil.example"},
    {"origin": "http://evil.example/desk.example"},
    {"origin": "http://desk.example:8080"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://desk.example"},
)


async def test_no_form_works_from_another_site_whatever_its_body(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    ours = Furnished(acme)
    await ours.fill()
    before = await end_of_log(acme)
    for route in routes_with("POST"):
        for place, headers in enumerate(FOREIGN):
            media = "text/plain" if place % 2 else "application/x-www-form-urlencoded"
            answer = await admin.post(
                filled(route, ours.ids),
                content=b"status=closed&name=x",
                headers={**headers, "content-type": media},
            )
            assert answer.status_code == 403, f"{route.path} {headers}"
    assert await end_of_log(acme) == before


async def test_nothing_is_changed_by_reading_pages(acme: Office, admin: httpx2.AsyncClient) -> None:
    ours = Furnished(acme)
    await ours.fill()
    before = await end_of_log(acme)
    for route in routes_with("GET"):
        if route.path != "/app/live" and not route.path.endswith("/export"):
            assert (await admin.get(filled(route, ours.ids))).status_code < 500, route.path
    assert await end_of_log(acme) == before
