"""Learning is killed again and again, in a process of its own, and knows in the end what it would have known."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.repositories import KnowledgeCount
from helpdesk_core.ports.store import View
from tests.use_cases.learning_process import ARTICLES, TICKETS, Clock, desk_in

ROOT = Path(__file__).parents[2]
STEP = 5
"""By how many looks at the clock each run comes further than the one before."""
NOBODY = UUID(int=0)


def run(folder: Path, leases: int, ticks: int | None) -> bool:
    """Whether the process came to its end before it had looked at the clock so often."""
    command = [sys.executable, "-m", "tests.use_cases.learning_process", str(folder), str(leases)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        for place, _ in enumerate(process.stdout):
            if place + 1 == ticks:
                process.kill()
        return process.wait(60) == 0


async def known(folder: Path) -> tuple[Sequence[Passage], KnowledgeCount]:
    """Everything that is known, in order, without ids."""
    desk = desk_in(folder, Clock())
    async with desk.desk().opened():

        async def unit(view: View) -> tuple[Sequence[Passage], KnowledgeCount]:
            home = await view.organizations.by_slug("acme")
            assert home is not None
            found = [
                passage
                for source in SourceKind
                for source_id in await view.passages.sources(home.id, source, None, 1_000)
                for passage in await view.passages.of_source(home.id, source, source_id)
            ]
            return sorted(
                map(bare, found), key=lambda one: (one.title, one.place)
            ), await view.passages.count(home.id, "words")

        return await desk.store().read(unit)


def bare(passage: Passage) -> Passage:
    return evolve(passage, id=PassageId(NOBODY), organization_id=OrganizationId(NOBODY), source_id=NOBODY)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_however_often_it_is_killed_it_knows_what_it_would_have_known(tmp_path: Path) -> None:
    assert run(tmp_path / "undisturbed", 0, None)
    undisturbed, count = await known(tmp_path / "undisturbed")
    assert (count.articles, count.tickets) == (ARTICLES, TICKETS)
    assert count.with_vector == count.passages == len(undisturbed) > ARTICLES + TICKETS
    kills = 0
    while not run(tmp_path / "killed", kills * 2, 1 + kills * STEP):
        kills += 1
        assert kills < 40
    assert kills >= 4
    assert await known(tmp_path / "killed") == (undisturbed, count)
