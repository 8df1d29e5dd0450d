"""What the public API needs: arrangements, articles, ratings, followers of the log, outgoing webhooks, figures."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.mapping.people import customer_words
from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID, AT, JSON = Id(), Instant(), Document()
TEXT, INT, BIG, BOOL, DAY = sa.Text(), sa.Integer(), sa.BigInteger(), sa.Boolean(), sa.Date()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PK = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TRAFFIC = (
    "'ticket.created', 'ticket.updated', 'ticket.sla_breached', 'conversation.created',"
    " 'conversation.updated', 'conversation.delivery', 'conversation.seen', 'customer.created',"
    " 'customer.updated', 'tag.created'"
)


def upgrade() -> None:
    _tickets()
    _log()
    _arrangements()
    _articles()
    _ratings()
    _customers()
    _following()


def _tickets() -> None:
    for name, type_ in (
        ("split_from_id", ID),
        ("snoozed_until", AT),
        ("sla_policy_id", ID),
        ("first_response_due_at", AT),
        ("resolution_due_at", AT),
        ("sla_breached_at", AT),
        ("sla_breaches", JSON),
        ("sla_pauses", JSON),
    ):
        op.add_column("tickets", _column(name, type_, null=True))
    op.add_column("tickets", sa.Column("followers", JSON, nullable=False, server_default="[]"))
    for by in ("created_at", "updated_at", "last_message_at", "number"):
        _index(
            f"ix_tickets_snoozed_{by}",
            "tickets",
            "organization_id",
            "status",
            by,
            where="snoozed_until IS NOT NULL AND merged_into_id IS NULL",
        )
    _index("ix_tickets_pointers", "tickets", "id", where="merged_into_id IS NOT NULL")
    op.add_column("conversations", _column("origin_ticket_id", ID, null=True))
    op.add_column("conversations", _column("redacted_at", AT, null=True))
    _index(
        "ix_attachments_loose",
        "attachments",
        "created_at",
        where="conversation_id IS NULL AND ticket_id IS NULL",
    )
    _index("ix_webhook_events_bodies", "webhook_events", "received_at", where="length(raw) > 0")


def _log() -> None:
    op.add_column("event_log", sa.Column("audited", BOOL, nullable=False, server_default=sa.false()))
    op.execute(f"UPDATE event_log SET audited = (type NOT IN ({TRAFFIC}))")
    op.add_column("event_log", _column("origin", TEXT, null=True))
    _index("ix_event_log_origin", "event_log", "organization_id", "origin", where="origin IS NOT NULL")
    _index("ix_event_log_audited", "event_log", "organization_id", "seq", where="audited")


def _arrangements() -> None:
    op.create_table(
        "arrangements",
        _column("id", ID),
        _column("organization_id", ID),
        _column("kind", EXACT),
        _column("name", TEXT),
        _column("name_key", EXACT),
        _column("public_key", EXACT, null=True),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("version", INT),
        _column("body", JSON),
        _primary_key("arrangements", "id"),
        _references("arrangements", "organization_id", "organizations"),
    )
    _index("uq_arrangements_name", "arrangements", "organization_id", "kind", "name_key", unique=True)
    _index(
        "uq_arrangements_public_key",
        "arrangements",
        "kind",
        "public_key",
        where="public_key IS NOT NULL",
        unique=True,
    )
    _index("ix_arrangements_created", "arrangements", "organization_id", "kind", "created_at")


def _articles() -> None:
    op.create_table(
        "articles",
        _column("pk", PK),
        _column("id", ID),
        _column("organization_id", ID),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("version", INT),
        _column("published", BOOL),
        _column("language", TEXT, null=True),
        _column("section", TEXT, null=True),
        _column("external_id", EXACT, null=True),
        _column("title", TEXT),
        _column("body_html", TEXT),
        _column("text", TEXT),
        _primary_key("articles", "pk"),
        _references("articles", "organization_id", "organizations"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
    )
    _index("ix_articles_created", "articles", "organization_id", "created_at")
    _index("ix_articles_updated", "articles", "organization_id", "updated_at")
    _index(
        "uq_articles_external_id",
        "articles",
        "organization_id",
        "external_id",
        where="external_id IS NOT NULL",
        unique=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        _article_words_in_vectors()
    else:
        _article_words_in_fts5()
        _known_words()


def _article_words_in_fts5() -> None:
    """As the words of tickets and messages are kept since 0001."""
    op.execute(
        "CREATE VIEW article_words_source AS"
        " SELECT pk, replace(organization_id, '-', '') AS scope, text AS words FROM articles"
    )
    op.execute(
        "CREATE VIRTUAL TABLE article_words USING fts5(scope, words, content='article_words_source',"
        " content_rowid='pk', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3', columnsize=0)"
    )
    op.execute("CREATE TABLE article_words_due (pk INTEGER PRIMARY KEY)")
    due = "INSERT OR IGNORE INTO article_words_due VALUES (new.pk);"
    take_out = (
        "INSERT INTO article_words (article_words, rowid, scope, words)"
        " SELECT 'delete', old.pk, replace(old.organization_id, '-', ''), old.text"
        " WHERE NOT EXISTS (SELECT 1 FROM article_words_due WHERE pk = old.pk);"
    )
    not_due = "DELETE FROM article_words_due WHERE pk = old.pk;"
    for name, moment, actions in (
        ("added", "INSERT ON articles", due),
        ("removed", "DELETE ON articles", f"{take_out} {not_due}"),
        ("changed", "UPDATE OF text ON articles", f"{take_out} {due}"),
    ):
        op.execute(f"CREATE TRIGGER article_words_{name} AFTER {moment} BEGIN {actions} END")


def _known_words() -> None:
    """Which words there are (https://sqlite.org/fts5.html#the_fts5vocab_virtual_table_module)."""
    for words in ("ticket_words", "conversation_words", "article_words"):
        op.execute(f"CREATE VIRTUAL TABLE {words}_known USING fts5vocab({words}, instance)")


def _article_words_in_vectors() -> None:
    op.execute(
        "CREATE TABLE article_words (id UUID PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_article_words ON article_words USING GIN (words)")


def _ratings() -> None:
    op.create_table(
        "satisfaction_ratings",
        _column("id", ID),
        _column("organization_id", ID),
        _column("ticket_id", ID),
        _column("customer_id", ID),
        _column("assignee_id", ID, null=True),
        _column("score", TEXT),
        _column("comment", TEXT),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("version", INT),
        _primary_key("satisfaction_ratings", "id"),
        _references("satisfaction_ratings", "ticket_id", "tickets", "CASCADE"),
    )
    _index("uq_satisfaction_ratings_ticket", "satisfaction_ratings", "ticket_id", unique=True)
    _index("ix_satisfaction_ratings_created", "satisfaction_ratings", "organization_id", "created_at")
    _index("ix_satisfaction_ratings_score", "satisfaction_ratings", "organization_id", "score", "created_at")
    _index(
        "ix_satisfaction_ratings_assignee",
        "satisfaction_ratings",
        "assignee_id",
        "created_at",
        where="assignee_id IS NOT NULL",
    )


def _customer_words() -> None:
    op.create_table(
        "customer_words",
        _column("organization_id", ID),
        _column("word", EXACT),
        _column("customer_id", ID),
        _primary_key("customer_words", "organization_id", "word", "customer_id"),
        _references("customer_words", "customer_id", "customers", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _index("ix_customer_words_customer", "customer_words", "customer_id", "word")
    # Without types: ids go from the one table to the other as the database has them.
    customers = sa.table("customers", *map(sa.column, ("id", "organization_id", "name", "company")))
    words = sa.table("customer_words", *map(sa.column, ("organization_id", "word", "customer_id")))
    connection = op.get_bind()
    known = connection.execute(sa.select(*customers.c)).partitions(1000)
    for some in list(known):
        rows = [
            {"organization_id": organization_id, "word": word, "customer_id": id}
            for id, organization_id, name, company in some
            for word in customer_words(name, company)
        ]
        if rows:
            connection.execute(sa.insert(words), rows)


def _customers() -> None:
    _customer_words()
    op.add_column("customers", _column("merged_into_id", ID, null=True))
    op.create_table(
        "erasures",
        _column("id", ID),
        _column("organization_id", ID),
        _column("customer_id", ID),
        _column("state", TEXT),
        _column("erased", JSON),
        _column("requested_at", AT),
        _column("finished_at", AT, null=True),
        _primary_key("erasures", "id"),
        _references("erasures", "customer_id", "customers", "CASCADE"),
    )
    _index("uq_erasures_customer", "erasures", "customer_id", unique=True)
    _index("ix_ticket_participants_customer", "ticket_participants", "customer_id")
    _index(
        "ix_conversations_customer",
        "conversations",
        "author_id",
        "created_at",
        where="author_type = 'customer'",
    )


def _following() -> None:
    op.create_table(
        "log_places",
        _column("follower", EXACT),
        _column("organization_id", ID),
        _column("seq", BIG),
        _primary_key("log_places", "follower", "organization_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_answers",
        _column("organization_id", ID),
        _column("key", EXACT),
        _column("fingerprint", TEXT),
        _column("created_at", AT),
        _column("sealed", TEXT),
        _primary_key("kept_answers", "organization_id", "key"),
        sqlite_with_rowid=False,
    )
    _index("ix_kept_answers_created", "kept_answers", "created_at")
    op.create_table(
        "webhook_deliveries",
        _column("id", ID),
        _column("organization_id", ID),
        _column("endpoint_id", ID),
        _column("event_id", ID),
        _column("seq", BIG),
        _column("type", TEXT),
        _column("state", TEXT),
        _column("created_at", AT),
        _column("attempts", INT),
        _column("next_try_at", AT, null=True),
        _column("finished_at", AT, null=True),
        _column("body", TEXT),
        _column("tries", JSON),
        _primary_key("webhook_deliveries", "id"),
        _references("webhook_deliveries", "endpoint_id", "arrangements", "CASCADE"),
    )
    _index("ix_webhook_deliveries_created", "webhook_deliveries", "endpoint_id", "created_at")
    _index("ix_webhook_deliveries_state", "webhook_deliveries", "endpoint_id", "state", "created_at")
    _index("ix_webhook_deliveries_event", "webhook_deliveries", "endpoint_id", "seq")
    _index(
        "ix_webhook_deliveries_finished",
        "webhook_deliveries",
        "finished_at",
        where="finished_at IS NOT NULL",
    )
    op.create_table(
        "daily_figures",
        _column("organization_id", ID),
        _column("measure", EXACT),
        _column("day", DAY),
        _column("channel", EXACT),
        _column("agent_id", ID),
        _column("count", BIG),
        _column("total", BIG),
        _primary_key("daily_figures", "organization_id", "measure", "day", "channel", "agent_id"),
        sqlite_with_rowid=False,
    )


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _references(table: str, column: str, to: str, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=on_delete)


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
