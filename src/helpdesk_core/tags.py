"""Tags: the words that an organization sorts its tickets by."""

from typing import ClassVar

from attrs import frozen

from helpdesk_core.arrangements import Arrangement


@frozen(kw_only=True)
class Tag(Arrangement):
    """A word on tickets. One that a ticket bears is known, whoever put it there."""

    kind: ClassVar[str] = "tag"
    most: ClassVar[int | None] = None

    description: str = ""
    color: str | None = None
    """For display, `#rrggbb`."""


def without(tags: tuple[str, ...], tag: str, becomes: str | None = None) -> tuple[str, ...]:
    """The tags with another one in place of `tag`, or none; each stays once, in its place."""
    changed = (becomes if one == tag else one for one in tags)
    return tuple(dict.fromkeys(one for one in changed if one is not None))
