"""A desk in memory with a clock that the test moves, and an outside that the test plays."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from attrs import define, evolve, field
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.email import Mail, OutgoingMail
from helpdesk_core.ids import uuid7
from helpdesk_core.jobs import TryLater
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.mail import Accepted
from tests.due_jobs import run_jobs


@define
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@define
class PostOffice:
    """An outside that hands out mails it was given, and keeps those that are sent; each may fail first."""

    kept: dict[str, Mail] = field(factory=dict)
    sent: list[tuple[str, OutgoingMail]] = field(factory=list)
    failures: list[Exception] = field(factory=list)
    fetched: int = 0

    async def fetch(self, external_id: str, envelope: Mail) -> Mail:
        self.fetched += 1
        self._fail()
        if external_id not in self.kept:
            raise TryLater("The mail is not there yet.")
        return evolve(self.kept[external_id], recipients=envelope.recipients)

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        self._fail()
        self.sent.append((key, mail))
        return Accepted(provider_id=f"out-{len(self.sent)}")

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


@define
class Bench:
    """Everything a test of the use cases needs at hand."""

    desk: Container
    clock: Clock
    post: PostOffice
    acme: Organization | None = None

    async def begin(self) -> Organization:
        self.acme = await self.desk.create_organization()("acme", "Acme")
        return self.acme

    async def run_jobs(self) -> None:
        """Performs whatever is due, as an engine does, until nothing is."""
        await run_jobs(self.desk, may_fail=True)


@pytest.fixture
def bench() -> Bench:
    return a_bench()


def a_bench() -> Bench:
    desk = in_memory(Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example"))
    clock, post, ids = Clock(), PostOffice(), count(1)

    def new_id() -> UUID:
        return uuid7(clock(), next(ids) << 8)

    desk.clock.override(providers.Object(clock))
    desk.new_id.override(providers.Object(new_id))
    desk.mail_sender.override(providers.Object(post))
    desk.mail_sources.override(providers.Object({"resend": post}))
    return Bench(desk, clock, post)
