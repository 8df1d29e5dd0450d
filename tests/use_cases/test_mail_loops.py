"""Programs that answer each other fall silent, whatever they do to look like people."""

from collections.abc import Callable
from itertools import count

import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.memory.store import MemoryStore
from helpdesk_core.email import Nature, compose
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.mail_settings import Acknowledgement, MailSettings
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.mail.spare_answers import (
    OF_ORGANIZATION,
    TO_ONE_ADDRESS,
    TO_ONE_DOMAIN,
    automatic_answer_allowed,
    is_breaker_tripped,
)
from helpdesk_core.users import DESK
from tests.use_cases.conftest import Bench, PostOffice

FOR_EVER = 3_000
"""Rounds after which two programs would never stop."""

Responder = Callable[[int], tuple[str, str]]
"""What a program makes of itself in its n-th answer: the address that it writes from, and its subject."""


async def acknowledging(bench: Bench, slug: str = "acme") -> Organization:
    made = await bench.desk.create_organization()(slug, slug.title())
    wanted = evolve(made, mail_settings=MailSettings(acknowledgement=Acknowledgement(active=True)))
    await bench.desk.store().transact(lambda work: work.organizations.replace(wanted))
    return wanted


def a_mail(sender: str, to: str, subject: str, id: str) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{id}>"]
    return "\r\n".join([*lines, "", "Noted, I will look at it.", ""]).encode()


def another_desk(bench: Bench) -> Bench:
    """A second installation, at the same time."""
    desk = in_memory(Settings(secret_key=("another key",), inbound_email_domain="two.example"))
    post = PostOffice()
    desk.clock.override(providers.Object(bench.clock))
    desk.mail_sender.override(providers.Object(post))
    return Bench(desk, bench.clock, post)


async def converse(bench: Bench, responder: Responder) -> int:
    """A first mail, and whatever the desk sends is answered at once; how many mails the desk has sent in the end."""
    await acknowledging(bench)
    numbers = count(1)
    waiting = 1
    for _ in range(FOR_EVER):
        if not waiting:
            return len(bench.post.sent)
        waiting -= 1
        before, number = len(bench.post.sent), next(numbers)
        sender, subject = responder(number)
        host = sender.rpartition("@")[2]
        await bench.desk.receive_email()(a_mail(sender, "acme@desk.example", subject, f"{number}@{host}"))
        bench.clock.pass_(seconds=1)
        await bench.run_jobs()
        waiting += len(bench.post.sent) - before
    pytest.fail("They go on for ever.")


async def types_of(bench: Bench, organization_id: OrganizationId) -> list[str]:
    log = await bench.desk.store().read(lambda view: view.log.since(organization_id, 0, 100_000))
    return [event.type for event in log.events]


async def test_a_vacation_responder_that_looks_like_a_person_gets_a_handful_of_answers(bench: Bench) -> None:
    sent = await converse(bench, lambda number: ("ida@garden.example", f"My day {number}"))
    assert 1 <= sent <= TO_ONE_ADDRESS.most


async def test_one_that_writes_from_a_new_address_each_time_ends_with_its_domain(bench: Bench) -> None:
    sent = await converse(bench, lambda number: (f"ida{number}@garden.example", f"My day {number}"))
    assert sent <= TO_ONE_DOMAIN.most * 2  # it fills up while they talk


async def test_one_that_writes_from_a_new_domain_each_time_trips_the_breaker(bench: Bench) -> None:
    sent = await converse(bench, lambda number: (f"ida@garden{number}.example", f"My day {number}"))
    most = OF_ORGANIZATION.most * 2  # it fills up while they talk
    assert OF_ORGANIZATION.most <= sent <= most
    acme = await bench.desk.store().read(lambda view: view.organizations.by_slug("acme"))
    assert acme is not None
    assert (await types_of(bench, acme.id)).count("mail.breaker_tripped") == 1
    assert await bench.desk.store().read(lambda view: is_breaker_tripped(acme.id, bench.clock(), view))
    bench.clock.pass_(hours=1, minutes=1)
    assert not await bench.desk.store().read(lambda view: is_breaker_tripped(acme.id, bench.clock(), view))


@pytest.mark.parametrize(
    "strips", [False, True], ids=["as they are", "without the headers of automatic mail"]
)
async def test_two_desks_that_acknowledge_each_other_stop_at_once(bench: Bench, strips: bool) -> None:
    there = another_desk(bench)
    desks = (bench, there)
    await acknowledging(bench)
    await acknowledging(there, "other")
    await there.desk.receive_email()(
        a_mail("acme@desk.example", "other@two.example", "Hello", "1@desk.example")
    )
    read = [0, 0]
    for _ in range(FOR_EVER):
        before = [*read]
        for place, one in enumerate(desks):
            await one.run_jobs()
            bench.clock.pass_(seconds=1)
            for _, mail in one.post.sent[read[place] :]:
                raw = compose(evolve(mail, automatic=mail.automatic and not strips))
                await desks[1 - place].desk.receive_email()(raw, tuple(to.email for to in mail.to))
            read[place] = len(one.post.sent)
        if read == before:
            break
    assert len(there.post.sent) == 1
    assert len(bench.post.sent) <= 1


@pytest.mark.parametrize("nature", [nature for nature in Nature if nature is not Nature.PERSON])
async def test_nothing_but_a_persons_mail_is_answered_automatically(bench: Bench, nature: Nature) -> None:
    acme = await bench.begin()

    async def unit(work: Work) -> str | None:
        occasion = Occasion(bench.clock(), bench.desk.new_id(), DESK)
        return await automatic_answer_allowed(acme.id, "ida@garden.example", nature, work, occasion)

    refused = await bench.desk.store().transact(unit)
    assert refused is not None
    assert nature.value in refused


async def test_a_budget_keeps_no_address(bench: Bench) -> None:
    await converse(bench, lambda number: ("ida@garden.example", f"My day {number}"))
    store = bench.desk.database()
    assert isinstance(store, MemoryStore)
    kept = str(store.change(lambda work: work.budgets._rows.items()))
    assert "answers to" in kept
    assert "ida" not in kept
    assert "garden" not in kept
