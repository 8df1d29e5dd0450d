"""What works by itself, on every store: it is kept whole, counted within bounds, and acts once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.actions import Action, Do
from helpdesk_core.conditions import Condition, Operator
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import UserId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.rules import Rule, Trigger
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.use_cases.automation.follow_rules import FollowRules
from helpdesk_core.use_cases.running.follow_log import FollowLog
from tests import arrangement_strategies as some
from tests.contracts.builders import (
    NOON,
    a_customer,
    a_message,
    a_team,
    a_ticket,
    after,
    an_arrangement,
    an_event,
    an_organization,
    new_id,
)
from tests.contracts.desks import add, put
from tests.strategies import another

contract = settings(settings.get_profile("contracts"), max_examples=25)
DOMAIN = MailDomain("desk.example", (b"key",))


@st.composite
def pairs(draw: st.DrawFn, of: Any) -> tuple[Organization, Any, Any]:
    home = an_organization()
    return home, draw(of(home.id)), draw(of(home.id))


@given(pairs(some.macros) | pairs(some.rules) | pairs(some.sla_policies) | pairs(some.saved_views))
@contract
async def test_what_is_set_up_comes_back_the_same(store: Store, pair: tuple[Organization, Any, Any]) -> None:
    home, noun, drawn = pair
    new = another(noun, drawn, "id")
    repository = {
        "macro": "macros",
        "rule": "rules",
        "sla_policy": "sla_policies",
        "saved_view": "saved_views",
    }

    def look(view: View) -> Any:
        return getattr(view, repository[noun.kind]).of(home.id)

    await put(store, home, noun)
    assert await store.read(look) == [noun]

    async def replace(work: Work) -> None:
        await getattr(work, repository[noun.kind]).replace(new)

    await store.transact(replace)
    assert await store.read(look) == [new]


AGENT = UserId(new_id())
WANTED: dict[str, dict[str, Any]] = {
    "all": {},
    "open": {"status": (Status.OPEN,)},
    "unsolved": {"status": (Status.OPEN, Status.PENDING)},
    "mine": {"assignee_id": AGENT},
    "nobody's": {"unassigned": True},
    "tagged": {"tag": "vip"},
    "tagged, done": {"tag": "vip", "status": (Status.RESOLVED, Status.CLOSED)},
    "urgent mail": {"priority": (Priority.URGENT,), "channel": (Channel.EMAIL,)},
    "late": {"sla_breached": True},
    "in time": {"sla_breached": False},
    "recent": {"created_after": after(5)},
    "old": {"created_before": after(5), "updated_after": after(1)},
    "changed": {"updated_after": after(4)},
    "asleep": {"snoozed": True},
    "awake": {"snoozed": False, "status": (Status.OPEN,)},
    "found": {"q": "squeaks"},
    "found and open": {"q": "squeaks", "status": (Status.OPEN,)},
    "nothing": {"q": "unheard-of"},
}


@frozen
class Shelf:
    """An organization with a dozen tickets, all different."""

    home: Organization
    team: Any
    customer: Any
    tickets: Sequence[Ticket]


async def a_shelf(store: Store) -> Shelf:
    home = an_organization()
    team, customer, other = a_team(home), a_customer(home), a_customer(home)
    statuses, priorities = list(Status), list(Priority)
    tickets = [
        a_ticket(
            (customer, other)[number % 2],
            number,
            subject=("Brake squeaks", "Bell rings")[number % 2],
            status=statuses[number % 5],
            priority=priorities[number % 4],
            assignee_id=AGENT if number % 3 == 0 else None,
            team_id=team.id if number % 2 else None,
            tags=("vip", "big") if number % 4 == 0 else (),
            sla_breached_at=NOON if number % 5 == 0 else None,
            snoozed_until=NOON if number % 6 == 0 else None,
        )
        for number in range(1, 13)
    ]
    merged = a_ticket(customer, 13, merged_into_id=tickets[0].id)
    foreign = an_organization()
    stranger = a_customer(foreign)
    await put(store, home, team, customer, other, *tickets, merged)
    await put(store, foreign, stranger, a_ticket(stranger, 1, assignee_id=AGENT, tags=("vip",)))
    return Shelf(home, team, customer, tickets)


@pytest.mark.parametrize("name", [*WANTED, "of a team", "of a customer"])
async def test_a_count_is_the_length_of_the_list_up_to_its_bound(store: Store, name: str) -> None:
    shelf = await a_shelf(store)
    more = {"of a team": {"team_id": shelf.team.id}, "of a customer": {"customer_id": shelf.customer.id}}
    wanted = TicketFilter(**(WANTED | more)[name])

    async def unit(view: View) -> tuple[int, list[int]]:
        listed = await view.tickets.page(shelf.home.id, wanted, Page(100))
        return len(listed.items), [
            await view.tickets.count(shelf.home.id, wanted, most) for most in (100, 3, 1)
        ]

    there_are, counts = await store.read(unit)
    assert counts == [there_are, min(there_are, 3), min(there_are, 1)]
    assert (there_are > 0) is (name != "nothing")


def a_follower() -> FollowRules:
    return FollowRules(DOMAIN, lambda: NOON, new_id)


async def a_desk_with_a_rule(
    store: Store, tickets: int = 1, **rule: Any
) -> tuple[Organization, list[Ticket]]:
    """Tickets that have just been opened, and a rule that notes something on each."""
    home = an_organization()
    customer = a_customer(home, emails=("carla@mail.example",))
    opened = [a_ticket(customer, number) for number in range(1, tickets + 1)]
    noting = an_arrangement(
        Rule,
        home,
        **{
            "events": (Trigger.TICKET_CREATED,),
            "all": (Condition("customer.domain", Operator.IS, "mail.example"),),
            "actions": (Action(Do.ADD_NOTE, "Seen by {{agent.name}}."), Action(Do.ADD_TAG, "seen")),
            "begins_behind": 0,
            **rule,
        },
    )
    await put(store, home, customer, noting, *opened)
    await put(store, *(an_event(home, ticket.id) for ticket in opened))
    return home, opened


async def test_a_rule_acts_once_on_each_event_though_the_process_dies_after_it(store: Store) -> None:
    home, (ticket,) = await a_desk_with_a_rule(store)
    rules = a_follower()
    deaths = iter([RuntimeError("killed"), None, None, None])

    async def dying(events: Sequence[DomainEvent], work: Work) -> None:
        await rules(events, work)
        if death := next(deaths):
            raise death

    follow = FollowLog(store, {"rules": dying})
    with pytest.raises(RuntimeError, match="killed"):
        await follow()
    assert await noted(store, ticket) == 0  # nothing is left of what it did
    await follow()
    await follow()
    assert await noted(store, ticket) == 1
    after_ = await store.read(lambda view: view.tickets.get(home.id, ticket.id))
    assert after_ is not None
    assert (after_.tags, after_.message_count) == (("seen",), 1)


async def test_two_that_follow_at_once_do_not_act_twice(store: Store) -> None:
    import anyio

    _, (ticket,) = await a_desk_with_a_rule(store)
    follow = FollowLog(store, {"rules": a_follower()})
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(follow)
    assert await noted(store, ticket) == 1


async def test_a_storm_costs_as_much_for_each_event(store: Store) -> None:
    """Not in seconds, which are the machine's: in events that follow from it."""
    home, opened = await a_desk_with_a_rule(
        store,
        300,
        events=(Trigger.TICKET_CREATED, Trigger.TICKET_UPDATED, Trigger.CONVERSATION_CREATED),
        all=(),
    )
    await FollowLog(store, {"rules": a_follower()})()
    last = (await store.read(lambda view: view.log.since(home.id, 0, 1))).last
    # Each ticket: opened, its tag and its note; the rule is not woken again by what it did.
    assert last == 3 * len(opened) + (await _of_tags(store, home))
    assert await noted(store, opened[-1]) == 1


