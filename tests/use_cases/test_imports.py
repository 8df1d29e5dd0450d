"""What another desk has comes here as it was, wakes nobody, and leaves alone what somebody here has done since."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import define, evolve

from helpdesk_core.conversations import AuthorType, Kind
from helpdesk_core.customers import Contact
from helpdesk_core.imports.brought import Brought, BroughtField, BroughtRating, BroughtTeam, Said, Speaker
from helpdesk_core.imports.brought import Kind as BroughtKind
from helpdesk_core.imports.progress import ImportState, Tally
from helpdesk_core.imports.translation import Translation
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.imports import CredentialsRefused, MustWait, SourceGone, SourcePage
from helpdesk_core.ports.repositories import JobFilter, ThreadQuery
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.users import DESK
from tests.fakes.import_source import Script, opening, script
from tests.use_cases.conftest import Bench
from tests.use_cases.moving import ALL, THEN, Moving, a_customer, a_message, a_ticket, an_agent, moving

LATER = THEN + timedelta(days=2)


@define
class Ordering(Script):
    """A script in the middle of whose second page of tickets somebody does something else."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def page(self, kind: BroughtKind, cursor: str) -> SourcePage:
        meanwhile, due = self.meanwhile, kind is BroughtKind.TICKETS and cursor != ""
        if meanwhile is not None and due:
            self.meanwhile = None
            await meanwhile()
        return await super().page(kind, cursor)


@pytest.fixture
async def desk(bench: Bench) -> Moving:
    return await moving(bench)


async def test_a_ticket_comes_with_what_was_said_by_whom_and_when(desk: Moving) -> None:
    said = (
        a_message("m2", Said.REPLY, created_at=THEN + timedelta(minutes=20)),
        a_message("m1"),
        a_message("m3", Said.NOTE, created_at=THEN + timedelta(minutes=30), text="An internal word."),
    )
    thing = a_ticket(status="solved", priority="urgent", assignee_id="u1", tags=("vip",), messages=said)
    ended = await desk.bring(script([an_agent(), a_customer(), thing]))
    ticket = await desk.ticket()
    messages = await desk.messages(ticket)
    assert ended.tallies["tickets"] == Tally(created=1)
    assert (ticket.status, ticket.priority, ticket.tags) == (Status.RESOLVED, Priority.URGENT, ("vip",))
    assert (ticket.created_at, ticket.resolved_at) == (THEN, THEN + timedelta(hours=1))
    assert ticket.metadata["imported"]["number"] == "1"
    assert [(one.kind, one.author.name) for one in messages] == [
        (Kind.INBOUND, "Carla c1"),
        (Kind.REPLY, "Ada u1"),
        (Kind.NOTE, "Ada u1"),
    ]
    assert ticket.first_response_at == THEN + timedelta(minutes=20)
    assert ticket.message_count == 3


async def test_nothing_that_is_brought_wakes_anybody(desk: Moving) -> None:
    await desk.bring(script([an_agent(), a_customer(), a_ticket(assignee_id="u1")]))
    await desk.bring(script([a_ticket(status="open", updated_at=LATER, messages=(a_message("t1-2"),))]))
    await desk.bench.run_jobs()
    events = await desk.bench.desk.store().read(lambda view: view.log.since(desk.home, 0, 100))
    brought = [one for one in events.events if one.subject_type in ("ticket", "conversation", "customer")]
    assert brought
    assert all(one.quiet for one in brought)
    assert desk.bench.post.sent == []
    ticket = await desk.ticket()
    assert (ticket.sla_policy_id, ticket.first_response_due_at) == (None, None)


async def test_history_is_counted_on_the_days_on_which_it_happened(desk: Moving) -> None:
    reply = a_message("m2", Said.REPLY, created_at=THEN + timedelta(days=1))
    thing = a_ticket(
        status="solved",
        assignee_id="u1",
        resolved_at=LATER,
        updated_at=LATER,
        messages=(a_message("m1"), reply),
    )
    await desk.bring(script([an_agent(), a_customer(), thing]))
    agent = (await desk.ticket()).assignee_id
    figures = await desk.figures()
    day = THEN.date()
    assert figures["tickets_created", day, agent] == (1, 0)
    assert figures["messages_out", day + timedelta(days=1), agent] == (1, 0)
    assert figures["first_response", day + timedelta(days=1), agent] == (1, 86400)
    assert figures["standing_open", day + timedelta(days=2), agent] == (-1, 0)
    assert figures["standing_resolved", day + timedelta(days=2), agent] == (1, 0)
    assert figures["resolution", day + timedelta(days=2), agent] == (1, 2 * 86400)


