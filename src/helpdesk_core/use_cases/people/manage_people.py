"""Organizations and the people who work in them."""

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.organizations import Organization, check_slug
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.users import DESK, Role, User

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
LONGEST_NAME = 200


@frozen
class CreateOrganization:
    """Adds a tenant. AlreadyTaken where the slug is in use, InvalidValue for one that mail could not carry."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, slug: str, name: str) -> Organization:
        if not name.strip():
            raise InvalidValue("name", "must not be empty")
        organization = Organization(
            OrganizationId(self.new_id()), check_slug(slug), name.strip(), self.clock()
        )

        async def unit(work: Work) -> Organization:
            await work.organizations.add(organization)
            occasion = Occasion(organization.created_at, self.new_id, DESK)
            await work.log.append(occasion.event(organization.id, "organization.created", organization.id))
            return organization

        return await self.store.transact(unit)


@frozen
class CreateUser:
    """Adds a person; without an organization they can log in but see nothing.

    AlreadyTaken where the e-mail is known.
    """

    store: Store
    passwords: Passwords
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId | None, email: str, name: str, role: Role, password: str
    ) -> User:
        user = User(
            id=UserId(self.new_id()),
            organization_id=organization_id,
            email=normal_email(email),
            name=name.strip(),
            role=role,
            created_at=self.clock(),
            password_hash=await self.passwords.hash(check_password(password)),
        )

        async def unit(work: Work) -> User:
            await work.users.add(user)
            if organization_id is not None:
                occasion = Occasion(user.created_at, self.new_id, DESK)
                await work.log.append(occasion.event(organization_id, "user.created", user.id))
            return user

        return await self.store.transact(unit)


@frozen
class ChangePassword:
    """Gives a user another password and logs them out everywhere."""

    store: Store
    passwords: Passwords

    async def __call__(self, email: str, password: str) -> User:
        hashed = await self.passwords.hash(check_password(password))
        return await self.store.transact(
            partial(_changed, email, lambda user: evolve(user, password_hash=hashed))
        )


@frozen
class DisableUser:
    """Locks a user out at once, everywhere; what they did stays theirs."""

    store: Store
    clock: Clock

    async def __call__(self, email: str) -> User:
        at = self.clock()
        return await self.store.transact(
            partial(_changed, email, lambda user: evolve(user, disabled_at=user.disabled_at or at))
        )


async def organization_of(slug: str, view: View) -> Organization:
    """The organization of this slug, or NotFound."""
    return existing(await view.organizations.by_slug(slug), "organization", slug)


async def users_of(organization_id: OrganizationId | None, view: View) -> Sequence[User]:
    return await view.users.of(organization_id)


def check_name(name: str) -> str:
    """A name that somebody chose for themselves, with single spaces; InvalidValue for none, or one too long."""
    named = " ".join(name.split())
    if not 1 <= len(named) <= LONGEST_NAME:
        raise InvalidValue("name", f"must have 1 to {LONGEST_NAME} characters")
    return named


def check_password(password: str) -> str:
    """The password, or InvalidValue: 8 to 1,024 characters."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidValue("password", f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return password


async def _changed(email: str, change: Callable[[User], User], work: Work) -> User:
    user = existing(await work.users.by_email(normal_email(email)), "user", email)
    changed = change(user)
    await work.users.replace(changed)
    await work.sessions.remove_of(user.id)
    await work.user_links.remove_of(user.id)
    return changed
