"""The hub of live streams: whoever listens is woken, and what is read is never older than the waking."""

import asyncio
import threading
from typing import Any

import pytest

from helpdesk_adapters.live import Live
from helpdesk_adapters.storage.memory.store import MemoryStore
from helpdesk_adapters.storage.touched import Touched
from tests.contracts.builders import an_event, an_organization, new_id
from tests.contracts.desks import put


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Slow(MemoryStore):
    """A store whose reads see what there is, and tell it only once they may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_tell = asyncio.Event()
        self.may_tell.set()
        self.reads = 0

    async def read(self, unit: Any) -> Any:
        self.reads += 1
        found = await super().read(unit)
        await self.may_tell.wait()
        return found


async def test_a_commit_wakes_the_listeners_of_its_organization_and_no_others() -> None:
    store, mine, other = MemoryStore(), an_organization(), an_organization()
    await put(store, mine, other)
    live = Live(store, store)
    with live.listening(mine.id) as one, live.listening(other.id) as two:
        await put(store, an_event(mine, new_id()))
        assert await one.wait(1)
        assert not await two.wait(0.02)
        live.hear(Touched(elsewhere=True))  # nobody knows whose log another process has added to
        assert await one.wait(1)
        assert await two.wait(1)
    assert store.on_commit == []


async def test_waking_before_the_waiting_is_not_lost() -> None:
    store, home = MemoryStore(), an_organization()
    await put(store, home)
    live = Live(store, store)
    with live.listening(home.id) as listener:
        await put(store, an_event(home, new_id()))
        await put(store, an_event(home, new_id()))
        assert await listener.wait(1)
        assert not await listener.wait(0.02)


async def test_a_commit_in_another_thread_wakes_too() -> None:
    store, home = MemoryStore(), an_organization()
    await put(store, home)
    live = Live(store, store)
    with live.listening(home.id) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(put(store, an_event(home, new_id()))))
        thread.start()
        assert await listener.wait(5)
        thread.join()


async def test_those_who_stand_at_the_same_place_share_one_look() -> None:
    store, home = Slow(), an_organization()
    await put(store, home, *[an_event(home, new_id()) for _ in range(5)])
    live = Live(store, store)
    pages = await asyncio.gather(*[live.read(home.id, 2) for _ in range(50)])
    assert store.reads == 1
    assert {tuple(event.seq for event in page.events) for page in pages} == {(3, 4, 5)}


async def test_whoever_is_woken_is_not_shown_what_was_read_before_the_commit() -> None:
    store, home = Slow(), an_organization()
    await put(store, home)
    live = Live(store, store)
    with live.listening(home.id) as listener:
        store.may_tell.clear()
        early = asyncio.ensure_future(live.read(home.id, 0))
        await asyncio.sleep(0)  # it has looked, and has seen nothing
        await asyncio.sleep(0)
        await put(store, an_event(home, new_id()))
        assert await listener.wait(1)
        late = asyncio.ensure_future(live.read(home.id, 0))
        await asyncio.sleep(0.01)
        store.may_tell.set()
        assert (await early).events == []
        assert [event.seq for event in (await late).events] == [1]


async def test_one_who_gives_up_does_not_take_the_look_from_the_others() -> None:
    store, home = Slow(), an_organization()
    await put(store, home, an_event(home, new_id()))
    live = Live(store, store)
    store.may_tell.clear()
    first, second = (asyncio.ensure_future(live.read(home.id, 0)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    store.may_tell.set()
    assert [event.seq for event in (await second).events] == [1]
