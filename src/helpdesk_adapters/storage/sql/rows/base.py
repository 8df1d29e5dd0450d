"""What every row class is made of."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

EXACT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared and sorted by its characters' numbers, as SQLite and Python do, in whatever language."""

PK = BigInteger().with_variant(Integer(), "sqlite")

SORTS = ("created_at", "updated_at", "last_message_at", "number")
"""What tickets can be sorted by; every list of them has an index for each."""

CLUSTERED = {"sqlite_with_rowid": False}
"""Of a table that is its own primary key's index."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """The base of our tables, which stay apart from those of whoever embeds the desk."""


def table(row: type[Row]) -> Table:
    """The table of a row class."""
    return Row.metadata.tables[str(row.__tablename__)]


def references(column: str, to: str, on_delete: str | None = None) -> ForeignKeyConstraint:
    """The column holds the id of a row of another table."""
    return ForeignKeyConstraint([column], [f"{to}.id"], ondelete=on_delete)


def index(name: str, *columns: str, where: str | None = None, unique: bool = False) -> Index:
    """An index, of the rows `where` something holds."""
    condition = None if where is None else text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def unique(name: str, *columns: str, where: str | None = None) -> Index:
    """The columns are unique, among the rows `where` something holds."""
    return index(name, *columns, where=where, unique=True)
