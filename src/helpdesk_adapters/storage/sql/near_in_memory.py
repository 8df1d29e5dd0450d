"""Finding the nearest vectors in memory, and keeping what is there up with the database.

Every change to an organization's vectors counts its revision up, and each vector knows of which revision it is: so a
question reads what has come since the last one, whichever process has written it, and no more.
"""

from collections.abc import Sequence
from functools import partial
from heapq import nlargest

from sqlalchemy import BigInteger, bindparam, func, select, tuple_

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.kept import LIMIT
from helpdesk_adapters.storage.sql.matrices import Entry, Key, Matrix, matrix_of, numpy
from helpdesk_adapters.storage.sql.prepared import Params, Prepared, Row
from helpdesk_adapters.storage.sql.rows import KnowledgeCounterRow, PassageVectorRow, table
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.ports.models import Vector

PAGE = 4_000
"""Vectors that are read at a time."""

_VECTORS, _COUNTERS = table(PassageVectorRow), table(KnowledgeCounterRow)
_c = _VECTORS.c
_OF_MODEL = (_c.organization_id == bindparam("organization_id"), _c.model == bindparam("model"))
_PLACE = tuple_(bindparam("revision", type_=BigInteger()), bindparam("pk", type_=BigInteger()))

_REVISION = Prepared(
    select(_COUNTERS.c.revision).where(_COUNTERS.c.organization_id == bindparam("organization_id"))
)
_HOW_MANY = Prepared(select(func.count()).select_from(_VECTORS).where(*_OF_MODEL))
_THERE = Prepared(select(_c.pk).where(*_OF_MODEL))
_PAGE = Prepared(
    select(_c.pk, _c.source, _c.vector, _c.revision)
    .where(*_OF_MODEL, tuple_(_c.revision, _c.pk) > _PLACE)
    .order_by(_c.revision, _c.pk)
    .limit(bindparam(LIMIT))
)
_BEHIND_ALL = 2**62
"""Greater than every pk."""


async def nearest(
    db: Connection, key: Key, vector: Vector, most: int, source: SourceKind | None, *, committed: bool
) -> Sequence[tuple[float, int]]:
    """The greatest cosines and the pks of their passages, the greatest first; nothing without NumPy.

    Only what is `committed` is kept for others. What is too large to be kept is read anew for each question.
    """
    if numpy() is None:
        return []
    of_model = {"organization_id": key[0], "model": key[1]}
    rows = await db.rows(_REVISION, of_model)
    if not rows:
        return []
    revision = rows[0][0]
    known = db.matrices.get(key)
    if known is None or known.revision != revision:
        new = await _brought_up(db, key, known, revision, len(vector), committed)
        if new is None:
            return await _page_by_page(db, of_model, vector, most, source)
        known = new
    return known.nearest(vector, most, source)


async def _brought_up(
    db: Connection, key: Key, known: Matrix | None, revision: int, width: int, committed: bool
) -> Matrix | None:
    """The vectors as of this revision, which the unit sees; None where they are too many to be kept.

    They are kept for others where nobody was quicker, and where none are known that are newer.
    """
    of_model = {"organization_id": key[0], "model": key[1]}
    (number,) = (await db.rows(_HOW_MANY, of_model))[0]
    if number * width > db.matrices.room:
        return None
    old = known if known is not None and known.revision < revision else None
    entries = await _since(db, of_model, 0 if old is None else old.revision)
    if old is None:
        whole = matrix_of(revision, width // 4, entries)
        kept = db.matrices.keep(key, None, lambda: whole) if committed and known is None else None
        return kept or whole
    there = [pk for (pk,) in await db.rows(_THERE, of_model)]
    changed = partial(old.changed, revision, entries, there)
    kept = db.matrices.keep(key, old, partial(changed, apart=False)) if committed else None
    return kept or changed(apart=True)


async def _since(db: Connection, of_model: Params, revision: int) -> list[Entry]:
    """Those that have come after the revision."""
    entries: list[Entry] = []
    place = (revision, _BEHIND_ALL)
    while True:
        page = await _page(db, of_model, place)
        entries += [row[:3] for row in page]
        if len(page) < PAGE:
            return entries
        place = _place(page)


async def _page_by_page(
    db: Connection, of_model: Params, vector: Vector, most: int, source: SourceKind | None
) -> list[tuple[float, int]]:
    best: list[tuple[float, int]] = []
    place = (0, _BEHIND_ALL)
    while True:
        page = await _page(db, of_model, place)
        matrix = matrix_of(0, len(vector) // 4, [row[:3] for row in page])
        best = nlargest(most, [*best, *matrix.nearest(vector, most, source)])
        if len(page) < PAGE:
            return best
        place = _place(page)


async def _page(db: Connection, of_model: Params, place: tuple[int, int]) -> Sequence[Row]:
    """Those behind a revision and a pk, in the order of both."""
    return await db.rows(_PAGE, {**of_model, "revision": place[0], "pk": place[1], LIMIT: PAGE})


def _place(page: Sequence[Row]) -> tuple[int, int]:
    pk, _, _, revision = page[-1]
    return revision, pk