async def test_a_second_run_brings_only_what_has_changed(desk: Moving) -> None:
    await desk.bring(script([a_customer(), a_ticket(), a_ticket("t2")]))
    more = (a_message("t1-1"), a_message("t1-2", created_at=LATER))
    ended = await desk.bring(
        script([a_customer(), a_ticket(status="pending", updated_at=LATER, messages=more), a_ticket("t2")])
    )
    assert ended.tallies["tickets"] == Tally(updated=1, skipped=1)
    ticket = await desk.ticket()
    assert (ticket.status, ticket.message_count, ticket.last_message_at) == (Status.PENDING, 2, LATER)
    assert len(await desk.messages(ticket)) == 2


async def test_a_message_that_was_made_a_note_there_is_one_here(desk: Moving) -> None:
    said = (a_message("t1-1"), a_message("t1-2", Said.REPLY, created_at=LATER))
    await desk.bring(script([a_customer(), an_agent(), a_ticket(messages=said)]))
    hidden = (said[0], a_message("t1-2", Said.NOTE, created_at=LATER))
    await desk.bring(script([a_ticket(messages=hidden, updated_at=LATER)]))
    kinds = [(one.kind, one.delivery) for one in await desk.messages(await desk.ticket())]
    assert kinds == [(Kind.INBOUND, None), (Kind.NOTE, None)]
    await desk.bring(script([a_ticket(messages=said, updated_at=LATER + timedelta(hours=1))]))
    kinds = [(one.kind, one.delivery) for one in await desk.messages(await desk.ticket())]
    assert kinds == [(Kind.INBOUND, None), (Kind.NOTE, None)]


async def test_what_somebody_here_has_changed_is_theirs(desk: Moving) -> None:
    await desk.bring(script([a_customer(), a_ticket(tags=("a",), fields={"size": "L"})]))
    ticket = await desk.ticket()
    change = TicketChange(status=Status.ON_HOLD, tags=("ours",), custom_fields={"colour": "red"})
    await desk.bench.desk.change_ticket()(desk.home, ticket.id, DESK, change)
    newer = a_ticket(
        status="solved",
        priority="high",
        subject="Told anew",
        tags=("b",),
        fields={"size": "XL"},
        updated_at=LATER,
    )
    await desk.bring(script([newer]))
    after = await desk.ticket()
    assert (after.status, after.tags) == (Status.ON_HOLD, ("ours",))
    assert (after.subject, after.priority) == ("Told anew", Priority.HIGH)
    assert after.custom_fields["size"] == "XL"
    assert after.custom_fields["colour"] == "red"


async def test_a_ticket_that_was_deleted_there_is_closed_here_and_keeps_its_words(desk: Moving) -> None:
    await desk.bring(script([a_customer(), a_ticket()]))
    await desk.bring(
        script([a_ticket(deleted=True, updated_at=LATER, messages=()), a_ticket("t2", deleted=True)])
    )
    ticket = await desk.ticket()
    assert (ticket.status, ticket.closed_at, ticket.tags) == (Status.CLOSED, LATER, ("deleted_there",))
    assert len(await desk.messages(ticket)) == 1
    assert [*await desk.tickets()] == ["t1"]


async def test_a_ticket_that_was_deleted_here_is_not_brought_again(desk: Moving) -> None:
    await desk.bring(script([a_customer(), a_ticket()]))
    await desk.bench.desk.delete_ticket()(desk.home, (await desk.ticket()).id, DESK)
    ended = await desk.bring(script([a_ticket(status="solved", updated_at=LATER)]))
    assert ended.tallies["tickets"] == Tally(skipped=1)
    assert await desk.tickets() == {}


