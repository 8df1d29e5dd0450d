"""People: links by mail, second factors, what users set for themselves, notifications."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID, AT, JSON = Id(), Instant(), Document()
TEXT, BIG, BOOL = sa.Text(), sa.BigInteger(), sa.Boolean()


def upgrade() -> None:
    op.add_column("sessions", sa.Column("device", TEXT, nullable=False, server_default=""))
    _links()
    _second_factors()
    _settings()
    _notifications()


def _links() -> None:
    op.create_table(
        "user_links",
        _column("token_hash", TEXT),
        _column("user_id", ID),
        _column("purpose", TEXT),
        _column("created_at", AT),
        _column("expires_at", AT),
        _primary_key("user_links", "token_hash"),
        _references("user_links", "user_id", "users", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("uq_user_links_purpose", "user_links", "user_id", "purpose", unique=True)
    _index("ix_user_links_expires", "user_links", "expires_at")


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        _column("user_id", ID),
        _column("sealed_secret", TEXT),
        _column("created_at", AT),
        _column("confirmed_at", AT, null=True),
        _column("last_step", BIG, null=True),
        _column("recovery_hashes", JSON),
        _primary_key("second_factors", "user_id"),
        _references("second_factors", "user_id", "users", "CASCADE"),
        sqlite_with_rowid=False,
    )


def _settings() -> None:
    op.create_table(
        "user_settings",
        _column("user_id", ID),
        _column("organization_id", ID),
        _column("available", BOOL),
        _column("away_until", AT, null=True),
        _column("ways", JSON),
        _column("turn", BIG),
        _primary_key("user_settings", "user_id"),
        _references("user_settings", "organization_id", "organizations"),
        _references("user_settings", "user_id", "users", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_user_settings_organization", "user_settings", "organization_id")
    op.create_table(
        "people_settings",
        _column("organization_id", ID),
        _column("demands_second_factor", BOOL),
        _column("assignment", TEXT),
        _column("scope", TEXT),
        _primary_key("people_settings", "organization_id"),
        _references("people_settings", "organization_id", "organizations"),
        sqlite_with_rowid=False,
    )


def _notifications() -> None:
    op.create_table(
        "notifications",
        _column("id", ID),
        _column("organization_id", ID),
        _column("user_id", ID),
        _column("kind", TEXT),
        _column("ticket_id", ID),
        _column("created_at", AT),
        _column("conversation_id", ID, null=True),
        _column("read_at", AT, null=True),
        _column("mail", TEXT),
        _primary_key("notifications", "id"),
        _references("notifications", "organization_id", "organizations"),
        _references("notifications", "user_id", "users", "CASCADE"),
        _references("notifications", "ticket_id", "tickets", "CASCADE"),
    )
    _index("ix_notifications_user", "notifications", "user_id", "created_at")
    _index("ix_notifications_unread", "notifications", "user_id", where="read_at IS NULL")
    _index("ix_notifications_waiting", "notifications", "user_id", "created_at", where="mail = 'waiting'")
    _index("ix_notifications_ticket", "notifications", "ticket_id", "user_id")
    _index("ix_notifications_created", "notifications", "created_at")


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _references(table: str, column: str, to: str, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=on_delete)


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
