"""Suggestions that the desk makes by itself, and what becomes of them."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio
import pytest
from attrs import define
from dependency_injector import providers

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.ids import OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.paging import Page
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.repositories import JobFilter, SuggestionFilter, TicketFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.ports.suggesting import RestsOn
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.suggestions.telling import Telling
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.users import DESK
from tests.contracts.builders import a_customer, a_message, a_ticket, an_event
from tests.fakes.suggesting import ScriptedSuggester, Shelf
from tests.use_cases.conftest import Bench


@define
class Stage:
    """A bench with a shelf of knowledge, and somebody who writes from it."""

    bench: Bench
    shelf: Shelf
    model: ScriptedSuggester

    @property
    def home(self) -> OrganizationId:
        assert self.bench.acme is not None
        return self.bench.acme.id

    async def ticket(
        self,
        channel: Channel = Channel.WIDGET,
        text: str = "My kettle leaks.",
        *,
        blocked: bool = False,
        name: str = "Ida Fox",
        metadata: dict[str, Any] | None = None,
        quiet: bool = False,
        **fields: Any,
    ) -> Ticket:
        """A ticket as a door opens it, told in the log."""
        store, clock = self.bench.desk.store(), self.bench.clock
        assert self.bench.acme is not None
        customer = a_customer(self.bench.acme, name=name, blocked=blocked)
        found = await store.read(lambda view: view.tickets.page(self.home, TicketFilter(), Page(100)))
        ticket = a_ticket(
            customer, len(found.items) + 1, channel=channel, created_at=clock(), message_count=1, **fields
        )
        message = a_message(ticket, text, metadata=metadata or {}, created_at=clock(), channel=channel)
        told = an_event(
            self.bench.acme,
            ticket.id,
            type="ticket.created",
            subject_type="ticket",
            occurred_at=clock(),
            data={"channel": channel.value},
            quiet=quiet,
        )

        async def unit(work: Any) -> None:
            await work.customers.add(customer)
            await work.tickets.add(ticket)
            await work.conversations.add(message)
            await work.log.append(told)

        await store.transact(unit)
        return ticket

    async def go_on(self) -> None:
        """What the desk does by itself after a while."""
        await self.bench.desk.follow_log()()
        await self.bench.run_jobs()
        await self.bench.desk.follow_log()()

    async def kept(self, ticket: Ticket) -> list[Suggestion]:
        wanted = SuggestionFilter(ticket.id)
        store = self.bench.desk.store()
        found = await store.read(lambda view: view.suggestions.page(self.home, wanted, Page(100)))
        return list(found.items)

    async def jobs(self) -> list[Job]:
        wanted = JobFilter(kind=JobKind.SUGGEST_REPLIES.value)
        found = await self.bench.desk.store().read(lambda view: view.jobs.page(wanted, Page(100)))
        return list(found.items)


@pytest.fixture
async def stage(bench: Bench) -> Stage:
    await bench.begin()
    stage = Stage(bench, Shelf(), ScriptedSuggester())
    stage.shelf.put("Kettles that leak", "Descale the kettle.")
    bench.desk.retrieve_answers.override(providers.Object(stage.shelf))
    bench.desk.retrieve_quotes.override(providers.Object(stage.shelf))
    bench.desk.suggester.override(providers.Object(stage.model))
    bench.desk.embedded_suggester.override(
        providers.Object(ScriptedSuggester((("Own words.",),), "embedded"))
    )
    return stage


async def through(telling: AsyncIterator[Telling]) -> None:
    """Reads to the end."""
    async for _ in telling:
        continue


@pytest.mark.parametrize("channel", [Channel.WIDGET, Channel.CONTACT_FORM, Channel.EMAIL])
async def test_a_new_ticket_gets_one_suggestion_by_itself_however_often_it_is_told_of(
    stage: Stage, channel: Channel
) -> None:
    ticket = await stage.ticket(channel)
    await stage.go_on()
    (made,) = await stage.kept(ticket)
    assert (made.text, made.automatic, made.state) == ("Descale it.", True, SuggestionState.OFFERED)
    (job,) = await stage.jobs()
    for _ in range(2):
        await stage.bench.desk.perform_job()(job)
    await stage.go_on()
    assert await stage.kept(ticket) == [made]
    assert len(stage.model.asked) == 1


async def test_two_workers_with_the_same_job_keep_one_suggestion(stage: Stage) -> None:
    ticket = await stage.ticket()
    verb = stage.bench.desk.suggest_replies()
    asked = await verb.asked(stage.home, ticket.id)
    for _ in range(2):  # both have looked before either has kept anything
        await through(verb.write(asked, DESK, automatic=True))
    assert len(await stage.kept(ticket)) == 1


async def test_a_slow_model_writes_two_at_once_and_the_others_come_later(stage: Stage) -> None:
    stage.model.scripts = ((0.2, "Descale it."),)
    tickets = [await stage.ticket() for _ in range(4)]
    await stage.bench.desk.follow_log()()
    perform = stage.bench.desk.perform_job()
    async with anyio.create_task_group() as tasks:
        for job in await stage.jobs():
            tasks.start_soon(perform, job)
    assert [len(await stage.kept(one)) for one in tickets].count(1) == 2
    later = [job for job in await stage.jobs() if job.run_at > stage.bench.clock()]
    assert len(later) == 2
    for _ in range(4):
        stage.bench.clock.pass_(seconds=5)
        await stage.go_on()
    assert [len(await stage.kept(one)) for one in tickets] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("history", {"quiet": True}),
        ("another channel", {"channel": Channel.API}),
        ("an absence notice", {"channel": Channel.EMAIL, "metadata": {"nature": "auto_reply"}}),
        ("a newsletter", {"channel": Channel.EMAIL, "metadata": {"nature": "list"}}),
        ("a customer who is blocked", {"blocked": True}),
        ("a ticket that a rule has closed", {"status": Status.CLOSED}),
        ("a ticket that was answered at once", {"first_response_at": None}),
        ("a message without words", {"text": " "}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nobody_waits_for_an_answer_to(stage: Stage, name: str, fields: dict[str, Any]) -> None:
    if "first_response_at" in fields:
        fields = {"first_response_at": stage.bench.clock()}
    ticket = await stage.ticket(**fields)
    await stage.go_on()
    assert (await stage.kept(ticket), stage.model.asked) == ([], []), name


async def test_a_desk_that_comes_to_read_an_old_log_suggests_nothing_for_what_it_finds(stage: Stage) -> None:
    await stage.ticket()
    stage.bench.clock.pass_(days=1, seconds=1)
    await stage.go_on()
    assert await stage.jobs() == []


async def test_a_ticket_that_finds_nothing_is_a_gap_and_counts_as_one(stage: Stage) -> None:
    ticket = await stage.ticket(text="Do you sell bicycles?")
    await stage.go_on()
    (made,) = await stage.kept(ticket)
    assert not made.grounded
    report, _ = await stage.bench.desk.read_figures().report(
        stage.home, stage.bench.clock().date(), stage.bench.clock().date(), ()
    )
    assert (report.suggestions.gaps, report.suggestions.offered) == (1, 0)


async def test_a_model_that_is_down_costs_an_automatic_suggestion_nothing_but_itself(stage: Stage) -> None:
    stage.model.scripts = ((ModelUnavailable("It is down."),),)
    ticket = await stage.ticket()
    await stage.go_on()
    assert [(one.text, one.made_by) for one in await stage.kept(ticket)] == [("Own words.", "embedded")]


async def test_a_model_that_writes_nothing_gives_way_as_one_that_fails_does(stage: Stage) -> None:
    stage.model.scripts = ((" ", "\n"),)
    ticket = await stage.ticket()
    await stage.go_on()
    assert [one.made_by for one in await stage.kept(ticket)] == ["embedded"]


async def test_the_language_of_a_question_is_found_out_where_nobody_knows_it(stage: Stage) -> None:
    await stage.ticket(text="Wann kommt endlich mein neuer Wasserkocher, the kettle?")
    await stage.go_on()
    ((question, _, _),) = stage.model.asked
    assert (question.language, question.customer_name) == ("de", "Ida Fox")


@pytest.mark.parametrize("name", ["", "Visitor", "Anonymous caller", "ida@garden.example", "+49 170 1234567"])
async def test_nobody_is_addressed_by_what_is_no_name(stage: Stage, name: str) -> None:
    ticket = await stage.ticket(name=name)
    asked = await stage.bench.desk.suggest_replies().asked(stage.home, ticket.id)
    assert asked.question.customer_name is None


async def test_what_answers_a_message_that_was_blacked_out_meanwhile_is_not_kept(stage: Stage) -> None:
    ticket = await stage.ticket()
    desk = stage.bench.desk
    verb = desk.suggest_replies()
    asked = await verb.asked(stage.home, ticket.id)
    await desk.redact_conversation()(stage.home, asked.about, DESK, None)
    with pytest.raises(Exception, match="no longer there"):
        await through(verb.write(asked, DESK))
    assert await stage.kept(ticket) == []


async def test_a_suggestion_for_a_ticket_that_was_merged_meanwhile_is_the_targets(stage: Stage) -> None:
    ticket, into = await stage.ticket(), await stage.ticket()
    verb = stage.bench.desk.suggest_replies()
    asked = await verb.asked(stage.home, ticket.id)
    await stage.bench.desk.merge_tickets()(stage.home, ticket.id, DESK, into.id)
    await through(verb.write(asked, DESK))
    assert [one.ticket_id for one in await stage.kept(into)] == [into.id]


async def test_the_question_is_what_was_said_since_the_last_answer(stage: Stage) -> None:
    ticket = await stage.ticket(text="My kettle leaks.")
    store, clock = stage.bench.desk.store(), stage.bench.clock
    for kind, text in (
        (Kind.REPLY, "Is it old?"),
        (Kind.NOTE, "A difficult one."),
        (Kind.INBOUND, "No."),
        (Kind.INBOUND, "And the lid is loose."),
    ):
        clock.pass_(minutes=1)
        message = a_message(ticket, text, kind=kind, created_at=clock())
        await store.transact(partial(_add, message))
    asked = await stage.bench.desk.suggest_replies().asked(stage.home, ticket.id)
    assert asked.question.text == "No.\n\nAnd the lid is loose."
    assert asked.question.earlier == (("customer", "My kettle leaks."), ("agent", "Is it old?"))


async def test_what_a_reply_says_it_rests_on_are_its_sources_and_nothing_else(stage: Stage) -> None:
    quoted = stage.shelf.put("Leaking kettles", "A kettle that leaks is repaired.")
    stage.model.scripts = (("It is repaired.", RestsOn((Found(quoted, 1.0, 0.9),))),)
    ticket = await stage.ticket()
    await stage.go_on()
    (kept,) = await stage.kept(ticket)
    assert [source.passage_id for source in kept.sources] == [quoted.id]


async def test_a_solved_ticket_does_not_answer_itself(stage: Stage) -> None:
    stage.shelf.passages.clear()
    ticket = await stage.ticket()
    stage.shelf.put("Kettles that leak", "We repaired the kettle.", SourceKind.TICKET, ticket.id)
    await stage.go_on()
    (kept,) = await stage.kept(ticket)
    assert (kept.grounded, stage.model.asked) == (False, [])


async def test_sources_are_told_once_each_with_their_best_passage(stage: Stage) -> None:
    first = stage.shelf.put("Leaks", "My kettle leaks, says everybody. " * 30)
    stage.shelf.put("Leaks", "A kettle.", source_id=first.source_id)
    ticket = await stage.ticket()
    await stage.go_on()
    (made,) = await stage.kept(ticket)
    by_id = {one.id: one for one in made.sources}
    assert len(by_id) == len(made.sources) == 2
    assert by_id[first.source_id].passage_id == first.id
    assert len(by_id[first.source_id].excerpt) <= 300


class TestBesides:
    async def test_similar_tickets_tell_of_tags_and_priority(self, stage: Stage) -> None:
        solved = [
            await stage.ticket(tags=("leak",), priority=Priority.HIGH, status=Status.RESOLVED)
            for _ in range(3)
        ]
        ticket = await stage.ticket()
        for one in (*solved, ticket):
            stage.shelf.put("A kettle", "It leaks, my kettle.", SourceKind.TICKET, one.id)
        find = stage.bench.desk.find_similar()
        found = await find(stage.home, ticket.id, 2)
        assert [one.ticket.id for one in found] == [one.id for one in solved[:2]]
        properties = await find.properties(stage.home, ticket.id)
        assert [(one.tag, one.share, one.tickets) for one in properties.tags] == [("leak", 1.0, 3)]
        assert properties.priority is not None
        assert (properties.priority.priority, properties.based_on) == (Priority.HIGH, 3)

    async def test_a_ticket_without_a_question_is_like_no_other(self, stage: Stage) -> None:
        ticket = await stage.ticket(text=" ")
        assert await stage.bench.desk.find_similar()(stage.home, ticket.id, 5) == ()

    async def test_gaps_are_told_until_something_is_written_down_or_they_are_dismissed(
        self, stage: Stage
    ) -> None:
        await stage.ticket(text="Do you sell bicycles?")
        await stage.ticket(text="Which bicycles do you sell?")
        room = await stage.ticket(text="Can I rent a meeting room?")
        await stage.go_on()
        find = stage.bench.desk.find_gaps()
        gaps = await find(stage.home, 20)
        assert [(gap.shown, len(gap.questions)) for gap in gaps] == [
            ("Which bicycles do you sell?", 2),
            ("Can I rent a meeting room?", 1),
        ]
        assert len(await find(stage.home, 1)) == 1
        (suggestion,) = await stage.kept(room)
        await stage.bench.desk.dismiss_suggestion()(stage.home, suggestion.id, DESK)
        assert [gap.shown for gap in await find(stage.home, 20)] == ["Which bicycles do you sell?"]
        stage.shelf.put("Bicycles", "We sell bicycles.")
        assert await find(stage.home, 20) == []

    async def test_a_question_that_was_blacked_out_is_told_no_more(self, stage: Stage) -> None:
        ticket = await stage.ticket(text="Do you sell bicycles?")
        await stage.go_on()
        asked = await stage.bench.desk.suggest_replies().asked(stage.home, ticket.id)
        await stage.bench.desk.redact_conversation()(stage.home, asked.about, DESK, None)
        assert await stage.bench.desk.find_gaps()(stage.home, 20) == []


async def _add(message: Conversation, work: Work) -> None:
    await work.conversations.add(message)
