"""An empty desk gets its first organization, and somebody who may do everything in it."""

from hmac import compare_digest

from attrs import frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue, NotAllowed
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.organizations import Organization, check_slug, slug_from
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.use_cases.people.manage_people import check_password
from helpdesk_core.users import DESK, Role, User

SETUP = "setup_token"
"""The fact that holds the hash of the token with which an empty desk is set up."""


@frozen(kw_only=True)
class FirstOnes:
    """The first organization, and its first admin; an empty slug is made out of the organization's name."""

    slug: str
    organization: str
    name: str
    email: str
    password: str


@frozen
class SetUpDesk:
    """Sets up a desk in which there is nobody yet, for whoever holds the token that was offered."""

    store: Store
    passwords: Passwords
    clock: Clock
    new_id: NewId
    new_token: NewToken

    async def offer(self) -> str | None:
        """A fresh token, after which earlier ones are void; None where there is an organization already."""
        token = self.new_token()

        async def unit(work: Work) -> bool:
            if await work.organizations.all():
                return False
            await work.facts.put(SETUP, digest(token))
            return True

        return token if await self.store.transact(unit) else None

    async def is_open_to(self, token: str) -> bool:
        """Whether this token sets up the desk."""

        async def unit(view: View) -> bool:
            return await _opens(token, view)

        return await self.store.read(unit)

    async def __call__(self, token: str, first: FirstOnes) -> User:
        """The admin. NotAllowed for a token that is void; InvalidValue names what cannot be."""
        at = self.clock()
        if not first.organization.strip():
            raise InvalidValue("organization", "must not be empty")
        slug = check_slug(first.slug or slug_from(first.organization))
        organization = Organization(OrganizationId(self.new_id()), slug, first.organization.strip(), at)
        admin = User(
            id=UserId(self.new_id()),
            organization_id=organization.id,
            email=normal_email(first.email),
            name=first.name.strip(),
            role=Role.ADMIN,
            created_at=at,
            password_hash=await self.passwords.hash(check_password(first.password)),
        )

        async def unit(work: Work) -> User:
            if not await _opens(token, work):
                raise NotAllowed("This link has been used or replaced by a newer one.")
            await work.organizations.add(organization)
            await work.users.add(admin)
            await work.facts.put(SETUP, "")
            occasion = Occasion(at, self.new_id, DESK)
            told = (
                occasion.event(organization.id, "organization.created", organization.id),
                occasion.event(organization.id, "user.created", admin.id),
            )
            await work.log.append(*told)
            return admin

        return await self.store.transact(unit)


async def _opens(token: str, view: View) -> bool:
    kept = await view.facts.get(SETUP)
    if not kept or not compare_digest(kept, digest(token)):
        return False
    return not await view.organizations.all()
