"""Rows of imports, of what stood in their way, and of what things are called elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, Row, index, references
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class ImportRow(Row, table=True):
    """An import, as it stands."""

    __tablename__ = "imports"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_imports_created", "organization_id", "created_at"),
        index("ix_imports_account", "organization_id", "source", "account", "created_at"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    source: str = Field(sa_type=EXACT)
    account: str = Field(sa_type=EXACT)
    state: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    version: int
    body: dict[str, Any] = Field(sa_type=Document)


class ImportProblemRow(Row, table=True):
    """Something that could not be brought."""

    __tablename__ = "import_problems"
    __table_args__ = (references("import_id", "imports", "CASCADE"), CLUSTERED)
    import_id: UUID = Field(sa_type=Id, primary_key=True)
    number: int = Field(primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    kind: str = Field(sa_type=Text)
    external_id: str = Field(sa_type=Text)
    told: str = Field(sa_type=Text)


class ReferenceRow(Row, table=True):
    """What one of our things is at a source."""

    __tablename__ = "external_references"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_external_references_ours", "our_id"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    source: str = Field(sa_type=EXACT, primary_key=True)
    account: str = Field(sa_type=EXACT, primary_key=True)
    kind: str = Field(sa_type=EXACT, primary_key=True)
    external_id: str = Field(sa_type=EXACT, primary_key=True)
    our_id: UUID = Field(sa_type=Id)
    digest: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    made: dict[str, Any] = Field(sa_type=Document)
