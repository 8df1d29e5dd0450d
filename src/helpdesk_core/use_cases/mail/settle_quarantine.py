"""Somebody decides about a mail that was held: it becomes part of a ticket after all, or goes."""

from attrs import evolve, frozen

from helpdesk_core.commands import TakeEmail
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, QuarantinedMailId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState, settled
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.use_cases.mail.receive_email import take_in_step
from helpdesk_core.users import DESK, Actor


@frozen
class ReleaseMail:
    """Takes a held mail in as if nothing had been against it: a ticket opens, or one goes on.

    A mail with the address of a user of the desk is a customer's like any other then, and never speaks as that user.
    NotFound where the organization has no such mail, Conflict where somebody has decided about it already.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, mail_id: QuarantinedMailId, actor: Actor
    ) -> QuarantinedMail:
        async def unit(work: Work) -> QuarantinedMail:
            held, command = await _held(organization_id, mail_id, work)
            organization = existing(
                await work.organizations.get(organization_id), "organization", organization_id
            )
            occasion = Occasion(self.clock(), self.new_id, actor)
            arrival = evolve(occasion, actor=DESK, cause=f"mail:{mail_id}")
            outcome = await take_in_step(command, organization, work, arrival, domain=self.domain, care=None)
            became = outcome.conversation_id
            message = None if became is None else await work.conversations.get(organization_id, became)
            released = settled(
                held,
                QuarantineState.RELEASED,
                occasion.at,
                message.ticket_id if message is not None else None,
                became,
            )
            await work.quarantine.replace(released)
            data = {"ticket_id": str(released.ticket_id)} if released.ticket_id is not None else {}
            await work.log.append(occasion.event(organization_id, "mail.released", mail_id, data))
            return released

        return await self.store.transact(unit)


@frozen
class DiscardMail:
    """Throws a held mail away, with its files. Who sent it, when and under which subject stays until it is swept out.

    NotFound where the organization has no such mail, Conflict where somebody has decided about it already.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, mail_id: QuarantinedMailId, actor: Actor
    ) -> QuarantinedMail:
        async def unit(work: Work) -> QuarantinedMail:
            held, _ = await _held(organization_id, mail_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            discarded = settled(held, QuarantineState.DISCARDED, occasion.at)
            await work.quarantine.replace(discarded)
            if held.digests:
                await work.jobs.add(forgetting_of(organization_id, held.digests, occasion))
            await work.log.append(occasion.event(organization_id, "mail.discarded", mail_id))
            return discarded

        return await self.store.transact(unit)


async def _held(
    organization_id: OrganizationId, mail_id: QuarantinedMailId, work: Work
) -> tuple[QuarantinedMail, TakeEmail]:
    mail = existing(await work.quarantine.get(organization_id, mail_id), "quarantined mail", mail_id)
    if mail.command is None:
        raise Conflict(f"The mail was {mail.state.value} already.")
    return mail, mail.command
