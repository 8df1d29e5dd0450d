"""Whatever happens, and whenever follower, sync and jobs get round to it, in the end is known what is there."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from dependency_injector import providers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.articles import body_from_text
from helpdesk_core.errors import Refusal
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.paging import MAX_LIMIT, Page
from helpdesk_core.ports.repositories import ArticleFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.knowledge.learn_sources import LATER, cut, material_of
from helpdesk_core.use_cases.knowledge.order_sync import last_sync
from helpdesk_core.use_cases.running.write_articles import ArticleChange
from tests.fakes.embedder import WordEmbedder
from tests.use_cases.conftest import Bench, a_bench
from tests.use_cases.test_keeping_knowledge import JOE, a_solved_ticket, an_article, answer, into, keep_up

ALL = Page(limit=MAX_LIMIT, sort="created_at")
HAPPENINGS = (
    "article",
    "article changes",
    "long article",
    "article goes",
    "ticket",
    "answer",
    "reopen",
    "resolve",
    "redact",
    "delete",
    "merge",
    "unmerge",
    "erase",
    "rename",
    "block",
)
KEEPING_UP = ("follow", "jobs", "order sync", "page of sync", "follow and jobs")


async def tickets_of(bench: Bench, home: OrganizationId) -> Sequence[Ticket]:
    found = await bench.desk.store().read(lambda view: view.tickets.page(home, TicketFilter(), ALL))
    return found.items


async def happens(bench: Bench, home: OrganizationId, what: str, random: Random) -> None:
    desk = bench.desk
    if what in ("article", "ticket"):
        await (
            an_article(bench, f"An answer of its own: {random.random()}.")
            if what == "article"
            else a_solved_ticket(bench)
        )
        return
    articles = (await desk.store().read(lambda view: view.articles.page(home, ArticleFilter(), ALL))).items
    if what.endswith(("article", "changes", "goes")):
        if articles:
            article = random.choice(articles)
            if what == "article goes":
                await desk.write_articles().remove(home, article.id, JOE)
            else:
                text = "It is told here at length. " * (5_000 if what == "long article" else 1)
                change = ArticleChange(
                    body=body_from_text(f"{text}{random.random()}."), published=random.random() < 0.5
                )
                await desk.write_articles().change(home, article.id, JOE, change)
        return
    tickets = await tickets_of(bench, home)
    if not tickets:
        return
    ticket, other = random.choice(tickets), random.choice(tickets)
    match what:
        case "answer":
            await answer(bench, ticket, f"One more thing that you may want to know: {random.random()}.")
        case "reopen" | "resolve":
            await into(bench, ticket, Status.OPEN if what == "reopen" else Status.RESOLVED)
        case "redact":
            said = await desk.store().read(lambda view: view.conversations.of_ticket(home, ticket.id, ALL))
            message = random.choice(said.items)
            await desk.redact_conversation()(home, ConversationId(message.id), JOE, None)
        case "delete":
            await desk.delete_ticket()(home, ticket.id, JOE)
        case "merge":
            await desk.merge_tickets()(home, ticket.id, JOE, other.id)
        case "unmerge":
            merged = await desk.store().read(lambda view: view.tickets.merged_into(home, ticket.id))
            for one in merged[:1]:
                await desk.unmerge_ticket()(home, TicketId(one.id), JOE)
        case "erase":
            await desk.erase_customer()(home, ticket.customer_id, JOE)
        case _:
            change_ = (
                CustomerChange(name="Friday")
                if what == "rename"
                else CustomerChange(blocked=random.random() < 0.5)
            )
            await desk.change_customer()(home, ticket.customer_id, JOE, change_)


async def keeps_up(bench: Bench, home: OrganizationId, how: str) -> None:
    if how.startswith("follow"):
        await bench.desk.follow_log()()
    if how.endswith("jobs"):
        await bench.run_jobs()
    if how == "order sync":
        await bench.desk.order_sync()(home, JOE)
    if how == "page of sync":
        sync = await bench.desk.store().read(lambda view: last_sync(home, view))
        if sync is not None and not sync.is_over:
            verb = bench.desk.sync_knowledge()
            page = await verb._page(home, sync)
            prepared = {id: (one, cut(one)) for id, one in page.materials.items()}
            await verb._take(home, sync, page, prepared)


async def known(bench: Bench, home: OrganizationId) -> dict[UUID, str]:
    """The digests of everything that is known, by source."""

    async def unit(view: View) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for source in SourceKind:
            ids = await view.passages.sources(home, source, None, 1_000)
            found |= await view.passages.digests(home, source, ids)
        return found

    return await bench.desk.store().read(unit)


async def there_is(bench: Bench, home: OrganizationId) -> dict[UUID, str]:
    """The digests of everything that ought to be known, learned from nothing."""

    async def unit(view: View) -> dict[UUID, str]:
        articles = (await view.articles.page(home, ArticleFilter(), ALL)).items
        tickets = (await view.tickets.page(home, TicketFilter(), ALL)).items
        sources = [(SourceKind.ARTICLE, one.id) for one in articles]
        sources += [(SourceKind.TICKET, one.id) for one in tickets]  # type: ignore[misc]
        found: dict[UUID, str] = {}
        for source, id in sources:
            material = await material_of(home, source, id, view)
            pieces = None if material is None else cut(material)
            if pieces is not None and pieces.pieces:
                found[id] = pieces.digest
        return found

    return await bench.desk.store().read(unit)


@given(
    st.lists(st.sampled_from([*HAPPENINGS, *KEEPING_UP, "ticket", "article"]), max_size=25),
    st.integers(0, 99),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
async def test_in_the_end_is_known_what_is_there(days: list[str], seed: int) -> None:
    bench, random = a_bench(), Random(seed)
    bench.desk.embedder.override(providers.Object(WordEmbedder()))
    home = (await bench.begin()).id
    for what in ["article", "ticket", "ticket", *days]:
        bench.clock.pass_(seconds=1)
        try:
            if what in KEEPING_UP:
                await keeps_up(bench, home, what)
            else:
                await happens(bench, home, what, random)
        except Refusal:
            continue
    await bench.run_jobs()
    await keep_up(bench)
    bench.clock.pass_(seconds=LATER.total_seconds())
    await bench.run_jobs()
    assert await known(bench, home) == await there_is(bench, home)
    count = (await bench.desk.read_knowledge()(home)).count
    assert count.with_vector == count.passages
