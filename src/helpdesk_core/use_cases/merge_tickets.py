"""Two tickets turn out to be one matter."""

from attrs import evolve

from helpdesk_core.event_log import Occasion
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Ticket, merged_into


async def merge_step(source: Ticket, target: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """The step: `source` becomes a pointer to `target`, which takes over its messages. Returns the target."""
    if source.id == target.id:
        return target
    await work.tickets.replace(merged_into(source, target, occasion.at))
    await work.threads.move(source.organization_id, source.id, target.id)
    latest = [moment for moment in (source.last_message_at, target.last_message_at) if moment is not None]
    merged = evolve(
        target,
        message_count=target.message_count + source.message_count,
        last_message_at=max(latest) if latest else None,
        updated_at=max(occasion.at, target.updated_at),
    )
    await work.tickets.replace(merged)
    event = occasion.event(source.organization_id, "ticket.merged", source.id, {"into_id": str(target.id)})
    await work.log.append(event)
    return merged
