"""pgvector: PostgreSQL compares vectors itself (https://github.com/pgvector/pgvector).

All vectors of an organization are compared, which is exact. An index (HNSW) knows of no organizations: it would find
what is near among all of them and leave few of the one that asks, and makes keeping a vector eight times as dear.
"""

from collections.abc import Sequence
from struct import unpack

from sqlalchemy import Connection as Migrating
from sqlalchemy import Text, bindparam, text
from sqlalchemy.exc import DBAPIError

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.types import Id
from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.ports.models import Vector

BATCH = 1_000
"""Vectors that are handed over at a time."""

_TYPE_OF_VECTORS = (
    "SELECT CAST(atttypid AS regtype)::text FROM pg_attribute"
    " WHERE attrelid = CAST('passage_vectors' AS regclass) AND attname = 'vector'"
)
_TYPE = Prepared(text(_TYPE_OF_VECTORS).columns(type=Text()))


def _comparing(kind: str) -> Prepared:
    sql = f"""
        SELECT passages.id, -nearest.distance FROM (
            SELECT pk, vector <#> CAST(:vector AS vector) AS distance FROM passage_vectors
            WHERE organization_id = :organization_id AND model = :model{kind}
            ORDER BY distance LIMIT :most
        ) AS nearest JOIN passages ON passages.pk = nearest.pk ORDER BY nearest.distance
    """
    return Prepared(text(sql).bindparams(bindparam("organization_id", type_=Id())).columns(id=Id()))


_NEAREST, _NEAREST_OF_KIND = _comparing(""), _comparing(" AND source = :source")


async def is_used(db: Connection) -> bool:
    """Whether the database compares vectors. It is asked each time: an upgrade may change it under a running desk."""
    return db.dialect.name == "postgresql" and bool((await db.rows(_TYPE))[0][0] != "bytea")


def literal(vector: Vector) -> str:
    """As pgvector reads it, to the last bit."""
    return f"[{','.join(map('{:.9g}'.format, unpack(f'<{len(vector) // 4}f', vector)))}]"


async def nearest(
    db: Connection,
    organization_id: OrganizationId,
    vector: Vector,
    model: str,
    most: int,
    source: SourceKind | None,
) -> Sequence[tuple[PassageId, float]]:
    """The cosine is the inner product, for all of them are of length 1."""
    params = {
        "organization_id": organization_id,
        "model": model,
        "vector": literal(vector),
        "most": most,
    }
    if source is None:
        return [(id, likeness) for id, likeness in await db.rows(_NEAREST, params)]
    rows = await db.rows(_NEAREST_OF_KIND, {**params, "source": source.value})
    return [(id, likeness) for id, likeness in rows]


def take_up(connection: Migrating) -> None:
    """Hands the vectors over to pgvector, where the server has it and the user may; else they stay bytes.

    For a database of the newest migration, in the transaction that upgrades it.
    """
    if connection.execute(text(_TYPE_OF_VECTORS)).scalar_one() != "bytea" or not _can_be_had(connection):
        return
    connection.execute(text("ALTER TABLE passage_vectors RENAME COLUMN vector TO bytes"))
    connection.execute(text("ALTER TABLE passage_vectors ADD COLUMN vector vector"))
    writing = text("UPDATE passage_vectors SET vector = CAST(:vector AS vector) WHERE pk = :pk")
    last = -1
    reading = text("SELECT pk, bytes FROM passage_vectors WHERE pk > :last ORDER BY pk LIMIT :most")
    while rows := connection.execute(reading, {"last": last, "most": BATCH}).all():
        connection.execute(writing, [{"pk": pk, "vector": literal(bytes(one))} for pk, one in rows])
        last = rows[-1][0]
    connection.execute(text("ALTER TABLE passage_vectors ALTER COLUMN vector SET NOT NULL"))
    connection.execute(text("ALTER TABLE passage_vectors DROP COLUMN bytes"))


def _can_be_had(connection: Migrating) -> bool:
    available = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
    if connection.execute(text(available)).first() is None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError:  # the user may not, and has been told so by nothing worse than slower searches
        return False
    return connection.execute(text("SELECT to_regtype('vector')")).scalar() is not None
