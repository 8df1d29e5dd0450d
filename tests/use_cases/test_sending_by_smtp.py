"""Answers that leave through a real mail server: by recipient, and past a process that is killed while it sends."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from helpdesk_adapters.email.smtp import SmtpMail, assigned_id
from helpdesk_core.conversations import AuthorType, Conversation, DeliveryState, Kind
from helpdesk_core.email import parse_mail
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import MAX_ATTEMPTS, TryLater
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.sendings import MAYBE_TWICE
from tests.fakes.smtp_server import Mailbox, receiving
from tests.use_cases.conftest import Bench
from tests.use_cases.sending_process import desk_in
from tests.use_cases.test_answers import a_ticket, post
from tests.use_cases.test_what_became_of_mail import IDA, suppressed, told

JO = "jo@garden.example"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def send(bench: Bench, mailbox: Mailbox, answer: Conversation, attempt: int = 1) -> None:
    sender = SmtpMail(f"smtp://127.0.0.1:{mailbox.port}")
    sending = evolve(bench.desk.send_reply(), sender=sender)
    await sending(answer.organization_id, answer.id, JobId(answer.id), attempt)


async def test_reports_come_to_an_address_that_is_signed_for_the_ticket(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))
    with receiving() as mailbox:
        await send(bench, mailbox, answer)
    (taken,) = mailbox.delivered
    assert taken.sender.startswith("acme+b1-")
    assert taken.sender.endswith("@desk.example")
    from_ = parse_mail(taken.raw).from_
    assert from_ is not None
    assert from_.email == "acme@desk.example"


async def test_a_server_that_wants_its_own_sender_in_the_envelope_gets_it(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))

    class Particular(Mailbox):
        async def handle_MAIL(self, *given: Any) -> str:  # noqa: N802
            return "553 Not yours" if "+" in given[3] else await super().handle_MAIL(*given)

    with receiving(Particular) as mailbox:
        await send(bench, mailbox, answer)
    assert [taken.sender for taken in mailbox.delivered] == ["acme@desk.example"]


async def test_what_the_desk_says_by_itself_comes_back_to_nobody(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))
    by_itself = evolve(answer, author=evolve(answer.author, type=AuthorType.SYSTEM, id=None))
    await bench.desk.store().transact(lambda work: work.conversations.replace(by_itself))
    with receiving() as mailbox:
        await send(bench, mailbox, answer)
    assert [taken.sender for taken in mailbox.delivered] == ["<>"]


async def test_who_is_refused_for_good_is_told_and_suppressed_and_the_rest_is_sent(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench), cc=(JO,))
    with receiving() as mailbox:
        mailbox.refusals[JO] = "550 5.1.1 No such user"
        await send(bench, mailbox, answer)
    assert [taken.recipients for taken in mailbox.delivered] == [(IDA,)]
    assert await told(bench, answer) == (
        DeliveryState.SENT,
        f"Not delivered to {JO}: 550 5.1.1 No such user.",
    )
    assert [one.address for one in await suppressed(bench)] == [JO]


async def test_who_is_put_off_gets_it_later_and_who_has_it_does_not_get_it_again(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench), cc=(JO,))
    with receiving() as mailbox:
        mailbox.refusals[JO] = "451 4.7.1 Greylisted"
        with pytest.raises(TryLater):
            await send(bench, mailbox, answer)
        state, detail = await told(bench, answer)
        assert (state, detail) == (
            DeliveryState.QUEUED,
            f"Will be tried again for {JO}: 451 4.7.1 Greylisted",
        )
        mailbox.refusals.clear()
        await send(bench, mailbox, answer, 2)
    assert [taken.recipients for taken in mailbox.delivered] == [(IDA,), (JO,)]
    first, second = (parse_mail(taken.raw) for taken in mailbox.delivered)
    assert first == second
    assert await told(bench, answer) == (DeliveryState.SENT, None)
    assert await suppressed(bench) == []


async def test_who_is_put_off_to_the_end_never_gets_it_and_that_is_told(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench), cc=(JO,))
    with receiving() as mailbox:
        mailbox.refusals[JO] = "451 4.7.1 Greylisted"
        with pytest.raises(TryLater):
            await send(bench, mailbox, answer)
        with pytest.raises(TryLater):
            await send(bench, mailbox, answer, 2)
        mailbox.refusals[JO] = "550 5.7.1 Not from you"
        await send(bench, mailbox, answer, MAX_ATTEMPTS)
    assert [taken.recipients for taken in mailbox.delivered] == [(IDA,)]
    assert await told(bench, answer) == (
        DeliveryState.SENT,
        f"Not delivered to {JO}: 550 5.7.1 Not from you.",
    )
    # It is the mail that is not wanted; the mailbox is there.
    assert await suppressed(bench) == []


@contextmanager
def running(folder: Path, mailbox: Mailbox, leases: int) -> Iterator["subprocess.Popen[str]"]:
    """The process, until it is killed at the end of the block."""
    url = f"smtp://127.0.0.1:{mailbox.port}"
    command = [sys.executable, "-m", "tests.use_cases.sending_process", str(folder), url, str(leases)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def word_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def the_answer(folder: Path) -> Conversation:
    """As the folder has it."""
    desk = desk_in(str(folder), "smtp://127.0.0.1:1")

    async def read(view: View) -> Conversation:
        organization = await view.organizations.by_slug("acme")
        assert organization is not None
        (ticket,) = (await view.tickets.page(organization.id, TicketFilter(), Page())).items
        page = Page(sort="created_at")
        messages = (await view.conversations.of_ticket(organization.id, ticket.id, page)).items
        return next(message for message in messages if message.kind is Kind.REPLY)

    async with desk.desk().opened():
        return await desk.store().read(read)


async def test_nothing_is_sent_twice_once_it_was_recorded_whatever_is_killed(tmp_path: Path) -> None:
    with receiving() as mailbox:
        with running(tmp_path, mailbox, 1) as first:
            assert word_of(first) == "sent"
        with running(tmp_path, mailbox, 5) as second:
            assert word_of(second) == "sent"  # the job ran again, and had nothing to send
    assert len(mailbox.delivered) == 1
    delivery = (await the_answer(tmp_path)).delivery
    assert delivery is not None
    assert (delivery.state, delivery.detail) == (DeliveryState.SENT, None)


async def test_a_process_killed_before_it_heard_that_the_mail_was_taken_sends_the_very_same_again(
    tmp_path: Path,
) -> None:
    with receiving() as mailbox:
        with running(tmp_path, mailbox, 1) as first:
            mailbox.after_taking = first.kill
            assert first.wait(60) < 0
        mailbox.after_taking = None
        with running(tmp_path, mailbox, 5) as second:
            assert word_of(second) == "sent"
    first_raw, second_raw = (taken.raw for taken in mailbox.delivered)
    assert first_raw == second_raw  # one Message-ID: many a mailbox shows it once
    delivery = (await the_answer(tmp_path)).delivery
    assert delivery is not None
    assert (delivery.state, delivery.detail) == (DeliveryState.SENT, MAYBE_TWICE)


@pytest.mark.parametrize(
    ("host", "said", "id"),
    [
        ("email-smtp.eu-west-1.amazonaws.com", "Ok 0102019a-7c1d-000000", "eu-west-1.amazonses.com"),
        ("email-smtp.us-east-1.amazonaws.com", "Ok 0102019a-7c1d-000000", "email.amazonses.com"),
        ("email-smtp.eu-west-1.amazonaws.com", "Ok", None),
        ("mail.example", "Ok 0102019a-7c1d-000000", None),
    ],
)
def test_the_id_that_amazon_gives_is_read_off_its_answer(host: str, said: str, id: str | None) -> None:
    assert assigned_id(host, said) == (None if id is None else f"0102019a-7c1d-000000@{id}")
