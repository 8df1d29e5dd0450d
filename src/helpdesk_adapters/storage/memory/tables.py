"""Rows in memory: tables that keep their indexes true, and a journal that can take back what was written."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from helpdesk_core.errors import AlreadyTaken, Conflict

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_K = TypeVar("_K", contravariant=True)
_V = TypeVar("_V", contravariant=True)


class Journal:
    """How to undo what the open unit wrote; as long as the unit's writes, whatever the store holds."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self.writable = False
        self.after_commit: set[Callable[[], None]] = set()
        """What is called, once each, when the open unit has been committed."""
        self.logs: set[Any] = set()
        """The organizations to whose log the open unit has added."""

    def note(self, undo: Callable[[], None]) -> None:
        if not self.writable:
            raise RuntimeError(
                "only an open unit of work writes, neither a read nor the work of an ended one"
            )
        self._undo.append(undo)

    def commit(self) -> None:
        self._undo.clear()
        followers, self.after_commit = self.after_commit, set()
        for follow in followers:
            follow()

    def roll_back(self) -> None:
        while self._undo:
            self._undo.pop()()
        self.after_commit.clear()
        self.logs.clear()


class Index(Protocol[_K, _V]):
    """Follows the rows of a table. `new` and `old` are the row after and before; None: there is none."""

    def check(self, key: _K, new: _V) -> None:
        """Raises where the row may not be stored."""
        ...

    def follow(self, key: _K, old: _V | None, new: _V | None) -> None: ...


class Table(Generic[K, V]):
    """Rows by their key. Storing one costs what its indexes cost; what one of them refuses is not stored."""

    def __init__(self, journal: Journal, *indexes: Index[K, V]) -> None:
        self._journal = journal
        self._indexes = indexes
        self._rows: dict[K, V] = {}
        self.before_drop: list[Callable[[V], None]] = []
        """What is asked before a row goes: it may take along what belongs to the row, or refuse."""

    def __iter__(self) -> Iterator[V]:
        return iter(self._rows.values())

    def __getitem__(self, key: K) -> V:
        return self._rows[key]

    def keys(self) -> Sequence[K]:
        return tuple(self._rows)

    def items(self) -> Sequence[tuple[K, V]]:
        return tuple(self._rows.items())

    def get(self, key: K) -> V | None:
        return self._rows.get(key)

    def add(self, key: K, row: V) -> None:
        """As `put`, and AlreadyTaken where there is a row of this key."""
        if key in self._rows:
            raise AlreadyTaken(f"There is something of id {key} already.")
        self.put(key, row)

    def put(self, key: K, row: V) -> None:
        for index in self._indexes:
            index.check(key, row)
        self._journal.note(partial(self._set, key, self._rows.get(key)))
        self._set(key, row)

    def drop(self, key: K) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        for follower in self.before_drop:
            follower(row)
        self._journal.note(partial(self._set, key, row))
        self._set(key, None)

    def _set(self, key: K, new: V | None) -> None:
        old = self._rows.get(key)
        for index in self._indexes:
            index.follow(key, old, new)
        if new is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = new


class Unique(Generic[K, V]):
    """Names of which each belongs to one row at most: O(1) to find, `refusal(name)` where one is taken."""

    def __init__(self, names: Callable[[V], Iterable[Hashable]], refusal: Callable[[Any], Exception]) -> None:
        self._names = names
        self._refusal = refusal
        self._holders: dict[Hashable, K] = {}

    def holder(self, name: Hashable) -> K | None:
        return self._holders.get(name)

    def check(self, key: K, new: V) -> None:
        for name in self._names(new):
            if self._holders.get(name, key) != key:
                raise self._refusal(name)

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        for name in () if old is None else self._names(old):
            self._holders.pop(name, None)
        for name in () if new is None else self._names(new):
            self._holders[name] = key