async def test_a_customer_who_was_erased_here_is_not_brought_again(desk: Moving) -> None:
    await desk.bring(script([a_customer(), a_ticket()]))
    customer = (await desk.ticket()).customer_id
    await desk.bench.desk.erase_customer()(desk.home, customer, DESK)
    ended = await desk.bring(
        script([a_customer(company="Kettles", updated_at=LATER), a_ticket("t2"), a_ticket(updated_at=LATER)])
    )
    found = await desk.bench.desk.store().read(lambda view: view.customers.get(desk.home, customer))
    assert found is not None
    assert (found.name, found.emails, found.company) == ("", (), None)
    assert ended.tallies["customers"].created == 0
    assert len(await desk.tickets()) == 1
    known = await desk.bench.desk.store().read(
        lambda view: view.references.many(desk.home, "zendesk", "acme", "customers", ["c1"])
    )
    assert known == {}


async def test_what_was_told_of_somebody_goes_with_them(desk: Moving) -> None:
    wrong = a_customer(emails=("c1@mail.example", "no address"), phones=("call c1@mail.example",))
    ended = await desk.bring(
        script([wrong, a_customer("c2", emails=("c2@mail.example", "nor this")), a_ticket()])
    )
    customer = (await desk.ticket()).customer_id
    assert len(await desk.problems(ended)) == 3
    await desk.bench.desk.erase_customer()(desk.home, customer, DESK)
    told = [(one.external_id, one.told) for one in await desk.problems(ended)]
    gone = ("", "It was about somebody who has been erased.")
    assert sorted(told) == sorted([gone, gone, ("c2", "'nor this' is not an e-mail address.")])


async def test_customers_are_joined_by_their_addresses_whatever_the_case(desk: Moving) -> None:
    twins = [a_customer("c1", emails=("Twin@Mail.example",)), a_customer("c2", emails=("twin@mail.EXAMPLE",))]
    ended = await desk.bring(script([*twins, a_customer("c3", emails=(), phones=("+1 415 555 0123",))]))
    again = await desk.bring(script([a_customer("c4", emails=(), phones=("+14155550123",))]))
    assert ended.tallies["customers"] == Tally(created=2, updated=1)
    assert again.tallies["customers"] == Tally(updated=1)
    assert len(await desk.customers()) == 2


async def test_agents_are_those_of_their_addresses_and_nobody_becomes_an_admin(desk: Moving) -> None:
    ended = await desk.bring(
        script([an_agent(admin=True), an_agent("u2", email="U1@desk.example"), an_agent("u3", email=None)])
    )
    users = await desk.bench.desk.store().read(lambda view: view.users.of(desk.home))
    assert [(one.email, one.role.value) for one in users] == [("u1@desk.example", "agent")]
    assert ended.tallies["users"] == Tally(created=1, skipped=1, failed=1)


@pytest.mark.parametrize("order", [("t1", "t2"), ("t2", "t1")])
@pytest.mark.parametrize("most", [1, 10])
async def test_merged_tickets_are_merged_whichever_comes_first(
    desk: Moving, order: tuple[str, str], most: int
) -> None:
    things = {"t1": a_ticket("t1", merged_into="t2"), "t2": a_ticket("t2")}
    await desk.bring(script([a_customer(), *(things[one] for one in order)], most=most))
    tickets = await desk.tickets()
    assert tickets["t1"].merged_into_id == tickets["t2"].id
    assert tickets["t2"].message_count == 2
    assert tickets["t2"].updated_at == THEN + timedelta(hours=1)
    assert len(await desk.messages(tickets["t2"])) == 2


async def test_tickets_that_were_merged_in_a_circle_stay_what_they_are(desk: Moving) -> None:
    circle = [
        a_ticket("t1", merged_into="t2"),
        a_ticket("t2", merged_into="t1"),
        a_ticket("t3", merged_into="t3"),
    ]
    ended = await desk.bring(script([a_customer(), *circle]))
    tickets = await desk.tickets()
    assert ended.tallies["tickets"].created == 3
    assert tickets["t3"].merged_into_id is None
    assert [one.merged_into_id is None for one in tickets.values()].count(False) == 1
    assert {one.external_id for one in await desk.problems(ended)} == {"t2", "t3"}


async def test_merged_customers_are_one_whichever_comes_first(desk: Moving) -> None:
    await desk.bring(script([a_customer("c1", merged_into="c2")], [a_customer("c2")], [a_ticket()]))
    [customer] = await desk.customers()
    assert sorted(customer.emails) == ["c1@mail.example", "c2@mail.example"]
    assert (await desk.ticket()).customer_id == customer.id


