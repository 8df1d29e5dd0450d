"""Knowledge: passages with their words and vectors, and suggested replies.

Passages are found by their words as tickets are (0001), but for beginnings of words, and by the places of words in
them, which nobody asks for. Their vectors are bytes here; where PostgreSQL has pgvector, `pgvector` makes them its own.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID, AT, JSON = Id(), Instant(), Document()
TEXT, INT, BIG, BOOL, BYTES = sa.Text(), sa.Integer(), sa.BigInteger(), sa.Boolean(), sa.LargeBinary()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PK = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _passages()
    if op.get_bind().dialect.name == "postgresql":
        _passage_words_in_vectors()
    else:
        _passage_words_in_fts5()
    _vectors()
    _suggestions()
    op.add_column("organizations", sa.Column("language", TEXT, nullable=False, server_default="en"))


def _passages() -> None:
    op.create_table(
        "passages",
        _column("pk", PK),
        _column("id", ID),
        _column("organization_id", ID),
        _column("source", EXACT),
        _column("source_id", ID),
        _column("place", INT),
        _column("updated_at", AT),
        _column("published", BOOL),
        _column("language", TEXT, null=True),
        _column("digest", TEXT),
        _column("embedded_by", EXACT, null=True),
        _column("title", TEXT),
        _column("question", TEXT),
        _column("text", TEXT),
        _primary_key("passages", "pk"),
        _references("passages", "organization_id", "organizations"),
        sa.UniqueConstraint("id", name="uq_passages_id"),
    )
    _index("uq_passages_place", "passages", "organization_id", "source", "source_id", "place", unique=True)
    _index("ix_passages_embedded", "passages", "organization_id", "embedded_by")
    _index("ix_passages_model", "passages", "embedded_by", where="embedded_by IS NOT NULL")
    _index("ix_passages_due", "passages", "updated_at", where="embedded_by IS NULL")
    _index("ix_passages_due_of", "passages", "organization_id", "updated_at", where="embedded_by IS NULL")


def _passage_words_in_fts5() -> None:
    """The scope of a passage are two words: its organization's, and one for what it was cut out of besides."""
    scope = "replace({0}organization_id, '-', '') || ' ' || replace({0}organization_id, '-', '') || {0}source"
    words = "{0}title || char(10) || {0}question || char(10) || {0}text"
    op.execute(
        f"CREATE VIEW passage_words_source AS"
        f" SELECT pk, {scope.format('')} AS scope, {words.format('')} AS words FROM passages"
    )
    op.execute(
        "CREATE VIRTUAL TABLE passage_words USING fts5(scope, words, content='passage_words_source',"
        " content_rowid='pk', tokenize='unicode61 remove_diacritics 2', detail=column, columnsize=0)"
    )
    op.execute("CREATE TABLE passage_words_due (pk INTEGER PRIMARY KEY)")
    due = "INSERT OR IGNORE INTO passage_words_due VALUES (new.pk);"
    take_out = (
        "INSERT INTO passage_words (passage_words, rowid, scope, words)"
        f" SELECT 'delete', old.pk, {scope.format('old.')}, {words.format('old.')}"
        " WHERE NOT EXISTS (SELECT 1 FROM passage_words_due WHERE pk = old.pk);"
    )
    not_due = "DELETE FROM passage_words_due WHERE pk = old.pk;"
    for name, moment, actions in (
        ("added", "INSERT ON passages", due),
        ("removed", "DELETE ON passages", f"{take_out} {not_due}"),
        ("changed", "UPDATE OF title, question, text ON passages", f"{take_out} {due}"),
    ):
        op.execute(f"CREATE TRIGGER passage_words_{name} AFTER {moment} BEGIN {actions} END")


def _passage_words_in_vectors() -> None:
    op.execute(
        "CREATE TABLE passage_words (pk BIGINT PRIMARY KEY REFERENCES passages (pk) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)"
    )
    # Nothing is put off: passages are written by jobs, and read by people who wait.
    op.execute("CREATE INDEX ix_passage_words ON passage_words USING GIN (words) WITH (fastupdate = off)")


def _vectors() -> None:
    op.create_table(
        "passage_vectors",
        sa.Column("pk", PK, nullable=False, autoincrement=False),
        _column("organization_id", ID),
        _column("model", EXACT),
        _column("source", EXACT),
        _column("revision", BIG),
        _column("vector", BYTES),
        _primary_key("passage_vectors", "pk"),
        sa.ForeignKeyConstraint(["pk"], ["passages.pk"], name="fk_passage_vectors_pk", ondelete="CASCADE"),
    )
    _index("ix_passage_vectors_revision", "passage_vectors", "organization_id", "model", "revision", "pk")
    op.create_table(
        "knowledge_counters",
        _column("organization_id", ID),
        _column("revision", BIG),
        _column("passages", INT),
        _primary_key("knowledge_counters", "organization_id"),
        _references("knowledge_counters", "organization_id", "organizations"),
        sqlite_with_rowid=False,
    )


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        _column("id", ID),
        _column("organization_id", ID),
        _column("ticket_id", ID),
        _column("about", ID, null=True),
        _column("created_at", AT),
        _column("state", TEXT),
        _column("grounded", BOOL),
        _column("automatic", BOOL),
        _column("made_by", TEXT),
        _column("language", TEXT, null=True),
        _column("settled_at", AT, null=True),
        _column("settled_by", ID, null=True),
        _column("usage", JSON),
        _column("sources", JSON),
        _column("text", TEXT),
        _primary_key("suggestions", "id"),
        _references("suggestions", "organization_id", "organizations"),
        _references("suggestions", "ticket_id", "tickets", "CASCADE"),
    )
    _index("ix_suggestions_created", "suggestions", "organization_id", "created_at")
    _index("ix_suggestions_ticket", "suggestions", "ticket_id", "created_at")
    _index("ix_suggestions_state", "suggestions", "organization_id", "state", "created_at")
    _index("ix_suggestions_grounded", "suggestions", "organization_id", "grounded", "created_at")


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _references(table: str, column: str, to: str, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=on_delete)


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
