"""Rows of the knowledge: passages, their vectors, and the replies that were suggested out of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, PK, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class PassageRow(Row, table=True):
    """A passage. `embedded_by`: the model of its vector, NULL where it has none."""

    __tablename__ = "passages"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_passages_place", "organization_id", "source", "source_id", "place"),
        index("ix_passages_embedded", "organization_id", "embedded_by"),
        index("ix_passages_model", "embedded_by", where="embedded_by IS NOT NULL"),
        index("ix_passages_due", "updated_at", where="embedded_by IS NULL"),
        index("ix_passages_due_of", "organization_id", "updated_at", where="embedded_by IS NULL"),
    )
    pk: int = Field(sa_type=PK, primary_key=True)
    id: UUID = Field(sa_type=Id, unique=True)
    organization_id: UUID = Field(sa_type=Id)
    source: str = Field(sa_type=EXACT)
    source_id: UUID = Field(sa_type=Id)
    place: int
    updated_at: datetime = Field(sa_type=Instant)
    published: bool
    language: str | None = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    embedded_by: str | None = Field(sa_type=EXACT)
    title: str = Field(sa_type=Text)
    question: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)


class PassageVectorRow(Row, table=True):
    """The vector of a passage, apart from its text, so that a search by vectors reads nothing else.

    On PostgreSQL `vector` is of pgvector's type where the server has it (`pgvector`); everywhere else, bytes.
    `revision` is that of its organization's knowledge when it was written.
    """

    __tablename__ = "passage_vectors"
    __table_args__ = (
        ForeignKeyConstraint(["pk"], ["passages.pk"], ondelete="CASCADE"),
        index("ix_passage_vectors_revision", "organization_id", "model", "revision", "pk"),
    )
    pk: int = Field(sa_type=PK, primary_key=True, sa_column_kwargs={"autoincrement": False})
    organization_id: UUID = Field(sa_type=Id)
    model: str = Field(sa_type=EXACT)
    source: str = Field(sa_type=EXACT)
    revision: int = Field(sa_type=BigInteger)
    vector: bytes = Field(sa_type=LargeBinary)


class KnowledgeCounterRow(Row, table=True):
    """How many passages an organization has, and how often these or their vectors have changed: whoever keeps vectors
    in memory sees by it what is new.
    """

    __tablename__ = "knowledge_counters"
    __table_args__ = (references("organization_id", "organizations"), CLUSTERED)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    revision: int = Field(sa_type=BigInteger)
    passages: int


class SuggestionRow(Row, table=True):
    """A suggested reply; `grounded`: it rests on at least one source."""

    __tablename__ = "suggestions"
    __table_args__ = (
        references("organization_id", "organizations"),
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_suggestions_created", "organization_id", "created_at"),
        index("ix_suggestions_ticket", "ticket_id", "created_at"),
        index("ix_suggestions_state", "organization_id", "state", "created_at"),
        index("ix_suggestions_grounded", "organization_id", "grounded", "created_at"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    ticket_id: UUID = Field(sa_type=Id)
    about: UUID | None = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    state: str = Field(sa_type=Text)
    grounded: bool
    automatic: bool
    made_by: str = Field(sa_type=Text)
    language: str | None = Field(sa_type=Text)
    settled_at: datetime | None = Field(sa_type=Instant)
    settled_by: UUID | None = Field(sa_type=Id)
    usage: dict[str, Any] = Field(sa_type=Document)
    sources: list[dict[str, Any]] = Field(sa_type=Document)
    text: str = Field(sa_type=Text)
