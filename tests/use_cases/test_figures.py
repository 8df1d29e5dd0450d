"""Figures equal what the tickets themselves tell, whatever lives they lead."""

from collections import Counter
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from attrs import Factory, define
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Kind
from helpdesk_core.errors import Conflict
from helpdesk_core.figures import NOBODY
from helpdesk_core.ids import OrganizationId, TicketId, UserId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View, Work
from helpdesk_core.reports import Group, GroupBy
from helpdesk_core.richtext import document_from_text
from helpdesk_core.satisfaction import Score
from helpdesk_core.tickets import Channel, Status, Ticket
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft
from helpdesk_core.users import Actor, Role, User
from tests.use_cases.conftest import Bench

DONE = (Status.RESOLVED, Status.CLOSED)
CHANNELS = (Channel.EMAIL, Channel.API)
_slugs = count(1)

ACTS = (
    "open open say answer answer note status status assign rate unrate merge unmerge delete split wait wait"
)
acts = st.lists(st.tuples(st.sampled_from(ACTS.split()), st.integers(0, 5), st.integers(0, 5)), max_size=60)


@define
class Life:
    """What happens, and what is expected of it: counted from the tickets before and after each act."""

    bench: Bench
    home: OrganizationId
    agents: tuple[UserId, ...]
    counts: Counter[tuple[str, date, str, Any]] = Factory(Counter)
    waits: list[int] = Factory(list)
    efforts: list[int] = Factory(list)
    backlogs: dict[date, Counter[tuple[str, Any]]] = Factory(dict)
    ratings: dict[Any, tuple[date, Score]] = Factory(dict)

    async def tickets(self) -> dict[TicketId, Ticket]:
        """All of them, merged ones too."""

        async def unit(view: View) -> dict[TicketId, Ticket]:
            found: dict[TicketId, Ticket] = {}
            number = 1
            while number <= self.counts.total() + 1:
                ticket = await view.tickets.by_number(self.home, number)
                if ticket is not None:
                    found[ticket.id] = ticket
                number += 1
            return found

        return await self.bench.desk.store().read(unit)

    async def act(self, what: str, one: int, other: int) -> None:
        before = await self.tickets()
        alive = [ticket for ticket in before.values() if ticket.merged_into_id is None]
        merged = [ticket for ticket in before.values() if ticket.merged_into_id is not None]
        if what == "wait":
            self.bench.clock.pass_(hours=5 * one + 1, seconds=other)
        elif what == "open" or not alive:
            await self._open(one)
        elif what == "unmerge":
            if merged:
                chosen = merged[one % len(merged)]
                await self.bench.desk.unmerge_ticket()(self.home, chosen.id, self._actor(other))
        else:
            await self._do(what, alive[one % len(alive)], alive[other % len(alive)], one + other)
        await self._compare(what, before, await self.tickets(), other)

    async def _open(self, one: int) -> None:
        opening = Opening(subject="The kettle", channel=CHANNELS[one % 2])
        requester = Requester(email=f"ida{one}@garden.example")
        await self.bench.desk.open_ticket()(self.home, self._actor(one), opening, requester, "It leaks.")
        self._count("messages_in", CHANNELS[one % 2], NOBODY)

    async def _do(self, what: str, ticket: Ticket, second: Ticket, number: int) -> None:
        desk, actor = self.bench.desk, self._actor(number)
        match what:
            case "say" | "answer" | "note":
                await self._say(what, ticket, number)
            case "status":
                change = TicketChange(status=list(Status)[number % 5])
                await desk.change_ticket()(self.home, ticket.id, actor, change)
            case "assign":
                assignee = (*self.agents, None)[number % 3]
                await desk.change_ticket()(self.home, ticket.id, actor, TicketChange(assignee_id=assignee))
            case "rate":
                score = list(Score)[number % 2]
                rating, _ = await desk.rate_ticket()(self.home, ticket.id, actor, score, "x" * number)
                self.ratings[rating.id] = (rating.updated_at.date(), rating.score)
            case "unrate":
                rated = await desk.store().read(lambda view: view.ratings.of_ticket(self.home, ticket.id))
                if rated is not None:
                    await desk.delete_rating()(self.home, rated.id, actor)
                    del self.ratings[rated.id]
            case "merge":
                if ticket.id != second.id:
                    await desk.merge_tickets()(self.home, ticket.id, actor, second.id)
            case "delete":
                await self._delete(ticket, actor)
            case "split":
                await self._split(ticket, actor)

    async def _say(self, what: str, ticket: Ticket, number: int) -> None:
        kind = {"say": Kind.INBOUND, "answer": Kind.REPLY, "note": Kind.NOTE}[what]
        author = Author(AuthorType.CUSTOMER, ticket.customer_id, "Ida", AuthorRole.CUSTOMER)
        draft = Draft(document_from_text("It still leaks."), author)
        actor = self._actor(number)
        await self.bench.desk.post_conversation()(self.home, ticket.id, actor, kind, draft)
        if what == "say":
            self._count("messages_in", ticket.channel, NOBODY)
        elif what == "answer":
            self._count("messages_out", ticket.channel, actor.id)

    async def _delete(self, ticket: Ticket, actor: Actor) -> None:
        try:
            await self.bench.desk.delete_ticket()(self.home, ticket.id, actor)
        except Conflict:  # something was merged into it
            return

    async def _split(self, ticket: Ticket, actor: Actor) -> None:
        page = Page(limit=2, sort="created_at")
        messages = await self.bench.desk.store().read(
            lambda view: view.conversations.of_ticket(self.home, ticket.id, page)
        )
        if len(messages.items) > 1:
            await self.bench.desk.split_ticket()(self.home, ticket.id, actor, [messages.items[-1].id])

    async def _compare(
        self, what: str, before: dict[TicketId, Ticket], after: dict[TicketId, Ticket], other: int
    ) -> None:
        for ticket in after.values():
            old = before.get(ticket.id)
            if old is None:
                self._count("tickets_created", ticket.channel, ticket.assignee_id or NOBODY)
                continue
            if old.merged_into_id is not None or ticket.merged_into_id is not None:
                continue
            if ticket.status in DONE and old.status not in DONE and ticket.resolved_at:
                self.efforts.append(int((ticket.resolved_at - ticket.created_at).total_seconds()))
            if old.status in DONE and ticket.status not in DONE:
                self._count("reopened", ticket.channel, ticket.assignee_id or NOBODY)
            if what == "answer" and old.first_response_at is None and ticket.first_response_at:
                self.waits.append(int((ticket.first_response_at - ticket.created_at).total_seconds()))
        standing = [t for t in after.values() if t.merged_into_id is None and t.status not in DONE]
        self.backlogs[self.bench.clock().date()] = Counter(
            (ticket.channel.value, ticket.assignee_id or NOBODY) for ticket in standing
        )

    def _count(self, measure: str, channel: Channel, agent_id: Any) -> None:
        self.counts[measure, self.bench.clock().date(), channel.value, agent_id] += 1

    def _actor(self, number: int) -> Actor:
        return Actor("user", self.agents[number % 2], "Uma")