async def _of_tags(store: Store, home: Organization) -> int:
    found = await store.read(lambda view: view.log.since(home.id, 0, 2000))
    return sum(event.type == "tag.created" for event in found.events)


async def noted(store: Store, ticket: Ticket) -> int:
    found = await store.read(
        lambda view: view.conversations.of_ticket(ticket.organization_id, ticket.id, Page(100))
    )
    return sum(message.kind == "note" for message in found.items)


async def test_who_acted_in_a_chain_is_known_by_its_beginning(store: Store) -> None:
    home = an_organization()
    customer = a_customer(home)
    ticket = a_ticket(customer, 1)
    began = an_event(home, ticket.id)
    actors = [evolve(began.actor, id=new_id(), name="a rule") for _ in range(2)]
    links = [
        an_event(home, ticket.id, actor=one, depth=1, origin=str(began.id)) for one in (*actors, actors[0])
    ]
    other = an_event(home, ticket.id, actor=evolve(actors[0], id=new_id()), origin="another")
    await put(store, home, customer, ticket, began, *links, other)
    found = await store.read(lambda view: view.log.acted(home.id, str(began.id)))
    assert found == {actors[0].id, actors[1].id}
    assert await store.read(partial(_acted_of_nobody, home)) == frozenset()


async def _acted_of_nobody(home: Organization, view: View) -> frozenset[Any]:
    return await view.log.acted(home.id, str(new_id()))


async def test_a_message_is_there_for_the_rule_it_wakes(store: Store) -> None:
    asks = (Condition("message.text", Operator.CONTAINS, "squeaks"),)
    home, (ticket,) = await a_desk_with_a_rule(
        store, events=(Trigger.CONVERSATION_CREATED,), all=asks, active=True
    )
    message = a_message(ticket, "It squeaks.")
    said = an_event(
        home,
        message.id,
        type="conversation.created",
        subject_type="conversation",
        data={"ticket_id": str(ticket.id), "kind": "inbound"},
    )

    async def unit(work: Work) -> None:
        for noun in (message, said):
            await add(work, noun)

    await store.transact(unit)
    await FollowLog(store, {"rules": a_follower()})()
    assert await noted(store, ticket) == 1
