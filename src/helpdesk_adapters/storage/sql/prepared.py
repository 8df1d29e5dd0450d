"""Statements that are compiled once: SQLAlchemy writes the SQL, the driver runs it.

Compiling a statement takes a millisecond, and walking its result through SQLAlchemy longer than the database needs
to find it. A `Prepared` is compiled at its first use on a dialect; from then on it is SQL text with a converter for
each parameter and each column.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from attrs import frozen
from sqlalchemy import Dialect, Insert, bindparam, insert
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import BindParameter
from sqlalchemy.sql.schema import Table

from helpdesk_adapters.storage.sql.types import Convert

Params = Mapping[str, Any]
Row = tuple[Any, ...]

NO_PARAMS: Params = {}


@frozen
class Compiled:
    """A statement in one dialect: its text, and how values go in and come out.

    `parameters` and `columns` say which of them have to be converted, and how.
    """

    sql: str
    pick: Callable[[Params], Iterable[Any]]
    """The values of the parameters, in the order of the text."""
    parameters: tuple[tuple[int, Convert], ...]
    constants: Mapping[str, Any]
    columns: tuple[tuple[int, Convert], ...]

    def arguments(self, params: Params) -> list[Any]:
        """The parameters as the driver takes them."""
        values = list(self.pick({**self.constants, **params} if self.constants else params))
        for place, convert in self.parameters:
            values[place] = convert(values[place])
        return values

    def converted(self, rows: list[Row]) -> list[Row]:
        """The rows as the core's types want them."""
        if not rows or not self.columns:
            return rows
        if len(rows) == 1:
            row = list(rows[0])
            for place, convert in self.columns:
                if row[place] is not None:
                    row[place] = convert(row[place])
            return [tuple(row)]
        # Column by column, which is the fastest way for many.
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in self.columns:
            columns[place] = [None if value is None else convert(value) for value in columns[place]]
        return list(zip(*columns, strict=True))


@frozen
class PerDialect:
    """One statement in two spellings, with the same parameters and columns."""

    sqlite: ClauseElement
    postgresql: ClauseElement


class Prepared:
    """A statement that is compiled once for each dialect it is used on.

    `suffix` is appended as it is: for the ends of an INSERT that both dialects spell alike, while SQLAlchemy has a
    class of its own for each.
    """

    def __init__(self, statement: ClauseElement | PerDialect, suffix: str = "") -> None:
        self._statement = statement
        self._suffix = suffix
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """The statement in this dialect."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement = self._statement
            if isinstance(statement, PerDialect):
                statement = statement.postgresql if dialect.name == "postgresql" else statement.sqlite
            compiled = self._compiled[dialect.name] = _compile(statement, self._suffix, dialect)
        return compiled


OR_NOTHING = " ON CONFLICT DO NOTHING"
"""Suffix of an INSERT that does nothing where a unique key is taken; the transaction stays usable on PostgreSQL too."""


def inserting(table: Table) -> Insert:
    """An INSERT of a whole row: every column is a parameter of its name, but for `pk`, which the database gives."""
    names = [column.name for column in table.columns if column.name != "pk"]
    return insert(table).values({name: bindparam(name) for name in names}).inline()


def _compile(statement: ClauseElement, suffix: str, dialect: Dialect) -> Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    order: Sequence[str] = compiled.positiontup or ()
    return Compiled(
        sql=compiled.string + suffix,
        pick=_picking(order),
        parameters=tuple(
            (place, convert)
            for place, name in enumerate(order)
            if (convert := _bind(compiled.binds[name], dialect)) is not None
        ),
        constants={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        columns=tuple(
            (place, convert)
            for place, column in enumerate(compiled._result_columns)
            if (convert := _result(column.type, dialect)) is not None
        ),
    )


def _picking(names: Sequence[str]) -> Callable[[Params], Iterable[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda params: [params[name] for name in names]


def _bind(parameter: BindParameter[Any], dialect: Dialect) -> Convert | None:
    return parameter.type.dialect_impl(dialect).bind_processor(dialect)


def _result(type_: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return convert
