"""The widget's visitors, what they have just sent, and messages in other languages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID, AT, JSON, TEXT, BOOL = Id(), Instant(), Document(), sa.Text(), sa.Boolean()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "widget_sessions",
        _column("token_hash", EXACT),
        _column("organization_id", ID),
        _column("widget_id", ID),
        _column("visitor_id", TEXT),
        _column("created_at", AT),
        _column("last_used_at", AT),
        _column("customer_id", ID, null=True),
        _column("ticket_id", ID, null=True),
        _column("seen_id", ID, null=True),
        _column("verified", BOOL),
        _column("meta", JSON),
        _primary_key("widget_sessions", "token_hash"),
        sa.ForeignKeyConstraint(
            ["widget_id"], ["arrangements.id"], name="fk_widget_sessions_widget_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    _index(
        "ix_widget_sessions_ticket",
        "widget_sessions",
        "ticket_id",
        "last_used_at",
        where="ticket_id IS NOT NULL",
    )
    _index("ix_widget_sessions_customer", "widget_sessions", "customer_id", where="customer_id IS NOT NULL")
    _index("ix_widget_sessions_used", "widget_sessions", "last_used_at")
    op.create_table(
        "submissions",
        _column("organization_id", ID),
        _column("fingerprint", EXACT),
        _column("accepted_at", AT),
        _column("ticket_id", ID),
        _column("conversation_id", ID),
        _primary_key("submissions", "organization_id", "fingerprint"),
        sqlite_with_rowid=False,
    )
    _index("ix_submissions_accepted", "submissions", "accepted_at")
    op.add_column("conversations", _column("translation", JSON, null=True))


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
