"""However a source pages, repeats itself and breaks off: what is here in the end is what one clean run brings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import anyio
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.imports.brought import (
    Brought,
    BroughtCustomer,
    BroughtMessage,
    BroughtTicket,
    Said,
    Speaker,
)
from helpdesk_core.imports.progress import Import, ImportState
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import CredentialsRefused, MustWait
from tests.fakes.import_source import Script, script
from tests.use_cases.moving import THEN, Moving, an_agent, moving

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
runs = settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
ADDRESSES = ("a@mail.example", "A@Mail.example", "b@mail.example", "c@mail.example")
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "parked")


@frozen
class World:
    """What a source has: everything as it stands, and earlier tellings of some of it."""

    customers: tuple[BroughtCustomer, ...]
    tickets: tuple[BroughtTicket, ...]
    older: tuple[BroughtTicket, ...]

    @property
    def now(self) -> list[Brought]:
        return [an_agent(), *self.customers, *self.tickets]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    customers = tuple(
        BroughtCustomer(
            id=f"c{place}",
            name=f"Carla {place}",
            emails=tuple(draw(st.lists(st.sampled_from(ADDRESSES), max_size=1))),
            blocked=draw(st.booleans()),
        )
        for place in range(draw(st.integers(1, 3)))
    )
    tickets, older = list[BroughtTicket](), list[BroughtTicket]()
    for place in range(draw(st.integers(1, 4))):
        whole = draw(_tickets(place, len(customers)))
        tickets.append(whole)
        if draw(st.booleans()):
            fewer = whole.messages[: draw(st.integers(0, len(whole.messages)))]
            earlier = evolve(whole, messages=fewer, subject="Told before", version="1", status="open")
            older.append(evolve(earlier, merged_into=None))
    return World(customers, tuple(tickets), tuple(older))


@st.composite
def _tickets(draw: st.DrawFn, place: int, customers: int) -> BroughtTicket:
    messages = tuple(
        draw(_messages(f"{place}-{number}", customers)) for number in range(draw(st.integers(0, 3)))
    )
    return BroughtTicket(
        id=f"t{place}",
        number=str(1000 + place),
        subject=f"Kettle {place}",
        status=draw(st.sampled_from(STATUSES)),
        customer_id=draw(st.sampled_from([f"c{one}" for one in range(customers)] + ["gone"])),
        tags=draw(st.sampled_from([(), ("vip",), ("vip", "leak")])),
        created_at=THEN,
        updated_at=THEN + timedelta(hours=draw(st.integers(0, 9))),
        messages=messages,
        merged_into=draw(st.sampled_from([None, None, None, f"t{max(0, place - 1)}", "t9"])),
        version="2",
    )


@st.composite
def _messages(draw: st.DrawFn, id: str, customers: int) -> BroughtMessage:
    return BroughtMessage(
        id=id,
        said=draw(st.sampled_from(Said)),
        speaker=draw(st.sampled_from(Speaker)),
        speaker_id=draw(st.sampled_from([*(f"c{one}" for one in range(customers)), "u1", "gone", None])),
        text=f"Words of {id}",
        created_at=THEN + timedelta(minutes=draw(st.integers(0, 100))),
    )


@st.composite
def tellings(draw: st.DrawFn) -> tuple[World, list[list[Brought]], int]:
    """A world, and how its source tells it: in some order, with repetitions, older tellings anywhere."""
    world = draw(worlds())
    tickets: list[Brought] = draw(st.permutations([*world.tickets, *world.older]))
    repeated = draw(st.lists(st.sampled_from([*world.tickets, *world.older]), max_size=4))
    # Customers stand in their own order: of several that share an address, the first gives the name.
    again = draw(st.lists(st.sampled_from(world.customers), max_size=2))
    runs_: list[list[Brought]] = [[an_agent(), *world.customers, *again, *tickets], [*repeated]]
    return world, runs_, draw(st.integers(1, 4))


@given(tellings())
@runs
async def test_any_telling_ends_as_one_clean_run(told: tuple[World, list[list[Brought]], int]) -> None:
    world, pages, most = told
    clean, told_so = await moving(), await moving()
    await clean.bring(script(world.now))
    ended = await told_so.bring(script(*pages, most=most))
    assert ended.state is ImportState.COMPLETED
    assert _but_circles(await told_so.seen(), world) == _but_circles(await clean.seen(), world)
    _assert_counted(ended, script(*pages, most=most))


@given(tellings(), st.lists(st.sampled_from(["kill", "later", "wait", "refused", "store"]), max_size=8))
@runs
async def test_an_import_that_is_killed_anywhere_ends_as_if_it_never_was(
    told: tuple[World, list[list[Brought]], int], troubles: Sequence[str]
) -> None:
    _, pages, most = told
    clean, broken = await moving(), await moving()
    await clean.bring(script(*pages, most=most))
    source = script(*pages, most=most)
    source.troubles = [_trouble(one) for one in troubles for _ in range(2)]
    made = await broken.order()
    for _ in range(50):
        try:
            found = await broken.run(made, source)
        except (Killed, StoreUnavailable):
            continue
        if found.state is ImportState.PAUSED:
            await broken.order()
        if found.state is ImportState.COMPLETED:
            break
    assert await broken.seen() == await clean.seen()
    ended = await broken.found(made)
    assert ended.state is ImportState.COMPLETED
    _assert_counted(ended, source)


@given(worlds(), st.integers(1, 3))
@runs
async def test_a_second_run_changes_nothing(world: World, most: int) -> None:
    desk = await moving()
    await desk.bring(script(world.now, most=most))
    before, log = await desk.seen(), await _log(desk)
    ended = await desk.bring(script(world.now, most=most))
    assert await desk.seen() == before
    assert all(tally.created == tally.updated == 0 for tally in ended.tallies.values())
    assert [one for one in await _log(desk) if one.subject_type != "import"] == [
        one for one in log if one.subject_type != "import"
    ]


@given(worlds())
@runs
async def test_a_note_never_becomes_public_and_all_is_quiet(world: World) -> None:
    desk = await moving()
    await desk.bring(script(world.now))
    said = {
        f"zendesk/acme/{one.id}/{message.id}": message for one in world.tickets for message in one.messages
    }
    seen = await desk.seen()
    for _, messages in seen["tickets"].values():
        for created_at, external_id, kind, *_ in messages:
            assert created_at == said[external_id].created_at
            assert (kind.value == "note") is (said[external_id].said is Said.NOTE)
    assert seen["numbers"] == list(range(1, len(world.tickets) + 1))
    await desk.bench.run_jobs()
    assert desk.bench.post.sent == []


@given(tellings())
@runs
async def test_figures_are_the_same_in_any_order(told: tuple[World, list[list[Brought]], int]) -> None:
    world, _, most = told
    world = evolve(world, tickets=tuple(evolve(one, merged_into=None) for one in world.tickets))
    clean, again = await moving(), await moving()
    await clean.bring(script(world.now))
    await again.bring(script([an_agent(), *world.customers, *reversed(world.tickets)], world.now, most=most))
    assert _days(await again.figures()) == _days(await clean.figures())


async def test_two_runs_at_once_bring_everything_once() -> None:
    desk, clean = await moving(), await moving()
    things: list[Brought] = [an_agent(), BroughtCustomer(id="c0", emails=("a@mail.example",))]
    things += [_simple(place) for place in range(20)]
    await clean.bring(script(things, most=3))
    made = await desk.order()
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(desk.run, made, script(things, most=3))
    ended = await desk.found(made)
    assert (ended.state, ended.tallies["tickets"].created) == (ImportState.COMPLETED, 20)
    assert await desk.seen() == await clean.seen()


class Killed(BaseException):
    """The process is gone."""


def _trouble(what: str) -> Exception:
    troubles: dict[str, Any] = {
        "kill": Killed(),
        "later": TryLater("500"),
        "wait": MustWait("429", timedelta(seconds=1)),
        "refused": CredentialsRefused("Connect it again."),
        "store": StoreUnavailable("It is gone for a moment."),
    }
    found: Exception = troubles[what]
    return found


def _simple(place: int) -> BroughtTicket:
    return BroughtTicket(
        id=f"t{place}", customer_id="c0", created_at=THEN, updated_at=THEN + timedelta(minutes=place)
    )


def _assert_counted(ended: Import, source: Script) -> None:
    for kind, pages in source.pages.items():
        things = sum(len(page.things) for page in pages)
        assert ended.tallies[kind.value].seen == things


def _but_circles(seen: dict[str, Any], world: World) -> dict[str, Any]:
    """Which of the merges of a circle takes place depends on which is told first; nothing else does."""
    into = {one.id: one.merged_into for one in world.tickets if one.merged_into is not None}
    if not any(into.get(target or "") for target in into.values()):
        return seen
    return {"numbers": seen["numbers"], "customers": seen["customers"], "tickets": {*seen["tickets"]}}


def _days(figures: Any) -> Any:
    return {key[:2]: value for key, value in figures.items() if value != (0, 0)}


async def _log(desk: Moving) -> Sequence[Any]:
    return (await desk.bench.desk.store().read(lambda view: view.log.since(desk.home, 0, 1000))).events
