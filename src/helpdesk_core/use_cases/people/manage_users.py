"""An organization's own users: added, changed and locked out by its admins."""

from attrs import evolve, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.people.manage_people import check_password
from helpdesk_core.users import Actor, Role, User

NO_PASSWORD = ""
"""The hash of a user who has no password yet: none fits it."""


@frozen
class AddUser:
    """Adds a user, who cannot log in before they are given a password. AlreadyTaken where the e-mail is known."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, email: str, name: str, role: Role
    ) -> User:
        address = normal_email(email)

        async def unit(work: Work) -> User:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await add_user_step(organization_id, address, name, role, work, occasion)

        return await self.store.transact(unit)


async def add_user_step(
    organization_id: OrganizationId, email: str, name: str, role: Role, work: Work, occasion: Occasion
) -> User:
    """The step: one more user, who has no password yet. AlreadyTaken where the e-mail is known."""
    user = User(
        id=UserId(occasion.new_id()),
        organization_id=organization_id,
        email=email,
        name=name.strip(),
        role=role,
        created_at=occasion.at,
        password_hash=NO_PASSWORD,
    )
    await work.users.add(user)
    await work.log.append(occasion.event(organization_id, "user.created", user.id, {"role": role.value}))
    return user


@frozen
class UserChange:
    """What is to be different; what is not given stays."""

    name: str | Unset = UNSET
    role: Role | Unset = UNSET
    active: bool | Unset = UNSET


@frozen
class ChangeUser:
    """Changes a user; one who is no longer active is logged out everywhere, and their tickets stay theirs.

    Conflict where the organization would be left without an admin who can log in.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, user_id: UserId, actor: Actor, change: UserChange
    ) -> User:
        async def unit(work: Work) -> User:
            user = await _existing(organization_id, user_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            changed = user
            if not isinstance(change.name, Unset):
                changed = evolve(changed, name=change.name.strip())
            if not isinstance(change.role, Unset):
                changed = evolve(changed, role=change.role)
            if not isinstance(change.active, Unset):
                changed = evolve(
                    changed, disabled_at=None if change.active else user.disabled_at or occasion.at
                )
            if changed == user:
                return user
            if _is_admin(user) and not _is_admin(changed):
                await _check_others(user, work)
            await work.users.replace(changed)
            if changed.disabled_at is not None:
                await work.sessions.remove_of(user_id)
                await work.user_links.remove_of(user_id)
            names = sorted(
                name
                for name, differs in (
                    ("name", changed.name != user.name),
                    ("role", changed.role is not user.role),
                    ("active", changed.disabled_at != user.disabled_at),
                )
                if differs
            )
            data = {"changed": names, "role": changed.role.value, "active": changed.disabled_at is None}
            await work.log.append(occasion.event(organization_id, "user.updated", user_id, data))
            return changed

        return await self.store.transact(unit)


@frozen
class SetPassword:
    """Gives a user of the organization a password, and logs them out everywhere. Hashes before it opens its unit."""

    store: Store
    passwords: Passwords
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, user_id: UserId, actor: Actor, password: str
    ) -> User:
        await self.store.read(lambda view: _existing(organization_id, user_id, view))
        hashed = await self.passwords.hash(check_password(password))

        async def unit(work: Work) -> User:
            user = evolve(await _existing(organization_id, user_id, work), password_hash=hashed)
            await work.users.replace(user)
            await work.sessions.remove_of(user_id)
            await work.user_links.remove_of(user_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "user.password_changed", user_id))
            return user

        return await self.store.transact(unit)


async def _existing(organization_id: OrganizationId, user_id: UserId, view: View) -> User:
    return existing(await view.users.get(organization_id, user_id), "user", user_id)


async def _check_others(leaving: User, work: Work) -> None:
    others = [user for user in await work.users.of(leaving.organization_id) if user.id != leaving.id]
    if not any(_is_admin(user) and user.password_hash != NO_PASSWORD for user in others):
        raise Conflict("This is the last admin who can log in; make somebody else an admin first.")


def _is_admin(user: User) -> bool:
    return user.role is Role.ADMIN and user.disabled_at is None
