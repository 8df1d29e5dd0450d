"""Mail as it came, quarantine, addresses that nothing is sent to, and how an organization writes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID, AT, JSON, TEXT, INT, FLOAT = Id(), Instant(), Document(), sa.Text(), sa.Integer(), sa.Float()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("conversations", _column("raw_id", ID, null=True))
    op.add_column("conversations", _column("new_text", TEXT, null=True))
    op.add_column("conversations", _column("new_html", TEXT, null=True))
    op.add_column("organizations", sa.Column("mail_settings", JSON, nullable=False, server_default="{}"))
    _index("ix_tickets_followed", "tickets", "organization_id", "id", where="followers <> '[]'")
    _quarantine()
    _suppressed()
    _budgets()


def _quarantine() -> None:
    op.create_table(
        "quarantined_mails",
        _column("id", ID),
        _column("organization_id", ID),
        _column("state", TEXT),
        _column("held_at", AT),
        _column("settled_at", AT, null=True),
        _column("sender", EXACT),
        _column("subject", TEXT),
        _column("external_id", EXACT, null=True),
        _column("message_id", EXACT, null=True),
        _column("reasons", JSON),
        _column("ticket_id", ID, null=True),
        _column("conversation_id", ID, null=True),
        _column("version", INT),
        _column("command", JSON, null=True),
        _primary_key("quarantined_mails", "id"),
        _of_organization("quarantined_mails"),
    )
    _index("ix_quarantined_mails_held", "quarantined_mails", "organization_id", "state", "held_at")
    _index("ix_quarantined_mails_sender", "quarantined_mails", "organization_id", "sender", "held_at")
    _index(
        "ix_quarantined_mails_external",
        "quarantined_mails",
        "organization_id",
        "external_id",
        where="external_id IS NOT NULL",
    )
    _index(
        "ix_quarantined_mails_message",
        "quarantined_mails",
        "organization_id",
        "message_id",
        where="message_id IS NOT NULL",
    )
    _index("ix_quarantined_mails_all", "quarantined_mails", "organization_id", "held_at")
    _index("ix_quarantined_mails_age", "quarantined_mails", "held_at")
    _index("ix_quarantined_mails_state", "quarantined_mails", "state")
    op.create_table(
        "quarantined_files",
        _column("organization_id", ID),
        _column("digest", EXACT),
        _column("mail_id", ID),
        _primary_key("quarantined_files", "organization_id", "digest", "mail_id"),
        sa.ForeignKeyConstraint(["mail_id"], ["quarantined_mails.id"], name="fk_quarantined_files_mail_id"),
        sqlite_with_rowid=False,
    )
    _index("ix_quarantined_files_mail", "quarantined_files", "mail_id")


def _suppressed() -> None:
    op.create_table(
        "suppressed_addresses",
        _column("organization_id", ID),
        _column("address", EXACT),
        _column("id", ID),
        _column("reason", TEXT),
        _column("detail", TEXT),
        _column("since", AT),
        _column("conversation_id", ID, null=True),
        _primary_key("suppressed_addresses", "organization_id", "address"),
        _of_organization("suppressed_addresses"),
        sqlite_with_rowid=False,
    )
    _index("ix_suppressed_addresses_since", "suppressed_addresses", "organization_id", "since")
    op.create_index("uq_suppressed_addresses_id", "suppressed_addresses", ("id",), unique=True)


def _budgets() -> None:
    op.create_table(
        "budgets",
        _column("organization_id", ID),
        _column("name", EXACT),
        _column("remaining", FLOAT),
        _column("at", AT),
        _primary_key("budgets", "organization_id", "name"),
        sqlite_with_rowid=False,
    )
    _index("ix_budgets_at", "budgets", "at")


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
