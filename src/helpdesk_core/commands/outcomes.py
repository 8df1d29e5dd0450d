"""What became of a command."""

from attrs import frozen

from helpdesk_core.ids import ConversationId, OrganizationId, TicketId


@frozen
class Nothing:
    """Nothing is to be done, and `reason` says why."""

    reason: str
    unmatched: bool = False
    account: str | None = None
    """The outside account that it names, where that is nobody's yet: connecting it wakes the event."""
    organization_id: OrganizationId | None = None
    conversation_id: ConversationId | None = None
    """The message that was already there, where this is a duplicate of it."""
    forgets: bool = False
    """What came is not to be kept: it tells of somebody who was erased."""


@frozen
class Done:
    """A command was carried out for this organization, or for all; what it made, where it made something."""

    organization_id: OrganizationId | None
    ticket_id: TicketId | None = None
    conversation_id: ConversationId | None = None
    kept_whole: bool = False
    """All that came is kept with what was made of it: it need not be kept a second time."""
    forgets: bool = False
    """What came is not to be kept: it tells of somebody who was, or is to be, erased."""
    account: str | None = None
    """The outside account that it was about, where only carrying it out has shown which."""


Outcome = Done | Nothing
