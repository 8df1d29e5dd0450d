"""Conversations at providers, what is known of single messages there, and files that are still to be fetched."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID, AT, JSON, TEXT = Id(), Instant(), Document(), sa.Text()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("attachments", _column("origin", JSON, null=True))
    _correspondences()
    _provider_messages()
    _events_of_accounts()


def _correspondences() -> None:
    op.create_table(
        "correspondences",
        _column("organization_id", ID),
        _column("channel", TEXT),
        _column("account", EXACT),
        _column("thread", EXACT),
        _column("customer_id", ID, null=True),
        _column("ticket_id", ID, null=True),
        _column("body", JSON),
        _primary_key("correspondences", "organization_id", "channel", "account", "thread"),
        _of_organization("correspondences"),
        sqlite_with_rowid=False,
    )
    for of in ("ticket", "customer"):
        _index(f"ix_correspondences_{of}", "correspondences", f"{of}_id", where=f"{of}_id IS NOT NULL")


def _provider_messages() -> None:
    op.create_table(
        "provider_messages",
        _column("organization_id", ID),
        _column("channel", TEXT),
        _column("account", EXACT),
        _column("external_id", EXACT),
        _column("conversation_id", ID, null=True),
        _column("told_at", AT),
        _column("body", JSON),
        _primary_key("provider_messages", "organization_id", "channel", "account", "external_id"),
        _of_organization("provider_messages"),
        sqlite_with_rowid=False,
    )
    _index("ix_provider_messages_told_at", "provider_messages", "told_at")


def _events_of_accounts() -> None:
    op.drop_index("ix_webhook_events_waiting", "webhook_events")
    waiting = ("provider", "account", "received_at")
    _index("ix_webhook_events_waiting", "webhook_events", *waiting, where="state = 'unmatched'")
    heard = ("organization_id", "provider", "account", "received_at")
    _index("ix_webhook_events_heard", "webhook_events", *heard, where="account IS NOT NULL")


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id"
    )


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
