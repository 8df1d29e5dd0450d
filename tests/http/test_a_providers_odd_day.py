"""A day's events arrive shuffled and doubled while the desk is killed again and again: nothing is lost, or done twice.

What is left afterwards is what the core alone makes of the same events, heard once each in the order in which they came
about.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Lock, Thread
from time import sleep

import anyio
import attrs
import httpx2
import pytest
from attrs import define, field, frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_core.use_cases.tell_record import PATIENCE
from helpdesk_core.webhooks import SETTLED
from tests.contracts.postgres_server import empty_database
from tests.fakes.days import SECRETS, Day, Told, a_day
from tests.fakes.smtp_server import Mailbox, receiving
from tests.fakes.what_is_left import (
    Became,
    Left,
    dead_jobs,
    keys_of_letters,
    left_of,
    states_of,
    tally,
    under_way,
)
from tests.http.running import RunningDesk, eventually, kill, stop
from tests.use_cases.conftest import a_bench

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


@pytest.mark.timeout(240)  # it waits half a minute for what the last of the killed had in hand
def test_shuffled_doubled_and_interrupted_five_times_the_day_ends_as_if_all_had_been_well(
    tmp_path: Path, database: dict[str, str]
) -> None:
    day, random = a_day(2026), Random(11)
    expected = anyio.run(_heard_in_order, day)
    arriving = [*day.events, *random.choices(day.events, k=len(day.events) // 3)]
    random.shuffle(arriving)
    with receiving() as mailbox:
        mail = {
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}?tls=none",
            "HELPDESK_OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        desk = RunningDesk(tmp_path / "data", {**SETTINGS, **mail, **database})
        here = _beside(desk)
        migrate(here.settings().database)
        anyio.run(_begun, here, day)
        process = desk.start()
        try:
            providers = Providers(desk.base, deque(arriving))
            with providers.delivering():
                for time in range(1, KILLED + 1):
                    providers.wait_for(time * len(arriving) // (KILLED + 1))
                    kill(process)
                    process = desk.start()
            eventually(lambda: anyio.run(_is_over, _beside(desk)), 120)
        finally:
            stop(process)
        assert providers.refused == []
        assert providers.unheard > KILLED
        _compare(anyio.run(_reached, _beside(desk), mailbox), expected)


@frozen
class Outcome:
    """What is left, what became of every event, and what was written about: one each letter, however often sent."""

    left: Mapping[str, Left]
    states: Mapping[str, Became]
    letters: Sequence[tuple[str, str]]
    dead: Mapping[str, str | None]


def _compare(reached: Outcome, expected: Outcome) -> None:
    assert reached.dead == expected.dead == {}
    assert {state for state, _, _ in reached.states.values()} == SETTLED
    assert reached.states == expected.states
    for slug, left in expected.left.items():
        for name in attrs.fields_dict(Left):
            assert getattr(reached.left[slug], name) == getattr(left, name), f"{name} of {slug}"
    assert tally(reached.letters) == {}, "written twice"
    # What was so at one time, a payment that has failed say, is written about only where it is so when that is heard.
    # Whatever is still so at the end was written about in any order.
    assert len(expected.letters) > 10
    assert set(expected.letters) <= set(reached.letters)


async def _heard_in_order(day: Day) -> Outcome:
    """A desk in memory hears everything once, by the time at which it came about, and then writes its letters."""
    bench = a_bench()
    await day.begin_on(bench.desk)
    for told in day.events:
        sent = told.signed("https://desk.example", bench.clock())
        entry = REGISTRY[told.provider]
        await bench.desk.receive_webhook()(entry.webhooks, [SECRETS[told.provider]], sent)
        bench.clock.pass_(milliseconds=1)
    await bench.run_jobs()
    bench.clock.pass_(seconds=PATIENCE.total_seconds())
    await bench.run_jobs()
    return await _outcome(bench.desk, [key.removeprefix("notice/") for key, _ in bench.post.sent])


async def _outcome(desk: Container, letters: Sequence[str]) -> Outcome:
    keys = await keys_of_letters(desk)
    told = [(keys[letter][0], _matter(keys[letter][1])) for letter in letters]
    told = [(slug, matter) for slug, matter in told if not _NO_CARD_LEFT.fullmatch(matter)]
    return Outcome(await left_of(desk), await states_of(desk), told, await dead_jobs(desk))


_NO_CARD_LEFT = re.compile(r"pm:.*:detached")
"""Whether it was the last one depends on what else has been heard by then."""


def _matter(key: str) -> str:
    """A payment of an invoice and the invoice are one matter, of which one of the two letters tells."""
    paid = re.sub(r"^pi:pi_(\d+x\d+):receipt$", r"inv:in_\1:paid", key)
    return re.sub(r"^pi:pi_(\d+x\d+):failed:ch_\1_(\d+)$", r"inv:in_\1:failed:\2", paid)


def _beside(desk: RunningDesk) -> Container:
    """The desk's store, seen from this process."""
    return Container(
        settings=Settings(data_dir=desk.data, database_url=desk.settings.get("HELPDESK_DATABASE_URL"))
    )


async def _begun(here: Container, day: Day) -> None:
    async with here.desk().opened():
        await day.begin_on(here)


async def _is_over(here: Container) -> bool:
    async with here.desk().opened():
        return await under_way(here) == 0


async def _reached(here: Container, mailbox: Mailbox) -> Outcome:
    """What the desk has come to. A mail that was sent again after a kill bears the same id, and says the same."""
    mails: dict[str, str] = {}
    for mail in mailbox.delivered:
        message = mail.message
        id = str(message["Message-ID"]).removeprefix("<notice-").partition("@")[0]
        body = message.get_body(("plain",))
        assert body is not None
        assert mails.setdefault(id, body.get_content()) == body.get_content()
    async with here.desk().opened():
        return await _outcome(here, list(mails))
