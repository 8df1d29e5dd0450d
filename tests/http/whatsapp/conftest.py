"""An office with a number at WhatsApp, and Meta as it posts to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from attrs import define, field
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.whatsapp import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.fakes.graph_api import SECRET, TOKEN, FakeGraph, fake_graph
from tests.fakes.whatsapp import (
    OURS,
    delivery,
)
from tests.http.conftest import Office

PATH = "/api/webhooks/whatsapp"


@define
class Clock:
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with fake_graph() as graph:
        yield graph


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(graph: FakeGraph, clock: Clock) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        whatsapp_app_secret=(SECRET,),
        whatsapp_verify_token=("a verify token",),
        api_bases={"meta": graph.base},
    )
    desk = in_memory(settings)
    desk.clock.override(providers.Object(clock))
    return desk


@define
class WhatsApp:
    """An office with a number, and Meta as it posts to it."""

    visitor: httpx2.AsyncClient
    office: Office
    graph: FakeGraph
    clock: Clock
    answers: list[httpx2.Response] = field(factory=list)

    async def post(self, body: bytes, secret: str = SECRET) -> httpx2.Response:
        signed = sign(Delivery({}, body, PATH), secret, system_clock(), "")
        return await self.visitor.post(PATH, content=body, headers=dict(signed.headers))

    async def tell(self, *changes: dict[str, Any], works: bool = True) -> None:
        answer = await self.post(delivery(*changes))
        assert answer.status_code == 200, answer.text
        if works:
            await self.work()

    async def work(self) -> None:
        await run_jobs(self.office.desk, may_fail=True)

    async def later(self, **pause: float) -> None:
        self.clock.ahead += timedelta(**pause)
        await self.work()

    async def tickets(self) -> list[dict[str, Any]]:
        path = "/api/v1/tickets?include=customer,conversations&sort=created_at"
        return list((await self.office.client.get(path)).json()["data"])

    async def ticket(self) -> dict[str, Any]:
        [ticket] = await self.tickets()
        return ticket

    async def texts(self) -> list[str]:
        return [one["content_text"] for one in (await self.ticket())["conversations"]]

    async def answer(self, text: str | None = "Here is one.", **more: Any) -> dict[str, Any]:
        path = f"/api/v1/tickets/{(await self.ticket())['id']}/conversations"
        words = {} if text is None else {"text": text}
        made = await self.office.client.post(path, json={**words, **more})
        assert made.status_code == 201, made.text
        await self.work()
        return dict(made.json())

    async def stands(self, answer: dict[str, Any]) -> tuple[str, str | None]:
        found = (await self.office.client.get(f"/api/v1/conversations/{answer['id']}")).json()
        return found["delivery"]["state"], found["delivery"]["detail"]

    async def account(self) -> dict[str, Any]:
        [found] = (await self.office.client.get("/api/v1/integrations")).json()["data"]
        return dict(found)


@pytest.fixture
async def whatsapp(acme: Office, visitor: httpx2.AsyncClient, graph: FakeGraph, clock: Clock) -> WhatsApp:
    await acme.desk.connect_integration()(acme.id, "whatsapp", OURS, {"access_token": TOKEN})
    return WhatsApp(visitor, acme, graph, clock)
