"""Every page there is: for whom it opens, that it is whole, that it is small, and that hostile words stay words."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from starlette.routing import BaseRoute, Route

from helpdesk_core.users import Role
from helpdesk_http.web.site import page_routes
from tests.http.conftest import PASSWORD, Office, a_client

ELSEWHERE = {"/app/login", "/app/live", "/app/queues", "/app/palette", "/app/logout", "/app/forgotten"} | {
    "/app/invitation",  # these two need a link that was mailed
    "/app/reset",
}
LARGEST = 60_000
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def paths(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and "{" not in route.path:
            yield route.path


PAGES = sorted({path for path in paths(page_routes()) if path.startswith("/app")} - ELSEWHERE)


async def logged_in(office: Office, role: Role) -> httpx2.AsyncClient:
    client = a_client(office.app)
    email = await office.user(role)
    answer = await client.post("/app/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return client


@pytest.fixture
async def admin(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme, Role.ADMIN)


@pytest.fixture
async def agent(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme, Role.AGENT)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_whole_and_small_and_needs_a_session(
    path: str, acme: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    await acme.ticket(HOSTILE, message=HOSTILE, customer={"email": "ida@garden.example", "name": HOSTILE})
    page = await admin.get(path, follow_redirects=True)
    assert page.status_code == 200
    assert len(page.content) < LARGEST
    assert "{{ " not in page.text
    assert "{%" not in page.text
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    tags = re.findall(r"<[a-z][^>]*>", page.text)
    assert not [tag for tag in tags if re.search(r"\son[a-z]+=", re.sub(r'"[^"]*"', '""', tag))]
    assert ' style="' not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    locked = await visitor.get(path)
    assert (locked.status_code, locked.headers["location"][:15]) == (303, "/app/login?next")


@pytest.mark.parametrize("path", PAGES)
async def test_an_agent_sees_a_page_or_is_told_that_it_is_for_admins(
    path: str, agent: httpx2.AsyncClient
) -> None:
    page = await agent.get(path, follow_redirects=True)
    assert page.status_code in (200, 403)
    if page.status_code == 403:
        assert "For admins only" in page.text


async def test_no_page_takes_a_form_from_another_site(acme: Office, admin: httpx2.AsyncClient) -> None:
    ticket = await acme.ticket()
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    forms = [
        route.path
        for route in page_routes()
        if isinstance(route, Route) and "POST" in (route.methods or ()) and "{" not in route.path
    ]
    assert len(forms) > 10
    for path in forms:
        answer = await admin.post(path, data={"ticket": ticket["id"], "status": "closed"}, headers=foreign)
        assert answer.status_code == 403, path


async def test_what_is_another_organizations_is_not_there(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    theirs = await other.client.post("/api/v1/articles", json={"title": "Secret", "body": "<p>x</p>"})
    customer = (await other.client.get("/api/v1/customers")).json()["data"]
    ticket = await other.ticket("Theirs")
    team = await other.client.post("/api/v1/teams", json={"name": "Theirs"})
    for path in (
        f"/app/articles/{theirs.json()['id']}",
        f"/app/customers/{ticket['customer_id']}",
        f"/app/settings/teams/{team.json()['id']}",
        "/app/tickets/1",
    ):
        assert (await admin.get(path)).status_code == 404, path
    assert customer == []
    done = await admin.post(
        "/app/tickets/several",
        data={"ticket": ticket["id"], "status": "closed"},
        headers={"accept": "application/json"},
    )
    assert done.json()["undo"] == ""
    assert (await other.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "open"


async def test_a_link_leads_nowhere_else(acme: Office, visitor: httpx2.AsyncClient) -> None:
    email = await acme.user(Role.ADMIN)
    for target in ("https://evil.example", "//evil.example", "/app/../../evil", "/\\evil.example", "/api/x"):
        form = {"email": email, "password": PASSWORD, "next": target}
        answer = await visitor.post("/app/login", data=form)
        assert answer.headers["location"].startswith("/app")
        assert "evil" not in answer.headers["location"] or answer.headers["location"].startswith("/app/")
