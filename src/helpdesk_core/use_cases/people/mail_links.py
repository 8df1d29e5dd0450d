"""People are mailed links: to come in for the first time, or to choose another password."""

from collections.abc import Callable
from functools import partial
from typing import Final

from attrs import frozen

from helpdesk_core.addresses import Address
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import JobId, UserId
from helpdesk_core.jobs import GiveUp, Job, JobKind
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.user_links import LIVES, Purpose, UserLink
from helpdesk_core.users import User

PageLink = Callable[[str], str]
"""The address under which the world reaches a page of the desk, such as `/app/invitation`."""

PAGES: Final = {Purpose.INVITATION: "/app/invitation", Purpose.RESET: "/app/reset"}


def link_path(purpose: Purpose, token: str) -> str:
    """The page that a link leads to."""
    return f"{PAGES[purpose]}?token={token}"


@frozen
class OpenLink:
    """The step that opens a link for somebody, in the place of the one they had, and has it mailed to them.

    The job that mails it holds the token sealed; nothing else keeps it.
    """

    vault: Vault
    new_token: NewToken

    async def __call__(self, user: User, purpose: Purpose, work: Work, occasion: Occasion) -> str:
        token = self.new_token()
        link = UserLink(digest(token), user.id, purpose, occasion.at, occasion.at + LIVES[purpose])
        await work.user_links.put(link)
        payload = {"user_id": str(user.id), "sealed": self.vault.seal(token)}
        job = Job(
            JobId(occasion.new_id()),
            JobKind.MAIL_LINK,
            payload,
            occasion.at,
            occasion.at,
            user.organization_id,
        )
        await work.jobs.add(job)
        return token


@frozen
class MailLink:
    """Mails a link to whom it is for, as long as it can be used. A repetition bears the same key and Message-ID."""

    store: Store
    vault: Vault
    sender: MailSender
    domain: MailDomain
    page_link: PageLink
    clock: Clock

    async def __call__(self, job: Job, user_id: UserId, sealed: str) -> None:
        token = self.vault.unseal(sealed)
        found = await self.store.read(partial(self._still_open, user_id, token))
        if found is None:
            return
        user, link, organization = found
        sender = self.domain.sender_of(organization) if organization else f"helpdesk@{self.domain.name}"
        name = organization.name if organization else "Helpdesk"
        subject, text = _words(name, link.purpose, self.page_link(link_path(link.purpose, token)))
        mail = OutgoingMail(
            message_id=f"link-{job.id}@{self.domain.name}",
            from_=Address(sender, name),
            to=(Address(user.email, user.name),),
            subject=subject,
            text=text,
            date=job.created_at,
            automatic=True,
        )
        try:
            await self.sender.send(mail, key=f"link/{job.id}")
        except MissingSetting as missing:
            raise GiveUp(str(missing)) from missing

    async def _still_open(
        self, user_id: UserId, token: str, view: View
    ) -> tuple[User, UserLink, Organization | None] | None:
        link = await view.user_links.get(digest(token))
        user = await view.users.by_id(user_id)
        if link is None or user is None or user.disabled_at is not None or link.user_id != user_id:
            return None
        if not link.fits(link.purpose, self.clock()):
            return None
        home = user.organization_id
        return user, link, await view.organizations.get(home) if home is not None else None


def _words(organization: str, purpose: Purpose, address: str) -> tuple[str, str]:
    """Subject and text."""
    if purpose is Purpose.INVITATION:
        text = (
            f"{organization} has invited you to its helpdesk. Choose a name and a password here:\n\n"
            f"{address}\n\n"
            "The link can be used once, within seven days."
        )
        return f"You are invited to the helpdesk of {organization}", text
    text = (
        "Somebody, most likely you, has asked for a new password. Choose one here:\n\n"
        f"{address}\n\n"
        "The link can be used once, within an hour. If it was not you, there is nothing to do: "
        "your password stays as it is."
    )
    return f"Choose a new password for the helpdesk of {organization}", text
