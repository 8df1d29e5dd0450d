"""Actions are done to a ticket: all of them, or none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.actions import SAYING, Action, Do
from helpdesk_core.arrangements import name_key
from helpdesk_core.conversations import Author, Kind
from helpdesk_core.errors import Conflict
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, OrganizationId, TeamId, UserId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.placeholders import fill, values_of
from helpdesk_core.ports.store import View, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Priority, Status, Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step, changed_by
from helpdesk_core.use_cases.tickets.find_named import active_user, named_team
from helpdesk_core.use_cases.tickets.post_conversation import Draft, check_answerable, note_step, reply_step


@frozen
class Said:
    """A text as it will be posted."""

    kind: Kind
    text: str


@frozen
class Performed:
    """The ticket afterwards, and the messages that were posted."""

    ticket: Ticket
    conversation_ids: tuple[ConversationId, ...] = ()


async def actions_step(
    ticket: Ticket,
    actions: Sequence[Action],
    author: Author,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Performed:
    """The step: properties first, in the order of the actions, then what is said. Whatever refuses does so before
    anything is written.
    """
    await would_be(ticket, actions, work, occasion)
    texts = await filled_in(ticket, actions, author.name, work)
    changed = await change_step(ticket, change_of(ticket, actions, occasion.at), work, occasion)
    posted: list[ConversationId] = []
    for place, said in enumerate(texts):
        # Messages of one moment are ordered by chance; these keep the order in which they were said.
        occasion = evolve(occasion, at=occasion.at + timedelta(microseconds=1 if place else 0))
        draft = Draft(content=document_from_text(said.text), author=author)
        if said.kind is Kind.REPLY:
            conversation = await reply_step(changed, draft, work, occasion, domain)
        else:
            conversation = await note_step(changed, draft, work, occasion)
        posted.append(conversation.id)
        changed = await work.tickets.get(ticket.organization_id, ticket.id) or changed
    return Performed(changed, tuple(posted))


async def would_be(ticket: Ticket, actions: Sequence[Action], view: View, occasion: Occasion) -> Ticket:
    """The ticket as the actions would leave it, but for what they say; refuses where one of them cannot be done."""
    if ticket.merged_into_id is not None:
        raise Conflict(f"Ticket {ticket.number} was merged; nothing can be done to it.")
    if any(action.do is Do.REPLY for action in actions):
        check_answerable(ticket)
    await check_known(ticket.organization_id, actions, view)
    return await changed_by(ticket, change_of(ticket, actions, occasion.at), view, occasion)


async def check_known(organization_id: OrganizationId, actions: Sequence[Action], view: View) -> None:
    """InvalidValue at the path of an action that names somebody, or a team, that the organization does not have."""
    for place, action in enumerate(actions):
        path = f"actions[{place}].value"
        if action.value is None:
            continue
        if action.do in (Do.ASSIGN, Do.FOLLOW):
            await active_user(organization_id, UserId(UUID(action.value)), path, view)
        if action.do is Do.ASSIGN_TEAM:
            await named_team(organization_id, TeamId(UUID(action.value)), path, view)


async def filled_in(ticket: Ticket, actions: Sequence[Action], agent_name: str, view: View) -> Sequence[Said]:
    """What the actions will say, placeholders filled in as the ticket stands before them."""
    saying = [action for action in actions if action.do in SAYING]
    if not saying:
        return ()
    customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    organization: Organization | None = await view.organizations.get(ticket.organization_id)
    values = values_of(ticket, customer, agent_name, organization.name if organization else "")
    kinds = {Do.REPLY: Kind.REPLY, Do.ADD_NOTE: Kind.NOTE}
    return [Said(kinds[action.do], fill(action.value, values)) for action in saying]


def change_of(ticket: Ticket, actions: Sequence[Action], now: datetime) -> TicketChange:
    """What the actions change of the ticket's properties; of several that set the same one the last counts."""
    wanted: dict[str, Any] = {}
    for action in actions:
        match action.do:
            case Do.SET_STATUS:
                wanted["status"] = Status(action.value)
            case Do.SET_PRIORITY:
                wanted["priority"] = Priority(action.value)
            case Do.ASSIGN:
                wanted["assignee_id"] = None if action.value is None else UserId(UUID(action.value))
            case Do.ASSIGN_TEAM:
                wanted["team_id"] = None if action.value is None else TeamId(UUID(action.value))
            case Do.ADD_TAG:
                tags = wanted.get("tags", ticket.tags)
                wanted["tags"] = tags if _but(tags, action.value) != tags else (*tags, action.value)
            case Do.REMOVE_TAG:
                wanted["tags"] = _but(wanted.get("tags", ticket.tags), action.value)
            case Do.SET_FIELD:
                wanted["custom_fields"] = {
                    **wanted.get("custom_fields", {}),
                    action.field or "": action.value,
                }
            case Do.SNOOZE:
                wanted["snoozed_until"] = now + timedelta(hours=action.value)
            case Do.FOLLOW:
                followers = wanted.get("followers", ticket.followers)
                wanted["followers"] = tuple(dict.fromkeys((*followers, action.value)))
    return TicketChange(**wanted)


def _but(tags: tuple[str, ...], tag: str) -> tuple[str, ...]:
    """The tags without this one, however it is spelled."""
    return tuple(one for one in tags if name_key(one) != name_key(tag))
