"""Where vectors are compared: by PostgreSQL where it has pgvector, else in memory, kept up by whoever writes."""

import asyncio
import sys
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from attrs import evolve

from helpdesk_adapters.storage.sql import matrices, near_in_memory, pgvector
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.matrices import Matrices, Matrix, matrix_of
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_adapters.upkeep.findings import Verdict
from helpdesk_adapters.upkeep.vectors import where_vectors_are_compared
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Passage, SourceKind
from helpdesk_core.ports.models import Vector
from helpdesk_core.ports.store import Store, View, Work
from tests.contracts.builders import a_passage, a_vector, an_organization, new_id
from tests.contracts.desks import MODEL, put
from tests.contracts.postgres_desks import opened
from tests.contracts.postgres_server import clean_database, empty_database

EAST, NORTH = a_vector(1, 0), a_vector(0, 1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.sqlite3"
    migrate(str(path))
    return path


@asynccontextmanager
async def _open(file: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(str(file))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def _know(store: Store, passage: Passage, vector: Vector) -> None:
    async def unit(work: Work) -> None:
        await work.passages.put(passage.organization_id, passage.source, passage.source_id, [passage])
        await work.passages.keep_vectors(MODEL, {passage.id: vector})

    await store.transact(unit)


async def _forget(store: Store, passage: Passage) -> None:
    home, source = passage.organization_id, passage.source
    await store.transact(lambda work: work.passages.remove(home, source, [passage.source_id]))


async def _nearest(store: Store, organization_id: OrganizationId, vector: Vector) -> list[PassageId]:
    found = await store.read(lambda view: view.passages.nearest(organization_id, vector, MODEL, 10))
    return [id for id, _ in found]


async def test_what_another_process_writes_is_seen_by_the_next_question(file: Path) -> None:
    mine = an_organization()
    first, second, third = (a_passage(mine) for _ in range(3))
    async with _open(file) as store, _open(file) as other:
        await put(store, mine)
        await _know(store, first, EAST)
        assert await _nearest(store, mine.id, EAST) == [first.id]
        await _know(other, second, NORTH)
        assert await _nearest(store, mine.id, NORTH) == [second.id, first.id]
        await _know(other, third, a_vector(1, 1))
        await _forget(other, second)
        assert await _nearest(store, mine.id, NORTH) == [third.id, first.id]
        await other.transact(lambda work: work.passages.keep_vectors("another", {third.id: EAST}))
        assert await _nearest(store, mine.id, NORTH) == [first.id]


async def test_a_question_reads_only_what_is_new(file: Path) -> None:
    mine = an_organization()
    passages = [a_passage(mine) for _ in range(20)]
    async with _open(file) as store:
        await put(store, mine)
        for number, one in enumerate(passages):
            await _know(store, one, a_vector(1, number))
        await _nearest(store, mine.id, EAST)
        known = await _kept(store, mine.id)
        assert known is not None
        await _nearest(store, mine.id, NORTH)
        assert await _kept(store, mine.id) is known
        await _know(store, evolve(passages[0], id=PassageId(new_id())), EAST)
        await _nearest(store, mine.id, NORTH)
        newer = await _kept(store, mine.id)
        assert newer is not None
        assert newer.revision > known.revision
        assert newer.numbers is known.numbers  # the one row was written behind the others


async def _kept(store: SqliteStore, organization_id: OrganizationId) -> Matrix | None:
    async def unit(db: Connection) -> Matrix | None:
        return db.matrices.get((organization_id, MODEL))

    return await store.look(unit)


async def test_vectors_that_are_too_many_to_be_kept_are_found_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_in_memory, "PAGE", 3)
    mine = an_organization()
    passages = [a_passage(mine) for _ in range(10)]
    async with _open(file) as store:
        await put(store, mine)
        for number, one in enumerate(passages):
            await _know(store, one, a_vector(1, number))

        async def keep_little(db: Connection) -> None:
            db.matrices.room = 16

        await store.look(keep_little)
        assert await _nearest(store, mine.id, EAST) == [one.id for one in passages]
        assert await _nearest(store, mine.id, NORTH) == [one.id for one in reversed(passages)]
        assert await _kept(store, mine.id) is None


async def test_a_reader_of_an_older_moment_sees_the_vectors_of_that_moment(file: Path) -> None:
    """What is kept may be newer than what a reader sees; then it reads for itself."""
    mine = an_organization()
    first, second = a_passage(mine), a_passage(mine)
    async with _open(file) as store, _open(file) as other:
        await put(store, mine)
        await _know(store, first, EAST)

        async def unit(view: View) -> tuple[list[PassageId], list[PassageId]]:
            before = await view.passages.nearest(mine.id, EAST, MODEL, 10)
            _elsewhere(lambda: _know(other, second, EAST), lambda: _nearest(store, mine.id, EAST))
            after = await view.passages.nearest(mine.id, EAST, MODEL, 10)
            return [id for id, _ in before], [id for id, _ in after]

        assert await store.read(unit) == ([first.id], [first.id])
        assert set(await _nearest(store, mine.id, EAST)) == {first.id, second.id}


def _elsewhere(*steps: Callable[[], Awaitable[object]]) -> None:
    """Runs them while the unit of a reader is held open: in an event loop of a thread of its own."""

    async def run() -> None:
        for step in steps:
            await step()

    thread = Thread(target=asyncio.run, args=(run(),))
    thread.start()
    thread.join()


def _matrix(many: int, revision: int = 1) -> Matrix:
    return matrix_of(revision, 2, [(pk, "article", EAST) for pk in range(1, many + 1)])


def test_the_matrices_of_whom_nobody_has_asked_for_longest_go() -> None:
    one = _matrix(10)
    kept = Matrices(room=2 * one.size)
    keys = [(OrganizationId(new_id()), MODEL) for _ in range(3)]
    for key in keys[:2]:
        assert kept.keep(key, None, lambda: _matrix(10)) is not None
    assert kept.get(keys[0]) is not None
    kept.keep(keys[2], None, lambda: _matrix(10))
    assert [kept.get(key) is not None for key in keys] == [True, False, True]
    assert kept.size <= kept.room


def test_a_matrix_that_alone_is_too_large_is_not_kept() -> None:
    kept, key = Matrices(room=100), (OrganizationId(new_id()), MODEL)
    assert kept.keep(key, None, lambda: _matrix(10)) is not None
    assert kept.get(key) is None
    assert kept.size == 0


def test_of_two_that_bring_a_matrix_up_to_date_one_is_kept() -> None:
    kept, key = Matrices(), (OrganizationId(new_id()), MODEL)
    old = kept.keep(key, None, lambda: _matrix(3))
    assert old is not None
    there = [1, 2, 3, 4]
    change = partial(old.changed, 2, [(4, "ticket", NORTH)], there)
    new = kept.keep(key, old, partial(change, apart=False))
    assert new is not None
    assert kept.keep(key, old, partial(change, apart=False)) is None
    assert kept.get(key) is new
    mine = change(apart=True)
    assert mine.numbers is not new.numbers
    assert [pk for _, pk in mine.nearest(NORTH, 1)] == [4]
    assert [pk for _, pk in old.nearest(NORTH, 9)] == [3, 2, 1]


def test_a_matrix_grows_and_shrinks_and_finds_what_is_there() -> None:
    matrix = _matrix(5)
    expected = dict.fromkeys(range(1, 6), "article")
    for step in range(6, 200):
        gone = [pk for pk in expected if pk % 7 == step % 7 and pk % 3]
        for pk in gone:
            del expected[pk]
        kind = "ticket" if step % 2 else "article"
        expected[step] = kind
        matrix = matrix.changed(step, [(step, kind, a_vector(step, 1))], list(expected), apart=False)
        for source in SourceKind:
            found = matrix.nearest(EAST, 500, source)
            assert {pk for _, pk in found} == {pk for pk, kind in expected.items() if kind == source}
        assert {pk for _, pk in matrix.nearest(EAST, 500)} == set(expected)
    assert len(matrix.pks) < 4 * len(expected)
    assert matrix.nearest(EAST, 3) == sorted(matrix.nearest(EAST, 500), reverse=True)[:3]


@pytest.fixture
def without_pgvector() -> Iterator[tuple[str, str]]:
    """A database whose user may not bring pgvector into it, and the URL of somebody who may."""
    with empty_database() as url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP ROLE IF EXISTS modest")
            server.execute("CREATE ROLE modest LOGIN")
            server.execute("GRANT CREATE ON SCHEMA public TO modest")
        scheme, _, rest = url.partition("://")
        yield f"{scheme}://modest@{rest.rpartition('@')[2]}", url
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP OWNED BY modest CASCADE")
            server.execute("DROP ROLE modest")


async def test_without_pgvector_vectors_are_bytes_until_it_comes(without_pgvector: tuple[str, str]) -> None:
    url, of_an_administrator = without_pgvector
    migrate(url)
    mine = an_organization()
    near, far = a_passage(mine), a_passage(mine)
    exact = a_vector(*(1 / number for number in range(3, 9)))
    async with opened(url) as store:
        assert not await store.look(pgvector.is_used)
        await put(store, mine)
        await _know(store, near, exact)
        await _know(store, far, a_vector(1, 2, 3, 4, 5, 6))
        assert await _nearest(store, mine.id, exact) == [near.id, far.id]
        migrate(url)
        assert not await store.look(pgvector.is_used)
        told = await where_vectors_are_compared(store)
        assert (told.state, told.advice) == (
            Verdict.WARNING,
            "Install pgvector on its server, then run: helpdesk db upgrade",
        )
    with psycopg.connect(of_an_administrator, autocommit=True) as server:
        server.execute("CREATE EXTENSION vector")
    migrate(url)
    async with opened(url) as store:
        assert await store.look(pgvector.is_used)
        assert await _nearest(store, mine.id, exact) == [near.id, far.id]
        await _know(store, evolve(far, id=PassageId(new_id())), exact)
        assert len(await _nearest(store, mine.id, exact)) == 2
    with psycopg.connect(url) as server:
        kept = server.execute("SELECT vector::real[] FROM passage_vectors").fetchall()
    assert [array("f", row[0]).tobytes() for row in kept] == [exact, exact]


async def test_postgresql_with_pgvector_compares_vectors_itself() -> None:
    with clean_database() as url:
        async with opened(url) as store:
            assert await store.look(pgvector.is_used)
            told = await where_vectors_are_compared(store)
            assert (told.state, told.message) == (
                Verdict.OK,
                "PostgreSQL compares its vectors itself (pgvector).",
            )


async def test_without_numpy_words_are_all_that_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = an_organization()
    one = a_passage(mine, text="bell")
    async with _open(file) as store:
        await put(store, mine)
        await _know(store, one, EAST)
        assert (
            await where_vectors_are_compared(store)
        ).message == "Its vectors are compared in memory (NumPy)."
        monkeypatch.setitem(sys.modules, "numpy", None)  # as if it were not installed
        matrices.numpy.cache_clear()
        try:
            assert await _nearest(store, mine.id, EAST) == []
            told = await where_vectors_are_compared(store)
            found = await store.read(lambda view: view.passages.matching(mine.id, ["bell"], 1))
        finally:
            matrices.numpy.cache_clear()
        assert (told.state, told.advice) == (Verdict.WARNING, "Run: pip install 'helpdesk[ai]'")
        assert [id for id, _ in found] == [one.id]
