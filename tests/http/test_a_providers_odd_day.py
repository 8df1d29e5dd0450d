"""A day's events arrive shuffled and doubled while the desk is killed again and again: nothing is lost, or done twice.

What is left afterwards is what the core alone makes of the same events, heard once each in the order in which they came
about.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Lock, Thread
from time import sleep

import anyio
import httpx2
import pytest
from attrs import define, field

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_core.jobs import LEASE
from tests.contracts.postgres_server import empty_database
from tests.fakes.days import SECRETS, Day, Told, a_day
from tests.fakes.outcomes import Outcome, heard_in_order, must_agree, outcome_of
from tests.fakes.smtp_server import Mailbox, receiving
from tests.fakes.what_is_left import under_way
from tests.http.running import RunningDesk, eventually, kill, stop

KILLED = 5
SENDERS = 6
SETTINGS = {
    "STRIPE_WEBHOOK_SECRET": SECRETS["stripe"],
    "STRIPE_CONNECT_WEBHOOK_SECRET": SECRETS["stripe-connect"],
    "SHOPIFY_API_SECRET": SECRETS["shopify"],
    "HELPDESK_INBOUND_EMAIL_DOMAIN": "desk.example",
    "HELPDESK_LOG_LEVEL": "error",
}


@define
class Providers:
    """Those who deliver: whatever is not answered with 2xx is delivered again, later, signed anew."""

    base: str
    waiting: deque[Told]
    delivered: int = 0
    unheard: int = 0
    refused: list[tuple[str, int, str]] = field(factory=list)
    _lock: Lock = field(factory=Lock)

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """Delivers until the end of the block, which waits for the last delivery."""
        threads = [Thread(target=self._deliver, daemon=True) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join(60)
        assert not self.waiting

    def wait_for(self, deliveries: int) -> None:
        """Returns once so many have been taken."""
        eventually(lambda: self.delivered >= deliveries, 60)

    def _deliver(self) -> None:
        with httpx2.Client(timeout=10) as client:
            while self.waiting:
                try:
                    told = self.waiting.popleft()
                except IndexError:
                    return
                if not self._is_taken(client, told):
                    self.waiting.append(told)
                    sleep(0.05)

    def _is_taken(self, client: httpx2.Client, told: Told) -> bool:
        sent = told.signed(self.base, datetime.now(UTC))
        try:
            answer = client.post(sent.url, content=sent.body, headers=dict(sent.headers))
        except httpx2.TransportError:
            with self._lock:
                self.unheard += 1
            return False
        with self._lock:
            if answer.is_success:
                self.delivered += 1
            else:
                self.refused.append((told.id, answer.status_code, answer.text))
        return answer.is_success


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The setting that names a store of its own."""
    if request.param == "sqlite":
        yield {}
    else:
        with empty_database() as url:
            yield {"HELPDESK_DATABASE_URL": url}


def test_shuffled_doubled_and_interrupted_five_times_the_day_ends_as_if_all_had_been_well(
    tmp_path: Path, database: dict[str, str]
) -> None:
    day, random = a_day(2026), Random(11)
    expected = anyio.run(heard_in_order, day)
    arriving = [*day.events, *random.choices(day.events, k=len(day.events) // 3)]
    random.shuffle(arriving)
    with receiving() as mailbox:
        mail = {
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}?tls=none",
            "HELPDESK_OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        desk = RunningDesk(tmp_path / "data", {**SETTINGS, **mail, **database})
        prepared(desk, day)
        process = desk.start()
        try:
            providers = Providers(desk.base, deque(arriving))
            with providers.delivering():
                for time in range(1, KILLED + 1):
                    providers.wait_for(time * len(arriving) // (KILLED + 1))
                    kill(process)
                    process = desk.start() if time < KILLED else desk.start_later(LEASE)
            eventually(lambda: anyio.run(is_over, beside(desk)), 120)
        finally:
            stop(process)
        assert [told for told in providers.refused if told[1] != 503] == []
        assert providers.unheard > KILLED
        must_agree(anyio.run(reached, beside(desk), mailbox), expected)


def beside(desk: RunningDesk) -> Container:
    """The desk's store, seen from this process."""
    return Container(
        settings=Settings(data_dir=desk.data, database_url=desk.settings.get("HELPDESK_DATABASE_URL"))
    )


def prepared(desk: RunningDesk, day: Day) -> None:
    """Makes the store, with what is connected before the day begins; the desk is not running yet."""

    async def begin() -> None:
        async with here.desk().opened():
            await day.begin_on(here)

    here = beside(desk)
    migrate(here.settings().database)
    anyio.run(begin)


async def is_over(here: Container) -> bool:
    """Whether everything that came of the day is done."""
    async with here.desk().opened():
        return await under_way(here) == 0


async def reached(here: Container, mailbox: Mailbox) -> Outcome:
    """What the desk has come to. A mail that was sent again after a kill bears the same id, and says the same."""
    mails: dict[str, str] = {}
    for mail in mailbox.delivered:
        message = mail.message
        id = str(message["Message-ID"]).removeprefix("<notice-").partition("@")[0]
        body = message.get_body(("plain",))
        assert body is not None
        assert mails.setdefault(id, body.get_content()) == body.get_content()
    async with here.desk().opened():
        return await outcome_of(here, list(mails))
