"""Service levels: due times that are set, moved by pauses, and told of when they pass."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.actions import Action, Do
from helpdesk_core.business_hours import DAYS, BusinessHours, Opening
from helpdesk_core.conditions import Condition, Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import TicketId
from helpdesk_core.richtext import document_from_text
from helpdesk_core.rules import Trigger
from helpdesk_core.sla import Goal, SlaPolicy, Target, Targets
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.use_cases.tickets.begin_ticket import Opening as TicketOpening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from tests.use_cases.conftest import Bench

NOOR = Actor("user", None, "Noor")
HOUR = timedelta(hours=1)
NORMAL = Targets(normal=Target(60, 240), urgent=Target(15, 60))
OFFICE = BusinessHours("Europe/Lisbon", tuple(Opening(day, "09:00", "17:00") for day in DAYS[:5]))


async def a_policy(bench: Bench, **more: Any) -> SlaPolicy:
    if bench.acme is None:
        await bench.begin()
    assert bench.acme is not None
    values = {"name": "Standard", "targets": NORMAL, **more}
    return await bench.desk.arrange_sla_policies().add(bench.acme.id, NOOR, values)


async def a_ticket(bench: Bench, **opening: Any) -> Ticket:
    assert bench.acme is not None
    begun = TicketOpening("The kettle leaks", Channel.API, **opening)
    who = Requester(email="ida@garden.example")
    return await bench.desk.open_ticket()(bench.acme.id, NOOR, begun, who, "It drips.")


async def change(bench: Bench, ticket: Ticket, **values: Any) -> Ticket:
    change_ = TicketChange(**values)
    return await bench.desk.change_ticket()(ticket.organization_id, ticket.id, NOOR, change_)


async def say(bench: Bench, ticket: Ticket, kind: Kind = Kind.REPLY, status: Status | None = None) -> None:
    draft = Draft(document_from_text("We bring a new one."), agent_author(NOOR), status=status)
    await bench.desk.post_conversation()(ticket.organization_id, ticket.id, NOOR, kind, draft)


async def kept(bench: Bench, ticket: Ticket) -> Ticket:
    found = await bench.desk.store().read(
        lambda view: view.tickets.get(ticket.organization_id, TicketId(ticket.id))
    )
    assert found is not None
    return found


async def breaches(bench: Bench) -> list[str]:
    assert bench.acme is not None
    organization_id = bench.acme.id
    found = await bench.desk.store().read(lambda view: view.log.since(organization_id, 0, 1000))
    events: list[DomainEvent] = [event for event in found.events if event.type == "ticket.sla_breached"]
    return [event.data["which"] for event in events]


def at(hour: int, minute: int = 0, day: int = 6) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=UTC)


async def test_a_ticket_is_due_as_the_first_policy_that_fits_says(bench: Bench) -> None:
    fits = (Condition("tags", Operator.CONTAINS, "vip"),)
    await a_policy(bench, name="Everybody", position=2)
    vip = await a_policy(bench, name="VIP", position=1, all=fits, targets=Targets(normal=Target(5)))
    await a_policy(bench, name="At rest", position=0, active=False)
    plain, special = await a_ticket(bench), await a_ticket(bench, tags=("vip",))
    assert (plain.first_response_due_at, plain.resolution_due_at) == (at(10, 30), at(13, 30))
    assert (special.first_response_due_at, special.resolution_due_at) == (at(9, 35), None)
    assert special.sla_policy_id == vip.id
    low = await a_ticket(bench, priority=Priority.LOW)
    assert (low.first_response_due_at, low.resolution_due_at) == (None, None)


async def test_without_a_policy_nothing_is_due_and_no_job_waits(bench: Bench) -> None:
    await bench.begin()
    ticket = await a_ticket(bench)
    assert (ticket.sla_policy_id, ticket.first_response_due_at) == (None, None)
    bench.clock.pass_(days=30)
    await bench.run_jobs()
    assert await breaches(bench) == []


async def test_both_due_times_are_told_of_once_when_they_pass_unmet(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    bench.clock.pass_(minutes=59)
    await bench.run_jobs()
    assert await breaches(bench) == []
    bench.clock.pass_(minutes=1)  # the very moment
    await bench.run_jobs()
    assert await breaches(bench) == ["first_response"]
    assert (await kept(bench, ticket)).sla_breached_at == at(10, 30)
    bench.clock.pass_(hours=8)
    await bench.run_jobs()
    assert await breaches(bench) == ["first_response", "resolution"]
    late = await kept(bench, ticket)
    assert (late.sla_breached_at, late.sla_breaches) == (at(10, 30), ("first_response", "resolution"))
    tell = bench.desk.tell_breach()
    for which in Goal:
        await tell(ticket.organization_id, ticket.id, which)  # a job may run twice
    assert len(await breaches(bench)) == 2


async def test_what_is_done_in_time_is_no_breach_however_late_somebody_looks(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    bench.clock.pass_(minutes=10)
    await say(bench, ticket, status=Status.RESOLVED)
    bench.clock.pass_(days=2)
    await bench.run_jobs()
    assert await breaches(bench) == []
    assert (await kept(bench, ticket)).sla_breached_at is None


async def test_an_answer_that_came_too_late_is_a_breach_however_late_somebody_looks(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    bench.clock.pass_(minutes=61)
    await say(bench, ticket, status=Status.RESOLVED)
    bench.clock.pass_(days=2)
    await bench.run_jobs()
    assert await breaches(bench) == ["first_response"]


async def test_waiting_for_the_customer_does_not_count(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    bench.clock.pass_(minutes=30)
    await say(bench, ticket, status=Status.PENDING)
    bench.clock.pass_(hours=9)
    await bench.run_jobs()
    assert await breaches(bench) == []  # the due time has passed, but the clock rests
    await say(bench, ticket, Kind.INBOUND)
    again = await kept(bench, ticket)
    assert (again.status, again.resolution_due_at) == (Status.OPEN, at(13, 30) + 9 * HOUR)
    bench.clock.pass_(hours=3, minutes=29)
    await bench.run_jobs()
    assert await breaches(bench) == []
    bench.clock.pass_(minutes=1)
    await bench.run_jobs()
    assert await breaches(bench) == ["resolution"]


async def test_a_pause_over_the_night_costs_opening_hours_only(bench: Bench) -> None:
    await a_policy(bench, hours=OFFICE)
    ticket = await a_ticket(bench)  # Monday, 10:30 in Lisbon
    assert ticket.resolution_due_at == at(13, 30)
    bench.clock.pass_(hours=2)
    await change(bench, ticket, status=Status.PENDING)
    bench.clock.now = at(8, 30, day=7)  # Tuesday, 9:30
    resumed = await change(bench, ticket, status=Status.OPEN)
    # Two of the four hours had passed by Monday 12:30; the other two begin on Tuesday at 9:30.
    assert resumed.resolution_due_at == at(10, 30, day=7)


async def test_pending_and_open_again_in_the_same_moment_moves_nothing(bench: Bench) -> None:
    await a_policy(bench, hours=OFFICE)
    ticket = await a_ticket(bench)
    for status in (Status.PENDING, Status.OPEN) * 3:
        await change(bench, ticket, status=status)
    assert (await kept(bench, ticket)).resolution_due_at == ticket.resolution_due_at


async def test_on_hold_counts_and_resolved_does_not(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    await change(bench, ticket, status=Status.ON_HOLD)
    bench.clock.pass_(hours=1)
    assert (await change(bench, ticket, status=Status.OPEN)).resolution_due_at == ticket.resolution_due_at
    await change(bench, ticket, status=Status.RESOLVED)
    bench.clock.pass_(hours=10)
    assert (await change(bench, ticket, status=Status.OPEN)).resolution_due_at == at(23, 30)


async def test_a_change_of_priority_looks_again_and_keeps_the_pauses(bench: Bench) -> None:
    await a_policy(bench)
    ticket = await a_ticket(bench)
    await change(bench, ticket, status=Status.PENDING)
    bench.clock.pass_(minutes=20)
    await change(bench, ticket, status=Status.OPEN)
    urgent = await change(bench, ticket, priority=Priority.URGENT)
    assert (urgent.first_response_due_at, urgent.resolution_due_at) == (at(9, 45), at(10, 50))
    await bench.run_jobs()  # the new due time of the first answer has passed already
    assert await breaches(bench) == ["first_response"]
    low = await change(bench, ticket, priority=Priority.LOW)
    assert (low.first_response_due_at, low.resolution_due_at) == (None, None)
    bench.clock.pass_(days=1)
    await bench.run_jobs()
    assert await breaches(bench) == ["first_response"]


async def test_a_policy_that_is_gone_leaves_the_time_there_was(bench: Bench) -> None:
    policy = await a_policy(bench)
    ticket = await a_ticket(bench)
    await change(bench, ticket, status=Status.PENDING)
    await bench.desk.arrange_sla_policies().remove(ticket.organization_id, policy.id, NOOR)
    bench.clock.pass_(hours=5)
    resumed = await change(bench, ticket, status=Status.OPEN)
    assert resumed.resolution_due_at == at(18, 30)


async def test_a_ticket_that_is_gone_or_merged_is_never_late(bench: Bench) -> None:
    await a_policy(bench)
    gone, merged = await a_ticket(bench), await a_ticket(bench)
    await bench.desk.delete_ticket()(gone.organization_id, gone.id, NOOR)

    async def merge(work: Any) -> None:
        await work.tickets.replace(evolve(merged, merged_into_id=TicketId(gone.id)))

    await bench.desk.store().transact(merge)
    bench.clock.pass_(days=1)
    await bench.run_jobs()
    assert await breaches(bench) == []


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"targets": Targets()}, "targets"),
        ({"targets": Targets(low=Target(0))}, "targets.low.first_response_minutes"),
        ({"targets": Targets(high=Target(None, 10**9))}, "targets.high.resolution_minutes"),
        (
            {
                "targets": Targets(low=Target(600)),
                "hours": BusinessHours("UTC", (Opening("monday", "09:00", "09:05"),)),
            },
            "targets.low.first_response_minutes",
        ),
        ({"hours": BusinessHours("Mars/Olympus", OFFICE.weekly)}, "hours.time_zone"),
        ({"hours": BusinessHours("UTC", ())}, "hours.weekly"),
        ({"all": (Condition("message.text", Operator.IS, "x"),)}, "all[0].field"),
    ],
)
async def test_a_policy_that_cannot_be_kept_is_refused(bench: Bench, wrong: Any, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        await a_policy(bench, **wrong)
    assert refused.value.path == path


async def test_a_breach_wakes_the_rules_that_wait_for_it(bench: Bench) -> None:
    await a_policy(bench)
    assert bench.acme is not None
    values = {
        "name": "Escalate",
        "events": (Trigger.SLA_BREACHED,),
        "actions": (Action(Do.SET_PRIORITY, "high"), Action(Do.ADD_NOTE, "{{ticket.number}} is late.")),
    }
    await bench.desk.arrange_rules().add(bench.acme.id, NOOR, values)
    ticket = await a_ticket(bench)
    bench.clock.pass_(hours=1)
    await bench.run_jobs()
    await bench.desk.follow_log()()
    late = await kept(bench, ticket)
    assert (late.priority, late.message_count) == (Priority.HIGH, 2)
