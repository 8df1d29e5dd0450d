"""What commits have touched: so that whoever waits for it can look again."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from attrs import frozen

from helpdesk_core.ids import OrganizationId


@frozen
class Touched:
    """What commits have touched, so that whoever waits for it can look again.

    `elsewhere`: another process has committed something, of which nothing more is known.
    """

    jobs: bool = False
    logs: frozenset[OrganizationId] = frozenset()
    elsewhere: bool = False


@runtime_checkable
class TellsCommits(Protocol):
    """A store that tells of every commit. The hooks are called soon after it, in the event loop that opened the store,
    or in the task that has just committed; they must be quick.
    """

    @property
    def on_commit(self) -> list[Callable[[Touched], None]]: ...
