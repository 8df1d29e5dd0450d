"""What conditions ask of a ticket is gathered, and no more than they ask."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from helpdesk_core.conditions import Condition, Conditions, Facts, facts_of
from helpdesk_core.conversations import Conversation
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ConversationId, OrganizationId, TeamId, UserId
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket

FIRST = Page(limit=1, sort="created_at")
LAST = Page(limit=1, sort="-created_at")


async def gather_facts(
    ticket: Ticket,
    conditions: Iterable[Condition],
    view: View,
    occasion: Occasion,
    event: DomainEvent | None = None,
) -> Facts:
    """The facts of the ticket that the conditions ask for. The message is the event's: of a conversation that one, of
    a new ticket its first, of anything else the last.
    """
    asked = {condition.field.partition(".")[0] for condition in conditions}
    customer = message = None
    if "customer" in asked:
        customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    if "message" in asked:
        message = await _message(ticket, event, view)
    data = {} if event is None else event.data
    changed = data.get("changed")
    return facts_of(
        ticket,
        occasion.at,
        customer,
        message,
        changed if isinstance(changed, Sequence) and not isinstance(changed, str) else (),
        data.get("score"),
    )


async def check_named(organization_id: OrganizationId, conditions: Conditions, view: View) -> None:
    """InvalidValue at the path of a condition that names a user or a team that the organization does not have."""
    for group, several in (("all", conditions.all), ("any", conditions.any)):
        for place, condition in enumerate(several):
            value = condition.value
            for one in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
                if one is not None and not await _is_known(organization_id, condition.field, one, view):
                    kind = condition.field.removesuffix("_id")
                    kind = "user" if kind == "assignee" else kind
                    raise InvalidValue(f"{group}[{place}].value", f"is not a {kind} of this organization")


async def _is_known(organization_id: OrganizationId, field: str, value: object, view: View) -> bool:
    if field not in ("assignee_id", "team_id"):
        return True
    try:
        id = UUID(str(value))
    except ValueError:
        return False
    if field == "team_id":
        return await view.teams.get(organization_id, TeamId(id)) is not None
    return await view.users.get(organization_id, UserId(id)) is not None


async def _message(ticket: Ticket, event: DomainEvent | None, view: View) -> Conversation | None:
    organization_id = ticket.organization_id
    if event is not None and event.subject_type == "conversation":
        return await view.conversations.get(organization_id, ConversationId(event.subject_id))
    page = FIRST if event is not None and event.type == "ticket.created" else LAST
    found = await view.conversations.of_ticket(organization_id, ticket.id, page)
    return found.items[0] if found.items else None


def ticket_named_by(event: DomainEvent) -> UUID | None:
    """The id of the ticket that the event is about, or belongs to."""
    if event.subject_type == "ticket":
        return event.subject_id
    named = event.data.get("ticket_id")
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None
