"""What a provider does not tell of a message: when it was said."""

from attrs import evolve

from helpdesk_core.commands import HearMessage, TellChoice
from helpdesk_core.webhooks import WebhookEvent


async def when_it_came(command: HearMessage | TellChoice, event: WebhookEvent) -> HearMessage | TellChoice:
    """The command with the time at which its event was received, where its provider names none: every try of it, and
    whichever of two is tried first, gives the same order.
    """
    if isinstance(command, TellChoice):
        return command if command.at is not None else evolve(command, at=event.received_at)
    if command.message.at is not None:
        return command
    return evolve(command, message=evolve(command.message, at=event.received_at))


async def no_fall_back(command: HearMessage | TellChoice, event: WebhookEvent, reason: str) -> None:
    """Nothing takes the place of a message that could not be taken in: it rests with its event."""
