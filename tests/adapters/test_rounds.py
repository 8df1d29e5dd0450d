"""The rounds a desk makes by itself."""

from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from helpdesk_adapters import rounds
from helpdesk_adapters.rounds import Rounds
from helpdesk_adapters.storage.memory import MemoryStore
from tests.contracts.builders import an_event, an_organization
from tests.contracts.desks import put


@asynccontextmanager
async def going(made: Rounds) -> Any:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(made.run)
        yield
        tasks.cancel_scope.cancel()


async def nothing() -> int:
    return 0


async def test_what_is_committed_is_followed_at_once() -> None:
    store, organization = MemoryStore(), an_organization()
    followed, again = anyio.Event(), anyio.Event()

    async def follow() -> int:
        (again if followed.is_set() else followed).set()
        return 0

    with anyio.fail_after(rounds.FOLLOW_EVERY / 2):
        async with going(Rounds(store, follow, nothing)):
            await followed.wait()
            await put(store, organization, an_event(organization, organization.id))
            await again.wait()
    assert store.on_commit == []


async def test_a_round_that_fails_is_made_again_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "PAUSE_AFTER_FAILURE", 0.01)
    tries: list[str] = []
    made, planned = anyio.Event(), anyio.Event()

    async def follow() -> int:
        tries.append("follow")
        if len(tries) < 3:
            raise RuntimeError("the log is torn")
        made.set()
        return 0

    async def plan() -> int:
        planned.set()
        return 0

    with anyio.fail_after(5):
        async with going(Rounds(MemoryStore(), follow, plan)):
            await planned.wait()
            await made.wait()
    assert tries == ["follow"] * 3


async def test_other_rounds_are_made_beside_and_made_again() -> None:
    made: list[str] = []
    twice = anyio.Event()

    async def other() -> None:
        made.append("other")
        if len(made) == 2:
            twice.set()
            await anyio.sleep_forever()

    with anyio.fail_after(5):
        async with going(Rounds(MemoryStore(), nothing, nothing, {"other": other})):
            await twice.wait()
