"""Tickets are told of at a provider: new ones to the organization's own people, and one to whoever asked for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.commands import ConfirmTicket, Done, Nothing, Outcome
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ConversationId, IntegrationId, NewId, OrganizationId, TicketId, WebhookEventId
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.jobs import GiveUp, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.messages import Announcement, Announcer
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.use_cases.messaging.find_message import message_by_id
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import DESK

NOTIFY_CHANNEL: Final = "notify_channel"
"""The account's setting that names the place where new tickets are told of."""
CANNOT: Final = "New tickets cannot be told of: "
LONGEST_DETAIL: Final = 500
MOMENT: Final = timedelta(microseconds=1)
PROVIDERS: Final = frozenset({Channel.SLACK.value})
"""Whose accounts can tell of tickets."""

TicketLink = Callable[[int], str | None]
"""The address of the ticket of that number, where the desk has an address of its own."""


@frozen
class TellColleagues:
    """A follower of the log: each new ticket is told of wherever an account of the organization says so.

    History (quiet events) is told to nobody.
    """

    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        new = [event for event in events if event.type == "ticket.created" and not event.quiet]
        if not new:
            return
        organization_id = events[0].organization_id
        accounts = [one for one in await work.integrations.of(organization_id) if _tells(one)]
        for event in new:
            occasion = Occasion(self.clock(), self.new_id, DESK, cause=str(event.id))
            for account in accounts:
                payload = {"ticket_id": str(event.subject_id), "integration_id": str(account.id)}
                await work.jobs.add(occasion.job(organization_id, JobKind.ANNOUNCE_TICKET, payload))


@frozen
class AnnounceTicket:
    """Posts a new ticket for the organization's people. What they write in the thread of it is about the ticket."""

    store: Store
    vault: Vault
    announcers: Mapping[Channel, Announcer]
    link: TicketLink
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        integration_id: IntegrationId,
        attempt: int,
    ) -> None:
        async def look(view: View) -> tuple[Integration, Announcement] | None:
            account = await view.integrations.get(organization_id, integration_id)
            ticket = await view.tickets.get(organization_id, ticket_id)
            if account is None or ticket is None or not _tells(account):
                return None
            there = await view.correspondences.of_ticket(organization_id, ticket_id)
            if any(_is_said(one, account) for one in there):
                return None
            return account, await _announcement(ticket, self.link, view)

        found = await self.store.read(look)
        if found is None:
            return
        account, ticket = found
        announcer, place = self.announcers[Channel(account.provider)], account.settings[NOTIFY_CHANNEL]
        try:
            open_account = opened(account, self.vault)
            thread = await announcer.announce(ticket, place, open_account, again=attempt > 1)
        except GiveUp as never:
            await self.store.transact(partial(self._trouble, account, f"{CANNOT}{never}"))
            raise
        there = Correspondence(
            organization_id,
            Channel(account.provider),
            account.external_id,
            thread,
            ticket_id=ticket_id,
            among_staff=True,
        )
        await self.store.transact(lambda work: work.correspondences.put(there))
        if account.settings.get(TROUBLE, "").startswith(CANNOT):
            await self.store.transact(partial(self._trouble, account, None))

    async def _trouble(self, account: Integration, told: str | None, work: Work) -> None:
        known = await work.integrations.by_account(account.provider, account.external_id)
        if known is None:
            return
        settings = {name: value for name, value in known.settings.items() if name != TROUBLE}
        told_of = {TROUBLE: told[:LONGEST_DETAIL]} if told else {}
        occasion = Occasion(self.clock(), self.new_id, DESK)
        await keep_account(known, evolve(known, settings={**settings, **told_of}), work, occasion)


@frozen
class AnswerAsker:
    """Tells whoever asked for a ticket by a command or a form which one it became, where they asked."""

    store: Store
    vault: Vault
    announcers: Mapping[Channel, Announcer]
    link: TicketLink

    async def __call__(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        event_id: WebhookEventId,
        account_name: str,
        attempt: int,
    ) -> None:
        async def look(view: View) -> tuple[Integration, Announcement, bytes] | None:
            event = await view.inbox.get(event_id)
            message = await view.conversations.get(organization_id, conversation_id)
            if event is None or not event.raw or message is None:
                return None
            account = await view.integrations.by_account(event.provider, account_name)
            if account is None or account.organization_id != organization_id:
                return None
            ticket = await existing_ticket(organization_id, message.ticket_id, view)
            return account, await _announcement(ticket, self.link, view), event.raw

        found = await self.store.read(look)
        if found is None:
            return
        account, ticket, asked = found
        channel = Channel(account.provider)
        thread = await self.announcers[channel].confirm(
            ticket, asked, opened(account, self.vault), again=attempt > 1
        )
        if thread is not None:
            place = (organization_id, channel, account.external_id, thread)
            await self.store.transact(partial(_goes_on, place, ticket.ticket_id))


async def confirm_step(command: ConfirmTicket, work: Work, occasion: Occasion) -> Outcome:
    """The step: the job that tells of it, where it became a ticket."""
    account = await account_of(command.channel.value, command.account, work)
    if isinstance(account, Nothing):
        return account
    place = (account.organization_id, command.channel, command.account, command.external_id)
    message = await message_by_id(*place, work)
    if message is None or command.event_id is None:
        return Nothing("It became no ticket.", organization_id=account.organization_id)
    payload = {
        "conversation_id": str(message.id),
        "event_id": str(command.event_id),
        "account": command.account,
    }
    await work.jobs.add(occasion.job(account.organization_id, JobKind.CONFIRM_TICKET, payload))
    return Done(account.organization_id, message.ticket_id, message.id)


async def _goes_on(place: tuple[OrganizationId, Channel, str, str], ticket_id: TicketId, work: Work) -> None:
    """The unit: what is written in the thread belongs to the ticket, and answers go there."""
    known = await work.correspondences.get(*place) or Correspondence(*place)
    ticket = await existing_ticket(place[0], ticket_id, work)
    # A moment later than what was said elsewhere in asking: answers go where the latest word was.
    heard_at = known.heard_at or (ticket.last_message_at or ticket.created_at) + MOMENT
    await work.correspondences.put(
        evolve(known, customer_id=ticket.customer_id, ticket_id=ticket.id, heard_at=heard_at)
    )


async def _announcement(ticket: Ticket, link: TicketLink, view: View) -> Announcement:
    customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    named = customer.name or customer.email or next(iter(customer.phones), "") if customer else ""
    return Announcement(ticket.id, ticket.number, ticket.subject, ticket.channel, named, link(ticket.number))


def _tells(account: Integration) -> bool:
    connected = account.state is IntegrationState.CONNECTED
    return connected and bool(account.settings.get(NOTIFY_CHANNEL)) and account.provider in PROVIDERS


def _is_said(one: Correspondence, account: Integration) -> bool:
    """Whether the ticket was told of by this account before, or is talked about in the very place."""
    place = account.settings[NOTIFY_CHANNEL]
    same = one.channel.value == account.provider and one.account == account.external_id
    return same and (one.among_staff or one.thread.partition(":")[0] == place)
