"""A mail arrives, and becomes part of a ticket, or is held or left out for a reason.

In order: whose it is (find_receivers), whether it is known already, whether it reports about mail of ours
(take_bounce), what there is against it (hold_mail), whether a user passes it on (take_forward), and which ticket it
belongs to (place_mail).
"""

from collections.abc import Mapping
from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.commands import Command, Done, FetchEmail, Nothing, Outcome, TakeEmail
from helpdesk_core.email import Mail, parse_mail
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import MailSource
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.quarantine import CARE, Care
from helpdesk_core.use_cases.mail.find_receivers import (
    Receivers,
    copies_for_others,
    receiver_of,
    receivers_of,
    sent_by_itself,
    staff_of,
)
from helpdesk_core.use_cases.mail.hold_mail import hold_step, own_copy
from helpdesk_core.use_cases.mail.keep_mail import already_received, complete_mail, seen_before
from helpdesk_core.use_cases.mail.place_mail import letter_to_place, place_step
from helpdesk_core.use_cases.mail.prepare_mail import PrepareMail
from helpdesk_core.use_cases.mail.suppress_addresses import release_sender
from helpdesk_core.use_cases.mail.take_bounce import bounce_step
from helpdesk_core.use_cases.mail.take_forward import forward_step
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import WebhookEvent


@frozen
class ReceiveEmail:
    """Takes a raw RFC 5322 message in: whatever its bytes are, it becomes part of a ticket or is left out for a reason.

    Returns what became of it: with the first organization that it is for, where it is for several. The same message
    again (by Message-ID and sender) changes nothing.
    """

    store: Store
    prepare: PrepareMail
    offload: Offload
    domain: MailDomain
    clock: Clock
    new_id: NewId
    care: Care = CARE

    async def __call__(self, raw: bytes, recipients: tuple[str, ...] = ()) -> Outcome:
        """`recipients` are the envelope's, where they are known; they win over those in the headers."""
        mail = await self.offload(parse_mail, raw)
        mail = evolve(mail, recipients=recipients) if recipients else mail
        target = await self.store.read(partial(receivers_of, mail, self.domain))
        if isinstance(target, Nothing):
            return target
        outcome = await self._take(mail, target, raw)
        for other in target.others:
            also = await self.store.read(partial(receivers_of, mail, self.domain, organization_id=other.id))
            if not isinstance(also, Nothing):
                await self._take(mail, also, raw)
        return outcome

    async def _take(self, mail: Mail, target: Receivers, raw: bytes) -> Outcome:
        command = await self.prepare(mail, target, self.clock(), raw=raw)
        occasion = Occasion(self.clock(), self.new_id, DESK)
        return await self.store.transact(
            lambda work: take_email(command, work, occasion, domain=self.domain, care=self.care)
        )


@frozen
class CompleteEmail:
    """Fetches a mail of which only the envelope is known; mail nobody here wants is not fetched."""

    store: Store
    prepare: PrepareMail
    domain: MailDomain
    new_id: NewId
    sources: Mapping[str, MailSource] = field(factory=dict)

    async def complete(self, command: FetchEmail, event: WebhookEvent) -> Command:
        target = await self._receivers(command, event)
        if isinstance(target, Nothing):
            return target
        await copies_for_others(event, target.others, self.store, self.new_id)
        mail = await self.sources[command.source].fetch(command.external_id, command.envelope)
        return await self.prepare(mail, target, event.received_at, command.external_id)

    async def fall_back(self, command: FetchEmail, event: WebhookEvent, reason: str) -> Command | None:
        """The ticket from the envelope alone, with a warning; a later replay completes it."""
        target = await self._receivers(command, event)
        if isinstance(target, Nothing):
            return target
        bare = await self.prepare(command.envelope, target, event.received_at, command.external_id)
        return evolve(bare, incomplete=f"Not fetched: {reason}")

    async def _receivers(self, command: FetchEmail, event: WebhookEvent) -> Receivers | Nothing:
        whose = event.organization_id
        return await self.store.read(
            partial(receivers_of, command.envelope, self.domain, organization_id=whose)
        )


async def take_email(
    command: TakeEmail, work: Work, occasion: Occasion, *, domain: MailDomain, care: Care = CARE
) -> Outcome:
    """The step: the mail is taken in, if it is still this organization's and wanted there: settings change."""
    organization = await receiver_of(command.mail, domain, work, command.organization_id)
    if isinstance(organization, Nothing):
        return organization
    return await take_in_step(command, organization, work, occasion, domain=domain, care=care)


async def take_in_step(
    command: TakeEmail,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    *,
    domain: MailDomain,
    care: Care | None,
) -> Outcome:
    """The step: the mail becomes part of a ticket of the organization, or waits in quarantine.

    No `care`: somebody has looked at it, and wants it as it is.
    """
    seen = await seen_before(command, organization.id, work)
    if seen is not None and seen.metadata.get("incomplete") and command.incomplete is None:
        letter = letter_to_place(command, organization, domain)
        return await complete_mail(seen, command, letter, work, occasion)
    if seen is not None:
        return already_received(seen)
    reported = await bounce_step(command, organization, work, occasion, domain)
    if reported is not None:
        return reported
    if care is not None and (held := await _kept_out(command, organization, care, work, occasion, domain)):
        return held
    await release_sender(command, organization.id, work, occasion)
    if command.passed_on is not None:
        staff = await staff_of(command.mail, organization.id, work)
        if staff is not None:
            return await forward_step(command, command.passed_on, staff, organization, work, occasion, domain)
    conversation = await place_step(command, organization, work, occasion, domain)
    whole = command.raw is not None
    return Done(organization.id, conversation.ticket_id, conversation.id, kept_whole=whole)


async def _kept_out(
    command: TakeEmail,
    organization: Organization,
    care: Care,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Nothing | None:
    """Why it is taken in no further: it is the desk's own, or somebody has to look at it first."""
    if (own := await own_copy(command.mail, organization, domain, work)) is not None:
        return own
    staff = await staff_of(command.mail, organization.id, work)
    is_forward = command.passed_on is not None
    held = await hold_step(command, organization, staff, care, work, occasion, forwards=is_forward)
    if held is None and staff is not None and not is_forward:
        return sent_by_itself(organization, staff.email)
    return held
