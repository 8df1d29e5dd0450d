"""A macro is applied to a ticket, or shown what it would do."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import MacroId, NewId, OrganizationId, TicketId
from helpdesk_core.macros import Macro
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.perform_actions import (
    Performed,
    Said,
    actions_step,
    filled_in,
    would_be,
)
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import agent_author
from helpdesk_core.use_cases.tickets.tell_changes import TOLD
from helpdesk_core.users import Actor


@frozen
class ApplyMacro:
    """Does a macro's actions to a ticket, all or none. Conflict for one that is not active."""

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, macro_id: MacroId, ticket_id: TicketId, actor: Actor
    ) -> Performed:
        async def unit(work: Work) -> Performed:
            macro = await _active(organization_id, macro_id, work)
            ticket = await existing_ticket(organization_id, ticket_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            author = agent_author(actor)
            return await actions_step(ticket, macro.actions, author, work, occasion, self.domain)

        return await self.store.transact(unit)


@frozen
class Preview:
    """What a macro would do: properties by name as they would be, and texts as they would be posted."""

    changes: Mapping[str, Any]
    texts: Sequence[Said]


@frozen
class PreviewMacro:
    """Shows what a macro would do to a ticket, and refuses what applying it would refuse. Nothing is done."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, macro_id: MacroId, ticket_id: TicketId, actor: Actor
    ) -> Preview:
        async def unit(view: View) -> Preview:
            macro = await _active(organization_id, macro_id, view)
            ticket = await existing_ticket(organization_id, ticket_id, view)
            occasion = Occasion(self.clock(), self.new_id, actor)
            after = await would_be(ticket, macro.actions, view, occasion)
            texts = await filled_in(ticket, macro.actions, agent_author(actor).name, view)
            return Preview(_differences(ticket, after), texts)

        return await self.store.read(unit)


async def _active(organization_id: OrganizationId, macro_id: MacroId, view: View) -> Macro:
    macro = existing(await view.macros.get(organization_id, macro_id), "macro", macro_id)
    if not macro.active:
        raise Conflict("The macro is not active.")
    return macro


def _differences(before: Ticket, after: Ticket) -> Mapping[str, Any]:
    """Properties that would be different; of the custom fields those, null where one would be gone."""
    changes = {name: getattr(after, name) for name in TOLD if getattr(before, name) != getattr(after, name)}
    if "custom_fields" in changes:
        names = dict.fromkeys((*before.custom_fields, *after.custom_fields))
        pairs = {name: (before.custom_fields.get(name), after.custom_fields.get(name)) for name in names}
        changes["custom_fields"] = {name: new for name, (old, new) in pairs.items() if old != new}
    return changes
