"""Imports, what stood in their way, and what things are called elsewhere."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID, AT, JSON, TEXT, INT = Id(), Instant(), Document(), sa.Text(), sa.Integer()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "imports",
        _column("id", ID),
        _column("organization_id", ID),
        _column("source", EXACT),
        _column("account", EXACT),
        _column("state", TEXT),
        _column("created_at", AT),
        _column("version", INT),
        _column("body", JSON),
        _primary_key("imports", "id"),
        _of("imports", "organization_id", "organizations"),
    )
    op.create_index("ix_imports_created", "imports", ("organization_id", "created_at"))
    op.create_index("ix_imports_account", "imports", ("organization_id", "source", "account", "created_at"))
    op.create_table(
        "import_problems",
        _column("import_id", ID),
        _column("number", INT),
        _column("organization_id", ID),
        _column("kind", TEXT),
        _column("external_id", TEXT),
        _column("told", TEXT),
        _primary_key("import_problems", "import_id", "number"),
        _of("import_problems", "import_id", "imports", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "external_references",
        _column("organization_id", ID),
        _column("source", EXACT),
        _column("account", EXACT),
        _column("kind", EXACT),
        _column("external_id", EXACT),
        _column("our_id", ID),
        _column("digest", TEXT),
        _column("version", TEXT),
        _column("made", JSON),
        _primary_key("external_references", "organization_id", "source", "account", "kind", "external_id"),
        _of("external_references", "organization_id", "organizations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_external_references_ours", "external_references", ("our_id",))


def _of(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def _column(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")
