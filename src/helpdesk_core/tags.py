"""Tags: the words that an organization sorts its tickets by."""

from typing import ClassVar

from attrs import frozen

from helpdesk_core.arrangements import Arrangement


@frozen(kw_only=True)
class Tag(Arrangement):
    """A word on tickets. One that a ticket bears is known, whoever put it there."""

    kind: ClassVar[str] = "tag"

    description: str = ""
    color: str | None = None
    """For display, `#rrggbb`."""
