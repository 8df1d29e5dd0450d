"""Vectors that are kept in memory between two questions: a matrix an organization, searched from end to end.

That finds exactly what is nearest, and of ten thousand vectors within a millisecond. NumPy (extra `ai`) is
imported when there is a vector to search; without it nothing is found.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from helpdesk_core.ids import OrganizationId
from helpdesk_core.knowledge.passages import SourceKind

if TYPE_CHECKING:
    from numpy import float32, int8, int64
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[float32]
    Pks: TypeAlias = NDArray[int64]
    Kinds: TypeAlias = NDArray[int8]

Entry = tuple[int, str, bytes]
"""A vector as a table has it: its passage's pk, what that was cut out of, and the vector."""

Key = tuple[OrganizationId, str]
"""An organization and a model."""

ROOM = 64 * 1024 * 1024
"""Bytes of vectors that a store keeps in memory; those of organizations nobody has asked for longest go."""

_KINDS = list(SourceKind)
_GONE = -1


@cache
def numpy() -> Any:
    """NumPy, or None where it is not installed."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy


@frozen(eq=False)
class Matrix:
    """Vectors as of one revision of their organization's knowledge. What it holds never changes, though a newer one
    may share its numbers, and have its own behind them.
    """

    revision: int
    numbers: "Numbers"
    """With room for more rows than there are."""
    pks: "Pks"
    kinds: "Kinds"
    """For each row the number of its SourceKind, or that it is gone."""

    @property
    def size(self) -> int:
        """In bytes."""
        return self.numbers.nbytes + self.pks.nbytes + self.kinds.nbytes

    def nearest(self, vector: bytes, most: int, source: SourceKind | None = None) -> list[tuple[float, int]]:
        """The greatest cosines and whose they are, the greatest first."""
        np = numpy()
        wanted = self.kinds != _GONE if source is None else self.kinds == _KINDS.index(source)
        rows = np.flatnonzero(wanted)
        # Not `@`: BLAS would share out a fraction of a millisecond's work among threads that wait for each other.
        there = self.numbers[: len(self.pks)]
        likenesses = np.einsum("ij,j->i", there, np.frombuffer(vector, "<f4"))[rows]
        if len(rows) > most:
            first = np.argpartition(likenesses, -most)[-most:]
            rows, likenesses = rows[first], likenesses[first]
        return sorted(zip(likenesses.tolist(), self.pks[rows].tolist(), strict=True), reverse=True)

    def changed(
        self, revision: int, entries: Sequence[Entry], there: Sequence[int], *, apart: bool
    ) -> "Matrix":
        """What it becomes with these new vectors, and without those whose passages are not `there` any more.

        `apart`: it shares nothing with this one, from which therefore others may be made.
        """
        np = numpy()
        fresh = np.array([pk for pk, _, _ in entries], np.int64)
        gone = ~np.isin(self.pks, np.array(there, np.int64)) | np.isin(self.pks, fresh)
        kinds = np.where(gone, np.int8(_GONE), self.kinds)
        rows = np.flatnonzero(~gone & (self.kinds != _GONE))
        full = len(kinds) + len(fresh) > len(self.numbers)
        if not (apart or full or 2 * len(rows) < len(kinds)):
            return _with(Matrix(revision, self.numbers, self.pks, kinds), entries)
        numbers = _room_for(len(rows) + len(fresh), self.numbers.shape[1])
        numbers[: len(rows)] = self.numbers[rows]
        return _with(Matrix(revision, numbers, self.pks[rows], kinds[rows]), entries)


def matrix_of(revision: int, dimensions: int, entries: Sequence[Entry]) -> Matrix:
    np = numpy()
    numbers = _room_for(len(entries), dimensions)
    return _with(Matrix(revision, numbers, np.empty(0, np.int64), np.empty(0, np.int8)), entries)


class Matrices:
    """Those of a store. Any thread may use it."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._lock = Lock()
        self._kept: OrderedDict[Key, Matrix] = OrderedDict()

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(matrix.size for matrix in self._kept.values())

    def get(self, key: Key) -> Matrix | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Key, old: Matrix | None, make: Callable[[], Matrix]) -> Matrix | None:
        """Keeps what `make` makes out of the old one; None, and nothing is done, where that is not the newest."""
        with self._lock:
            if self._kept.get(key) is not old:
                return None
            made = self._kept[key] = make()
            self._kept.move_to_end(key)
            while self.size > self.room:
                self._kept.popitem(last=False)
            return made


def _with(matrix: Matrix, entries: Sequence[Entry]) -> Matrix:
    np = numpy()
    first = len(matrix.pks)
    fresh = np.frombuffer(b"".join(vector for _, _, vector in entries), "<f4")
    matrix.numbers[first : first + len(entries)] = fresh.reshape(len(entries), -1) if entries else 0
    return Matrix(
        matrix.revision,
        matrix.numbers,
        np.concatenate([matrix.pks, np.array([pk for pk, _, _ in entries], np.int64)]),
        np.concatenate(
            [matrix.kinds, np.array([_KINDS.index(SourceKind(kind)) for _, kind, _ in entries], np.int8)]
        ),
    )


def _room_for(rows: int, dimensions: int) -> "Numbers":
    empty: Numbers = numpy().empty((rows + rows // 8 + 16, dimensions), "f4")
    return empty
