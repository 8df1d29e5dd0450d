"""Under which names a line of ours may be connected: its number, else the id of whom it belongs to."""

from helpdesk_adapters.messaging.dialpad.envelope import id_of
from helpdesk_adapters.messaging.dialpad.payloads import CallEvent, Party, TextEvent
from helpdesk_adapters.messaging.numbers import e164, spelled


def lines_of(event: CallEvent) -> tuple[str, ...]:
    """The line that was dialled first, then the one at which it rings."""
    numbers = (
        event.entry_point_target.phone,
        event.internal_number,
        event.target.phone,
        event.proxy_target.phone,
    )
    owners = (event.entry_point_target, event.target, event.proxy_target)
    return _known(numbers, owners)


def line_of_text(event: TextEvent, ours: str) -> tuple[str, ...]:
    """The number that the message came to, or left by."""
    short = spelled(ours) if ours.strip().isdigit() else ""
    return tuple(
        dict.fromkeys((*_known((ours, event.target.phone_number), (event.target,)), *filter(None, (short,))))
    )


def _known(numbers: tuple[str, ...], owners: tuple[Party, ...]) -> tuple[str, ...]:
    found = (*map(_number, numbers), *(id_of(owner.id) for owner in owners))
    return tuple(dict.fromkeys(filter(None, found)))


def _number(text: str) -> str | None:
    return e164(text) if text.strip().startswith("+") else None
