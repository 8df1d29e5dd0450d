"""What is told of suggestions while they are being written, in this order."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.suggestions.suggestions import Suggestion


@frozen
class Begun:
    """A reply begins. `restarted`: it begins anew, written by another; what was told of it before is void."""

    index: int
    made_by: str
    restarted: bool = False


@frozen
class Piece:
    """What follows in a reply."""

    index: int
    text: str


@frozen
class Ended:
    """A reply is complete. Two that came out the same are one suggestion, which is told of twice."""

    index: int
    suggestion: Suggestion


@frozen
class Kept:
    """All of them are kept, in one change: from now on their ids can be asked for."""

    suggestions: Sequence[Suggestion]


Telling = Begun | Piece | Ended | Kept
