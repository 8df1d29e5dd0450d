"""The desk writes to those who run it: to the admins of an organization, about something that needs them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.addresses import Address
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.jobs import GiveUp, Job, JobKind
from helpdesk_core.notices import Notice
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.store import Store, View
from helpdesk_core.users import Role


@frozen
class Letter:
    """A notice in words; a text of several paragraphs has blank lines between them.

    `to` is whom it is for, where that is not the admins of the organization.
    """

    subject: str
    text: str
    to: tuple[Address, ...] = ()


Write = Callable[[OrganizationId, Mapping[str, Any], View], Awaitable[Letter | None]]
"""The letter about a thing of the organization, named in the job's payload; None: there is no more to say."""


def notice_of(organization_id: OrganizationId, notice: Notice, subject_id: UUID, occasion: Occasion) -> Job:
    """The job that writes to the organization's admins about a thing of theirs."""
    payload = {"notice": notice.value, "subject_id": str(subject_id)}
    return occasion.job(organization_id, JobKind.SEND_NOTICE, payload)


@frozen
class SendNotice:
    """Writes one mail to whom the letter is for, or to all admins of the organization.

    A repetition bears the same key and Message-ID. Without a way to send mail the job gives up and says so.
    """

    store: Store
    sender: MailSender
    domain: MailDomain
    writers: Mapping[Notice, Write]

    async def __call__(self, job: Job) -> None:
        found = await self.store.read(partial(self._letter, job))
        if found is None:
            return
        organization, letter, recipients = found
        mail = OutgoingMail(
            message_id=f"notice-{job.id}@{self.domain.name}",
            from_=Address(self.domain.sender_of(organization), organization.name),
            to=recipients,
            subject=letter.subject,
            text=letter.text,
            date=job.created_at,
            automatic=True,
        )
        try:
            await self.sender.send(mail, key=f"notice/{job.id}")
        except MissingSetting as missing:
            raise GiveUp(str(missing)) from missing

    async def _letter(self, job: Job, view: View) -> tuple[Organization, Letter, tuple[Address, ...]] | None:
        if job.organization_id is None:
            raise GiveUp("A job that sends a notice must name its organization.")
        organization = await view.organizations.get(job.organization_id)
        write = self.writers[Notice(job.payload["notice"])]
        letter = await write(job.organization_id, job.payload, view)
        users = await view.users.of(job.organization_id)
        admins = tuple(
            Address(user.email, user.name)
            for user in users
            if user.role is Role.ADMIN and user.disabled_at is None
        )
        recipients = (letter.to if letter else ()) or admins
        return (organization, letter, recipients) if organization and letter and recipients else None
