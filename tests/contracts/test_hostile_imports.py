"""One poisonous thing on a page keeps out neither the others nor the rest of the import, on any store."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import anyio
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.ids import new_id
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.brought import (
    Brought,
    BroughtCustomer,
    BroughtFile,
    BroughtMessage,
    BroughtTeam,
    BroughtTicket,
    Said,
    Speaker,
)
from helpdesk_core.imports.brought import Kind as Things
from helpdesk_core.imports.progress import Import, ImportState, Problem
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.importing.order_import import Order, OrderImport
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.users import DESK
from tests.contracts.builders import an_organization
from tests.contracts.desks import put
from tests.fakes.import_source import opening, script

NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
THEN = datetime(2024, 5, 6, tzinfo=UTC)
_accounts = count(1)
hostile = settings(settings.get_profile("contracts"), max_examples=15)

texts = st.sampled_from(
    [
        "\0",
        "\ud800",
        "x" * 70_000,
        "\u202e<script>",
        "=cmd()",
        "𝕏" * 900,
        "a\0b",
        "'; DROP TABLE tickets; --",
        " ",
    ]
)
odd_times = st.sampled_from(
    [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC), datetime(2024, 1, 1), THEN]  # noqa: DTZ001
)
odd_values: st.SearchStrategy[Any] = st.recursive(
    texts | st.integers(-(2**70), 2**70) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=5,
)


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """What is wrong with a ticket: any of its fields."""
    wrong: dict[str, st.SearchStrategy[Any]] = {
        "id": texts | st.just(""),
        "number": texts,
        "subject": texts,
        "status": texts,
        "priority": texts,
        "customer_id": texts | st.just("c0"),
        "assignee_id": texts,
        "team_id": texts,
        "tags": st.lists(texts, max_size=3).map(tuple),
        "fields": st.dictionaries(texts, odd_values, max_size=3),
        "metadata": st.dictionaries(texts, odd_values, max_size=3),
        "created_at": odd_times,
        "updated_at": odd_times,
        "resolved_at": odd_times,
        "merged_into": texts | st.sampled_from(["bad", "t1", "t2"]),
        "message_ids": st.lists(texts, max_size=2).map(tuple),
        "messages": st.lists(_messages(), max_size=2).map(tuple),
        "version": texts | st.just("٣"),
    }
    names = draw(st.lists(st.sampled_from(sorted(wrong)), min_size=1, max_size=4, unique=True))
    return {name: draw(wrong[name]) for name in names}


def _messages() -> st.SearchStrategy[BroughtMessage]:
    return st.builds(
        BroughtMessage,
        id=texts | st.sampled_from(["", "1"]),
        said=st.sampled_from(Said),
        speaker=st.sampled_from(Speaker),
        speaker_id=st.none() | texts,
        speaker_name=texts,
        text=texts,
        html=st.none() | texts,
        created_at=odd_times,
        message_id=st.none() | texts,
        metadata=st.dictionaries(texts, odd_values, max_size=2),
        files=st.lists(
            st.builds(BroughtFile, id=texts, filename=texts, size=st.integers(-5, 2**70)), max_size=1
        ).map(tuple),
    )


@given(mutations())
@hostile
async def test_whatever_is_wrong_with_one_ticket_the_others_come(store: Store, wrong: dict[str, Any]) -> None:
    bad = evolve(_ticket("bad"), **wrong)
    things = [BroughtCustomer(id="c1", name="Carla"), _ticket("t1"), bad, _ticket("t2"), _ticket("t3")]
    ended, home = await _bring(store, things)
    assert ended.state is ImportState.COMPLETED
    assert ended.tallies["tickets"].seen == 4
    known = await store.read(
        lambda view: view.references.many(home, "zendesk", ended.account, "tickets", ["t1", "t2", "t3"])
    )
    assert {*known} == {"t1", "t2", "t3"}
    if ended.tallies["tickets"].failed:
        assert any(one.kind == "tickets" for one in await _problems(store, ended))


@pytest.mark.parametrize("place", [0, 3, 6])
async def test_what_the_store_or_a_rule_refuses_is_found_by_halves(store: Store, place: int) -> None:
    teams: list[Brought] = [BroughtTeam(id=f"g{number}", name=f"Team {number}") for number in range(7)]
    teams[place] = BroughtTeam(id="bad", name="   ")
    ended, home = await _bring(store, teams)
    assert (ended.tallies["teams"].created, ended.tallies["teams"].failed) == (6, 1)
    [problem] = await _problems(store, ended)
    assert (problem.kind, problem.external_id) == ("teams", "bad")
    assert "name" in problem.told
    assert len(await store.read(lambda view: view.teams.of(home))) == 6


async def test_a_page_of_poison_alone_is_told_and_passed(store: Store) -> None:
    teams = [BroughtTeam(id=f"bad{number}", name="   ") for number in range(9)]
    ended, _ = await _bring(store, [*teams, BroughtCustomer(id="c1", name="Carla")])
    assert ended.state is ImportState.COMPLETED
    assert ended.tallies["teams"].failed == 9
    assert ended.tallies["customers"].created == 1


async def test_orders_and_runs_at_once_bring_everything_once(store: Store) -> None:
    organization = an_organization()
    await put(store, organization)
    account = f"acme{next(_accounts)}"
    orders: list[Import] = []

    async def order_and_run() -> None:
        made = await _order(store, organization.id, account)
        orders.append(made)
        await RunImport(store, opening(source), lambda: NOW, new_id)(organization.id, made.id, 1)

    things: list[Brought] = [
        BroughtCustomer(id="c1", name="Carla"),
        *(_ticket(f"t{number}") for number in range(12)),
    ]
    source = script(things, most=2)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(order_and_run)
    found = [
        await store.read(partial(_found, organization.id, one)) for one in {order.id for order in orders}
    ]
    # Whoever orders after the end gets another import, which finds everything here already.
    assert all(one is not None and one.state is ImportState.COMPLETED for one in found)
    assert sum(one.tallies["tickets"].created for one in found if one is not None) == 12
    for number in range(1, 13):
        ticket = await store.read(partial(_numbered, organization.id, number))
        assert ticket is not None
        assert ticket.message_count == 1
    assert await store.read(lambda view: view.tickets.by_number(organization.id, 13)) is None


async def _found(home: OrganizationId, one: ImportId, view: View) -> Import | None:
    return await view.imports.get(home, one)


async def _numbered(home: OrganizationId, number: int, view: View) -> Ticket | None:
    return await view.tickets.by_number(home, number)


async def _order(store: Store, home: OrganizationId, account: str) -> Import:
    order = OrderImport(store, None, {"zendesk": str}, lambda: NOW, new_id)  # type: ignore[arg-type]  # nothing to seal
    return await order(home, DESK, Order("zendesk", account, tuple(Things), foreground=True))


async def _bring(store: Store, things: list[Any]) -> tuple[Import, OrganizationId]:
    organization = an_organization()
    await put(store, organization)
    account = f"acme{next(_accounts)}"
    made = await _order(store, organization.id, account)
    run = RunImport(store, opening(script(things)), lambda: NOW, new_id)
    ended = await run(organization.id, made.id, 1)
    assert ended is not None
    return ended, organization.id


async def _problems(store: Store, one: Import) -> list[Problem]:
    return [*await store.read(lambda view: view.imports.problems(one.organization_id, one.id))]


def _ticket(id: str) -> BroughtTicket:
    message = BroughtMessage(
        id=f"{id}-1",
        said=Said.INBOUND,
        speaker=Speaker.CUSTOMER,
        speaker_id="c1",
        text="Words",
        created_at=THEN,
    )
    at = THEN + timedelta(hours=1)
    return BroughtTicket(id=id, customer_id="c1", created_at=THEN, updated_at=at, messages=(message,))
