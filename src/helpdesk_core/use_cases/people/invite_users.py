"""Users are invited by mail, and come in."""

from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.people.mail_links import OpenLink
from helpdesk_core.use_cases.people.manage_people import check_name, check_password
from helpdesk_core.use_cases.people.manage_users import NO_PASSWORD, add_user_step
from helpdesk_core.use_cases.people.use_links import ReadLink, link_step
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import Actor, Role, User


@frozen
class Invited:
    """Who was invited, and the token of their link: for whoever cannot send mail, shown this once and not kept."""

    user: User
    token: str = field(repr=False)


@frozen
class InviteUser:
    """Adds a user and mails them a link with which they choose their name and password.

    AlreadyTaken where the e-mail is known, in whatever organization.
    """

    store: Store
    open_link: OpenLink
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, email: str, name: str, role: Role
    ) -> Invited:
        address = normal_email(email)

        async def unit(work: Work) -> Invited:
            occasion = Occasion(self.clock(), self.new_id, actor)
            user = await add_user_step(organization_id, address, name, role, work, occasion)
            return await self._invite(user, work, occasion)

        return await self.store.transact(unit)

    async def again(self, organization_id: OrganizationId, user_id: UserId, actor: Actor) -> Invited:
        """Mails another link; the former one leads nowhere. Conflict for somebody who can log in, or may not."""

        async def unit(work: Work) -> Invited:
            user = existing(await work.users.get(organization_id, user_id), "user", user_id)
            if user.password_hash != NO_PASSWORD:
                raise Conflict("They have a password already; let them ask for another one.")
            if user.disabled_at is not None:
                raise Conflict("They are locked out; let them in first.")
            return await self._invite(user, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)

    async def _invite(self, user: User, work: Work, occasion: Occasion) -> Invited:
        token = await self.open_link(user, Purpose.INVITATION, work, occasion)
        if user.organization_id is not None:
            await work.log.append(occasion.event(user.organization_id, "user.invited", user.id))
        return Invited(user, token)


@frozen
class AcceptInvitation:
    """Whoever holds the link gets a name and a password; the link is used up. Hashes before it opens its unit.

    WrongCredentials for a link that is unknown, was used, or has ended.
    """

    store: Store
    passwords: Passwords
    read_link: ReadLink
    clock: Clock
    new_id: NewId

    async def __call__(self, token: str, name: str, password: str) -> User:
        named = check_name(name)
        check_password(password)
        await self.read_link(token, Purpose.INVITATION)
        hashed = await self.passwords.hash(password)
        return await self.store.transact(partial(self._accept, token, named, hashed))

    async def _accept(self, token: str, name: str, hashed: str, work: Work) -> User:
        user = await link_step(token, Purpose.INVITATION, self.clock(), work)
        joined = evolve(user, name=name, password_hash=hashed)
        await work.users.replace(joined)
        await work.user_links.remove_of(user.id)
        await work.sessions.remove_of(user.id)
        if user.organization_id is not None:
            occasion = Occasion(self.clock(), self.new_id, Actor("user", user.id, name))
            await work.log.append(occasion.event(user.organization_id, "user.joined", user.id))
        return joined
