"""A desk in memory behind its doors."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from attrs import define

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import OrganizationId
from helpdesk_core.users import Role, Scope
from helpdesk_http.app import create_app
from tests.http.contract_checks import check_answer

PASSWORD = "correct horse battery"


@define
class Office:
    """One organization of the desk, with a client that carries its API key."""

    desk: Container
    app: Any
    id: OrganizationId
    slug: str
    client: httpx2.AsyncClient

    async def client_with(self, *scopes: Scope) -> httpx2.AsyncClient:
        _, text = await self.desk.create_api_key()(self.id, "a key", scopes)
        return a_client(self.app, {"authorization": f"Bearer {text}"})

    async def user(self, role: Role = Role.AGENT, email: str | None = None) -> str:
        email = email or f"{role.value}@{self.slug}.example"
        await self.desk.create_user()(self.id, email, role.value.title(), role, PASSWORD)
        return email

    async def ticket(self, subject: str = "The kettle leaks", **more: Any) -> dict[str, Any]:
        body = {
            "subject": subject,
            "message": "It drips.",
            "customer": {"email": "ida@garden.example"},
            **more,
        }
        answer = await self.client.post("/api/v1/tickets", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def a_client(app: Any, headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app, client=("203.0.113.9", 4711))
    return httpx2.AsyncClient(
        transport=transport,
        base_url="http://desk.example",
        headers=headers,
        event_hooks={"response": [check_answer]},
    )


@pytest.fixture
async def desk() -> Container:
    return in_memory(Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example"))


@pytest.fixture
async def app(desk: Container) -> AsyncIterator[Any]:
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        yield app


async def an_office(desk: Container, app: Any, slug: str) -> Office:
    organization = await desk.create_organization()(slug, slug.title())
    _, text = await desk.create_api_key()(organization.id, "tests", (Scope.ADMIN,))
    return Office(desk, app, organization.id, slug, a_client(app, {"authorization": f"Bearer {text}"}))


@pytest.fixture
async def acme(desk: Container, app: Any) -> AsyncIterator[Office]:
    office = await an_office(desk, app, "acme")
    async with office.client:
        yield office


@pytest.fixture
async def other(desk: Container, app: Any) -> AsyncIterator[Office]:
    office = await an_office(desk, app, "other")
    async with office.client:
        yield office


@pytest.fixture
async def visitor(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(app) as client:
        yield client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
