"""A whole desk on a store under test, with a clock that the test moves and a post office that keeps what is sent."""

import re
from datetime import datetime, timedelta
from typing import Any

import pyotp
from attrs import define, field
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.notifications import Notification
from helpdesk_core.paging import Page
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import Actor, Role, User
from tests.contracts.builders import NOON, fresh, new_id
from tests.due_jobs import run_jobs

PASSWORD = "correct horse battery"


@define
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@define
class PostOffice:
    sent: list[tuple[str, OutgoingMail]] = field(factory=list)
    closed: bool = False

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        if self.closed:
            raise MissingSetting("SMTP_URL", "mail cannot be sent")
        self.sent.append((key, mail))
        return Accepted()

    def token(self) -> str:
        """That of the link in the newest mail."""
        found = re.search(r"token=(\S+)", self.sent[-1][1].text)
        assert found is not None
        return found[1]


@define
class Staffed:
    """An organization with an admin, Ada, who can log in."""

    desk: Container
    store: Store
    clock: Clock
    post: PostOffice
    home: OrganizationId
    ada: User

    @property
    def as_ada(self) -> Actor:
        return Actor("user", self.ada.id, "Ada")

    async def colleague(self, name: str = "Ben", role: Role = Role.AGENT) -> User:
        user: User = await self.desk.create_user()(
            self.home, f"{fresh(name.split()[0].lower())}@desk.example", name, role, PASSWORD
        )
        return user

    async def user(self, user: User) -> User:
        found = await self.store.read(lambda view: view.users.by_id(user.id))
        assert found is not None
        return found

    async def ticket(self, actor: Actor | None = None, subject: str = "The kettle leaks") -> Ticket:
        requester = Requester(email="ida@garden.example", name="Ida")
        ticket: Ticket = await self.desk.open_ticket()(
            self.home,
            actor or Actor("api_key", new_id(), "shop"),
            Opening(subject, Channel.API),
            requester,
            "It drips.",
        )
        return ticket

    async def existing(self, ticket: Ticket) -> Ticket:
        found = await self.store.read(lambda view: view.tickets.get(self.home, TicketId(ticket.id)))
        assert found is not None
        return found

    async def follow(self) -> None:
        await self.desk.follow_log()()

    async def told(self, user: User) -> list[Notification]:
        async def look(view: View) -> list[Notification]:
            return list((await view.notifications.page(self.home, user.id, Page(100, "created_at"))).items)

        return await self.store.read(look)

    async def jobs(self) -> None:
        await run_jobs(self.desk, may_fail=True)

    async def types(self) -> list[str]:
        found = await self.store.read(lambda view: view.log.since(self.home, 0, 1000))
        return [event.type for event in found.events]

    async def second_factor(self, user: User) -> tuple[str, list[str]]:
        """The secret of a confirmed second factor, and the recovery codes."""
        new = await self.desk.take_second_factor().begin(user, "Acme")
        codes = await self.desk.take_second_factor().confirm(user, self.code(new.secret))
        return new.secret, list(codes)

    def code(self, secret: str, steps: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.clock.now, counter_offset=steps)


async def staffed(store: Any) -> Staffed:
    desk = in_memory(Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example"))
    clock, post = Clock(), PostOffice()
    desk.database.override(providers.Object(store))
    desk.clock.override(providers.Object(clock))
    desk.mail_sender.override(providers.Object(post))
    organization = await desk.create_organization()(fresh("acme"), "Acme")
    email = f"{fresh('ada')}@desk.example"
    ada = await desk.create_user()(organization.id, email, "Ada Brandt", Role.ADMIN, PASSWORD)
    return Staffed(desk, store, clock, post, organization.id, ada)
