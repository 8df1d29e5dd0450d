"""Learning on every store: what is written and solved is known, once, and forgotten with what it came from."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
from attrs import evolve

from helpdesk_core.conversations import Kind
from helpdesk_core.customers import Customer
from helpdesk_core.ids import OrganizationId
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.ports.repositories import KnowledgeCount
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Status
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer
from helpdesk_core.use_cases.knowledge.embed_passages import EmbedPassages
from helpdesk_core.use_cases.knowledge.follow_sources import FollowSources
from helpdesk_core.use_cases.knowledge.order_sync import OrderSync
from helpdesk_core.use_cases.knowledge.read_knowledge import KnowledgeState, ReadKnowledge
from helpdesk_core.use_cases.knowledge.sync_knowledge import SyncKnowledge
from helpdesk_core.use_cases.running.follow_log import FollowLog
from helpdesk_core.use_cases.running.write_articles import ArticleChange, WriteArticles
from helpdesk_core.users import DESK
from tests.contracts.builders import (
    a_customer,
    a_message,
    a_ticket,
    after,
    an_article,
    an_organization,
    new_id,
)
from tests.contracts.desks import put
from tests.fakes.embedder import WordEmbedder

EMBEDDER = WordEmbedder()
TICKETS, ARTICLES = 30, 12


def clock() -> Any:
    return after(999)


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def a_desk(store: Store) -> tuple[OrganizationId, Customer]:
    """Articles and solved tickets of one customer, of which no event tells."""
    home = an_organization()
    customer = a_customer(home, name="Ida Garden", emails=("ida@garden.example",))
    await put(store, home, customer, *(an_article(home) for _ in range(ARTICLES)))
    for number in range(1, TICKETS + 1):
        ticket = evolve(a_ticket(customer, number, message_count=2), status=Status.RESOLVED)
        asked = a_message(ticket, f"Ida asks: what of part {number}?", kind=Kind.INBOUND, created_at=after(1))
        said = "It belongs below the kettle, on the left, says Ida."
        await put(store, ticket, asked, a_message(ticket, said, kind=Kind.REPLY, created_at=after(2)))
    return home.id, customer


async def known(store: Store, home: OrganizationId) -> KnowledgeState:
    return await ReadKnowledge(store, EMBEDDER)(home)


async def test_two_who_do_the_same_sync_learn_everything_once(store: Store) -> None:
    home, _ = await a_desk(store)
    order = await OrderSync(store, clock, new_id)(home, DESK)
    sync = SyncKnowledge(store, at_once, clock, new_id, EMBEDDER)
    async with anyio.create_task_group() as both:
        for _ in range(2):
            both.start_soon(sync, home, order.job_id)
    await sync(home, order.job_id)
    state = await known(store, home)
    assert state.syncing is None
    assert state.last is not None
    assert (state.last.done, state.last.total) == (TICKETS + ARTICLES, TICKETS + ARTICLES)
    assert (state.count.articles, state.count.tickets) == (ARTICLES, TICKETS)
    embed = EmbedPassages(store, EMBEDDER, clock, new_id)
    async with anyio.create_task_group() as both:
        for _ in range(2):
            both.start_soon(embed, home)
    assert (await known(store, home)).count.with_vector == state.count.passages


async def test_an_erased_customer_leaves_nothing_that_is_known(store: Store) -> None:
    home, customer = await a_desk(store)
    order = await OrderSync(store, clock, new_id)(home, DESK)
    await SyncKnowledge(store, at_once, clock, new_id, EMBEDDER)(home, order.job_id)
    told = await store.read(partial(_texts, home))
    assert len(told) == TICKETS
    assert {"Ida", "ida"}.isdisjoint(" ".join(told).replace(":", " ").replace(".", " ").split())
    await EraseCustomer(store, clock, new_id, tickets_at_once=100)(home, customer.id, DESK)
    assert (await known(store, home)).count == KnowledgeCount(ARTICLES, 0, ARTICLES, 0)


async def test_the_follower_knows_what_is_written_when_it_has_caught_up(store: Store) -> None:
    home = an_organization()
    await put(store, home)
    write = WriteArticles(store, clock, new_id)
    follow = FollowLog(store, {"knowledge": FollowSources(clock, new_id, EMBEDDER)})
    article = an_article(home)
    await put(store, article)
    await write.change(home.id, article.id, DESK, ArticleChange(title="Bells"))
    await follow()
    assert (await known(store, home.id)).count == KnowledgeCount(1, 0, 1, 0)
    await EmbedPassages(store, EMBEDDER, clock, new_id)()
    await write.change(home.id, article.id, DESK, ArticleChange(published=not article.published))
    await follow()
    assert (await known(store, home.id)).count == KnowledgeCount(1, 0, 1, 0)
    await write.remove(home.id, article.id, DESK)
    await follow()
    assert (await known(store, home.id)).count == KnowledgeCount(0, 0, 0, 0)


async def _texts(home: OrganizationId, view: View) -> list[str]:
    ids = await view.passages.sources(home, SourceKind.TICKET, None, 1_000)
    found = [await view.passages.of_source(home, SourceKind.TICKET, id) for id in ids]
    return [f"{one.title} {one.question} {one.text}" for passages in found for one in passages]
