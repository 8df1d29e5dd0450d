"""Records: what a provider keeps, as the desk last heard of it.

Providers tell of a thing again and again, in any order and more than once. A record is what is left of all that was
told: the newest word counts, and a word that is final is never taken back. So it does not matter in which order, or
how often, the words arrive.
"""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from attrs import evolve, fields, frozen


@frozen(order=True)
class Stamp:
    """How new a word is: by the provider's clock, then by how far its kind of event leads, then by the event's id."""

    at: datetime
    rank: int = 0
    event_id: str = ""


@frozen(kw_only=True)
class Record:
    """One thing that a provider keeps for somebody: `kind`, `account` and `external_id` tell it apart there.

    `account` is the outside account that it belongs to there, `created_at` when it came to be, or when it was first
    told of.
    """

    kind: ClassVar[str]
    awaited: ClassVar[bool] = False
    """Whether words that name no account may wait until one of these is known by its `external_id`."""

    provider: str
    account: str
    external_id: str
    created_at: datetime
    stamp: Stamp

    @property
    def final(self) -> bool:
        """Whether it has come to an end that nothing undoes."""
        return False

    def completed(self, older: Self) -> Self:
        """This word, with what it leaves open taken from an older one about the same thing."""
        return self


R = TypeVar("R", bound=Record)


def joined(known: R | None, told: R) -> R:
    """What is known after this word. Commutative, associative and idempotent: their order makes no difference."""
    if known is None:
        return told
    older, newer = sorted((known, told), key=lambda record: (record.final, record.stamp))
    return evolve(newer.completed(older), created_at=min(known.created_at, told.created_at))


def says_more(known: Record | None, after: Record) -> bool:
    """Whether more has changed than how new the word is."""
    return known is None or _said(known) != _said(after)


def _said(record: Record) -> list[object]:
    values = [getattr(record, field.name) for field in fields(type(record))]
    return [value for value in values if not isinstance(value, Stamp)]
