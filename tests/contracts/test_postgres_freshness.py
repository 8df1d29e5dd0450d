"""What a unit on PostgreSQL sees of what others have committed, though it shares their transactions."""

from collections.abc import AsyncIterator

import anyio
import pytest

from helpdesk_adapters.storage.sql import postgres_transactions
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_core.ports.store import Work
from helpdesk_core.webhooks import WebhookEvent
from tests.contracts.builders import a_webhook_event
from tests.contracts.postgres_desks import a_shop, open_ticket, opened
from tests.contracts.postgres_server import clean_database


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store() -> AsyncIterator[PostgresStore]:
    with clean_database() as url:
        async with opened(url) as store:
            yield store


async def test_an_event_that_was_kept_while_others_of_its_organization_were_busy_is_not_passed_over(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job joined a transaction that was older than the event, found none, and was done: the event was lost."""
    monkeypatch.setattr(postgres_transactions, "LONGEST", 60.0)
    organization, customer = await a_shop(store)
    event = a_webhook_event()
    is_busy, is_asked = anyio.Event(), anyio.Event()
    found: list[WebhookEvent | None] = []

    async def be_busy(work: Work) -> None:
        await open_ticket(work, customer)
        is_busy.set()
        await is_asked.wait()

    async def perform(work: Work) -> None:
        await work.tickets.next_number(organization.id)
        found.append(await work.inbox.get(event.id))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.transact, be_busy)
        await is_busy.wait()
        assert await store.transact(lambda work: work.inbox.admit(event))
        tasks.start_soon(store.transact, perform)
        await anyio.wait_all_tasks_blocked()
        is_asked.set()
    assert found[-1] == event
