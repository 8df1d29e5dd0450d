"""Mail that waits, with the whole command that takes it in kept as JSON."""

from functools import cache
from typing import Any
from uuid import UUID

from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.commands import TakeEmail
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState, Reason

QUARANTINED = (
    "id",
    "organization_id",
    "state",
    "held_at",
    "settled_at",
    "sender",
    "subject",
    "external_id",
    "message_id",
    "reasons",
    "ticket_id",
    "conversation_id",
    "version",
    "command",
)


def to_quarantined(row: Row) -> QuarantinedMail:
    """The last column, `command`, may be left out: it is None then."""
    id, organization_id, state, held_at, settled_at, sender, subject, *rest = row
    external_id, message_id, reasons, ticket_id, conversation_id, version, *command = rest
    return QuarantinedMail(
        id=id,
        organization_id=organization_id,
        held_at=held_at,
        sender=sender,
        subject=subject,
        reasons=tuple(Reason(reason) for reason in reasons),
        command=_converter().structure(command[0], TakeEmail) if command and command[0] else None,
        external_id=external_id,
        message_id=message_id,
        state=QuarantineState(state),
        settled_at=settled_at,
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        version=version,
    )


def quarantined_row(mail: QuarantinedMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "organization_id": mail.organization_id,
        "state": mail.state.value,
        "held_at": mail.held_at,
        "settled_at": mail.settled_at,
        "sender": mail.sender,
        "subject": mail.subject,
        "external_id": mail.external_id,
        "message_id": mail.message_id,
        "reasons": [reason.value for reason in mail.reasons],
        "ticket_id": mail.ticket_id,
        "conversation_id": mail.conversation_id,
        "version": mail.version,
        "command": None if mail.command is None else _converter().unstructure(mail.command, TakeEmail),
    }


@cache
def _converter() -> OrjsonConverter:
    """A field that a kept mail lacks has its default, one that it has too many is left out."""
    converter = make_converter()
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    converter.register_unstructure_hook(UUID, str)
    return converter
