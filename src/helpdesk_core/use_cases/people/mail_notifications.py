"""Users are mailed what they were told, gathered: one mail for all that happened within a minute."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.addresses import Address
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import OrganizationId, TicketId, UserId
from helpdesk_core.jobs import GiveUp, Job
from helpdesk_core.notifications import MailState, Notification, NotificationKind
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.people.mail_links import PageLink
from helpdesk_core.users import User

MOST_IN_A_MAIL: Final = 50
WORDS: Final[Mapping[NotificationKind, str]] = {
    NotificationKind.NEW_TICKET: "New ticket",
    NotificationKind.ASSIGNED: "Yours now",
    NotificationKind.ANSWERED: "The customer answered",
    NotificationKind.MENTIONED: "A note names you",
}


@frozen
class _Batch:
    organization: Organization
    user: User
    rows: Sequence[Notification]
    tickets: Mapping[TicketId, Ticket]


@frozen
class MailNotifications:
    """Mails a user what waits for them, and nothing that they have read meanwhile.

    A repetition bears the same key and Message-ID. Without a way to send mail nothing leaves: the page shows it all the
    same, so it is no failure.
    """

    store: Store
    sender: MailSender
    domain: MailDomain
    page_link: PageLink
    clock: Clock

    async def __call__(self, job: Job, user_id: UserId) -> None:
        if job.organization_id is None:
            raise GiveUp("A job that mails notifications must name its organization.")
        batch = await self.store.read(partial(_waiting, job.organization_id, user_id))
        if batch is None:
            return
        told = [row for row in batch.rows if row.read_at is None and row.ticket_id in batch.tickets]
        if told:
            try:
                await self.sender.send(self._mail(job, batch, told), key=f"notifications/{job.id}")
            except MissingSetting:
                return  # they wait in the page; a later mail takes those along that are unread by then
        await self.store.transact(partial(_settled, batch.rows))

    def _mail(self, job: Job, batch: _Batch, told: Sequence[Notification]) -> OutgoingMail:
        lines = []
        for row in reversed(told):
            ticket = batch.tickets[row.ticket_id]
            address = self.page_link(f"/app/tickets/{ticket.number}")
            lines.append(f"{WORDS[row.kind]}: #{ticket.number} {ticket.subject}\n{address}")
        settings = self.page_link("/app/account")
        first = batch.tickets[told[-1].ticket_id]
        subject = f"{WORDS[told[-1].kind]}: #{first.number} {first.subject}"
        return OutgoingMail(
            message_id=f"notifications-{job.id}@{self.domain.name}",
            from_=Address(self.domain.sender_of(batch.organization), batch.organization.name),
            to=(Address(batch.user.email, batch.user.name),),
            subject=subject if len(told) == 1 else f"{len(told)} news from {batch.organization.name}",
            text="\n\n".join([*lines, f"What is mailed to you is yours to choose: {settings}"]),
            date=job.run_at,
            automatic=True,
        )


async def _waiting(organization_id: OrganizationId, user_id: UserId, view: View) -> _Batch | None:
    organization = await view.organizations.get(organization_id)
    user = await view.users.get(organization_id, user_id)
    rows = await view.notifications.waiting(organization_id, user_id, MOST_IN_A_MAIL)
    if organization is None or user is None or user.disabled_at is not None or not rows:
        return None
    tickets = {}
    for ticket_id in {row.ticket_id for row in rows}:
        ticket = await view.tickets.get(organization_id, ticket_id)
        if ticket is not None:
            tickets[ticket_id] = ticket
    return _Batch(organization, user, rows, tickets)


async def _settled(rows: Sequence[Notification], work: Work) -> None:
    for row in rows:
        fresh = await work.notifications.get(row.organization_id, row.id)
        if fresh is not None and fresh.mail is MailState.WAITING:
            await work.notifications.replace(evolve(fresh, mail=MailState.MAILED))


@frozen
class ReadNotifications:
    """A user reads what they were told; what they have read is not mailed any more."""

    store: Store
    clock: Clock

    async def one(self, user: User, notification: Notification) -> None:
        await self.store.transact(partial(self._read, user, [notification]))

    async def of_ticket(self, organization_id: OrganizationId, user: User, ticket_id: TicketId) -> None:
        """Those about a ticket that the user looks at. Writes only where there are any."""

        async def look(view: View) -> Sequence[Notification]:
            return await view.notifications.unread_of_ticket(organization_id, user.id, ticket_id)

        unread = await self.store.read(look)
        if unread:
            await self.store.transact(partial(self._read, user, unread))

    async def all(self, organization_id: OrganizationId, user: User) -> int:
        """How many there were to read."""
        return await self.store.transact(
            lambda work: work.notifications.read_all(organization_id, user.id, self.clock())
        )

    async def _read(self, user: User, notifications: Sequence[Notification], work: Work) -> None:
        for one in notifications:
            fresh = await work.notifications.get(one.organization_id, one.id)
            if fresh is not None and fresh.user_id == user.id and fresh.read_at is None:
                mail = MailState.NONE if fresh.mail is MailState.WAITING else fresh.mail
                await work.notifications.replace(evolve(fresh, read_at=self.clock(), mail=mail))
