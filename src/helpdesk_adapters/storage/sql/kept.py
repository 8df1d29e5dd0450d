"""How one noun is kept in one table: adding, finding, replacing; what every repository is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Index, Select, Table, bindparam, delete, select, tuple_, update
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.prepared import NO_PARAMS, OR_NOTHING, Params, Prepared, Row, inserting
from helpdesk_adapters.storage.sql.rows.base import Row as RowClass
from helpdesk_adapters.storage.sql.rows.base import table
from helpdesk_adapters.storage.sql.types import json_text
from helpdesk_core.errors import AlreadyTaken, InvalidValue, NotFound
from helpdesk_core.paging import Page

T = TypeVar("T")

AFTER = "after_value"
AFTER_ID = "after_id"
LIMIT = "limit_rows"


class Repository:
    """Some of what a unit of work can do, over its connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection


class Kept(Generic[T]):
    """One noun and its table; `key` is the column by which a row is found, and no other row has its value. `words` is
    the column that is found by its words. Where a table holds several nouns, `only` says which of its rows are these.

    What a unit has read or written by its key is remembered until the unit ends, so that changing it needs no second
    look.
    """

    def __init__(
        self,
        kind: str,
        row: type[RowClass],
        columns: Iterable[str],
        to_noun: Callable[[Row], T],
        to_row: Callable[[T], dict[str, Any]],
        key: str = "id",
        words: str | None = None,
        only: Mapping[str, str] | None = None,
    ) -> None:
        self.table = table(row)
        self.c = self.table.c
        self.select: Select[Any] = select(*(self.c[name] for name in columns))
        self.to_noun = to_noun
        self.to_row = to_row
        self._kind = kind
        self._key = key
        self._insert = Prepared(inserting(self.table), OR_NOTHING)
        self.these = tuple(self.c[name] == value for name, value in (only or {}).items())
        self._insert_all = Prepared(inserting(self.table))
        self._find = self.where(self.c[key] == bindparam("the_key"), *self.these)
        self._remove = Prepared(delete(self.table).where(self.c[key] == bindparam("the_key")))
        self._updates: dict[tuple[str, ...], Prepared] = {}
        self._words = words
        self._can_refuse = _guarded(self.table)
        # What need not belong to an organization is nobody's to hide: its owner may become known, or change.
        self._is_owned = "organization_id" in self.c and not self.c.organization_id.nullable

    def where(self, *conditions: ColumnElement[bool]) -> Prepared:
        """A statement that finds nouns."""
        return Prepared(self.select.where(*conditions))

    async def get(self, db: Connection, key: Any, organization_id: Any = None) -> T | None:
        """The noun of this key, whosever it is; naming the organization tells the store where the unit is at work."""
        seen: T | None = db.marks.seen.get((self._kind, key))
        if seen is None:
            seen = await self.first(db, self._find, {"the_key": key, "organization_id": organization_id})
        return seen

    async def first(self, db: Connection, prepared: Prepared, params: Params = NO_PARAMS) -> T | None:
        rows = await db.rows(prepared, params)
        return self._see(db, self.to_noun(rows[0])) if rows else None

    async def every(self, db: Connection, prepared: Prepared, params: Params = NO_PARAMS) -> list[T]:
        return [self.to_noun(row) for row in await db.rows(prepared, params)]

    async def add(self, db: Connection, noun: T, taken: str) -> None:
        """AlreadyTaken, saying `taken`, where a unique key of the row is in use."""
        if await self.add_if_new(db, noun) == 0:
            raise AlreadyTaken(taken)

    async def add_if_new(self, db: Connection, noun: T) -> int:
        """1, or 0 and nothing done where a unique key is in use."""
        row = self.to_row(noun)
        added = await db.execute(self._insert, row)
        if added:
            self._see(db, noun)
            self._note_words(db, row, row)
        return added

    async def add_all(self, db: Connection, nouns: Sequence[T]) -> None:
        """Adds all of them at once. A unique key that is in use fails the whole unit, maybe only at its end."""
        rows = [self.to_row(noun) for noun in nouns]
        await db.send(self._insert_all, rows)
        for noun, row in zip(nouns, rows, strict=True):
            self._see(db, noun)
            self._note_words(db, row, row)

    async def replace(self, db: Connection, noun: T) -> Mapping[str, Any]:
        """Writes the columns that differ, and answers with them; NotFound where there is no such row."""
        row = self.to_row(noun)
        key = row[self._key]
        old = await self.get(db, key, row.get("organization_id"))
        before = None if old is None else self.to_row(old)
        if before is None or (self._is_owned and before["organization_id"] != row["organization_id"]):
            raise NotFound(self._kind, key)
        changed = {name: value for name, value in row.items() if not _same(before[name], value)}
        if changed:
            updating, params = self._updating(tuple(changed)), {**changed, "the_key": key}
            if self._can_refuse.isdisjoint(changed):
                await db.send(updating, [params])
            else:
                await db.execute(updating, params)
            self._see(db, noun)
            self._note_words(db, row, changed)
        return changed

    async def remove(self, db: Connection, key: Any) -> int:
        db.marks.seen.pop((self._kind, key), None)
        return await db.execute(self._remove, {"the_key": key})

    def _see(self, db: Connection, noun: T) -> T:
        db.marks.seen[self._kind, getattr(noun, self._key)] = noun
        return noun

    def _note_words(self, db: Connection, row: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        if self._words is not None and self._words in written:
            db.marks.texts[self.table.name, row[self._key]] = row["organization_id"], written[self._words]

    def _updating(self, names: tuple[str, ...]) -> Prepared:
        prepared = self._updates.get(names)
        if prepared is None:
            statement = update(self.table).where(self.c[self._key] == bindparam("the_key"))
            prepared = Prepared(statement.values({name: bindparam(name) for name in names}))
            self._updates[names] = prepared
        return prepared


def ordered(
    statement: Select[Any], value: ColumnElement[Any], id: ColumnElement[Any], page: Page, *, after: bool
) -> Select[Any]:
    """The statement's rows in the page's order, from a position on (`after`), as many as are wanted and one more.

    Rows of one value are ordered by id: the databases take the order of values from an index and sort only what is
    equal. The parameters are those of `paging`.
    """
    if after:
        statement = statement.where(behind(value, id, page))
    order = (value.desc(), id.desc()) if page.descending else (value.asc(), id.asc())
    return statement.order_by(*order).limit(bindparam(LIMIT))


def behind(value: ColumnElement[Any], id: ColumnElement[Any], page: Page) -> ColumnElement[bool]:
    """Whether a row comes behind the position, in the page's order."""
    place = tuple_(value, id)
    position = tuple_(bindparam(AFTER, type_=value.type), bindparam(AFTER_ID, type_=id.type))
    return place < position if page.descending else place > position


def paging(page: Page) -> dict[str, Any]:
    """The parameters of `ordered`."""
    params: dict[str, Any] = {LIMIT: page.limit + 1}
    if page.after is not None:
        params[AFTER] = page.after.value
        params[AFTER_ID] = page.after.id
    return params


def check_sort(page: Page, *sorts: str) -> None:
    """InvalidValue where the list cannot be sorted so."""
    if page.column not in sorts:
        raise InvalidValue("sort", f"is by {page.column!r}, but can be by {', '.join(sorts)}")


def _guarded(table: Table) -> frozenset[str]:
    """The columns of which the database may refuse a value: because it is taken, or refers to nothing."""
    guards: list[ColumnCollectionConstraint | Index] = [index for index in table.indexes if index.unique]
    guards += [one for one in table.constraints if isinstance(one, ColumnCollectionConstraint)]
    return frozenset(column.name for guard in guards for column in guard.columns)


def _same(old: Any, new: Any) -> bool:
    """Whether both are the same in the database: in JSON `true` is not 1, which Python takes for equal."""
    if old is new:
        return True
    if old != new:
        return False
    return not isinstance(new, Mapping | tuple | list) or json_text(old) == json_text(new)