@given(acts)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_figures_are_what_the_tickets_themselves_tell(
    bench: Bench, drawn: list[tuple[str, int, int]]
) -> None:
    life = await _begin(bench)
    first = bench.clock().date()
    for what, one, other in drawn:
        await life.act(what, one, other)
    await bench.desk.follow_log()()
    await bench.desk.follow_log()()
    last = bench.clock().date()
    by = (GroupBy.DAY, GroupBy.CHANNEL, GroupBy.AGENT)
    total, reports = await bench.desk.read_figures().report(life.home, first, last, by)
    found = {
        (measure, one.group.day, one.group.channel, one.group.agent_id): getattr(one, measure)
        for one in reports
        for measure in ("tickets_created", "messages_in", "messages_out", "reopened")
    }
    assert {place: number for place, number in found.items() if number} == life.counts
    _, days = await bench.desk.read_figures().report(life.home, first, last, (GroupBy.DAY,))
    assert [one.group.day for one in days] == [first + timedelta(n) for n in range((last - first).days + 1)]
    _check_backlogs(life, reports, days)
    assert (total.first_response.count, total.first_response.mean) == _mean(life.waits)
    assert (total.resolution.count, total.resolution.mean) == _mean(life.efforts)
    rated = Counter(life.ratings.values())
    assert {
        (one.group.day, score): number
        for one in days
        for score, number in ((Score.GOOD, one.good), (Score.BAD, one.bad))
        if number
    } == rated
    await _check_standing(life)


def _check_backlogs(life: Life, reports: Any, days: Any) -> None:
    backlog: Counter[tuple[str, Any]] = Counter()
    for day in days:
        backlog = life.backlogs.get(day.group.day, backlog)
        assert day.backlog == backlog.total()
        of_day = {
            (one.group.channel, one.group.agent_id): one.backlog
            for one in reports
            if one.group.day == day.group.day and one.backlog
        }
        assert of_day == +backlog


async def _check_standing(life: Life) -> None:
    alive = [one for one in (await life.tickets()).values() if one.merged_into_id is None]
    standing = await life.bench.desk.read_figures().standing(life.home, ())
    assert {status: n for status, n in standing[Group()].items() if n} == Counter(one.status for one in alive)


def _mean(times: list[int]) -> tuple[int, int | None]:
    return (len(times), round(sum(times) / len(times)) if times else None)


async def _begin(bench: Bench) -> Life:
    acme: Organization = await bench.desk.create_organization()(f"acme-{next(_slugs)}", "Acme")
    agents = []
    for name in ("uma", "udo"):
        email = f"{name}@{acme.slug}.example"
        user = User(UserId(bench.desk.new_id()()), acme.id, email, name, Role.AGENT, bench.clock(), "")
        await bench.desk.store().transact(partial(_add, user))
        agents.append(user.id)
    return Life(bench, acme.id, tuple(agents))


async def _add(user: User, work: Work) -> None:
    await work.users.add(user)
