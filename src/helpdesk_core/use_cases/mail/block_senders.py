"""Senders are blocked, and let in again."""

from collections.abc import Iterable

from attrs import frozen

from helpdesk_core.blocked_senders import BlockedSender, blocks, check_pattern
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.errors import NotAllowed, NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import BlockedSenderId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.users import Actor


@frozen
class BlockSender:
    """Keeps senders that fit a pattern out; AlreadyTaken where the organization has it already."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, actor: Actor, pattern: str) -> BlockedSender:
        blocked = BlockedSender(
            BlockedSenderId(self.new_id()), organization_id, check_pattern(pattern), self.clock()
        )

        async def unit(work: Work) -> BlockedSender:
            await work.blocked_senders.add(blocked)
            occasion = Occasion(blocked.created_at, self.new_id, actor)
            data = {"pattern": blocked.pattern}
            await work.log.append(occasion.event(organization_id, "blocked_sender.created", blocked.id, data))
            return blocked

        return await self.store.transact(unit)


@frozen
class UnblockSender:
    """Takes a pattern away; mail from now on is let in."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, blocked_id: BlockedSenderId
    ) -> None:
        async def unit(work: Work) -> None:
            if await work.blocked_senders.get(organization_id, blocked_id) is None:
                raise NotFound("blocked sender", blocked_id)
            await work.blocked_senders.remove(organization_id, blocked_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "blocked_sender.deleted", blocked_id))

        await self.store.transact(unit)


async def refuse_blocked(organization_id: OrganizationId, contacts: Iterable[Contact], view: View) -> None:
    """NotAllowed where one of the e-mail addresses is kept out by a rule of the organization."""
    emails = [contact.value for contact in contacts if contact.kind == EMAIL]
    rules = await view.blocked_senders.of(organization_id) if emails else ()
    if any(blocks(rule.pattern, email) for rule in rules for email in emails):
        raise NotAllowed("Messages of this sender are not taken.")
