"""A whole mail is handed in by somebody who waits for the answer: kept first, then taken in at once."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from attrs import evolve, frozen

from helpdesk_core.commands import Command, Done, Nothing, Outcome, ReadEmail
from helpdesk_core.email import Mail, parse_mail
from helpdesk_core.errors import StoreUnavailable, existing
from helpdesk_core.ids import ConversationId, NewId, OrganizationId, TicketId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.offload import Offload, at_hand
from helpdesk_core.ports.store import Store, View
from helpdesk_core.use_cases.mail.find_receivers import copies_for_others, receivers_of
from helpdesk_core.use_cases.mail.keep_mail import message_of
from helpdesk_core.use_cases.mail.prepare_mail import PrepareMail
from helpdesk_core.use_cases.webhooks.perform_event import PerformEvent
from helpdesk_core.use_cases.webhooks.receive_webhook import ReceiveWebhook
from helpdesk_core.webhooks import SETTLED, Delivery, WebhookEvent, WebhookProvider

HEAD_START = timedelta(seconds=30)
"""How long the job leaves a mail to the process that received it; if that dies, the job takes the mail in."""


@frozen
class ReadPushedMail:
    """Reads a mail that is all there; one that nobody here wants has no file stored."""

    store: Store
    prepare: PrepareMail
    offload: Offload
    domain: MailDomain
    new_id: NewId

    async def complete(self, command: ReadEmail, event: WebhookEvent) -> Command:
        mail, digest = await at_hand(self.offload, len(command.raw), _read, command.raw)
        mailbox = (command.mailbox,) if command.mailbox is not None else ()
        warning = (command.warning,) if command.warning is not None else ()
        mail = evolve(mail, recipients=(*mailbox, *mail.recipients), warnings=(*mail.warnings, *warning))
        if command.organization is not None:
            slug = command.organization.lower()
            named = await self.store.read(lambda view: view.organizations.by_slug(slug))
            if named is None:
                return Nothing(f"There is no organization {slug}", unmatched=True)
            mail = evolve(mail, recipients=(self.domain.address_of(named), *mail.recipients))
        whose = event.organization_id
        target = await self.store.read(lambda view: receivers_of(mail, self.domain, view, whose))
        if isinstance(target, Nothing):
            return target
        if command.mailbox is None and command.organization is None:  # else the others are handed their own
            await copies_for_others(event, target.others, self.store, self.new_id)
        return await self.prepare(mail, target, event.received_at, digest, command.raw)

    async def fall_back(self, command: ReadEmail, event: WebhookEvent, reason: str) -> Command | None:
        """Nothing: the event keeps the whole mail, and can be replayed."""
        return None


@frozen
class Taken:
    """What became of a pushed mail; no ids where it was left out. Not `finished`: kept, and a job will go on."""

    ticket_id: TicketId | None = None
    conversation_id: ConversationId | None = None
    duplicate: bool = False
    finished: bool = True


@frozen
class TakePushedMail:
    """Keeps a pushed mail in the inbox and takes it in, in one unit of work.

    An accepted mail is never lost: where taking it in fails, it is kept first and performed then, as its job would; and
    if that fails too, the job finishes it. Raises what ReceiveWebhook raises, with nothing stored.
    """

    store: Store
    receive: ReceiveWebhook
    perform: PerformEvent
    offload: Offload

    async def __call__(self, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery) -> Taken:
        (arrived,) = self.receive.proven(provider, secrets, delivery)
        try:
            done = await self.perform.at_once(arrived)
        except Exception:  # noqa: BLE001  whatever stands against it will again, and be noted, once the mail is safe
            done = None
        return await self._became(done[0]) if done else await self._kept_first(arrived)

    async def _kept_first(self, arrived: WebhookEvent) -> Taken:
        admitted = await self.receive.keep([arrived])
        event = await self._event(arrived.provider, arrived.external_id)
        outcomes: Sequence[Outcome] = ()
        if event.state not in SETTLED:
            try:
                outcomes = await self.perform(event.id, event.attempts + 1)
            except (
                TryLater,
                GiveUp,
                StoreUnavailable,
            ):  # noted on the event, which its job or an operator takes up again
                return Taken(duplicate=not admitted.new, finished=False)
        if outcomes:
            taken = await self._became(outcomes[0])
        else:
            taken = await self._known(await self._event(arrived.provider, arrived.external_id), arrived.raw)
        return taken if admitted.new else evolve(taken, duplicate=True)

    async def _event(self, provider: str, external_id: str) -> WebhookEvent:
        found = await self.store.read(lambda view: view.inbox.by_external_id(provider, external_id))
        return existing(found, "webhook event", external_id)

    async def _became(self, outcome: Outcome) -> Taken:
        if isinstance(outcome, Done):
            return Taken(outcome.ticket_id, outcome.conversation_id)
        organization_id, conversation_id = outcome.organization_id, outcome.conversation_id
        if organization_id is None or conversation_id is None:
            return Taken()
        return await self._told(organization_id, conversation_id)

    async def _told(self, organization_id: OrganizationId, conversation_id: ConversationId) -> Taken:
        known = await self.store.read(lambda view: view.conversations.get(organization_id, conversation_id))
        if known is None:
            return Taken(duplicate=True)
        return Taken(known.ticket_id, known.id, duplicate=True)

    async def _known(self, event: WebhookEvent, raw: bytes) -> Taken:
        """Of a mail that had been dealt with before: the message that it has become, if it has."""
        organization_id = event.organization_id
        if organization_id is None:
            return Taken()
        _, _, message = raw.partition(b"\n")
        mail, digest = await self.offload(_read, message)

        async def look(view: View) -> Taken:
            known = await message_of(mail, digest, organization_id, view)
            return Taken() if known is None else Taken(known.ticket_id, known.id)

        return await self.store.read(look)


def _read(raw: bytes) -> tuple[Mail, str]:
    """The mail, and what tells it apart where it bears no id: its bytes."""
    return parse_mail(raw), f"sha256:{sha256(raw).hexdigest()}"
