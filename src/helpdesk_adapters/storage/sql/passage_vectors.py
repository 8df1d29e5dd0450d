"""Vectors of passages: keeping them, and finding the nearest.

Where PostgreSQL has pgvector it compares them itself (`pgvector`). Everywhere else they are bytes, and are compared in
memory (`near_in_memory`).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, text, update

from helpdesk_adapters.storage.sql import near_in_memory, pgvector
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import KnowledgeCounterRow, PassageRow, table
from helpdesk_adapters.storage.sql.types import Id
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.ports.models import Vector

_PASSAGES = table(PassageRow)
_c = _PASSAGES.c
_OURS = _c.organization_id == bindparam("organization_id")

_WHOSE = Prepared(select(_c.id, _c.pk, _c.organization_id, _c.source).where(Among(_c.id, "ids")))
_EMBEDDED = Prepared(
    update(_PASSAGES).where(_OURS, Among(_c.pk, "pks")).values(embedded_by=bindparam("model"))
)
_IDS = Prepared(select(_c.pk, _c.id).where(_OURS, Among(_c.pk, "pks")))
_COUNT_UP = Prepared(
    inserting(table(KnowledgeCounterRow)),
    " ON CONFLICT (organization_id) DO UPDATE SET revision = knowledge_counters.revision + 1,"
    " passages = knowledge_counters.passages + excluded.passages RETURNING revision",
)


def _keeping(vector: str) -> Prepared:
    return Prepared(
        text(
            "INSERT INTO passage_vectors (pk, organization_id, model, source, revision, vector)"
            f" VALUES (:pk, :organization_id, :model, :source, :revision, {vector})"
            " ON CONFLICT (pk) DO UPDATE SET model = excluded.model, revision = excluded.revision,"
            " vector = excluded.vector"
        ).bindparams(bindparam("organization_id", type_=Id()))
    )


_KEEP, _KEEP_IN_PGVECTOR = _keeping(":vector"), _keeping("CAST(:vector AS vector)")


async def keep(db: Connection, model: str, vectors: Mapping[PassageId, Vector]) -> None:
    """Of passages that are still there; another model's vector gives way."""
    if not vectors:
        return
    homes: dict[OrganizationId, list[tuple[int, str, Vector]]] = {}
    for id, pk, organization_id, source in await db.rows(_WHOSE, {"ids": list(vectors)}):
        homes.setdefault(organization_id, []).append((pk, source, vectors[id]))
    for organization_id in sorted(homes):
        await _keep_of(db, organization_id, model, homes[organization_id])


async def _keep_of(
    db: Connection, organization_id: OrganizationId, model: str, entries: Sequence[tuple[int, str, Vector]]
) -> None:
    of_model = {"organization_id": organization_id, "model": model}
    revision = await note_change(db, organization_id)
    in_pgvector = await pgvector.is_used(db)
    rows = [
        {
            **of_model,
            "pk": pk,
            "source": source,
            "revision": revision,
            "vector": pgvector.literal(vector) if in_pgvector else vector,
        }
        for pk, source, vector in entries
    ]
    await db.send(_KEEP_IN_PGVECTOR if in_pgvector else _KEEP, rows)
    await db.execute(_EMBEDDED, {**of_model, "pks": [pk for pk, _, _ in entries]})


async def note_change(db: Connection, organization_id: OrganizationId, more: int = 0) -> int:
    """To be called in the unit that changes vectors of the organization, or makes its passages more or (below 0)
    fewer; the new revision.
    """
    params = {"organization_id": organization_id, "revision": 1, "passages": more}
    rows = await db.rows(_COUNT_UP, params)
    revision: int = rows[0][0]
    return revision


async def nearest(
    db: Connection,
    organization_id: OrganizationId,
    vector: Vector,
    model: str,
    most: int,
    source: SourceKind | None,
    *,
    committed: bool,
) -> Sequence[tuple[PassageId, float]]:
    """`committed`: whether nothing that the unit sees can still be taken back."""
    if await pgvector.is_used(db):
        return await pgvector.nearest(db, organization_id, vector, model, most, source)
    best = await near_in_memory.nearest(
        db, (organization_id, model), vector, most, source, committed=committed
    )
    if not best:
        return []
    params = {"organization_id": organization_id, "pks": [pk for _, pk in best]}
    ids: dict[int, PassageId] = dict(await db.rows(_IDS, params))
    return [(ids[pk], likeness) for likeness, pk in best]
