"""Addresses are suppressed, and released again."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.commands import TakeEmail
from helpdesk_core.email import Nature
from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId, SuppressedAddressId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.suppression import (
    LONGEST_DETAIL,
    SuppressedAddress,
    SuppressionReason,
    address_keys,
    check_suppressible,
    is_lifted_by_mail,
    weighs_more,
)
from helpdesk_core.users import Actor


@frozen
class SuppressAddress:
    """Sends nothing to an address from now on; AlreadyTaken where that is so already."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, email: str, detail: str = ""
    ) -> SuppressedAddress:
        address = check_suppressible(email)

        async def unit(work: Work) -> SuppressedAddress:
            occasion = Occasion(self.clock(), self.new_id, actor)
            suppressed = SuppressedAddress(
                SuppressedAddressId(occasion.new_id()),
                organization_id,
                address,
                SuppressionReason.MANUAL,
                detail,
                occasion.at,
            )
            return await _keep(suppressed, work, occasion)

        return await self.store.transact(unit)


@frozen
class ReleaseAddress:
    """Sends to an address again from now on."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, suppressed_id: SuppressedAddressId
    ) -> None:
        async def unit(work: Work) -> None:
            found = await work.suppressed_addresses.get(organization_id, suppressed_id)
            suppressed = existing(found, "suppressed address", suppressed_id)
            await release_step(suppressed, work, Occasion(self.clock(), self.new_id, actor))

        await self.store.transact(unit)


async def suppress_step(
    organization_id: OrganizationId,
    address: str,
    reason: SuppressionReason,
    detail: str,
    conversation_id: ConversationId,
    work: Work,
    occasion: Occasion,
) -> SuppressedAddress:
    """The step: nothing is sent to the address (`Address.key`) any more. One that is suppressed already stays as it is,
    but for a bounce that becomes a complaint.
    """
    known = await work.suppressed_addresses.among(organization_id, [address])
    if known and not weighs_more(reason, known[0].reason):
        return known[0]
    for one in known:
        await work.suppressed_addresses.remove(organization_id, one.id)
    new = SuppressedAddress(
        known[0].id if known else SuppressedAddressId(occasion.new_id()),
        organization_id,
        address,
        reason,
        detail[:LONGEST_DETAIL],
        occasion.at,
        conversation_id,
    )
    return await _keep(new, work, occasion)


async def release_step(suppressed: SuppressedAddress, work: Work, occasion: Occasion) -> None:
    """The step: mail may go there again."""
    await work.suppressed_addresses.remove(suppressed.organization_id, suppressed.id)
    data = {"reason": suppressed.reason.value}
    await work.log.append(occasion.event(suppressed.organization_id, "address.released", suppressed.id, data))


async def release_sender(
    command: TakeEmail, organization_id: OrganizationId, work: Work, occasion: Occasion
) -> Sequence[SuppressedAddress]:
    """The step: whoever writes to us has a mailbox that works, so a bounce of theirs is forgiven; a complaint is not.

    A report that something did not arrive proves nothing. The released ones.
    """
    if command.mail.from_ is None or command.words.nature is Nature.BOUNCE:
        return ()
    found = await work.suppressed_addresses.among(organization_id, [command.mail.from_.key])
    lifted = [one for one in found if is_lifted_by_mail(one.reason)]
    for one in lifted:
        await release_step(one, work, occasion)
    return lifted


async def suppressed_among(
    organization_id: OrganizationId, emails: Sequence[str], work: Work
) -> Sequence[SuppressedAddress]:
    """Those of the addresses, as they are written, to which nothing is sent."""
    return await work.suppressed_addresses.among(organization_id, address_keys(emails))


async def _keep(suppressed: SuppressedAddress, work: Work, occasion: Occasion) -> SuppressedAddress:
    await work.suppressed_addresses.add(suppressed)
    data = {"reason": suppressed.reason.value}
    if suppressed.conversation_id is not None:
        data["conversation_id"] = str(suppressed.conversation_id)
    told = occasion.event(suppressed.organization_id, "address.suppressed", suppressed.id, data)
    await work.log.append(told)
    return suppressed