class Refers(Generic[K, V]):
    """Rows may name only what there is: Conflict for anything else."""

    def __init__(self, kind: str, named: Callable[[V], Any], rows: Table[Any, Any]) -> None:
        self._kind = kind
        self._named = named
        self._rows = rows

    def check(self, key: K, new: V) -> None:
        named = self._named(new)
        if named is not None and self._rows.get(named) is None:
            raise Conflict(f"There is no {self._kind} {named} to refer to.")

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        """There is nothing to keep."""


class Groups(Generic[K, V]):
    """The keys of the rows of each group, in no order: O(1) to find. A row whose group is None is in none."""

    def __init__(self, group: Callable[[V], Hashable | None]) -> None:
        self._group = group
        self._members: dict[Hashable, dict[K, None]] = {}

    def of(self, group: Hashable) -> Sequence[K]:
        return tuple(self._members.get(group, ()))

    def size(self, group: Hashable) -> int:
        return len(self._members.get(group, ()))

    def check(self, key: K, new: V) -> None:
        """Nothing is refused."""

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        before = None if old is None else self._group(old)
        after = None if new is None else self._group(new)
        if before == after:
            return
        if before is not None:
            members = self._members[before]
            del members[key]
            if not members:
                del self._members[before]
        if after is not None:
            self._members.setdefault(after, {})[key] = None


class Bearing(Generic[K, V]):
    """The keys of the rows that bear a name, of which each may bear several; in no order. O(1) to find."""

    def __init__(self, names: Callable[[V], Iterable[Hashable]]) -> None:
        self._names = names
        self._bearers: dict[Hashable, dict[K, None]] = {}

    def of(self, name: Hashable) -> Iterable[K]:
        """The table must not change while they are looked at."""
        return self._bearers.get(name, {}).keys()

    def check(self, key: K, new: V) -> None:
        """Nothing is refused."""

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        before = frozenset(() if old is None else self._names(old))
        after = frozenset(() if new is None else self._names(new))
        for name in before - after:
            bearers = self._bearers[name]
            del bearers[key]
            if not bearers:
                del self._bearers[name]
        for name in after - before:
            self._bearers.setdefault(name, {})[key] = None


class Sorted(Generic[K, V]):
    """The keys of the rows of each group in the order of `order(row)`, and of the keys where it is the same.

    A place is found in O(log n). Storing shifts pointers as a list does, which stays below the cost of
    everything else for some hundred thousand rows a group.
    """

    def __init__(self, group: Callable[[V], Hashable | None], order: Callable[[V], tuple[Any, ...]]) -> None:
        self._group = group
        self._order = order
        self._lists: dict[Hashable, list[tuple[tuple[Any, ...], K]]] = {}

    def ascending(self, group: Hashable, after: tuple[Any, ...] | None = None) -> Iterator[K]:
        """The keys behind `after`; the table must not change meanwhile."""
        rows = self._lists.get(group, [])
        start = 0 if after is None else bisect_right(rows, after, key=_place)
        return (rows[at][1] for at in range(start, len(rows)))

    def descending(self, group: Hashable, before: tuple[Any, ...] | None = None) -> Iterator[K]:
        """The keys before `before`, backwards; the table must not change meanwhile."""
        rows = self._lists.get(group, [])
        end = len(rows) if before is None else bisect_left(rows, before, key=_place)
        return (rows[at][1] for at in range(end - 1, -1, -1))

    def check(self, key: K, new: V) -> None:
        """Nothing is refused."""

    def follow(self, key: K, old: V | None, new: V | None) -> None:
        before = self._entry(old)
        after = self._entry(new)
        if before == after:
            return
        if before is not None:
            group, order = before
            rows = self._lists[group]
            del rows[bisect_left(rows, (order, key))]
            if not rows:
                del self._lists[group]
        if after is not None:
            group, order = after
            insort(self._lists.setdefault(group, []), (order, key))

    def _entry(self, row: V | None) -> tuple[Hashable, tuple[Any, ...]] | None:
        group = None if row is None else self._group(row)
        return None if row is None or group is None else (group, self._order(row))


def _place(entry: tuple[tuple[Any, ...], Any]) -> tuple[Any, ...]:
    return entry[0]
