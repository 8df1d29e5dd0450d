"""Who is at a ticket just now: worth nothing a moment later, and kept nowhere."""

from attrs import frozen

from helpdesk_core.ids import UserId


@frozen
class Colleague:
    """An agent who has a ticket open; `typing`: and writes on it."""

    id: UserId
    name: str
    typing: bool
