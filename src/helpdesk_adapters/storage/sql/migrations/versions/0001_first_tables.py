"""The tables as they were at first.

The words of subjects and messages are in tables beside them: on SQLite two FTS5 tables, with triggers that note what is
due; on PostgreSQL two of vectors, which the store fills, since how a server takes words apart depends on its locale.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID, AT, JSON = Id(), Instant(), Document()
TEXT, INT, BIG, BOOL, BLOB = sa.Text(), sa.Integer(), sa.BigInteger(), sa.Boolean(), sa.LargeBinary()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PK = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _people()
    _tickets()
    _machinery()
    if op.get_bind().dialect.name == "postgresql":
        _words_in_vectors()
    else:
        _words_in_fts5()


def _people() -> None:
    op.create_table(
        "organizations",
        _column("id", ID),
        _column("slug", EXACT),
        _column("name", TEXT),
        _column("created_at", AT),
        _column("mail_from", TEXT, null=True),
        _primary_key("organizations", "id"),
        sa.UniqueConstraint("slug", name="uq_organizations_slug"),
    )
    op.create_table(
        "counters",
        _column("organization_id", ID),
        _column("ticket_number", BIG),
        _column("log_seq", BIG),
        _primary_key("counters", "organization_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        _column("id", ID),
        _column("organization_id", ID, null=True),
        _column("email", TEXT),
        _column("email_key", EXACT),
        _column("name", TEXT),
        _column("role", TEXT),
        _column("created_at", AT),
        _column("password_hash", TEXT),
        _column("disabled_at", AT, null=True),
        _primary_key("users", "id"),
        _references("users", "organization_id", "organizations"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    _index("ix_users_organization", "users", "organization_id", "email_key")
    op.create_table(
        "sessions",
        _column("token_hash", TEXT),
        _column("user_id", ID),
        _column("created_at", AT),
        _column("expires_at", AT),
        _primary_key("sessions", "token_hash"),
        _references("sessions", "user_id", "users", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_sessions_expires", "sessions", "expires_at")
    _index("ix_sessions_user", "sessions", "user_id")
    op.create_table(
        "api_keys",
        _column("id", ID),
        _column("organization_id", ID),
        _column("name", TEXT),
        _column("scopes", JSON),
        _column("key_hash", TEXT),
        _column("hint", TEXT),
        _column("created_at", AT),
        _column("revoked_at", AT, null=True),
        _primary_key("api_keys", "id"),
        _references("api_keys", "organization_id", "organizations"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    _index("ix_api_keys_created", "api_keys", "organization_id", "created_at")
    op.create_table(
        "log_in_attempts",
        _column("pk", PK),
        _column("subject", TEXT),
        _column("at", AT),
        _primary_key("log_in_attempts", "pk"),
    )
    _index("ix_log_in_attempts_at", "log_in_attempts", "at")
    _index("ix_log_in_attempts_subject", "log_in_attempts", "subject", "at")
    op.create_table(
        "customers",
        _column("id", ID),
        _column("organization_id", ID),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("name", TEXT),
        _column("emails", JSON),
        _column("phones", JSON),
        _column("identities", JSON),
        _column("company", TEXT, null=True),
        _column("language", TEXT, null=True),
        _column("country", TEXT, null=True),
        _column("city", TEXT, null=True),
        _column("meta", JSON),
        _column("blocked", BOOL),
        _column("version", INT),
        _column("name_key", EXACT),
        _column("company_key", EXACT),
        _primary_key("customers", "id"),
        _references("customers", "organization_id", "organizations"),
    )
    _index("ix_customers_blocked_created", "customers", "organization_id", "created_at", where="blocked")
    _index("ix_customers_blocked_updated", "customers", "organization_id", "updated_at", where="blocked")
    _index("ix_customers_company", "customers", "organization_id", "company_key", where="company_key <> ''")
    _index("ix_customers_created", "customers", "organization_id", "created_at")
    _index("ix_customers_name", "customers", "organization_id", "name_key", where="name_key <> ''")
    _index("ix_customers_updated", "customers", "organization_id", "updated_at")
    op.create_table(
        "customer_contacts",
        _column("organization_id", ID),
        _column("kind", EXACT),
        _column("value", EXACT),
        _column("customer_id", ID),
        _primary_key("customer_contacts", "organization_id", "kind", "value"),
        _references("customer_contacts", "customer_id", "customers", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_customer_contacts_customer", "customer_contacts", "customer_id")
    op.create_table(
        "blocked_senders",
        _column("id", ID),
        _column("organization_id", ID),
        _column("pattern", TEXT),
        _column("created_at", AT),
        _primary_key("blocked_senders", "id"),
        _references("blocked_senders", "organization_id", "organizations"),
    )
    _index("uq_blocked_senders_pattern", "blocked_senders", "organization_id", "pattern", unique=True)
    op.create_table(
        "integrations",
        _column("id", ID),
        _column("organization_id", ID),
        _column("provider", EXACT),
        _column("external_id", EXACT),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("settings", JSON),
        _column("sealed", JSON),
        _column("state", TEXT),
        _primary_key("integrations", "id"),
        _references("integrations", "organization_id", "organizations"),
    )
    _index("ix_integrations_organization", "integrations", "organization_id", "provider", "external_id")
    _index("uq_integrations_account", "integrations", "provider", "external_id", unique=True)


def _tickets() -> None:
    op.create_table(
        "tickets",
        _column("pk", PK),
        _column("id", ID),
        _column("organization_id", ID),
        _column("number", BIG),
        _column("customer_id", ID),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("last_message_at", AT),
        _column("status", TEXT),
        _column("priority", TEXT),
        _column("channel", TEXT),
        _column("assignee_id", ID, null=True),
        _column("team_id", ID, null=True),
        _column("merged_into_id", ID, null=True),
        _column("follows_id", ID, null=True),
        _column("message_count", INT),
        _column("version", INT),
        _column("kept_apart", BOOL),
        _column("language", TEXT, null=True),
        _column("first_response_at", AT, null=True),
        _column("resolved_at", AT, null=True),
        _column("closed_at", AT, null=True),
        _column("subject", TEXT),
        _column("subject_key", TEXT),
        _column("tags", JSON),
        _column("custom_fields", JSON),
        _column("meta", JSON),
        _primary_key("tickets", "pk"),
        _references("tickets", "customer_id", "customers"),
        _references("tickets", "organization_id", "organizations"),
        sa.UniqueConstraint("id", name="uq_tickets_id"),
    )
    _index(
        "ix_tickets_assignee_created_at",
        "tickets",
        "assignee_id",
        "status",
        "created_at",
        where="assignee_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_assignee_last_message_at",
        "tickets",
        "assignee_id",
        "status",
        "last_message_at",
        where="assignee_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_assignee_number",
        "tickets",
        "assignee_id",
        "status",
        "number",
        where="assignee_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_assignee_updated_at",
        "tickets",
        "assignee_id",
        "status",
        "updated_at",
        where="assignee_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_created_at",
        "tickets",
        "organization_id",
        "status",
        "created_at",
        "priority",
        "channel",
        where="merged_into_id IS NULL",
    )
    _index("ix_tickets_customer_created_at", "tickets", "customer_id", "created_at")
    _index("ix_tickets_customer_last_message_at", "tickets", "customer_id", "last_message_at")
    _index("ix_tickets_customer_number", "tickets", "customer_id", "number")
    _index("ix_tickets_customer_updated_at", "tickets", "customer_id", "updated_at")
    _index(
        "ix_tickets_last_message_at",
        "tickets",
        "organization_id",
        "status",
        "last_message_at",
        "priority",
        "channel",
        where="merged_into_id IS NULL",
    )
    _index("ix_tickets_merged", "tickets", "merged_into_id", where="merged_into_id IS NOT NULL")
    _index(
        "ix_tickets_nobody_created_at",
        "tickets",
        "organization_id",
        "status",
        "created_at",
        where="assignee_id IS NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_nobody_last_message_at",
        "tickets",
        "organization_id",
        "status",
        "last_message_at",
        where="assignee_id IS NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_nobody_number",
        "tickets",
        "organization_id",
        "status",
        "number",
        where="assignee_id IS NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_nobody_updated_at",
        "tickets",
        "organization_id",
        "status",
        "updated_at",
        where="assignee_id IS NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_number",
        "tickets",
        "organization_id",
        "status",
        "number",
        "priority",
        "channel",
        where="merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_subject",
        "tickets",
        "customer_id",
        "subject_key",
        "last_message_at",
        where="subject_key <> ''",
    )
    _index(
        "ix_tickets_team_created_at",
        "tickets",
        "team_id",
        "status",
        "created_at",
        where="team_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_team_last_message_at",
        "tickets",
        "team_id",
        "status",
        "last_message_at",
        where="team_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_team_number",
        "tickets",
        "team_id",
        "status",
        "number",
        where="team_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_team_updated_at",
        "tickets",
        "team_id",
        "status",
        "updated_at",
        where="team_id IS NOT NULL AND merged_into_id IS NULL",
    )
    _index(
        "ix_tickets_updated_at",
        "tickets",
        "organization_id",
        "status",
        "updated_at",
        "priority",
        "channel",
        where="merged_into_id IS NULL",
    )
    _index("uq_tickets_number", "tickets", "organization_id", "number", unique=True)
    op.create_table(
        "ticket_tags",
        _column("ticket_id", ID),
        _column("tag", TEXT),
        _column("organization_id", ID),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("last_message_at", AT),
        _column("number", BIG),
        _primary_key("ticket_tags", "ticket_id", "tag"),
        _references("ticket_tags", "ticket_id", "tickets", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_ticket_tags_created_at", "ticket_tags", "organization_id", "tag", "created_at")
    _index("ix_ticket_tags_last_message_at", "ticket_tags", "organization_id", "tag", "last_message_at")
    _index("ix_ticket_tags_number", "ticket_tags", "organization_id", "tag", "number")
    _index("ix_ticket_tags_updated_at", "ticket_tags", "organization_id", "tag", "updated_at")
    op.create_table(
        "ticket_participants",
        _column("ticket_id", ID),
        _column("customer_id", ID),
        _column("organization_id", ID),
        _primary_key("ticket_participants", "ticket_id", "customer_id"),
        _references("ticket_participants", "ticket_id", "tickets", "CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message_mentions",
        _column("organization_id", ID),
        _column("message_id", TEXT),
        _column("ticket_id", ID),
        _primary_key("message_mentions", "organization_id", "message_id", "ticket_id"),
        _references("message_mentions", "ticket_id", "tickets", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_message_mentions_ticket", "message_mentions", "ticket_id")
    op.create_table(
        "conversations",
        _column("pk", PK),
        _column("id", ID),
        _column("organization_id", ID),
        _column("ticket_id", ID),
        _column("kind", TEXT),
        _column("channel", TEXT),
        _column("created_at", AT),
        _column("author_type", TEXT),
        _column("author_id", ID, null=True),
        _column("author_name", TEXT),
        _column("author_role", TEXT),
        _column("author_avatar_url", TEXT, null=True),
        _column("language", TEXT, null=True),
        _column("delivery_state", TEXT, null=True),
        _column("delivery_detail", TEXT, null=True),
        _column("message_id", TEXT, null=True),
        _column("external_id", TEXT, null=True),
        _column("mail", JSON),
        _column("attachment_ids", JSON),
        _column("warnings", JSON),
        _column("meta", JSON),
        _column("content_text", TEXT),
        _column("content_html", TEXT),
        _column("content", JSON),
        _primary_key("conversations", "pk"),
        _references("conversations", "ticket_id", "tickets", "CASCADE"),
        sa.UniqueConstraint("id", name="uq_conversations_id"),
    )
    _index("ix_conversations_ticket", "conversations", "ticket_id", "created_at")
    _index(
        "uq_conversations_external_id",
        "conversations",
        "organization_id",
        "channel",
        "external_id",
        where="external_id IS NOT NULL",
        unique=True,
    )
    _index(
        "uq_conversations_message_id",
        "conversations",
        "organization_id",
        "message_id",
        where="message_id IS NOT NULL",
        unique=True,
    )
    op.create_table(
        "attachments",
        _column("id", ID),
        _column("organization_id", ID),
        _column("filename", TEXT),
        _column("content_type", TEXT),
        _column("size", BIG),
        _column("created_at", AT),
        _column("digest", TEXT, null=True),
        _column("ticket_id", ID, null=True),
        _column("conversation_id", ID, null=True),
        _column("content_id", TEXT, null=True),
        _column("inline", BOOL),
        _column("state", TEXT),
        _column("detail", TEXT, null=True),
        _column("external_id", TEXT, null=True),
        _primary_key("attachments", "id"),
        _references("attachments", "ticket_id", "tickets", "CASCADE"),
    )
    _index("ix_attachments_digest", "attachments", "organization_id", "digest", where="digest IS NOT NULL")
    _index("ix_attachments_ticket", "attachments", "ticket_id", where="ticket_id IS NOT NULL")


def _machinery() -> None:
    op.create_table(
        "webhook_events",
        _column("id", ID),
        _column("provider", TEXT),
        _column("external_id", TEXT),
        _column("type", TEXT),
        _column("received_at", AT),
        _column("state", TEXT),
        _column("organization_id", ID, null=True),
        _column("attempts", INT),
        _column("processed_at", AT, null=True),
        _column("error", TEXT, null=True),
        _column("raw", BLOB),
        _primary_key("webhook_events", "id"),
    )
    _index("ix_webhook_events_organization", "webhook_events", "organization_id", "received_at")
    _index("ix_webhook_events_provider", "webhook_events", "provider", "received_at")
    _index("ix_webhook_events_received", "webhook_events", "received_at")
    _index("ix_webhook_events_state", "webhook_events", "state", "received_at")
    _index("uq_webhook_events_external_id", "webhook_events", "provider", "external_id", unique=True)
    op.create_table(
        "jobs",
        _column("id", ID),
        _column("kind", TEXT),
        _column("payload", JSON),
        _column("run_at", AT),
        _column("created_at", AT),
        _column("organization_id", ID, null=True),
        _column("state", TEXT),
        _column("attempts", INT),
        _column("error", TEXT, null=True),
        _column("finished_at", AT, null=True),
        _column("worker", TEXT, null=True),
        _column("lease_until", AT, null=True),
        _primary_key("jobs", "id"),
    )
    _index("ix_jobs_created", "jobs", "created_at")
    _index("ix_jobs_due", "jobs", "run_at", where="state IN ('queued', 'failed')")
    _index("ix_jobs_lease", "jobs", "lease_until", where="state = 'running'")
    _index("ix_jobs_state", "jobs", "state", "created_at")
    op.create_table(
        "event_log",
        _column("organization_id", ID),
        _column("seq", BIG),
        _column("id", ID),
        _column("type", TEXT),
        _column("subject_type", TEXT),
        _column("subject_id", ID),
        _column("actor_type", TEXT),
        _column("actor_id", ID, null=True),
        _column("actor_name", TEXT),
        _column("occurred_at", AT),
        _column("recorded_at", AT),
        _column("data", JSON),
        _column("cause", TEXT, null=True),
        _column("depth", INT),
        _column("quiet", BOOL),
        _primary_key("event_log", "organization_id", "seq"),
        sqlite_with_rowid=False,
    )
    _index("ix_event_log_subject", "event_log", "subject_id", "recorded_at")
    op.create_table(
        "meta",
        _column("key", TEXT),
        _column("value", TEXT),
        _primary_key("meta", "key"),
        sqlite_with_rowid=False,
    )


def _words_in_fts5() -> None:
    """External-content tables: the texts stay where they are. `scope` is the organization, as one word.

    New texts are noted in `…_words_due` and indexed together before the commit (`sqlite_words`): a trigger that writes
    to an FTS5 table makes SQLite flush the index for each statement, which costs more than all the rest of a unit.
    """
    for table, column in (("tickets", "subject"), ("conversations", "content_text")):
        words = f"{table[:-1]}_words"
        op.execute(
            f"CREATE VIEW {words}_source AS"
            f" SELECT pk, replace(organization_id, '-', '') AS scope, {column} AS words FROM {table}"
        )
        op.execute(
            f"CREATE VIRTUAL TABLE {words} USING fts5(scope, words, content='{words}_source', content_rowid='pk',"
            " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3', columnsize=0)"
        )
        op.execute(f"CREATE TABLE {words}_due (pk INTEGER PRIMARY KEY)")
        due = f"INSERT OR IGNORE INTO {words}_due VALUES (new.pk);"
        take_out = (
            f"INSERT INTO {words} ({words}, rowid, scope, words)"
            f" SELECT 'delete', old.pk, replace(old.organization_id, '-', ''), old.{column}"
            f" WHERE NOT EXISTS (SELECT 1 FROM {words}_due WHERE pk = old.pk);"
        )
        not_due = f"DELETE FROM {words}_due WHERE pk = old.pk;"
        for name, moment, actions in (
            ("added", f"INSERT ON {table}", due),
            ("removed", f"DELETE ON {table}", f"{take_out} {not_due}"),
            ("changed", f"UPDATE OF {column} ON {table}", f"{take_out} {due}"),
        ):
            op.execute(f"CREATE TRIGGER {words}_{name} AFTER {moment} BEGIN {actions} END")


def _words_in_vectors() -> None:
    """Tables of their own, so that changing a ticket does not index its words again."""
    for table in ("tickets", "conversations"):
        words = f"{table[:-1]}_words"
        op.execute(
            f"CREATE TABLE {words} (id UUID PRIMARY KEY REFERENCES {table} (id) ON DELETE CASCADE,"
            " words TSVECTOR NOT NULL)"
        )
        op.execute(f"CREATE INDEX ix_{words} ON {words} USING GIN (words)")


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _references(table: str, column: str, to: str, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=on_delete)


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
