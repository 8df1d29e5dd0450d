"""Where a team's history comes from."""

from typing import Protocol

from attrs import frozen

from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import TryLater


@frozen
class SourcePage:
    """Some things of one kind, in the source's order; `cursor` is where the next page begins.

    Of the `last` page, `cursor` is from where another import brings only what has changed since ('': it cannot).
    """

    things: tuple[Brought, ...]
    cursor: str
    last: bool
    total: int | None = None
    problems: tuple[Problem, ...] = ()
    """What the source could not tell, thing by thing."""
    remarks: tuple[Problem, ...] = ()
    """What else is to be told: of things that are brought all the same, and of lists that cannot be had."""


class CredentialsRefused(Exception):
    """The source does not let us in (any more): the import rests until somebody connects it again."""


class AccessDenied(CredentialsRefused):
    """The source lets us in, but not to this: it rests until somebody gives the account more rights."""


class SourceGone(Exception):
    """There is no such account, or it holds nothing that can be brought: the import is over."""


class MustWait(TryLater):
    """The source wants us to wait; the import goes on by itself after that."""


class ImportSource(Protocol):
    """One account of another desk, or a folder of files."""

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """The page that begins at `cursor` ('' is the beginning). The same cursor again is the same page, or a newer
        one of the same things.

        Raises CredentialsRefused, SourceGone, MustWait, TryLater.
        """
        ...

    async def close(self) -> None:
        """Ends connections and lets files go."""
        ...
