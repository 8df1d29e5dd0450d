"""What is known keeps up: with articles, with solved tickets, and with what must be forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import anyio
import pytest
from dependency_injector import providers

from helpdesk_core.articles import Article, body_from_text
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.paging import Page
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.repositories import JobFilter, KnowledgeCount, SuggestionFilter
from helpdesk_core.richtext import document_from_text
from helpdesk_core.suggestions.suggestions import Suggestion
from helpdesk_core.tickets import Channel, Status, Ticket
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.running.write_articles import ArticleChange, ArticleDraft
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from tests.contracts.builders import a_suggestion
from tests.fakes.embedder import WordEmbedder
from tests.use_cases.conftest import Bench

JOE = Actor("user", UUID(int=7), "Joe Smith")
ASKED = "Hello,\n\nmy order 123456 has not come. I am Ida Garden, +49 171 1234567.\n\nThanks,\nIda"
ANSWERED = "Hi Ida,\n\nparcels abroad take up to ten days, please wait until Friday.\n\nBest regards,\nJoe"


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
async def knowing(bench: Bench, embedder: WordEmbedder) -> Bench:
    """A desk whose embedder needs no model."""
    bench.desk.embedder.override(providers.Object(embedder))
    await bench.begin()
    return bench


async def keep_up(bench: Bench) -> None:
    while await bench.desk.follow_log()():
        await bench.run_jobs()


async def an_article(bench: Bench, text: str = "You have thirty days to send it back.") -> Article:
    assert bench.acme is not None
    draft = ArticleDraft(title="Returns", body=body_from_text(text))
    return await bench.desk.write_articles().add(bench.acme.id, JOE, draft)


async def a_ticket(bench: Bench) -> Ticket:
    assert bench.acme is not None
    return await bench.desk.open_ticket()(
        bench.acme.id,
        JOE,
        Opening(subject="Where is it, Ida?", channel=Channel.API),
        Requester(email="ida@garden.example", name="Ida Garden"),
        ASKED,
    )


async def answer(bench: Bench, ticket: Ticket, text: str = ANSWERED, kind: Kind = Kind.REPLY) -> Conversation:
    draft = Draft(content=document_from_text(text), author=agent_author(JOE))
    return await bench.desk.post_conversation()(ticket.organization_id, ticket.id, JOE, kind, draft)


async def into(bench: Bench, ticket: Ticket, status: Status) -> None:
    await bench.desk.change_ticket()(ticket.organization_id, ticket.id, JOE, TicketChange(status=status))


async def a_solved_ticket(bench: Bench) -> tuple[Ticket, Conversation]:
    ticket = await a_ticket(bench)
    reply = await answer(bench, ticket)
    await into(bench, ticket, Status.RESOLVED)
    return ticket, reply


async def known(bench: Bench, source: Ticket | Article) -> Sequence[Passage]:
    kind = SourceKind.TICKET if isinstance(source, Ticket) else SourceKind.ARTICLE
    return await bench.desk.store().read(
        lambda view: view.passages.of_source(source.organization_id, kind, source.id)
    )


async def count(bench: Bench) -> KnowledgeCount:
    assert bench.acme is not None
    return (await bench.desk.read_knowledge()(bench.acme.id)).count


async def test_an_article_is_known_as_it_stands_until_it_is_gone(knowing: Bench) -> None:
    article = await an_article(knowing)
    await keep_up(knowing)
    (passage,) = await known(knowing, article)
    assert (passage.title, passage.text, passage.published) == (
        "Returns",
        "You have thirty days to send it back.",
        False,
    )
    assert await count(knowing) == KnowledgeCount(articles=1, tickets=0, passages=1, with_vector=1)
    change = ArticleChange(published=True, body=body_from_text("You have sixty days to send it back."))
    await knowing.desk.write_articles().change(article.organization_id, article.id, JOE, change)
    await keep_up(knowing)
    (changed,) = await known(knowing, article)
    assert (changed.text, changed.published) == ("You have sixty days to send it back.", True)
    assert changed.id != passage.id
    assert (await count(knowing)).with_vector == 1
    await knowing.desk.write_articles().remove(article.organization_id, article.id, JOE)
    await keep_up(knowing)
    assert not await known(knowing, article)


async def test_a_solved_ticket_teaches_without_saying_who_it_was(knowing: Bench) -> None:
    ticket, _ = await a_solved_ticket(knowing)
    await keep_up(knowing)
    (passage,) = await known(knowing, ticket)
    assert (passage.title, passage.question, passage.text) == (
        "Where is it, [name]?",
        "My order [number] has not come. I am [name], [phone].",
        "Parcels abroad take up to ten days, please wait until Friday.",
    )
    assert not passage.published


async def test_a_ticket_teaches_only_while_it_is_solved(knowing: Bench) -> None:
    ticket = await a_ticket(knowing)
    await answer(knowing, ticket, "She is a liar, this one, do not believe her.", Kind.NOTE)
    await into(knowing, ticket, Status.RESOLVED)
    await keep_up(knowing)
    assert not await known(knowing, ticket)
    await answer(knowing, ticket)
    await into(knowing, ticket, Status.CLOSED)
    await keep_up(knowing)
    assert len(await known(knowing, ticket)) == 1
    await into(knowing, ticket, Status.OPEN)
    await keep_up(knowing)
    assert not await known(knowing, ticket)


async def test_what_is_learned_later_is_what_the_ticket_says_then(knowing: Bench) -> None:
    ticket, _ = await a_solved_ticket(knowing)
    await keep_up(knowing)
    (before,) = await known(knowing, ticket)
    await into(knowing, ticket, Status.CLOSED)
    await answer(knowing, ticket, "A note that nobody learns from, of some length.", Kind.NOTE)
    await keep_up(knowing)
    assert list(await known(knowing, ticket)) == [before]
    await answer(knowing, ticket, "It has arrived at the depot in the next town over.")
    await keep_up(knowing)
    (after,) = await known(knowing, ticket)
    assert after.text == f"{before.text}\n\nIt has arrived at the depot in the next town over."


async def test_a_name_that_becomes_known_later_goes_from_what_is_known(knowing: Bench) -> None:
    ticket = await a_ticket(knowing)
    await answer(knowing, ticket, "Mister Thornbury will call you on Friday about the new one.")
    await into(knowing, ticket, Status.RESOLVED)
    await keep_up(knowing)
    assert "Thornbury" in (await known(knowing, ticket))[0].text
    change = CustomerChange(name="Ida Thornbury")
    await knowing.desk.change_customer()(ticket.organization_id, ticket.customer_id, JOE, change)
    await keep_up(knowing)
    assert (await known(knowing, ticket))[0].text.startswith("Mister [name] will call")


async def test_of_a_blocked_customer_nothing_is_known(knowing: Bench) -> None:
    ticket, _ = await a_solved_ticket(knowing)
    await keep_up(knowing)
    change = CustomerChange(blocked=True)
    await knowing.desk.change_customer()(ticket.organization_id, ticket.customer_id, JOE, change)
    await keep_up(knowing)
    assert not await known(knowing, ticket)


async def suggested(bench: Bench, ticket: Ticket) -> Sequence[Suggestion]:
    return (
        await bench.desk.store().read(
            lambda view: view.suggestions.page(
                ticket.organization_id, SuggestionFilter(ticket.id), Page(sort="created_at")
            )
        )
    ).items


async def test_redacting_forgets_at_once_and_learns_the_rest(knowing: Bench) -> None:
    ticket, _ = await a_solved_ticket(knowing)
    more = await answer(knowing, ticket, "The key of the garden gate is under the third stone.")
    await keep_up(knowing)
    await knowing.desk.store().transact(lambda work: work.suggestions.add(a_suggestion(ticket)))
    assert "third stone" in (await known(knowing, ticket))[0].text
    await knowing.desk.redact_conversation()(ticket.organization_id, more.id, JOE, "third stone")
    assert not await known(knowing, ticket)
    assert not await suggested(knowing, ticket)
    await keep_up(knowing)
    assert "garden gate" not in (await known(knowing, ticket))[0].text


async def test_erasing_a_customer_forgets_in_the_same_unit_and_for_good(knowing: Bench) -> None:
    ticket, _ = await a_solved_ticket(knowing)
    await keep_up(knowing)
    await knowing.desk.store().transact(lambda work: work.suggestions.add(a_suggestion(ticket)))
    await knowing.desk.erase_customer()(ticket.organization_id, ticket.customer_id, JOE)
    assert not await known(knowing, ticket)
    assert not await suggested(knowing, ticket)
    await knowing.desk.order_sync()(ticket.organization_id, JOE)
    await keep_up(knowing)
    assert not await known(knowing, ticket)


async def test_a_ticket_that_goes_takes_along_what_is_known_of_it(knowing: Bench) -> None:
    gone, _ = await a_solved_ticket(knowing)
    source, _ = await a_solved_ticket(knowing)
    target, _ = await a_solved_ticket(knowing)
    await keep_up(knowing)
    await knowing.desk.delete_ticket()(gone.organization_id, gone.id, JOE)
    assert not await known(knowing, gone)
    await knowing.desk.merge_tickets()(source.organization_id, source.id, JOE, target.id)
    assert not await known(knowing, source)
    await keep_up(knowing)
    assert not await known(knowing, source)
    assert sum(len(one.text.split("Parcels")) - 1 for one in await known(knowing, target)) == 2
    await knowing.desk.unmerge_ticket()(source.organization_id, source.id, JOE)
    await keep_up(knowing)
    assert [len(await known(knowing, one)) for one in (source, target)] == [1, 1]


async def test_one_job_embeds_for_all_that_happens_before_it_runs(knowing: Bench) -> None:
    for number in range(5):
        await an_article(knowing, f"The answer number {number} is written here.")
        await knowing.desk.follow_log()()
    wanted = JobFilter(JobState.QUEUED, JobKind.EMBED_PASSAGES.value)
    queued = await knowing.desk.store().read(lambda view: view.jobs.page(wanted, Page()))
    assert len(queued.items) == 1
    await knowing.run_jobs()
    assert await count(knowing) == KnowledgeCount(articles=5, tickets=0, passages=5, with_vector=5)


async def test_who_comes_while_vectors_are_made_leaves_theirs_to_the_one_at_work(
    knowing: Bench, embedder: WordEmbedder
) -> None:
    await an_article(knowing)
    await knowing.desk.follow_log()()
    assert knowing.acme is not None
    organization_id = knowing.acme.id
    embedder.begun, embedder.held = anyio.Event(), anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(knowing.desk.embed_passages(), organization_id)
        await embedder.begun.wait()
        await an_article(knowing, "Another answer is written here.")
        await knowing.desk.follow_log()()
        assert await knowing.desk.embed_passages()(organization_id) == 0
        embedder.held.set()
    assert (len(embedder.seen), (await count(knowing)).with_vector) == (2, 2)


async def test_while_a_job_embeds_one_more_is_put_in_line_for_later(
    knowing: Bench, embedder: WordEmbedder
) -> None:
    await an_article(knowing)
    await knowing.desk.follow_log()()
    embedder.begun, embedder.held = anyio.Event(), anyio.Event()
    wanted = JobFilter(JobState.QUEUED, JobKind.EMBED_PASSAGES.value)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(knowing.run_jobs)
        await embedder.begun.wait()
        for number in range(3):
            await an_article(knowing, f"The answer number {number} is written here.")
            await knowing.desk.follow_log()()
        queued = await knowing.desk.store().read(lambda view: view.jobs.page(wanted, Page()))
        embedder.held.set()
    assert [job.run_at - job.created_at for job in queued.items] == [timedelta(seconds=30)]
    assert (len(embedder.seen), (await count(knowing)).with_vector) == (4, 4)


async def test_a_model_that_fails_is_asked_again_and_another_one_makes_all_vectors_anew(
    knowing: Bench, embedder: WordEmbedder
) -> None:
    embedder.failures = [ModelUnavailable("It is being loaded.")]
    await an_article(knowing)
    await keep_up(knowing)
    assert (await count(knowing)).with_vector == 0
    knowing.clock.pass_(minutes=5)
    await knowing.run_jobs()
    assert (await count(knowing)).with_vector == 1
    embedder.model = "better"
    assert (await count(knowing)).with_vector == 0
    assert await knowing.desk.embed_passages()() == 1
    assert (await count(knowing)).with_vector == 1


async def test_without_an_embedder_things_are_known_by_their_words(bench: Bench) -> None:
    bench.desk.embedder.override(providers.Object(None))
    await bench.begin()
    await an_article(bench)
    await keep_up(bench)
    assert await count(bench) == KnowledgeCount(articles=1, tickets=0, passages=1, with_vector=0)
    jobs = await bench.desk.store().read(lambda view: view.jobs.page(JobFilter(), Page()))
    assert not [job for job in jobs.items if job.kind is JobKind.EMBED_PASSAGES]


async def test_what_one_organization_waits_for_holds_up_no_other(knowing: Bench) -> None:
    await an_article(knowing)
    await knowing.desk.follow_log()()
    other = await knowing.desk.create_organization()("other", "Other")
    draft = ArticleDraft(title="Bells", body=body_from_text("They ring when you turn the key."))
    await knowing.desk.write_articles().add(other.id, JOE, draft)
    await keep_up(knowing)
    for home in (knowing.acme, other):
        assert home is not None
        assert (await knowing.desk.read_knowledge()(home.id)).count.with_vector == 1


async def test_the_name_of_a_program_that_answers_is_a_word_like_any_other(knowing: Bench) -> None:
    ticket = await a_ticket(knowing)
    program = Actor("api_key", UUID(int=8), "Kettle Shop")
    draft = Draft(
        content=document_from_text("Bring the kettle to any shop of ours."), author=agent_author(program)
    )
    await knowing.desk.post_conversation()(ticket.organization_id, ticket.id, program, Kind.REPLY, draft)
    await into(knowing, ticket, Status.RESOLVED)
    await keep_up(knowing)
    (passage,) = await known(knowing, ticket)
    assert passage.text == "Bring the kettle to any shop of ours."
