"""Notifications and assignment, on every store: whom a thing concerns, once, and in turn."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import anyio
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.conversations import Kind
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId, TeamId, UserId
from helpdesk_core.notifications import MailState, Notification, NotificationKind, Way, mentioned
from helpdesk_core.people_settings import AssignmentMode, AssignmentScope, Candidate, next_in_turn
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Status, Ticket
from helpdesk_core.use_cases.people.own_account import SettingsChange
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author, customer_author
from helpdesk_core.users import Actor, User
from tests.contracts.builders import NOON, a_customer, a_user, an_organization, new_id
from tests.contracts.people_desk import Staffed, staffed

K = NotificationKind


async def give(at: Staffed, ticket: Ticket, user: User, by: Actor) -> None:
    at.clock.pass_(seconds=1)
    await at.desk.change_ticket()(at.home, ticket.id, by, TicketChange(assignee_id=user.id))


async def write(at: Staffed, ticket: Ticket, text: str, kind: str, by: Actor | None = None) -> None:
    at.clock.pass_(seconds=1)
    customer = await at.store.read(lambda view: view.customers.get(at.home, ticket.customer_id))
    assert customer is not None
    author = agent_author(by) if by else customer_author(customer)
    actor = by or Actor("customer", customer.id)
    draft = Draft(document_from_text(text), author)
    await at.desk.post_conversation()(at.home, ticket.id, actor, Kind(kind), draft)


def kinds(rows: Sequence[Notification]) -> list[NotificationKind]:
    return [row.kind for row in rows]


async def test_a_new_ticket_concerns_everybody_but_who_opened_it(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    ticket = await at.ticket(at.as_ada)
    await at.follow()
    assert await at.told(at.ada) == []
    [row] = await at.told(ben)
    assert (row.kind, row.ticket_id, row.read_at, row.mail) == (K.NEW_TICKET, ticket.id, None, MailState.NONE)


async def test_a_new_ticket_of_a_team_concerns_its_members(store: Store) -> None:
    at = await staffed(store)
    ben, cleo = await at.colleague(), await at.colleague("Cleo")
    team = await at.desk.arrange_teams().add(
        at.home, at.as_ada, {"name": "Repairs", "member_ids": (cleo.id,)}
    )
    ticket = await at.ticket()
    await at.desk.change_ticket()(at.home, ticket.id, at.as_ada, TicketChange(team_id=TeamId(team.id)))
    await at.follow()
    assert (kinds(await at.told(ben)), kinds(await at.told(cleo))) == ([], [K.NEW_TICKET])


async def test_whoever_is_given_a_ticket_is_told_and_whoever_takes_one_is_not(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    as_ben = Actor("user", ben.id, "Ben")
    ticket = await at.ticket()
    await at.follow()
    await give(at, ticket, ben, at.as_ada)
    await at.follow()
    await give(at, ticket, at.ada, at.as_ada)
    await at.follow()
    assert kinds(await at.told(ben)) == [K.NEW_TICKET, K.ASSIGNED]
    assert kinds(await at.told(at.ada)) == [K.NEW_TICKET]
    await give(at, ticket, at.ada, as_ben)
    await at.follow()
    assert kinds(await at.told(at.ada)) == [K.NEW_TICKET], "it was theirs already"


async def test_an_answer_concerns_whoever_has_the_ticket_and_a_first_message_nobody(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    ticket = await at.ticket()
    await give(at, ticket, ben, at.as_ada)
    await at.follow()
    assert kinds(await at.told(ben)) == [K.ASSIGNED]
    await write(at, ticket, "Still dripping.", "inbound")
    await write(at, ticket, "We come on Monday.", "reply", at.as_ada)
    await at.follow()
    assert kinds(await at.told(ben)) == [K.ASSIGNED, K.ANSWERED]
    assert K.ANSWERED not in kinds(await at.told(at.ada))


async def test_a_note_concerns_those_whom_it_names(store: Store) -> None:
    at = await staffed(store)
    ben, cleo = await at.colleague(), await at.colleague("Cleo Moss")
    ticket = await at.ticket()
    await at.follow()
    await write(at, ticket, "@cleo moss, could you? And @ada too. Not @benjamin.", "note", at.as_ada)
    await at.follow()
    assert K.MENTIONED in kinds(await at.told(cleo))
    assert K.MENTIONED not in kinds(await at.told(ben))
    assert K.MENTIONED not in kinds(await at.told(at.ada)), "she wrote it"


async def test_everybody_chooses_what_they_are_told_of(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    ways = {K.NEW_TICKET: Way.OFF, K.ASSIGNED: Way.PAGE}
    await at.desk.change_own_settings()(at.home, ben, SettingsChange(ways=ways))
    ticket = await at.ticket()
    await give(at, ticket, ben, at.as_ada)
    await write(at, ticket, "Still dripping.", "inbound")
    await at.follow()
    rows = await at.told(ben)
    assert {row.kind: row.mail for row in rows} == {
        K.ASSIGNED: MailState.NONE,
        K.ANSWERED: MailState.WAITING,
    }


async def test_history_is_told_and_handed_to_nobody(store: Store) -> None:
    at = await staffed(store)
    await at.desk.change_people_settings()(at.home, at.as_ada, assignment=AssignmentMode.ROUND_ROBIN)
    ben = await at.colleague()

    async def unit(work: Work) -> Ticket:
        occasion = Occasion(at.clock(), new_id, at.as_ada, quiet=True)
        customer = a_customer(evolve(an_organization(), id=OrganizationId(at.home)))
        await work.customers.add(customer)
        return await open_step(Opening("Old", Channel.IMPORT), customer, work, occasion)

    ticket = await store.transact(unit)
    await at.follow()
    assert await at.told(ben) == []
    assert (await at.existing(ticket)).assignee_id is None


async def test_what_is_told_is_told_once_however_often_and_by_whomever_it_is_followed(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    for _ in range(5):
        await at.ticket()
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(at.follow)
    await at.follow()
    assert len(await at.told(ben)) == 5
    types = Counter(await at.types())
    assert types["notification.created"] == types["ticket.created"] == 5


async def test_mail_is_gathered_for_a_minute_and_leaves_out_what_was_read(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    tickets = [await at.ticket(subject=f"Kettle {n}") for n in range(3)]
    for ticket in tickets:
        await give(at, ticket, ben, at.as_ada)
        at.clock.pass_(seconds=10)
        await at.follow()
    await at.jobs()
    assert at.post.sent == []
    assigned = [row for row in await at.told(ben) if row.kind is K.ASSIGNED]
    await at.desk.read_notifications().one(ben, assigned[1])
    at.clock.pass_(minutes=1)
    await at.jobs()
    [(_, mail)] = at.post.sent
    assert [one.email for one in mail.to] == [ben.email]
    assert [f"Kettle {n}" in mail.text for n in range(3)] == [True, False, True]
    states = {row.mail for row in await at.told(ben)}
    assert MailState.WAITING not in states
    await write(at, tickets[0], "Still dripping.", "inbound")
    await at.follow()
    at.clock.pass_(minutes=2)
    await at.jobs()
    assert at.post.sent[-1][1].subject == "The customer answered: #1 Kettle 0"
    assert len(at.post.sent) == 2


async def test_whoever_looks_at_a_ticket_has_read_what_they_were_told_of_it(store: Store) -> None:
    at = await staffed(store)
    one, other = await at.ticket(), await at.ticket()
    ben = await at.colleague()
    await give(at, one, ben, at.as_ada)
    await at.follow()
    await at.desk.read_notifications().of_ticket(at.home, ben, one.id)
    unread = {row.ticket_id for row in await at.told(ben) if row.read_at is None}
    assert unread == {other.id}
    assert [row.ticket_id for row in await at.told(at.ada) if row.read_at is None] == [other.id]
    at.clock.pass_(minutes=2)
    await at.jobs()
    assert at.post.sent == []


async def test_without_a_way_to_send_mail_nothing_fails(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    at.post.closed = True
    await give(at, await at.ticket(), ben, at.as_ada)
    await at.follow()
    at.clock.pass_(minutes=2)
    await at.jobs()
    counts = await store.read(lambda view: view.jobs.counts())
    assert {state.value: number for state, number in counts.items() if number}.get("dead", 0) == 0


async def test_notifications_are_kept_for_a_month(store: Store) -> None:
    at = await staffed(store)
    await at.ticket()
    await at.follow()
    at.clock.pass_(days=29)
    await at.desk.sweep()()
    assert len(await at.told(at.ada)) == 1
    at.clock.pass_(days=2)
    await at.desk.sweep()()
    assert await at.told(at.ada) == []


async def test_tickets_are_handed_out_in_turn_to_those_who_are_there(store: Store) -> None:
    at = await staffed(store)
    ben, cleo, dot = [await at.colleague(name) for name in ("Ben", "Cleo", "Dot")]
    settings = at.desk.change_own_settings()
    await settings(at.home, at.ada, SettingsChange(available=False))
    await settings(at.home, dot, SettingsChange(away_until=at.clock() + timedelta(hours=1)))
    await at.desk.change_people_settings()(at.home, at.as_ada, assignment=AssignmentMode.ROUND_ROBIN)
    tickets = [await at.ticket() for _ in range(6)]
    await at.follow()
    has = Counter([(await at.existing(one)).assignee_id for one in tickets])
    assert has == {ben.id: 3, cleo.id: 3}
    assert kinds(await at.told(ben)) == [K.ASSIGNED] * 3
    at.clock.pass_(hours=2)
    late = await at.ticket()
    await at.follow()
    assert (await at.existing(late)).assignee_id == dot.id


async def test_two_processes_hand_every_ticket_out_once_and_fairly(store: Store) -> None:
    at = await staffed(store)
    people = [at.ada, await at.colleague("Ben"), await at.colleague("Cleo")]
    await at.desk.change_people_settings()(at.home, at.as_ada, assignment=AssignmentMode.ROUND_ROBIN)
    tickets: list[Ticket] = []

    async def open_some() -> None:
        for _ in range(3):
            tickets.append(await at.ticket())
            await at.follow()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(open_some)
        tasks.start_soon(open_some)
    await at.follow()
    has = Counter([(await at.existing(one)).assignee_id for one in tickets])
    assert has == {user.id: 2 for user in people}


async def test_the_least_loaded_gets_the_next_ticket(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    mine = [await at.ticket() for _ in range(2)]
    for ticket in mine:
        await give(at, ticket, at.ada, at.as_ada)
    await at.follow()
    await at.desk.change_people_settings()(at.home, at.as_ada, assignment=AssignmentMode.LEAST_LOADED)
    tickets = [await at.ticket() for _ in range(4)]
    await at.follow()
    has = Counter([(await at.existing(one)).assignee_id for one in tickets])
    assert has == {ben.id: 3, at.ada.id: 1}
    await at.desk.change_ticket()(at.home, mine[0].id, at.as_ada, TicketChange(status=Status.CLOSED))
    next_one = await at.ticket()
    await at.follow()
    assert (await at.existing(next_one)).assignee_id == at.ada.id


async def test_where_teams_hand_out_a_ticket_without_one_waits(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    team = await at.desk.arrange_teams().add(at.home, at.as_ada, {"name": "Repairs", "member_ids": (ben.id,)})
    change = at.desk.change_people_settings()
    await change(at.home, at.as_ada, assignment=AssignmentMode.ROUND_ROBIN, scope=AssignmentScope.TEAM)
    waits, goes = await at.ticket(), await at.ticket()
    await at.desk.change_ticket()(at.home, goes.id, at.as_ada, TicketChange(team_id=TeamId(team.id)))
    await at.follow()
    assert (await at.existing(waits)).assignee_id is None
    assert (await at.existing(goes)).assignee_id == ben.id


async def test_what_somebody_has_already_is_not_handed_out(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    await at.desk.change_people_settings()(at.home, at.as_ada, assignment=AssignmentMode.ROUND_ROBIN)
    for _ in range(2):
        ticket = await at.ticket()
        await give(at, ticket, ben, at.as_ada)
        await at.follow()
        assert (await at.existing(ticket)).assignee_id == ben.id


async def test_people_of_another_organization_are_neither_told_nor_handed_anything(store: Store) -> None:
    at, other = await staffed(store), await staffed(store)
    for one in (at, other):
        await one.desk.change_people_settings()(one.home, one.as_ada, assignment=AssignmentMode.ROUND_ROBIN)
    ticket = await at.ticket()
    await at.follow()
    assert (await at.existing(ticket)).assignee_id == at.ada.id
    assert await other.told(other.ada) == []


async def test_a_ticket_that_is_deleted_takes_its_notifications_along(store: Store) -> None:
    at = await staffed(store)
    ticket = await at.ticket()
    await at.follow()
    await at.desk.delete_ticket()(at.home, ticket.id, at.as_ada)
    await at.follow()
    assert await at.told(at.ada) == []


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(1, 40))
def test_nobody_is_handed_two_more_than_anybody_else(turns: list[int], number: int) -> None:
    people = {UserId(new_id()): turn for turn in turns}
    got: Counter[UserId] = Counter()
    for _ in range(number):
        candidates = [Candidate(user_id, turn) for user_id, turn in people.items()]
        chosen = next_in_turn(candidates, AssignmentMode.ROUND_ROBIN)
        assert chosen is not None
        got[chosen] += 1
        people[chosen] = max(people.values()) + 1
    counts = [got[user_id] for user_id in people]
    assert max(counts) - min(counts) <= 1


@given(st.text(), st.text(min_size=1))
def test_any_text_and_name_are_looked_through(text: str, name: str) -> None:
    user = a_user(an_organization(), name=name, created_at=NOON)
    assert set(mentioned(text, [user])) <= {user.id}


@given(st.from_regex(r"[A-Za-zäß]{1,8}( [A-Za-z]{1,8})?", fullmatch=True))
def test_a_name_is_found_in_any_case_and_never_within_another(name: str) -> None:
    user = a_user(an_organization(), name=name, created_at=NOON)
    for spelled in (name, name.upper(), name.lower()):
        assert mentioned(f"Hello @{spelled}, hello", [user]) == [user.id]
        assert mentioned(f"Hello mail@{spelled}, @{spelled.partition(' ')[0]}x", [user]) == []
