"""A request makes as many statements to a full store as to an empty one."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.users import Role
from helpdesk_http.app import create_app
from tests.benchmarks.figures import Figures
from tests.benchmarks.letters import letter
from tests.benchmarks.pushing import PATH, headers
from tests.benchmarks.servers import PUSH_SECRET, RECEIVER, TO, Founded, found
from tests.benchmarks.statements import Ask, answered, count_statements, watch_statements
from tests.http.running import WEBHOOK_SECRET, resend_event, signed


def test_every_request_makes_a_constant_number_of_statements(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    more = 60 if quick else 1000
    counted = asyncio.run(_counted(found(tmp_path), more))
    figures.add(
        f"statements a request, at 1 ticket and at {more:,}",
        "the same" if all(len(set(counts)) == 1 for counts in counted.values()) else "different",
        "the same",
        ", ".join(f"{name} {counts[0]}" for name, counts in counted.items()),
    )
    assert {name: counts for name, counts in counted.items() if len(set(counts)) > 1} == {}
    assert min(counts[0] for counts in counted.values()) > 0, "something was not counted"
    assert counted["widget without news"][0] <= 3
    assert counted["mail pushed"][0] <= 45


async def _counted(founded: Founded, more: int) -> Mapping[str, list[int]]:
    """The number of statements by kind of request: while there is hardly anything, and among `more` tickets."""
    settings = Settings(
        data_dir=founded.data,
        resend_webhook_secret=(WEBHOOK_SECRET,),
        inbound_email_domain=TO.partition("@")[2],
        inbound_email_secret=(PUSH_SECRET,),
        trusted_authserv_ids=(RECEIVER,),
        api_rate_limit=None,
        widget_rate_limit=None,
    )
    store = SqliteStore(settings.database, readers=1)  # one connection that reads, so that it can be watched
    desk = Container(settings=settings)
    desk.database.override(providers.Object(store))
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        ran = await watch_statements(store)
        transport, headers = httpx2.ASGITransport(app), {"authorization": f"Bearer {founded.key}"}
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://desk.example", headers=headers
        ) as client:
            opened = (await _open(client, 0)).json()
            asked = {**_requests(client, opened["id"], opened["customer_id"]), **await _widget(client)}
            asked |= await _pages(desk, client)
            for ask in asked.values():
                await answered(
                    ask
                )  # whatever is done once only: statements that the index for words prepares
            first = {name: await count_statements(ask, ran) for name, ask in asked.items()}
            for number in range(more):
                await _open(client, number)
                if number % 4 == 0:
                    await _note(client, opened["id"])
            second = {name: await count_statements(ask, ran) for name, ask in asked.items()}
    return {name: [first[name], second[name]] for name in asked}


def _requests(client: httpx2.AsyncClient, ticket: str, customer: str) -> Mapping[str, Ask]:
    number = iter(range(1_000_000))
    one = f"/api/v1/tickets/{ticket}"

    def webhook() -> Awaitable[httpx2.Response]:
        name = f"m{next(number)}"
        body = resend_event(name, to=TO)
        return client.post("/api/webhooks/resend", content=body, headers=signed(body, name))

    def push() -> Awaitable[httpx2.Response]:
        raw = letter(f"p{next(number)}", 0)
        proof = {name.replace("_", "-"): value for name, value in headers(raw, datetime.now(UTC)).items()}
        return client.post(PATH, content=raw, headers=proof)

    return {
        "webhook": webhook,
        "list": lambda: client.get("/api/v1/tickets"),
        "list open": lambda: client.get("/api/v1/tickets?status=open"),
        "list with all": lambda: client.get("/api/v1/tickets?include=customer,conversations"),
        "list of a customer": lambda: client.get(f"/api/v1/tickets?customer_id={customer}"),
        "read": lambda: client.get(one),
        "read with all": lambda: client.get(f"{one}?include=customer,conversations"),
        "messages": lambda: client.get(f"{one}/conversations"),
        "customers": lambda: client.get("/api/v1/customers"),
        "search": lambda: client.get("/api/v1/search?q=kettle&type=ticket"),
        "search for all": lambda: client.get("/api/v1/search?q=kettle"),
        "articles": lambda: client.get("/api/v1/articles?q=kettle"),
        "metrics": lambda: client.get("/api/v1/metrics?group_by=day,channel"),
        "open": lambda: _open(client, 0),
        "change": lambda: client.patch(one, json={"priority": ("low", "high")[next(number) % 2]}),
        "note": lambda: _note(client, ticket),
        "mail pushed": push,
        "answer": lambda: client.post(f"{one}/conversations", json={"text": "We bring a new one."}),
    }


async def _pages(desk: Container, client: httpx2.AsyncClient) -> Mapping[str, Ask]:
    """Pages, for an agent who is logged in."""
    (organization,) = await desk.store().read(lambda view: view.organizations.all())
    words = ("noor@garden.example", "Noor", Role.AGENT, "correct horse battery")
    await desk.create_user()(organization.id, *words)
    await client.post("/app/login", data={"email": words[0], "password": words[-1]})
    return {"page of a ticket": lambda: client.get("/app/tickets/1")}


async def _widget(client: httpx2.AsyncClient) -> Mapping[str, Ask]:
    """What a visitor asks who has a ticket already; nobody answers them."""
    number = iter(range(1_000_000))
    made = (await client.post("/api/v1/widgets", json={"name": "Shop"})).json()
    begun = (await client.post("/api/widget/init", json={"apiKey": made["api_key"]})).json()
    session = {"x-widget-session": begun["sessionToken"]}

    newest = ""

    async def say() -> httpx2.Response:
        nonlocal newest
        said = {"message": f"Where is my order? ({next(number)})"}
        answer = await client.post("/api/widget/message", json=said, headers=session)
        newest = answer.json()["conversationId"]
        return answer

    async def poll() -> httpx2.Response:
        return await client.get(f"/api/widget/message?after={newest}", headers=session)

    await say()
    return {"widget without news": poll, "widget message": say}


def _open(client: httpx2.AsyncClient, number: int) -> Awaitable[httpx2.Response]:
    ticket: dict[str, Any] = {
        "subject": "The kettle leaks",
        "message": "It leaks.",
        "customer": {"email": f"ida{number % 50}@garden.example", "name": "Ida"},
    }
    return client.post("/api/v1/tickets", json=ticket)


def _note(client: httpx2.AsyncClient, ticket: str) -> Awaitable[httpx2.Response]:
    return client.post(f"/api/v1/tickets/{ticket}/conversations", json={"kind": "note", "text": "Call her."})