async def test_whoever_is_not_known_any_more_has_a_place(desk: Moving) -> None:
    said = a_message("m1", speaker_id="gone", said=Said.PUBLIC, speaker=Speaker.UNKNOWN)
    await desk.bring(script([a_ticket(customer_id="gone-too", messages=(said,))]))
    [customer] = await desk.customers()
    [message] = await desk.messages(await desk.ticket())
    assert customer.name == "Former customer"
    assert (message.author.type, message.author.name) == (AuthorType.USER, "Former agent")
    await desk.bring(script([a_customer("gone-too", name="Back again")]))
    assert [one.name for one in await desk.customers()] == ["Back again"]


async def test_a_ticket_that_an_agent_opened_for_themselves_bears_their_name(desk: Moving) -> None:
    said = a_message("t1-1", Said.PUBLIC, speaker=Speaker.UNKNOWN, speaker_id="u1")
    await desk.bring(script([an_agent(), a_ticket(customer_id="u1", messages=(said,))]))
    [customer] = await desk.customers()
    assert (customer.name, customer.contacts) == ("Ada u1", ())
    [message] = await desk.messages(await desk.ticket())
    assert (message.author.type, message.author.name) == (AuthorType.USER, "Ada u1")


async def test_a_mail_that_the_desk_has_already_does_not_keep_a_ticket_out(desk: Moving) -> None:
    one = a_ticket(messages=(a_message("m1", message_id="same@mail.example"),))
    other = a_ticket("t2", messages=(a_message("m2", message_id="same@mail.example"),))
    ended = await desk.bring(script([a_customer(), one], [other]))
    assert ended.tallies["tickets"] == Tally(created=2)


async def test_words_are_translated_as_an_admin_has_set_it(desk: Moving) -> None:
    translation = Translation(
        {"parked": Status.ON_HOLD}, {"p1": Priority.URGENT}, {"f1": "vehicle", "f2": ""}
    )
    thing = a_ticket(status="Parked", priority="P1", fields={"f1": "LF-1", "f2": "secret", "f3": "kept"})
    await desk.bring(
        script([BroughtField(id="f2", key="x", label="X"), a_customer(), thing]), translation=translation
    )
    ticket = await desk.ticket()
    assert (ticket.status, ticket.priority) == (Status.ON_HOLD, Priority.URGENT)
    assert ticket.custom_fields == {"vehicle": "LF-1", "f3": "kept"}


async def test_a_dry_run_keeps_nothing_and_tells_which_words_are_unknown(desk: Moving) -> None:
    things: list[Brought] = [a_customer(), a_ticket(status="parked", priority="p0"), a_ticket("t2")]
    ended = await desk.bring(script(things), dry=True)
    assert ended.tallies["tickets"] == Tally(created=2)
    assert [one.told for one in await desk.problems(ended)] == [
        "No status is set for 'parked': it would be open.",
        "No priority is set for 'p0': it would be normal.",
    ]
    assert await desk.tickets() == {}
    assert await desk.customers() == []


async def test_a_rating_and_a_team_come_too(desk: Moving) -> None:
    thing = a_ticket(team_id="g1", rating=BroughtRating(score="good", comment="Thanks", created_at=THEN))
    await desk.bring(script([BroughtTeam(id="g1", name="Kettles"), a_customer(), thing]))
    ticket = await desk.ticket()
    rating = await desk.bench.desk.store().read(lambda view: view.ratings.of_ticket(desk.home, ticket.id))
    assert ticket.team_id is not None
    assert rating is not None
    assert (rating.score.value, rating.comment, rating.created_at) == ("good", "Thanks", THEN)


async def test_an_import_of_one_account_is_one_at_a_time(desk: Moving) -> None:
    first, second = await desk.order(), await desk.order()
    assert first.id == second.id
    other = await desk.order(account="other")
    assert other.id != first.id


async def test_an_import_that_was_killed_in_a_terminal_goes_on_as_a_job(desk: Moving) -> None:
    made = await desk.order()
    again = await desk.order(foreground=False)
    assert (again.id, again.state, again.foreground) == (made.id, ImportState.QUEUED, False)
    assert (await desk.order(foreground=False)).version == again.version
    wanted = JobFilter(kind=JobKind.RUN_IMPORT.value)
    jobs = await desk.bench.desk.store().read(lambda view: view.jobs.page(wanted, ALL))
    assert [one.payload for one in jobs.items] == [{"import_id": str(made.id)}]


