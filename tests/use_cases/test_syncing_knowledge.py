"""A sync goes through everything, once, and meets the follower of the log without either undoing the other."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_core.event_log import Occasion
from helpdesk_core.imports.brought import BroughtArticle, Said
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.knowledge.syncing import MOST_TICKETS, KnowledgeSync, Phase, advanced, as_text, from_text
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Status
from helpdesk_core.use_cases.knowledge.order_sync import last_sync, order_sync_step
from tests.contracts.builders import a_passage
from tests.fakes.embedder import WordEmbedder
from tests.fakes.import_source import script
from tests.use_cases.conftest import Bench
from tests.use_cases.moving import a_customer, a_message, an_agent, moving
from tests.use_cases.moving import a_ticket as a_brought_ticket
from tests.use_cases.test_keeping_knowledge import (
    JOE,
    a_solved_ticket,
    an_article,
    answer,
    count,
    into,
    keep_up,
    known,
)


@pytest.fixture
async def knowing(bench: Bench) -> Bench:
    bench.desk.embedder.override(providers.Object(WordEmbedder()))
    await bench.begin()
    return bench


async def the_sync(bench: Bench) -> KnowledgeSync | None:
    acme = bench.acme
    assert acme is not None
    return await bench.desk.store().read(lambda view: last_sync(acme.id, view))


async def syncs(bench: Bench) -> int:
    wanted = JobFilter(kind=JobKind.SYNC_KNOWLEDGE.value)
    return len((await bench.desk.store().read(lambda view: view.jobs.page(wanted, Page()))).items)


async def test_two_orders_are_one_sync_and_a_later_one_another(knowing: Bench) -> None:
    assert knowing.acme is not None
    await an_article(knowing)
    await a_solved_ticket(knowing)
    first = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    again = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    assert (first.total, again) == (2, first)
    assert await syncs(knowing) == 1
    await knowing.run_jobs()
    done = await the_sync(knowing)
    assert done is not None
    assert (done.phase, done.done, done.total) == (Phase.DONE, 2, 2)
    found = await count(knowing)
    assert (found.articles, found.tickets, found.with_vector) == (1, 1, 2)
    later = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    assert later.job_id != first.job_id


async def test_a_sync_that_was_given_up_is_followed_by_another(knowing: Bench) -> None:
    assert knowing.acme is not None
    first = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    store: Any = knowing.desk.database()
    (job,) = await store.job_table.claim("tests", 10, knowing.clock())
    await store.job_table.settle("tests", [evolve(job, state=JobState.DEAD)])
    second = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    assert second.job_id != first.job_id
    # The first one's job, retried by hand, leaves the second's place alone.
    await knowing.desk.sync_knowledge()(knowing.acme.id, first.job_id)
    assert await the_sync(knowing) == second


async def test_whoever_comes_first_the_other_finds_it_done(knowing: Bench) -> None:
    assert knowing.acme is not None
    article, (ticket, _) = await an_article(knowing), await a_solved_ticket(knowing)
    await keep_up(knowing)
    followed = [*await known(knowing, article), *await known(knowing, ticket)]
    await knowing.desk.order_sync()(knowing.acme.id, JOE)
    await keep_up(knowing)
    assert [*await known(knowing, article), *await known(knowing, ticket)] == followed


@pytest.mark.parametrize("what", ["reopened", "answered", "deleted", "article gone"])
async def test_what_happens_while_a_page_is_cut_is_not_undone_by_it(knowing: Bench, what: str) -> None:
    assert knowing.acme is not None
    article, (ticket, _) = await an_article(knowing), await a_solved_ticket(knowing)

    async def happen() -> None:
        match what:
            case "reopened":
                await into(knowing, ticket, Status.OPEN)
            case "answered":
                await answer(knowing, ticket, "Here is one thing more that you may want to know.")
            case "deleted":
                await knowing.desk.delete_ticket()(ticket.organization_id, ticket.id, JOE)
            case _:
                await knowing.desk.write_articles().remove(article.organization_id, article.id, JOE)

    knowing.desk.offload.override(providers.Object(Interrupted(happen, 2 if what != "article gone" else 1)))
    order = await knowing.desk.order_sync()(knowing.acme.id, JOE)
    await knowing.desk.sync_knowledge()(knowing.acme.id, order.job_id)
    told = [one.text for one in await known(knowing, ticket)]
    match what:
        case "reopened" | "deleted":
            assert told == []
        case "answered":
            assert "one thing more" in told[0]
        case _:
            assert await known(knowing, article) == []
    await keep_up(knowing)
    assert [one.text for one in await known(knowing, ticket)] == told


class Interrupted:
    """An Offload during whose n-th call something happens."""

    def __init__(self, happen: Callable[[], Awaitable[None]], place: int) -> None:
        self.happen, self.left = happen, place

    async def __call__(self, function: Callable[..., object], *arguments: object) -> object:
        self.left -= 1
        if self.left == 0:
            await self.happen()
        return function(*arguments)


async def test_what_has_no_source_any_more_goes(knowing: Bench) -> None:
    acme = knowing.acme
    assert acme is not None
    kept = await an_article(knowing)
    await keep_up(knowing)
    strays = [a_passage(acme, source=source) for source in SourceKind for _ in range(3)]

    async def stray(work: Work) -> None:
        for one in strays:
            await work.passages.put(acme.id, one.source, one.source_id, [one])

    await knowing.desk.store().transact(stray)
    assert (await count(knowing)).passages == 7
    await knowing.desk.order_sync()(acme.id, JOE)
    await knowing.run_jobs()
    assert (await count(knowing)).passages == 1
    assert len(await known(knowing, kept)) == 1


async def test_the_end_of_an_import_orders_a_sync(bench: Bench) -> None:
    bench.desk.embedder.override(providers.Object(WordEmbedder()))
    desk = await moving(bench)
    said = (
        a_message("m1", text="The kettle leaks."),
        a_message("m2", Said.REPLY, text="Please turn the screw below it by half a turn."),
    )
    article = BroughtArticle(id="a1", title="Screws", body="<p>Turn them.</p>")
    await desk.bring(
        script([an_agent(), a_customer(), a_brought_ticket(status="solved", messages=said), article])
    )
    await bench.desk.follow_log()()
    assert (await count(bench)).passages == 0
    assert await syncs(bench) == 1
    await bench.run_jobs()
    found = await count(bench)
    assert (found.articles, found.tickets, found.with_vector) == (1, 1, 2)
    # What was known is kept up with while the next import goes on, and so is what it takes away.
    deleted = a_brought_ticket(status="open", messages=said, updated_at=bench.clock())
    await desk.bring(script([deleted]))
    await bench.desk.follow_log()()
    assert (await count(bench)).tickets == 0


async def test_an_import_that_ends_while_a_sync_is_at_work_makes_it_begin_anew(knowing: Bench) -> None:
    acme = knowing.acme
    assert acme is not None
    await knowing.desk.order_sync()(acme.id, JOE)
    occasion = Occasion(knowing.clock(), knowing.desk.new_id(), JOE)
    for _ in range(2):
        await knowing.desk.store().transact(lambda work: order_sync_step(acme.id, work, occasion, again=True))
    assert await syncs(knowing) == 1
    await knowing.run_jobs()
    assert await syncs(knowing) == 2
    done = await the_sync(knowing)
    assert done is not None
    assert done.is_over
    assert not done.again


def test_a_sync_is_remembered_as_it_stands() -> None:
    at = datetime(2026, 4, 6, tzinfo=UTC)
    sync = KnowledgeSync(job_id=UUID(int=1), total=7, ordered_at=at)  # type: ignore[arg-type]
    for after in (None, Position(at, UUID(int=2)), Position(1, UUID(int=2))):
        moved = advanced(sync, 3, after, at)
        assert from_text(as_text(moved)) == moved
    assert from_text(None) is None


def test_a_sync_goes_through_so_many_tickets_and_no_more() -> None:
    at = datetime(2026, 4, 6, tzinfo=UTC)
    more = Position(at, UUID(int=2))
    sync = KnowledgeSync(job_id=UUID(int=1), total=0, ordered_at=at, phase=Phase.TICKETS)  # type: ignore[arg-type]
    almost = advanced(sync, MOST_TICKETS - 1, more, at)
    assert (almost.phase, almost.after) == (Phase.TICKETS, more)
    assert advanced(almost, 1, more, at).phase is Phase.WEEDING