async def test_looking_often_does_not_hide_what_was_begun(desk: Moving) -> None:
    source = script([a_customer(), a_ticket()])
    source.troubles = [None, None, None, CredentialsRefused("Connect it again.")]
    rested = await desk.bring(source)
    for _ in range(25):
        await desk.bring(script([a_customer()]), dry=True)
    assert (await desk.order()).id == rested.id


async def test_a_terminal_takes_over_what_runs_in_the_background_and_gives_it_back(desk: Moving) -> None:
    source = Ordering(script([a_customer(), *(a_ticket(f"t{number}") for number in range(6))], most=2).pages)
    run = RunImport(desk.bench.desk.store(), opening(source), desk.bench.clock, desk.bench.desk.new_id())
    made = await desk.order(foreground=False)
    source.meanwhile = partial(desk.order, foreground=True)
    assert await run(desk.home, made.id, 1, as_job=True) is None
    assert await run(desk.home, made.id, 1, as_job=True) is None  # a job that comes late leaves it alone, too
    taken = await desk.found(made)
    assert (taken.foreground, taken.state) == (True, ImportState.QUEUED)
    source.meanwhile = partial(desk.order, foreground=False)
    assert await run(desk.home, made.id, 1) is None
    ended = await run(desk.home, made.id, 1, as_job=True)
    assert ended is not None
    assert (ended.state, ended.tallies["tickets"]) == (ImportState.COMPLETED, Tally(created=6))


async def test_refused_credentials_let_it_rest_until_it_is_ordered_again(desk: Moving) -> None:
    source = script([a_customer(), a_ticket()])
    source.troubles = [None, None, None, CredentialsRefused("Connect it again.")]
    rested = await desk.bring(source)
    assert (rested.state, rested.detail) == (ImportState.PAUSED, "Connect it again.")
    ended = await desk.bring(source)
    assert (ended.id, ended.state) == (rested.id, ImportState.COMPLETED)
    assert ended.tallies["tickets"] == Tally(created=1)


async def test_a_source_that_wants_us_to_wait_is_asked_again_later(desk: Moving) -> None:
    source = script([a_customer()])
    source.troubles = [MustWait("429", timedelta(seconds=90))]
    made = await desk.order(foreground=False)
    waiting = await desk.run(made, source)
    assert waiting.state is ImportState.RUNNING
    assert waiting.waits_until == desk.bench.clock() + timedelta(seconds=90)
    assert "429" in (waiting.detail or "")
    assert (await desk.run(made, source)).state is ImportState.COMPLETED


async def test_an_account_that_is_not_there_ends_it(desk: Moving) -> None:
    source = script([a_customer()])
    source.troubles = [SourceGone("There is none.")]
    ended = await desk.bring(source)
    assert (ended.state, ended.detail) == (ImportState.FAILED, "There is none.")


async def test_a_later_reply_by_mail_to_an_old_message_is_known(desk: Moving) -> None:
    thing = a_ticket(
        messages=(a_message("m1", message_id="old@mail.example"),), message_ids=("loop@desk.example",)
    )
    await desk.bring(script([a_customer(), thing]))
    ticket = await desk.ticket()
    for name in ("old@mail.example", "loop@desk.example"):
        query = ThreadQuery(ids=(name,))
        evidence = await desk.bench.desk.store().read(partial(_evidence, desk, query))
        assert str(ticket.id) in str(evidence), name


async def _evidence(desk: Moving, query: ThreadQuery, view: View) -> Any:
    return await view.threads.evidence(desk.home, query)


async def test_an_agents_correction_of_a_customer_stays(desk: Moving) -> None:
    await desk.bring(script([a_customer(company="Old")]))
    [customer] = await desk.customers()

    async def rename(work: Work) -> None:
        await work.customers.replace(evolve(customer, name="Ours"))

    await desk.bench.desk.store().transact(rename)
    await desk.bring(script([a_customer(name="Theirs", company="New", blocked=True)]))
    [after] = await desk.customers()
    assert (after.name, after.company, after.blocked) == ("Ours", "New", True)
    assert Contact("email", "c1@mail.example") in after.contacts
